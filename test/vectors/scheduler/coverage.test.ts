/** The scheduler reference's vectors, each with a test whose title begins with its number, so that none is lost when tests are moved about. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const vectors = [...readFileSync('docs/reference/scheduler.md', 'utf8').matchAll(/^\| ([PRMBACLIFWGT]\d\d[a-z]?) \|/gm)].map(
  ([, id]) => id,
);

/** `L01, L02: ...` and `M01 to M03: ...` name several. */
function idsOf(title: string): string[] {
  const [head] = title.split(':');
  const ids = [...head.matchAll(/\b([A-Z])(\d\d)([a-z]?)\b/g)];
  const range = /\b([A-Z])(\d\d) to \1(\d\d)\b/.exec(head);
  const between = range
    ? Array.from(
        { length: Number(range[3]) - Number(range[2]) + 1 },
        (_, i) => `${range[1]}${String(Number(range[2]) + i).padStart(2, '0')}`,
      )
    : [];
  return [...ids.map(([id]) => id), ...between];
}

test('every vector of the scheduler has a test whose title begins with its number', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  const cited = new Set<string>();
  for (const file of files) {
    const text = readFileSync(`test/${file}`, 'utf8');
    for (const [, title] of text.matchAll(/['"`]([A-Z]\d\d[^'"`\n]*)/g)) for (const id of idsOf(title)) cited.add(id);
  }
  expect(vectors.length).toBeGreaterThan(140);
  expect(vectors.filter((id) => !cited.has(id))).toEqual([]);
});
