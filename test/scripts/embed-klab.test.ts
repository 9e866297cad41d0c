import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { embed, generate, listSources } from '../../scripts/embed-klab.mjs';
import { klabSources } from '../../src/kernel/klab/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kmaplab-embed-'));
  mkdirSync(join(folder, 'mm'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every text arrives as it is, whatever is in it', async () => {
  const text = ['a `tick`, a $', '{dollar}, a \\n backslash\n\ttab\n'].join('');
  writeFileSync(join(folder, 'mm', 'odd.klab'), text);
  writeFileSync(join(folder, 'b.klab'), 'b');
  writeFileSync(join(folder, 'notes.md'), 'not a source');
  expect(embed(folder)).toBe(2);
  const written = readFileSync(join(folder, 'index.ts'), 'utf8');
  const literal = written.slice(written.indexOf('= {') + 2).replace(/;\s*$/, '');
  expect(new Function(`return (${literal})`)()).toEqual({ '/mm/odd.klab': text, '/b.klab': 'b' });
});

test('the same sources give the same file', () => {
  writeFileSync(join(folder, 'a.klab'), 'a');
  expect(generate(folder)).toBe(generate(folder));
});

test('the tests run with the sources that are on disk now', () => {
  expect(Object.keys(klabSources)).toEqual(listSources());
});
