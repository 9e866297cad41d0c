/** Random interleavings of pinned tasks, pushes, pulls and changes of affinity: whatever comes when, nothing is lost and everything ends. */
import { expect, test } from 'vitest';
import { walkRandomly } from '../../src/history/random-walk.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { pushable } from '../../src/kernel/sched/pushable.ts';
import { boot, printed, runToEnd, type Settings } from '../support/run-program.ts';

const SEEDS = [1, 2];
const WALK = 20_000;

const STACKS = `
  static const cpumask_t everywhere = 0xf;
  static void section(int wake) {
    set_cpus_allowed_ptr(current, &everywhere);
    usleep_range(wake * 40, wake * 40);
    migrate_disable(); udelay(90); migrate_disable(); usleep_range(10, 10); migrate_enable(); migrate_enable();
    udelay(60);
    migrate_disable(); udelay(30); migrate_enable();
  }
  task t10(policy = SCHED_FIFO, prio = 10, cpu = 0) { section(1); }
  task t20(policy = SCHED_FIFO, prio = 20, cpu = 0) { section(2); }
  task t30(policy = SCHED_FIFO, prio = 30, cpu = 0) { section(3); }
  task t40(policy = SCHED_FIFO, prio = 40, cpu = 0) { section(3); }
  task x50(policy = SCHED_FIFO, prio = 50, cpu = 1) { int i; for (i = 0; i < 8; i++) { udelay(20); usleep_range(30, 30); } }
  task f(cpus_allowed = 7) { section(2); }
`;

const AFFINITY = `
  static struct task_struct *p0;
  static const cpumask_t everywhere = 7;
  static void change(int rounds, cpumask_t mask) {
    while (!p0)
      usleep_range(5, 5);
    while (rounds-- > 0) {
      usleep_range(15, 15);
      assert(set_cpus_allowed_ptr(p0, &mask) == 0);
      mask = (mask << 1 & 7) | mask >> 2;
    }
    printk("%s", current->comm);
  }
  task pinned(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 1) {
    int i;
    p0 = current;
    set_cpus_allowed_ptr(current, &everywhere);
    for (i = 0; i < 6; i++) { migrate_disable(); udelay(20); if (i & 1) usleep_range(10, 10); migrate_enable(); udelay(5); }
  }
  task a(policy = SCHED_FIFO, prio = 20, cpu = 1) { change(5, 2); }
  task b(policy = SCHED_FIFO, prio = 20, cpu = 2) { change(5, 6); }
  task c(cpu = 0) { change(5, 1); }
  task h(policy = SCHED_FIFO, prio = 50, cpu = 0) { int i; for (i = 0; i < 6; i++) { usleep_range(20, 20); udelay(15); } }
`;

function walk(text: string, cpus: number, settings: Settings, seed: number): Kernel {
  const run = boot(`machine { cpus = ${cpus}; step_ns = 20; tick_ns = 50us; }\n${text}`, settings);
  walkRandomly(run, { seed, steps: WALK });
  return runToEnd(run);
}

function expectNothingLeft(kernel: Kernel): void {
  expect(kernel.findings.map(({ headline, detail }) => `${headline}: ${detail}`)).toEqual([]);
  for (const { comm, view } of kernel.programTasks) {
    expect([comm, view.exit_state, view.migration_disabled, view.migration_pending]).toEqual([comm, 16, 0, 0]);
  }
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const rq = kernel.rq(cpu);
    expect([rq.nr_running, rq.nr_pinned, rq.push_busy, rq.__lock.owner, rq.rt.rt_nr_running]).toEqual([0, 0, 0, 0, 0]);
    expect([...pushable(kernel, rq)]).toEqual([]);
  }
  const { rto_mask, rto_count, rto_cpu } = kernel.rootDomain;
  expect([rto_mask, rto_count, rto_cpu]).toEqual([0, 0, -1]);
}

const cases = ['v5_14', 'v5_11', 'series_v1', 'naive', 'rostedt_counter'].flatMap((migrate_disable) =>
  ['on', 'off'].map((rt_push_ipi) => [migrate_disable, rt_push_ipi] as const),
);

test.each(cases)('stacks come apart: %s, rt_push_ipi = %s', (migrate_disable, rt_push_ipi) => {
  for (const seed of SEEDS) expectNothingLeft(walk(STACKS, 4, { migrate_disable, rt_push_ipi }, seed));
});

test.each(cases)('all callers come back: %s, rt_push_ipi = %s', (migrate_disable, rt_push_ipi) => {
  for (const seed of SEEDS) {
    const kernel = walk(AFFINITY, 3, { migrate_disable, rt_push_ipi }, seed);
    expectNothingLeft(kernel);
    expect(printed(kernel).toSorted()).toEqual(['a', 'b', 'c']);
  }
});

test('a task that has ended before the stopper came is not pushed: preempt = none', () => {
  for (const seed of [11, 12, 13]) expectNothingLeft(walk(STACKS, 4, { preempt: 'none' }, seed));
});
