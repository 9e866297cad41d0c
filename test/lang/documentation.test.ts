/** docs/diagnostics.md and the tables of docs/language.md are made from the language's own tables. `UPDATE=1` writes them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/kernel/settings.ts';
import { type DiagnosticEntry, diagnosticCatalogue } from '../../src/lang/diagnostic-catalogue.ts';
import type { SettingSpec } from '../../src/lang/environment.ts';
import { irqParameters, type ParameterSpec, taskParameters } from '../../src/lang/laboratory-settings.ts';
import { type Limit, limits } from '../../src/lang/limits.ts';

const docs = new URL('../../docs/', import.meta.url);

const chapters: readonly [string, string][] = [
  ['K10', 'The text'],
  ['K11', 'Structure'],
  ['K12', 'Names and types'],
  ['K13', 'Expressions'],
  ['K14', 'Statements'],
  ['K15', 'The laboratory'],
  ['K16', 'Limits'],
  ['K17', 'Advice'],
];

function diagnosticsPage(): string {
  const entries: DiagnosticEntry[] = Object.values(diagnosticCatalogue);
  const parts = chapters.map(([prefix, title]) => {
    const own = entries.filter(({ code }) => code.startsWith(prefix));
    const rows = own.map(
      ({ code, severity, title: name, explanation }) =>
        `### ${code}: ${name}\n\n${severity === 'error' ? '' : `*${severity === 'warning' ? 'Warning' : 'Hint'}.* `}${explanation}\n`,
    );
    return `## ${title}\n\n${rows.join('\n')}`;
  });
  return `# Diagnostics of the language

What the parser, the checker and the compiler say about a program. A message names cause and cure; this page says more. Errors keep the
program from running, warnings and hints do not. K50xx are about \`machine { }\` and its overrides (unknown setting, wrong value, value out of
range, set twice, settings that contradict each other, a mapping model that cannot be read, or lacks a part of its interface); their messages list what is allowed.

*Made from \`src/lang/diagnostic-catalogue.ts\`.*

${parts.join('\n')}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  return [head, head.map(() => '---'), ...body]
    .map((row) => `|${row.map((cell) => (cell === '---' ? cell : ` ${cell} `)).join('|')}|`)
    .join('\n');
}

function valuesOf(value: SettingSpec['value'] | ParameterSpec['value']): string {
  switch (value.kind) {
    case 'flag':
      return '`on`, `off`';
    case 'time':
      return 'a time';
    case 'integer':
      return `${value.min} to ${value.max}${'unit' in value && value.unit ? ' ns' : ''}`;
    case 'enum':
    case 'enum-or-path':
      return `${value.values.map(({ name }) => `\`${name}\``).join(', ')}${value.kind === 'enum' ? '' : ', or a path in quotes'}`;
  }
}

function parameters(specs: readonly ParameterSpec[]): string {
  return table([['setting', 'values', 'meaning'], ...specs.map(({ name, value, doc }) => [`\`${name}\``, valuesOf(value), doc])]);
}

function defaultOf(value: string | number | boolean): string {
  return `\`${typeof value === 'boolean' ? (value ? 'on' : 'off') : value}\``;
}

const generated: Readonly<Record<string, () => string>> = {
  settings: () =>
    table([
      ['setting', 'values', 'default', 'meaning'],
      ...settings.map((spec) => [`\`${spec.name}\``, valuesOf(spec.value), defaultOf(spec.default), spec.doc]),
    ]),
  task: () => parameters(taskParameters),
  irq: () => parameters(irqParameters),
  limits: () => {
    const all: [string, Limit][] = Object.entries(limits);
    return table([['limit', 'message'], ...all.map(([name, { message }]) => [name, message])]);
  },
};

function languagePage(page: string): string {
  return page.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin, name, end) => `${begin}${generated[name]()}\n${end}`,
  );
}

function compare(file: string, made: (now: string) => string): void {
  const path = new URL(file, docs);
  const now = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (process.env.UPDATE) writeFileSync(path, made(now));
  expect(readFileSync(path, 'utf8')).toBe(made(now));
}

describe('documentation', () => {
  it('explains every diagnostic', () => {
    compare('diagnostics.md', diagnosticsPage);
  });

  it('lists settings and limits as they are', () => {
    compare('language.md', languagePage);
  });

  it('has no chapter missing', () => {
    const orphans = Object.values(diagnosticCatalogue).filter(
      ({ code }) => !chapters.some(([prefix]) => code.startsWith(prefix)),
    );
    expect(orphans).toEqual([]);
  });
});
