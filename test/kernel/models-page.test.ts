/** `docs/models.md` has a part for every mapping model, with its source and its vectors. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAPPING_MODELS } from '../../src/kernel/mapping-models.ts';

const parts = readFileSync('docs/models.md', 'utf8').split(/^###? /m);

test.each([...MAPPING_MODELS.map(({ name, files }) => [name, files[0]]), ['pkmap', '/mm/pkmap.klab']])(
  '%s has a part with a picture, its source and its vectors',
  (name, file) => {
    const part = parts.find((one) => one.startsWith(`${name}\n`)) ?? '';
    expect(part).toMatch(/^ {4}\S/m);
    expect(part).toContain('* Fixes: ');
    expect(part).toContain('* Breaks: ');
    expect(part).toMatch(/^\* (Vectors? \d|No vector: )/m);
    expect(part).toContain(`mm/${file.split('/').pop()}`);
  },
);
