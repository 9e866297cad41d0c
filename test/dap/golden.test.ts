/** Golden transcripts: `test/golden/*.txt`, played on the programs beside them. `UPDATE=1` writes what the adapter says now. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { play } from './support/transcript.ts';

const folder = new URL('../golden/', import.meta.url);
const names = readdirSync(folder);
const files = Object.fromEntries(
  names.filter((name) => name.endsWith('.klab')).map((name) => [`/golden/${name}`, readFileSync(new URL(name, folder), 'utf8')]),
);
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
