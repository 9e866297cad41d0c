import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Choice, ChoiceKind, choiceKind, makeChoice } from '../../src/history/choice.ts';
import { Run } from '../../src/history/run.ts';
import { DATA_BASE } from '../../src/machine/bytecode.ts';
import { type ToyKernel, toyKernel } from './toy-kernel.ts';

function forward(run: Run<ToyKernel>, steps: number): void {
  for (let i = 0; i < steps; i++) run.stepDefault();
}

/** A list of numbers decides which of the enabled choices are made. */
function choose(run: Run<ToyKernel>, picks: readonly number[]): void {
  for (const pick of picks) {
    const choices = run.enabled();
    run.apply(pick % 3 === 0 ? choices[pick % choices.length] : run.next()!);
  }
}

describe('going back', () => {
  test('restores every byte, by undo as well as by checkpoint, and going forward again gives the same bytes and events', () => {
    const property = fc.property(
      fc.array(fc.nat(99), { minLength: 20, maxLength: 60 }),
      fc.array(fc.nat(6000), { minLength: 1, maxLength: 6 }),
      (picks, jumps) => {
        const run = new Run(toyKernel());
        const hashes = [run.kernel.machine.memory.bytesHash];
        const times = [run.kernel.machine.now];
        for (let i = 0; i < 100; i++) {
          const before = run.step;
          choose(run, picks);
          forward(run, 3);
          for (let step = before; step < run.step; step++) hashes.push('');
          hashes[run.step] = run.kernel.machine.memory.bytesHash;
          times[run.step] = run.kernel.machine.now;
        }
        const last = run.step;
        const events = [...run.kernel.events];
        const findings = [...run.kernel.findings];
        const known = hashes.flatMap((hash, step) => (hash ? [step] : []));
        for (const jump of jumps) {
          const target = known[jump % known.length];
          run.goTo(target);
          expect(run.kernel.machine.memory.bytesHash).toBe(hashes[target]);
          expect(run.kernel.machine.memory.rehash()).toBe(hashes[target]);
          expect(run.kernel.machine.now).toBe(times[target]);
          expect(run.kernel.events).toEqual(events.filter((event) => event.step <= target));
        }
        forward(run, last - run.step);
        expect(run.kernel.machine.memory.bytesHash).toBe(hashes[last]);
        expect(run.kernel.events).toEqual(events);
        expect(run.kernel.findings).toEqual(findings);
      },
    );
    fc.assert(property, { seed: 1, numRuns: 15 });
  });

  test('step by step gives the hash of every step both ways', () => {
    const run = new Run(toyKernel());
    const hashes: string[] = [];
    for (let i = 0; i < 400; i++) {
      hashes.push(run.kernel.machine.memory.bytesHash);
      run.stepDefault();
    }
    while (run.step > 0) {
      run.goTo(run.step - 1);
      expect(run.kernel.machine.memory.bytesHash).toBe(hashes[run.step]);
    }
    while (run.step < 399) {
      run.stepDefault();
      expect(run.kernel.machine.memory.bytesHash).toBe(hashes[run.step]);
    }
  });

  test('reaches any step of a long run whose old checkpoints were thinned', () => {
    const run = new Run(toyKernel(), { versionsMax: 1 });
    const hashes = new Map<number, string>();
    while (run.step < 60_000) {
      if (run.step % 997 === 0) hashes.set(run.step, run.kernel.machine.memory.bytesHash);
      run.stepDefault();
    }
    for (const [step, hash] of [...hashes].reverse()) {
      run.goTo(step);
      expect(run.kernel.machine.memory.bytesHash).toBe(hash);
    }
    run.goTo(60_000);
    expect(run.kernel.events.length).toBeGreaterThan(1000);
  });
});

describe('a known future', () => {
  test('is followed by stepDefault, whatever was chosen', () => {
    const run = new Run(toyKernel());
    forward(run, 50);
    run.raise(3, 0);
    forward(run, 50);
    expect(run.deviations).toHaveLength(1);
    const { bytesHash } = run.kernel.machine.memory;
    run.goTo(20);
    forward(run, 81);
    expect([run.step, run.branches, run.kernel.machine.memory.bytesHash]).toEqual([101, 0, bytesHash]);
  });

  test('is forgotten when another choice is made, and only then', () => {
    const run = new Run(toyKernel());
    forward(run, 100);
    const { bytesHash } = run.kernel.machine.memory;
    run.goTo(40);
    run.apply(run.next()!);
    expect(run.lastStep).toBe(100);
    run.raise(3, 0);
    expect([run.lastStep, run.branches, run.trace.length]).toEqual([42, 1, 42]);
    expect(run.kernel.events.every((event) => event.step <= 42)).toBe(true);
    forward(run, 58);
    expect(run.kernel.machine.memory.bytesHash).not.toBe(bytesHash);
  });

  test('is forgotten when memory is changed; the change is a step that is undone and done again like others', () => {
    const run = new Run(toyKernel());
    forward(run, 3000);
    run.goTo(1500);
    const { memory } = run.kernel.machine;
    const word = run.kernel.machine.offsetOf(DATA_BASE) >>> 2;
    run.change({ words: [{ word, value: 1_000_000 }] });
    expect([run.lastStep, memory.words[word]]).toEqual([1501, 1_000_000]);
    forward(run, 9000);
    const { bytesHash } = memory;
    run.goTo(1500);
    expect(memory.words[word]).toBeLessThan(10_000);
    run.goTo(10_501);
    expect(memory.bytesHash).toBe(bytesHash);
    expect(choiceKind(run.deviations[0].choice)).toBe(ChoiceKind.change);
  });
});

