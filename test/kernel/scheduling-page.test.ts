/** `docs/scheduling.md` has a part for every form of migrate_disable(), with its source and its vectors. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MIGRATE_DISABLE_VARIANTS } from '../../src/kernel/migrate-variants.ts';

const page = readFileSync('docs/scheduling.md', 'utf8');
const parts = page.split(/^###? /m);

test.each(MIGRATE_DISABLE_VARIANTS.map(({ name }) => [name]))(
  '%s has a part with a picture, its sources and its vectors',
  (name) => {
    const part = parts.find((one) => one.startsWith(`${name}\n`)) ?? '';
    expect(part).toMatch(/^ {4}\S/m);
    for (const line of ['* State: ', '* Fixes: ', '* Breaks: ']) expect(part).toContain(line);
    expect(part).toMatch(/^\* Vectors? [MBA]\d/m);
    const sources = [...part.matchAll(/`(sched\/[\w-]+\.klab)`/g)].map(([, path]) => path);
    expect(sources.length).toBeGreaterThan(0);
    for (const path of sources) expect(existsSync(`src/kernel/klab/${path}`), path).toBe(true);
    expect(page).toContain(`| \`${name}\` |`);
  },
);

test('the samples that it names are there', () => {
  const names = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name).filter((name) => name.includes('-'));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(existsSync(`samples/${name}.klab`), name).toBe(true);
});
