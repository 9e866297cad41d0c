/** The reference's vectors that exist as programs by now, so that none is lost when tests are moved about. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const REQUIRED = range(1, 84);

test('every vector of the mapping models has a test that cites its number', () => {
  const cited = new Set<number>();
  for (const file of readdirSync('test/vectors').filter((name) => name.endsWith('.test.ts') && name !== 'coverage.test.ts')) {
    const text = readFileSync(`test/vectors/${file}`, 'utf8');
    for (const match of text.matchAll(/['"`]vector (\d+)\b/g)) cited.add(Number(match[1]));
  }
  expect(REQUIRED.filter((number) => !cited.has(number))).toEqual([]);
});
