/** Every snippet, with its first choices filled in, is a piece of a program without errors. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildProgram } from '../../src/kernel/build.ts';

interface Snippet {
  prefix: string;
  body: string[];
}

const path = new URL('../../media/snippets.json', import.meta.url);
const snippets: [string, Snippet][] = Object.entries(JSON.parse(readFileSync(path, 'utf8')));

/** Fills placeholders: the default, the first choice, the same again for a number alone. */
function expand(body: readonly string[]): string {
  const values = new Map<string, string>();
  const first = body
    .join('\n')
    .replace(/\$\{(\d+)\|([^,|]*)[^|]*\|\}/g, (_all, number, choice) => keep(number, choice))
    .replace(/\$\{(\d+):([^}]*)\}/g, (_all, number, text) => keep(number, text));
  function keep(number: string, text: string): string {
    values.set(number, text);
    return text;
  }
  return first.replace(/\$(\d)/g, (_all, number) => values.get(number) ?? '');
}

it.each(snippets)('%s', (_name, { body }) => {
  const text = expand(body);
  const isStatement = text.startsWith('char ');
  const nic = /\birq nic\b/.test(text) && !text.startsWith('irq') ? 'irq nic(when = any) { }\n' : '';
  const letter = text.includes('page letter') ? '' : 'page letter = "x";\n';
  const program = `${nic}${letter}${isStatement ? `task t { ${text}\n}` : text}\n`;
  const { diagnostics } = buildProgram({ uri: 'snippet.klab', text: program });
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
});
