import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HitList } from '../../../src/session/breakpoints/hit-list.ts';

test('counts the hits up to a moment, each moment once, in whatever order they were noted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(50), (moments, moment) => {
      const hits = new HitList();
      for (const each of moments) hits.record(each);
      expect(hits.count(moment)).toBe(new Set(moments.filter((each) => each <= moment)).size);
    }),
    { seed: 1 },
  );
});

test('a new branch of time forgets what came after it', () => {
  const hits = new HitList();
  for (const moment of [3, 5, 9]) hits.record(moment);
  hits.cut(5);
  expect([hits.count(4), hits.count(100)]).toEqual([1, 2]);
});
