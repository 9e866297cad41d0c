import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Anchors } from '../../src/history/anchors.ts';
import { walkRandomly } from '../../src/history/random-walk.ts';
import { Run } from '../../src/history/run.ts';
import { followSchedule } from '../../src/history/schedule-chooser.ts';
import { recordSchedule } from '../../src/history/schedule-record.ts';
import { parseSchedule, printSchedule } from '../../src/history/schedule-text.ts';
import { DATA_BASE } from '../../src/machine/bytecode.ts';
import { toyAnchors } from './toy-anchors.ts';
import { type ToyKernel, toyKernel } from './toy-kernel.ts';

const HASHES = { programHash: 'aaaa', kernelHash: 'bbbb' };
const OTHER = { programHash: 'cccc', kernelHash: 'bbbb' };

function textOf(run: Run<ToyKernel>): string {
  return printSchedule(recordSchedule(run, new Anchors(toyAnchors(run.kernel)), HASHES));
}

function replay(text: string, steps: number, hashes = HASHES): { run: Run<ToyKernel>; notes: string[] } {
  const { schedule, errors } = parseSchedule(text);
  expect(errors).toEqual([]);
  const kernel = toyKernel();
  const { chooser, notes } = followSchedule(kernel, schedule, new Anchors(toyAnchors(kernel)), hashes);
  const run = new Run(kernel, { chooser });
  for (let i = 0; i < steps; i++) run.stepDefault();
  return { run, notes };
}

describe('a schedule recorded from a run', () => {
  test('gives the same bytes when it is replayed from its text, whatever was chosen', () => {
    const property = fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 12 }), (seed, oneIn) => {
      const run = new Run(toyKernel());
      walkRandomly(run, { seed, steps: 700, oneIn });
      const word = run.kernel.machine.offsetOf(DATA_BASE + 8) >>> 2;
      run.change({ words: [{ word, value: seed }] });
      walkRandomly(run, { seed: seed + 1, steps: 300, oneIn });
      const again = replay(textOf(run), run.step);
      expect(again.notes).toEqual([]);
      expect(again.run.kernel.machine.memory.bytesHash).toBe(run.kernel.machine.memory.bytesHash);
      expect(again.run.deviations).toEqual(run.deviations);
      expect(textOf(again.run)).toBe(textOf(run));
    });
    fc.assert(property, { seed: 3, numRuns: 20 });
  });

  test('holds by its positions too, when the program is another', () => {
    const run = new Run(toyKernel());
    for (let i = 0; i < 333; i++) run.stepDefault();
    run.raise(3, 0);
    for (let i = 0; i < 300; i++) run.stepDefault();
    const again = replay(textOf(run), run.step, OTHER);
    expect(again.notes).toEqual([]);
    expect(again.run.kernel.machine.memory.bytesHash).toBe(run.kernel.machine.memory.bytesHash);
  });

  test('of a part of a run, seen from the past, ends at the present', () => {
    const run = new Run(toyKernel());
    walkRandomly(run, { seed: 5, steps: 500 });
    const hash = run.kernel.machine.memory.bytesHash;
    const whole = textOf(run);
    run.goTo(100);
    expect(run.deviations.length).toBeGreaterThan(textOf(run).split('\n').length - 6);
    run.goTo(500);
    expect([run.kernel.machine.memory.bytesHash, textOf(run)]).toEqual([hash, whole]);
  });
});

