/** `docs/misuse.md` says what the cases show: the same rows, in each cell the same findings, and samples that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isFindingSlug } from '../../src/kernel/catalogue.ts';
import { rows } from './cases.ts';
import { type MisuseCase, MODELS } from './misuse-case.ts';

/** What follows from a BUG in an interrupt, or from one in the middle of a map call; the page leaves it out. */
const CONSEQUENCES = ['panic', 'pteval_empty'];

const page = readFileSync('docs/misuse.md', 'utf8');
const [outcomes, looks] = [/^\| misuse \| km_type[\s\S]*?\n\n/m, /^\| misuse \| in code[\s\S]*$/m].map((table) =>
  (table.exec(page)?.[0] ?? '')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
);

const named = (cell: string, mark: RegExp): string[] =>
  [...new Set([...cell.matchAll(mark)].map(([, name]) => name).filter(isFindingSlug))].toSorted();
const reported = (cases: readonly MisuseCase[]): string[] =>
  [
    ...new Set(
      cases.flatMap(({ kernel }) => kernel.filter((line) => !line.endsWith(' (suppressed)')).map((line) => line.split(':')[0])),
    ),
  ]
    .filter((slug) => !CONSEQUENCES.includes(slug))
    .toSorted();
const seen = (cases: readonly MisuseCase[]): string[] => [...new Set(cases.flatMap((one) => one.seen ?? []))].toSorted();

test('both tables have the rows of the reference', () => {
  expect(outcomes.map(([misuse]) => misuse)).toEqual(Object.keys(rows));
  expect(looks.map(([misuse]) => misuse)).toEqual(Object.keys(rows));
});

test.each(outcomes.flatMap(([misuse, ...cells]) => Object.values(MODELS).map((model, i) => [misuse, model, cells[i]] as const)))(
  '%s, %s: the findings of its cases',
  (misuse, model, cell) => {
    const cases = rows[misuse][model];
    expect(named(cell, /`(\w+)`/g)).toEqual(reported(cases));
    expect(named(cell, /\*(\w+)\*/g)).toEqual(seen(cases));
  },
);

test('every link leads to a file', () => {
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((path) => !existsSync(`docs/${path}`))).toEqual([]);
});
