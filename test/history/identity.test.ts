import { expect, test } from 'vitest';
import { kernelIdentity } from '../../src/history/identity.ts';
import { Seeded, walkRandomly } from '../../src/history/random-walk.ts';
import { Run } from '../../src/history/run.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { samples } from './samples.ts';

const SEED = 4711;

/** What somebody outside can see of a run: the choices there were, and the findings. */
function story(run: Run<Kernel>, seed: number, steps: number, beforeEach: () => void): { choices: string; findings: string[] } {
  const choices: string[] = [];
  for (let i = 0; i < steps; i++) {
    beforeEach();
    choices.push(run.enabled().join(' '));
    walkRandomly(run, { seed: seed + i, steps: 1, oneIn: 5 });
  }
  return {
    choices: choices.join('\n'),
    findings: run.kernel.findings.map(({ slug, step, cpu, pid }) => `${step} ${cpu} ${pid} ${slug}`),
  };
}

test('changing ghost fields at random changes no choice and no finding', () => {
  for (const sample of samples()) {
    const plain = new Run(sample.boot());
    const shaken = new Run(sample.boot());
    const { ghosts } = kernelIdentity(shaken.kernel).projection;
    expect(ghosts.length).toBeGreaterThan(5);
    const random = new Seeded(SEED);
    const { memory } = shaken.kernel.machine;
    const expected = story(plain, SEED, 800, () => {});
    const got = story(shaken, SEED, 800, () => {
      if (random.below(3) === 0) memory.write(ghosts[random.below(ghosts.length)], random.next() | 0);
    });
    expect(got, `${sample.name}, seed ${SEED}`).toEqual(expected);
  }
});

test('identity does not see ghost fields, dead stack and absolute time, and sees everything else', () => {
  const [sample] = samples();
  const run = new Run(sample.boot());
  for (let i = 0; i < 300; i++) run.stepDefault();
  const { machine } = run.kernel;
  const { memory } = machine;
  const identity = kernelIdentity(run.kernel);
  const write = (word: number, value: number): void => {
    memory.write(word, value);
    memory.commitStep();
  };
  const before = identity.value;
  write(identity.projection.ghosts[0], 12345);
  write(machine.offsetOf(run.kernel.tasks[0].stackLow) >>> 2, 77);
  expect(identity.value).toBe(before);

  for (const word of identity.projection.relative) {
    if (!Number.isFinite(identity.projection.relativeTime(word)) || word === machine.plan.region('machine').offset >>> 2)
      continue;
    write(word, memory.words[word] + 1_000_000);
  }
  machine.now += 1_000_000;
  memory.commitStep();
  expect(identity.value).toBe(before);

  write(machine.offsetIn('data') >>> 2, memory.words[machine.offsetIn('data') >>> 2] + 1);
  expect(identity.value).not.toBe(before);
  memory.undoStep();
  expect(identity.value).toBe(before);
  machine.now += 1;
  memory.commitStep();
  expect(identity.value).not.toBe(before);
});

test('the same state reached twice has the same identity, computed anew or kept', () => {
  for (const sample of samples().slice(0, 4)) {
    const run = new Run(sample.boot());
    const kept = kernelIdentity(run.kernel);
    const seen: string[] = [];
    for (let i = 0; i < 500; i++) {
      seen.push(kept.value);
      run.stepDefault();
    }
    for (const step of [499, 250, 3, 400]) {
      run.goTo(step);
      expect(kept.value).toBe(seen[step]);
      expect(kernelIdentity(run.kernel).value).toBe(seen[step]);
    }
  }
});
