import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineIndex } from '../../src/lang/line-index.ts';

it('finds lines and columns as counting does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é'), maxLength: 40 });
  fc.assert(
    fc.property(text, fc.nat(40), (source, position) => {
      const offset = Math.min(position, source.length);
      const before = source.slice(0, offset).split('\n');
      const lines = new LineIndex(source);
      expect(lines.lineOf(offset)).toBe(before.length - 1);
      expect(lines.columnOf(offset)).toBe(before[before.length - 1].length);
    }),
    { seed: 1 },
  );
});
