import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KnownFuture } from '../../src/history/known-future.ts';

test('a log that moves with the run holds exactly the entries up to the present, wherever that is', () => {
  const property = fc.property(
    fc.array(fc.nat(30), { maxLength: 60 }),
    fc.array(fc.nat(35), { maxLength: 20 }),
    (steps, moves) => {
      const all = steps.sort((a, b) => a - b).map((step) => ({ step }));
      const log = [...all];
      const future = new KnownFuture(log);
      for (const move of moves) {
        future.moveTo(move);
        expect(log).toEqual(all.filter(({ step }) => step <= move));
      }
      future.forget();
      const kept = [...log];
      future.moveTo(100);
      expect(log).toEqual(kept);
    },
  );
  fc.assert(property, { seed: 6, numRuns: 300 });
});
