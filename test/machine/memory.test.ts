import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPONENT_WORDS, Memory, WRITE_LOG_ENTRIES } from '../../src/machine/memory.ts';

const WORDS = 4 * COMPONENT_WORDS;
const write = fc.oneof(
  fc.record({ kind: fc.constant('word' as const), at: fc.nat(WORDS - 1), value: fc.integer() }),
  fc.record({ kind: fc.constant('half' as const), at: fc.nat(WORDS * 2 - 1), value: fc.nat(0xffff) }),
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(WORDS * 4 - 1), value: fc.nat(0xff) }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
const steps = fc.array(fc.array(write, { maxLength: 8 }), { minLength: 1, maxLength: 30 });

function apply(memory: Memory, { kind, at, value }: Write): void {
  if (kind === 'word') memory.write(at, value);
  else if (kind === 'half') memory.writeHalf(at * 2, value);
  else memory.writeByte(at, value);
}

function recording(): Memory {
  const memory = new Memory(WORDS * 4);
  memory.startRecording();
  return memory;
}

describe('memory', () => {
  test('undo then redo is nothing, and the incremental hash is the hash of all bytes', () => {
    const property = fc.property(steps, fc.array(fc.nat(9), { maxLength: 10 }), (batches, undos) => {
      const memory = recording();
      const hashes = [memory.bytesHash];
      const states = [memory.words.slice()];
      let at = 0;
      const forward = (): void => {
        for (const one of batches[at]) apply(memory, one);
        memory.commitStep();
        at++;
        hashes[at] = memory.bytesHash;
        states[at] = memory.words.slice();
      };
      const check = (): void => {
        expect(memory.words).toEqual(states[at]);
        expect(memory.bytesHash).toBe(hashes[at]);
        expect(memory.rehash()).toBe(hashes[at]);
      };
      while (at < batches.length) forward();
      for (const undo of undos) {
        for (let i = 0; i < undo && at > 0; i++, at--) memory.undoStep();
        check();
        const known = hashes[at + 1];
        if (at < batches.length) {
          forward();
          expect(hashes[at]).toBe(known);
          check();
        }
      }
    });
    fc.assert(property, { seed: 5, numRuns: 150 });
  });

  test('bytes and halves are those of the words, low byte first', () => {
    const memory = recording();
    memory.write(0, 0x44332211);
    memory.writeByte(1, 0xaa);
    memory.writeHalf(2, 0xbeef);
    expect(memory.words[0] >>> 0).toBe(0xbeefaa11);
    expect([...memory.bytes.subarray(0, 4)]).toEqual([0x11, 0xaa, 0xef, 0xbe]);
  });

  test('a step that writes one word many times is one entry to undo', () => {
    const memory = recording();
    for (let i = 0; i < 100; i++) memory.write(7, i);
    memory.commitStep();
    expect(memory.lastStepWords()).toEqual([7]);
    memory.undoStep();
    expect([memory.words[7], memory.undoableSteps]).toEqual([0, 0]);
  });

  test('steps whose writes fell out of the log cannot be undone, later ones can', () => {
    const memory = recording();
    const perStep = WORDS / 2;
    const count = Math.floor(WRITE_LOG_ENTRIES / perStep) + 5;
    for (let step = 1; step <= count; step++) {
      for (let w = 0; w < perStep; w++) memory.write(w, step);
      memory.commitStep();
    }
    expect(memory.undoableSteps).toBe(Math.floor(WRITE_LOG_ENTRIES / perStep));
    while (memory.undoableSteps > 0) memory.undoStep();
    expect([...memory.words.subarray(0, perStep)]).toEqual(Array(perStep).fill(5));
  });

  test('not recorded, writes change the same words and cost no log', () => {
    const memory = new Memory(WORDS * 4);
    memory.write(3, 9);
    memory.commitStep();
    const hash = memory.bytesHash;
    memory.startRecording();
    expect([memory.bytesHash, memory.undoableSteps]).toEqual([hash, 0]);
  });
});
