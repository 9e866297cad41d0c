/** Random walks over the samples: the foundation carries any order of things, and each is reproduced from its text. */
import { expect, test } from 'vitest';
import { Anchors } from '../../src/history/anchors.ts';
import { walkRandomly } from '../../src/history/random-walk.ts';
import { Run } from '../../src/history/run.ts';
import { followSchedule } from '../../src/history/schedule-chooser.ts';
import { recordSchedule } from '../../src/history/schedule-record.ts';
import { parseSchedule, printSchedule } from '../../src/history/schedule-text.ts';
import { type Sample, samples } from './samples.ts';

const SEED = 20_201_119;
const WALKS = 3;
const STEPS = 3000;

function replay({ boot, built }: Sample, text: string, steps: number) {
  const kernel = boot();
  const { schedule, errors } = parseSchedule(text);
  expect(errors).toEqual([]);
  const { chooser, notes } = followSchedule(kernel, schedule, new Anchors(built.debug), built);
  const run = new Run(kernel, { chooser });
  for (let i = 0; i < steps; i++) run.stepDefault();
  expect(notes).toEqual([]);
  return run;
}

test('every random walk over every sample replays from its schedule text to the same hash, events and findings', () => {
  const slugs = new Set<string>();
  let walks = 0;
  let interrupts = 0;
  for (const sample of samples()) {
    for (let i = 0; i < WALKS; i++) {
      const run = new Run(sample.boot());
      const result = walkRandomly(run, { seed: SEED + walks, steps: STEPS, oneIn: 1 + (i % 3) * 4 });
      walks++;
      interrupts += result.interrupts;
      for (const { slug } of run.kernel.findings) slugs.add(slug);
      const text = printSchedule(recordSchedule(run, new Anchors(sample.built.debug), sample.built));
      const again = replay(sample, text, run.step);
      const where = `${sample.name}, seed ${SEED + walks - 1}`;
      expect(again.kernel.machine.memory.bytesHash, where).toBe(run.kernel.machine.memory.bytesHash);
      expect(again.kernel.findings, where).toEqual(run.kernel.findings);
      expect(again.kernel.events.length, where).toBe(run.kernel.events.length);
      for (const share of [0.3, 0.9, 0.1]) {
        const step = Math.floor(run.lastStep * share);
        run.goTo(step);
        again.goTo(step);
        expect(again.kernel.machine.memory.bytesHash, `${where}, step ${step}`).toBe(run.kernel.machine.memory.bytesHash);
        expect(run.kernel.events.every((event) => event.step <= step)).toBe(true);
      }
    }
  }
  console.log(
    `seed ${SEED}: ${walks} walks, ${interrupts} interrupts landed, findings: ${[...slugs].sort().join(', ') || 'none'}`,
  );
  expect(interrupts).toBeGreaterThan(walks);
});

test('after N random steps forward and N back memory is byte-identical, and the hash is equal at every step both ways', () => {
  for (const sample of samples()) {
    const run = new Run(sample.boot());
    const hashes = [run.kernel.machine.memory.bytesHash];
    const first = run.kernel.machine.memory.words.slice();
    for (let i = 0; i < 300; i++) {
      walkRandomly(run, { seed: SEED + i, steps: 1, oneIn: 2 });
      hashes[run.step] = run.kernel.machine.memory.bytesHash;
    }
    const last = run.step;
    for (let step = last; step > 0; step--) {
      expect(run.kernel.machine.memory.bytesHash, `${sample.name}, step ${step} going back`).toBe(hashes[step]);
      run.goTo(step - 1);
    }
    expect(run.kernel.machine.memory.words).toEqual(first);
    for (let step = 1; step <= last; step++) {
      run.stepDefault();
      expect(run.kernel.machine.memory.bytesHash, `${sample.name}, step ${step} forward again`).toBe(hashes[step]);
    }
  }
});

test('advancing many steps at once gives the bytes, events and findings of single steps, in every sample', () => {
  for (const sample of samples()) {
    const quick = new Run(sample.boot());
    const slow = new Run(sample.boot());
    quick.advance(5_000);
    while (slow.step < 5_000 && slow.stepDefault());
    expect(quick.step, sample.name).toBe(slow.step);
    expect(quick.kernel.machine.memory.bytesHash, sample.name).toBe(slow.kernel.machine.memory.bytesHash);
    expect(quick.kernel.events, sample.name).toEqual(slow.kernel.events);
    expect(quick.kernel.findings, sample.name).toEqual(slow.kernel.findings);
  }
});
