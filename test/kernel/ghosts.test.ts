/** Fields marked `ghost` are no part of a state's identity: whatever they hold, the same things happen. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Run } from '../../src/history/run.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import type { StructLayout } from '../../src/machine/layout.ts';
import { boot } from '../support/run-program.ts';

const SEED = 20201023;
const PROGRAM = `
  machine { cpus = 2; tick_ns = 50us; }
  page a = "a"; page b = "b";
  static struct completion done;
  task one(policy = SCHED_FIFO, prio = 10, cpu = 0) { char *p = map_page(a); yield(); WARN_ON(p[0] != 'a'); unmap_page(p); complete(&done); }
  task two(policy = SCHED_FIFO, prio = 10, cpu = 0) { char *p = map_page(b); msleep(1); p[1] = 'x'; unmap_page(p); preempt_enable(); }
  task three(cpu = 1, cpus_allowed = 0x3) { wait_for_completion(&done); udelay(200); }
  task four(cpu = 1, cpus_allowed = 0x3) { udelay(400); migrate_disable(); udelay(100); migrate_enable(); }
  irq nic(cpu = 0, every = 70us) { unmap_page(map_page(a)); }
`;

/** Words of flat memory that belong to ghost fields. */
function ghostWords({ machine, tasks, layouts, profile }: Kernel): number[] {
  const words: number[] = [];
  const add = (layout: StructLayout<never> | StructLayout, base: number, ghost = false): void => {
    for (const { type, marks, offset, size } of layout.fields) {
      const all = ghost || marks.ghost === true;
      if (type.kind === 'struct') add(type.layout, base + offset, all);
      else if (all && size % 4 === 0) for (let i = 0; i < size; i += 4) words.push((base + offset + i) >>> 2);
    }
  };
  for (const { view } of tasks) add(layouts.task_struct as unknown as StructLayout, view.$base);
  const stat = machine.image.variables.find(({ name }) => name === 'irq_stat');
  for (let cpu = 0; cpu < profile.cpus; cpu++) {
    const segment = machine.offsetOf(machine.perCpuBase(cpu));
    const queue = machine.image.variables.find(({ name }) => name === 'runqueues');
    add(layouts.rq as unknown as StructLayout, segment + (queue?.offset ?? 0));
    add(layouts.irq_cpustat as unknown as StructLayout, segment + (stat?.offset ?? 0));
  }
  return words;
}

function follow(run: Run<Kernel>, disturb: (step: number) => void) {
  const choices: (number | undefined)[] = [];
  for (let step = 0; step < 100_000; step++) {
    disturb(step);
    const next = run.next();
    choices.push(next);
    if (next === undefined) break;
    run.apply(next);
  }
  return { choices, events: run.kernel.events, findings: run.kernel.findings };
}

test('nothing that happens depends on a ghost field', () => {
  const reference = follow(boot(PROGRAM), () => undefined);
  expect(reference.findings.length).toBeGreaterThan(0);
  expect(reference.choices.at(-1)).toBeUndefined();
  fc.assert(
    fc.property(fc.infiniteStream(fc.tuple(fc.nat(), fc.integer())), (noise) => {
      const run = boot(PROGRAM);
      const words = ghostWords(run.kernel);
      expect(words.length).toBeGreaterThan(20);
      const disturbed = follow(run, (step) => {
        if (step % 50 !== 0) return;
        for (const [where, value] of noise.take(5)) run.kernel.machine.memory.write(words[where % words.length], value);
      });
      expect(disturbed.choices).toEqual(reference.choices);
      expect(disturbed.events).toEqual(reference.events);
      expect(disturbed.findings).toEqual(reference.findings);
    }),
    { seed: SEED, numRuns: 10 },
  );
});
