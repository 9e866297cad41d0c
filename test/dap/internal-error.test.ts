import { expect, test } from 'vitest';
import { RequestError } from '../../src/dap/arguments.ts';
import type { AdapterContext } from '../../src/dap/context.ts';
import { faultText } from '../../src/dap/internal-error.ts';
import { InternalError } from '../../src/util/assert.ts';

const context = {
  launch: { program: '/a b.klab', settings: { mapping: 'kmap_local', cpus: 2 } },
  session: { step: 17 },
} as unknown as AdapterContext;

test('our own fault says what, where, and how to see it again', () => {
  const text = faultText(new InternalError('two regions overlap'), context);
  expect(text).toMatch(/^internal error \(please report it\): two regions overlap, at .*internal-error\.test\.ts/);
  expect(text).toContain('; to see it again: kmaplab run "/a b.klab" --set mapping=kmap_local --set cpus=2, step 17');
});

test('a refused request is told in its own words', () => {
  expect(faultText(new RequestError('next: no'), context)).toBe('next: no');
});
