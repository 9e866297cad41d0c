import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCloseness, closest, editDistance } from '../../src/lang/spelling.ts';

describe('spelling', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['pnf', 'pfn', 1],
    ['same', 'same', 0],
    ['', 'ab', 2],
  ])('%s and %s differ in %d places', (a, b, distance) => {
    expect(editDistance(a, b, 9)).toBe(distance);
  });

  it('the distance is the same both ways and never above the limit by more than one', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.nat(5), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(editDistance(b, a, limit));
        expect(editDistance(a, b, limit)).toBeLessThanOrEqual(limit + 1);
      }),
      { seed: 1 },
    );
  });

  it('suggests what is close, and nothing for very short words', () => {
    expect(closest('shedule', ['schedule', 'sched_clock'])).toBe('schedule');
    expect(closest('kmap_lcoal_page', ['kmap_local_pfn', 'kmap_local_page'])).toBe('kmap_local_page');
    expect(closest('x', ['y'])).toBeUndefined();
    expect(closest('banana', ['schedule'])).toBeUndefined();
  });

  it('orders by closeness, then by the alphabet', () => {
    expect(byCloseness('prio', ['nice', 'prio', 'policy', 'prix'])).toEqual(['prio', 'prix', 'nice', 'policy']);
  });
});