describe('positions', () => {
  test('are before the n-th hit of an anchor', () => {
    const { run } = replay('kmaplab schedule 1\nraise 3 on cpu0 at worker "begin" 5\n', 400);
    const { step } = run.deviations[0];
    const begin = new Anchors(toyAnchors(run.kernel)).addresses({ function: 'worker', label: 'begin' })[0];
    run.goTo(step - 1);
    expect(run.kernel.machine.pc(0)).toBe(begin);
    const hits = Array.from({ length: step - 1 }, (_, i) => i + 1).filter(
      (at) => run.trace.cpu(at) === 0 && run.trace.pc(at) === begin,
    );
    expect(hits).toHaveLength(4);
  });

  test('that the program does not have skip the schedule with a note', () => {
    const { run, notes } = replay('kmaplab schedule 1\nraise 3 at worker "middle"\nraise 3 at nowhere\n', 50);
    expect(notes).toEqual([
      'line 2: worker has no label "middle"; it has "begin"',
      'line 3: there is no function nowhere here',
      'the schedule is skipped',
    ]);
    expect(run.deviations).toEqual([]);
  });

  test("of 'run ... until' let only one CPU go on", () => {
    const { run } = replay('kmaplab schedule 1\nrun cpu1 until worker "begin" 4\n', 40);
    const cpus = Array.from({ length: 40 }, (_, i) => run.trace.cpu(i + 1));
    const until = cpus.indexOf(0);
    expect(until).toBeGreaterThan(15);
    expect(cpus.slice(until)).not.toEqual(Array(40 - until).fill(1));
    expect(textOf(run)).toContain('run cpu1 x');
  });

  test('that have passed are left out with a note', () => {
    const { notes } = replay('kmaplab schedule 1\nrun cpu1 x3 at worker "begin" 6\nraise 3 on cpu0 at worker "begin" 1\n', 200);
    expect(notes).toEqual(["line 3: 'raise' is left out: its moment passed before the entries above it were done"]);
  });
});

describe('the text', () => {
  test('is read back as it was printed', () => {
    const text = [
      'kmaplab schedule 1',
      'program 1c2d',
      'kernel 5a6b',
      'base lockstep',
      '',
      'raise nic on cpu0 at kmap_switch_temporary "restore" 2 step 512',
      'run cpu1 x20 at worker line 14 3 +2 step 530',
      'run cpu0 until writer line 9 1',
      'deliver 16 on cpu0 at worker 7 on cpu1 step 600',
      'option 2 on cpu1 step 640',
      'clock step 641',
      'change 0x1f40=0x5 0x1f44=0xffffffff step 700',
      '',
    ].join('\n');
    const { schedule, errors } = parseSchedule(text);
    expect(errors).toEqual([]);
    expect(printSchedule(schedule)).toBe(text);
  });

  test.each([
    ['', 1, 1, "the text is empty; a schedule begins with 'kmaplab schedule 1'"],
    ['kmaplab schedule 2', 1, 18, "a schedule begins with 'kmaplab schedule 1'"],
    ['kmaplab schedule 1\nrun cpu9 x2', 2, 5, "expected a CPU: 'cpu0' to 'cpu7'"],
    ['kmaplab schedule 1\nrun cpu1 step 4', 2, 10, "say how long the CPU runs: 'x20', or 'until' and a place"],
    ['kmaplab schedule 1\n\nraise nic', 3, 10, "say when: 'at' and a place, or 'step' and a number"],
    ['kmaplab schedule 1\nclock step 4 5', 2, 14, "'5' is not expected here; one entry a line"],
    ['kmaplab schedule 1\njump 3', 2, 1, "expected 'run', 'raise', 'deliver', 'option', 'clock' or 'change'"],
    ['kmaplab schedule 1\nbase fair', 2, 6, "the only base chooser is 'lockstep'"],
  ])('%j is wrong at %i:%i', (text, line, column, message) => {
    expect(parseSchedule(text).errors).toEqual([{ line, column, message }]);
  });

  test('never throws, whatever it is', () => {
    const word = fc.constantFrom(
      'kmaplab',
      'schedule',
      '1',
      'run',
      'cpu0',
      'x3',
      'at',
      '"',
      '#',
      'step',
      '0',
      '+1',
      '\n',
      'change',
      '0x1=0x2',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 20 }), (words) => {
        parseSchedule(words.join(' '));
      }),
      { seed: 9, numRuns: 300 },
    );
  });
});
