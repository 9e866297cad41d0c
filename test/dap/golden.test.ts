/** Golden transcripts: `test/golden/*.txt`, played on the programs beside them and on the samples. `UPDATE=1` writes what the adapter says now. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { play } from './support/transcript.ts';

const folder = new URL('../golden/', import.meta.url);
const names = readdirSync(folder);
const samples = new URL('../../samples/', import.meta.url);
const files = Object.fromEntries([
  ...readdirSync(samples).map((name) => [`/samples/${name}`, readFileSync(new URL(name, samples), 'utf8')]),
  ...names
    .filter((name) => name.endsWith('.klab'))
    .map((name) => [`/golden/${name}`, readFileSync(new URL(name, folder), 'utf8')]),
]);
const transcripts = names.filter((name) => name.endsWith('.txt'));

describe('golden transcripts', () => {
  test('there are some', () => {
    expect(transcripts.length).toBeGreaterThan(0);
  });

  test.each(transcripts)('%s', async (name) => {
    const file = new URL(name, folder);
    const expected = readFileSync(file, 'utf8');
    const actual = await play(expected, files);
    if (process.env.UPDATE === '1') writeFileSync(file, actual);
    else expect(actual).toBe(expected);
  });
});
