import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedSince, mark, mayHaveChanged, WatchedBytes } from '../../src/history/changes.ts';
import { Checkpoints } from '../../src/history/checkpoints.ts';
import { COMPONENT_WORDS, Memory } from '../../src/machine/memory.ts';

const COMPONENTS = 8;
const memoryOf = (): Memory => {
  const memory = new Memory(COMPONENTS * COMPONENT_WORDS * 4);
  memory.startRecording();
  return memory;
};

describe('checkpoints', () => {
  test('restore what memory was, also after thinning and after a cut, whatever was written', () => {
    const write = fc.record({ word: fc.nat(COMPONENTS * COMPONENT_WORDS - 1), value: fc.integer({ min: -5, max: 5 }) });
    const property = fc.property(
      fc.array(fc.array(write, { maxLength: 6 }), { minLength: 4, maxLength: 60 }),
      fc.array(fc.nat(99), { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      (batches, jumps, versionsMax) => {
        const memory = memoryOf();
        const checkpoints = new Checkpoints(memory, versionsMax);
        const states = [memory.words.slice()];
        const run = (from: number): void => {
          for (let step = from; step <= batches.length; step++) {
            for (const { word, value } of batches[step - 1]) memory.write(word, value);
            memory.commitStep();
            states[step] = memory.words.slice();
            checkpoints.add(step);
          }
        };
        run(1);
        for (const jump of jumps) {
          const step = checkpoints.restore(jump % (batches.length + 1));
          expect(step).toBeLessThanOrEqual(jump % (batches.length + 1));
          expect(memory.words).toEqual(states[step]);
        }
        const back = checkpoints.restore(Math.floor(batches.length / 2));
        checkpoints.cut(back);
        run(back + 1);
        for (const step of checkpoints.steps) {
          checkpoints.restore(step);
          expect(memory.words).toEqual(states[step]);
        }
      },
    );
    fc.assert(property, { seed: 21, numRuns: 150 });
  });

  test('store only what changed, and stay within their limit', () => {
    const memory = memoryOf();
    const checkpoints = new Checkpoints(memory, 20);
    expect(checkpoints.versionCount).toBe(COMPONENTS);
    for (let step = 1; step <= 200; step++) {
      memory.write(3, step);
      memory.commitStep();
      checkpoints.add(step);
      expect(checkpoints.versionCount).toBeLessThanOrEqual(21);
    }
    expect(checkpoints.steps[0]).toBe(0);
    expect(checkpoints.lastStep).toBe(200);
  });
});

describe('what changed since a moment', () => {
  test('are the components written, undone or restored since', () => {
    const memory = memoryOf();
    memory.write(COMPONENT_WORDS * 2, 1);
    memory.commitStep();
    const moment = mark(memory);
    const watched = new WatchedBytes(memory, COMPONENT_WORDS * 5 * 4, 4);
    expect(changedSince(memory, moment)).toEqual([]);
    memory.write(COMPONENT_WORDS * 5 + 1, 7);
    memory.commitStep();
    expect(changedSince(memory, moment)).toEqual([5]);
    expect(mayHaveChanged(memory, moment, COMPONENT_WORDS * 5 * 4, 4)).toBe(true);
    expect(watched.changed).toBe(false);
    memory.write(COMPONENT_WORDS * 5, 1);
    memory.commitStep();
    expect(watched.changed).toBe(true);
    watched.look();
    expect(watched.changed).toBe(false);
    memory.undoStep();
    expect(watched.changed).toBe(true);
  });
});
