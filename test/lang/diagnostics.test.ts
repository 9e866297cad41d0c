/**
 * Diagnostics as text cases: test/lang/cases/*.txt hold programs and what is said about them. `UPDATE=1` rewrites the files; a human
 * reads the difference.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnosticCatalogue } from '../../src/lang/diagnostic-catalogue.ts';
import type { SourceRole } from '../../src/lang/source.ts';
import { checkText, diagnosticText } from './check-text.ts';

interface Case {
  name: string;
  role: SourceRole;
  /** A kernel before 2.6.36. */
  old: boolean;
  text: string;
  expected: string;
}

const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

/** `=== name`, `=== kernel: name` or `=== 2.6.35: name`, the program, `---`, one line for each diagnostic. */
function readCases(file: string): Case[] {
  return readFileSync(new URL(file, folder), 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [title, ...rest] = part.split('\n');
      const kernel = title.startsWith('kernel: ');
      const [text, expected = ''] = rest.join('\n').split(/^---\n/m);
      const old = title.startsWith('2.6.35: ');
      return { name: kernel ? title.slice(8) : title, role: kernel ? 'kernel' : 'program', old, text, expected: expected.trim() };
    });
}

function resultOf({ text, role, old }: Case): string {
  return checkText(text, role, old)
    .diagnostics.map((diagnostic) => diagnosticText(text, diagnostic))
    .join('\n');
}

const seen = new Set<string>();

for (const file of files) {
  describe(file, () => {
    const cases = readCases(file);
    if (process.env.UPDATE) {
      const parts = cases.map((one) => {
        const title = one.role === 'kernel' ? `kernel: ${one.name}` : one.name;
        const result = resultOf(one);
        return `=== ${title}\n${one.text}---\n${result === '' ? '' : `${result}\n`}`;
      });
      writeFileSync(new URL(file, folder), parts.join('\n'));
    }
    for (const one of readCases(file)) {
      it(one.name, () => {
        const result = resultOf(one);
        for (const [code] of result.matchAll(/\bK\d{4}\b/g)) seen.add(code);
        expect(result).toBe(one.expected);
      });
    }
  });
}

describe('the catalogue', () => {
  it('has a case for every diagnostic', () => {
    const missing = Object.values(diagnosticCatalogue).filter(({ code }) => !seen.has(code));
    expect(missing.map(({ code, title }) => `${code} ${title}`)).toEqual([]);
  });

  it('gives every diagnostic a code of its own', () => {
    const codes = Object.values(diagnosticCatalogue).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
