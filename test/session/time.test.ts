/** Laws of time: going back restores everything, and the same program is always the same run. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunCommand, Session } from '../../src/session/api.ts';
import { open, run, SAMPLES, TWO_TASKS } from './support.ts';

const SEED = 20_260_101;
/** Steps walked both ways in each sample. */
const STEPS = 1500;

const PROGRAMS = [['two-tasks.klab', TWO_TASKS] as const, ...SAMPLES];
const to = (session: Session, step: number) => run(session, { kind: 'to-step', step });

describe.each(PROGRAMS)('%s', (_name, text) => {
  test('every step forward and back has the same hash both ways, and the memory is the same byte for byte', () => {
    const session = open(text);
    session.setEventBreakpoints([], 'none');
    const start = session.kernel.machine.memory.bytes.slice();
    const hashes = [session.bytesHash];
    while (!session.ended && session.step < STEPS) {
      to(session, session.step + 1);
      hashes.push(session.bytesHash);
    }
    const end = session.kernel.machine.memory.bytes.slice();
    const different: number[] = [];
    for (let step = session.step - 1; step >= 0; step--) {
      to(session, step);
      if (session.bytesHash !== hashes[step]) different.push(step);
    }
    expect(different, 'steps whose hash is another on the way back').toEqual([]);
    expect(Buffer.compare(session.kernel.machine.memory.bytes, start)).toBe(0);
    to(session, hashes.length - 1);
    expect(Buffer.compare(session.kernel.machine.memory.bytes, end)).toBe(0);
  });

  test('random jumps arrive in the same states', () => {
    const session = open(text);
    session.setEventBreakpoints([], 'none');
    to(session, 20_000);
    const last = session.step;
    const hashes = new Map<number, string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: last }), (step) => {
        to(session, step);
        const known = hashes.get(step) ?? session.bytesHash;
        hashes.set(step, known);
        expect(session.bytesHash).toBe(known);
        expect(session.events(0).every((event) => event.step <= step)).toBe(true);
      }),
      { seed: SEED, numRuns: 25 },
    );
    to(session, last);
    const other = open(text);
    other.setEventBreakpoints([], 'none');
    to(other, last);
    expect(session.bytesHash).toBe(other.bytesHash);
    for (const [step, hash] of hashes) {
      to(other, step);
      expect(other.bytesHash).toBe(hash);
    }
  });

  test('two runs have the same events, findings and bytes', () => {
    const runs = [1, 2].map(() => {
      const session = open(text);
      session.setEventBreakpoints([], 'none');
      run(session, { kind: 'continue' });
      return { session, events: JSON.stringify(session.events(0)), findings: JSON.stringify(session.findings) };
    });
    expect(runs[0].events).toBe(runs[1].events);
    expect(runs[0].findings).toBe(runs[1].findings);
    expect(runs[0].session.step).toBe(runs[1].session.step);
    expect(runs[0].session.bytesHash).toBe(runs[1].session.bytesHash);
  });
});

describe('commands in any order', () => {
  const granularity = fc.constantFrom('statement' as const, 'line' as const, 'instruction' as const, 'event' as const);
  const command: fc.Arbitrary<RunCommand> = fc.oneof(
    fc.record({
      kind: fc.constantFrom('next' as const, 'in' as const, 'out' as const, 'back' as const),
      pid: fc.constant(-1),
      granularity,
    }),
    fc.constant<RunCommand>({ kind: 'reverse-continue' }),
    fc.record({
      kind: fc.constant('to-event' as const),
      event: fc.constantFrom('context_switch' as const, 'map' as const, 'unmap' as const),
      direction: fc.constantFrom('forward' as const, 'back' as const),
    }),
    fc.record({ kind: fc.constant('to-step' as const), step: fc.integer({ min: 0, max: 3000 }) }),
  );

  const twoCpus = SAMPLES.find(([name]) => name === 'migration-bug.klab') ?? ['', ''];

  test.each([
    ['one CPU', TWO_TASKS],
    ['two CPUs', twoCpus[1]],
  ])('a state depends on its step only, whatever way led there: %s', (_cpus, text) => {
    const reference = open(text);
    reference.setEventBreakpoints([], 'none');
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 12 }), (commands) => {
        const session = open(text);
        session.setEventBreakpoints([], 'none');
        for (const each of commands) run(session, each);
        to(reference, session.step);
        expect(reference.step).toBe(session.step);
        expect(session.bytesHash).toBe(reference.bytesHash);
        expect(JSON.stringify(session.events(0))).toBe(JSON.stringify(reference.events(0)));
      }),
      { seed: SEED, numRuns: 20 },
    );
  });
});