test('advancing by many steps at once is the same as single steps, with history and without', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
    fc.boolean(),
    (cpus, budgets, history) => {
      const quick = new Run(toyKernel(cpus), { history });
      const slow = new Run(toyKernel(cpus));
      for (const budget of budgets) {
        if (budget % 5 === 0) for (const run of [quick, slow]) if (run.kernel.machine.cpus[0].irqs_enabled) run.raise(3, 0);
        expect(quick.advance(budget)).toBe(budget);
        forward(slow, budget);
        expect(quick.kernel.machine.memory.rehash()).toBe(slow.kernel.machine.memory.bytesHash);
        expect(quick.kernel.events).toEqual(slow.kernel.events);
      }
      if (!history) return;
      const middle = Math.floor(slow.step / 2);
      for (const run of [quick, slow]) run.goTo(middle);
      expect(quick.kernel.machine.memory.bytesHash).toBe(slow.kernel.machine.memory.bytesHash);
      for (let step = 1; step <= quick.lastStep; step++) expect(quick.trace.pc(step)).toBe(slow.trace.pc(step));
      expect(quick.advance(1_000)).toBe(1_000);
      forward(slow, 1_000);
      expect(quick.kernel.machine.memory.bytesHash).toBe(slow.kernel.machine.memory.bytesHash);
    },
  );
  fc.assert(property, { seed: 44, numRuns: 30 });
});

describe('choices', () => {
  const kinds = (choices: readonly Choice[]): string[] =>
    choices.map((choice) => `${Object.keys(ChoiceKind)[choiceKind(choice)]} ${(choice >>> 4) & 15}`);

  test('by default are lockstep in virtual time, timed events and interrupts at theirs', () => {
    const run = new Run(toyKernel());
    const cpus: number[] = [];
    const clocks: number[] = [];
    for (let i = 0; i < 2000; i++) {
      const choice = run.next()!;
      if (choiceKind(choice) === ChoiceKind.step) cpus.push((choice >>> 4) & 15);
      if (choiceKind(choice) === ChoiceKind.clock) clocks.push(run.kernel.machine.clock.nextDue);
      run.stepDefault();
      const [a, b] = run.kernel.machine.cpus;
      if (!a.delay_register && !b.delay_register) expect(Math.abs(a.clock - b.clock)).toBeLessThan(4000);
    }
    expect(cpus.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(clocks.slice(0, 4)).toEqual([10_000, 10_700, 20_000, 20_700]);
  });

  test('never include a step of a CPU that can take an interrupt in, nor one past a timed event', () => {
    const run = new Run(toyKernel());
    forward(run, 30);
    run.raise(3, 0);
    expect(kinds(run.enabled())).toEqual(['deliver 0', 'step 1', 'clock 0']);
    const { machine } = run.kernel;
    for (let i = 0; i < 3000; i++) {
      for (const choice of run.enabled()) {
        if (choiceKind(choice) !== ChoiceKind.step) continue;
        expect(Math.max(machine.now, machine.cpus[(choice >>> 4) & 15].clock)).toBeLessThan(machine.clock.nextDue);
      }
      run.stepDefault();
    }
  });

  test('always include the default one', () => {
    const run = new Run(toyKernel());
    for (let i = 0; i < 3000; i++) {
      expect(run.enabled()).toContain(run.next());
      run.stepDefault();
    }
  });

  test('of the chooser come before the default', () => {
    const run = new Run(toyKernel(), {
      chooser: { choose: (step) => (step === 2 ? makeChoice(ChoiceKind.step, 0) : undefined) },
    });
    forward(run, 4);
    expect([1, 2, 3, 4].map((step) => run.trace.cpu(step))).toEqual([0, 0, 1, 0]);
    expect(run.deviations).toEqual([{ step: 2, choice: makeChoice(ChoiceKind.step, 0) }]);
  });
});

test('the trace tells where each step began', () => {
  const run = new Run(toyKernel(1));
  const seen: number[] = [];
  for (let i = 0; i < 300; i++) {
    seen.push(run.kernel.machine.pc(0));
    run.stepDefault();
  }
  for (let step = 1; step <= 300; step++) {
    if (run.trace.kind(step) === ChoiceKind.clock) expect(run.trace.pc(step)).toBe(-1);
    else expect(run.trace.pc(step)).toBe(seen[step - 1]);
  }
});

test('without history the same bytes come out, and nothing is kept', () => {
  const plain = new Run(toyKernel(), { history: false });
  const recorded = new Run(toyKernel());
  for (let i = 0; i < 5000; i++) {
    plain.stepDefault();
    recorded.stepDefault();
  }
  expect(plain.kernel.machine.memory.bytesHash).toBe(recorded.kernel.machine.memory.bytesHash);
  expect(plain.firstStep).toBe(5000);
  expect(plain.trace.length).toBe(0);
});
