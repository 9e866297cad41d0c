/** The fair class beyond the vectors (scheduler 2.6): slices, lag, who preempts whom, active balance. */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { wakeupPreemptsFair } from '../../src/kernel/sched/fair.ts';
import { boot, eventsOf, printed, runProgram, slugs, switches } from '../support/run-program.ts';

const migrations = (kernel: Kernel): string[] =>
  eventsOf(kernel, 'sched_migrate_task').map(({ task_comm, orig_cpu, dest_cpu }) => `${task_comm} ${orig_cpu}->${dest_cpu}`);

describe('eevdf', () => {
  test('two equal tasks take turns, and neither gets ahead by more than a slice and a tick', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; tick_ns = 700us; }
      task a() { mdelay(3); }
      task b() { mdelay(3); }
    `);
    const turns = eventsOf(kernel, 'sched_switch').map(({ time }) => time);
    expect(turns.length).toBeGreaterThanOrEqual(5);
    for (let i = 1; i < turns.length; i++) expect(turns[i] - turns[i - 1]).toBeLessThan(1_410_000);
  });

  test('a task that slept less than its share keeps its lag: it does not gain by sleeping', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static bool over;
      task steady() { while (!over) udelay(100); }
      task napper() { while (!over) { udelay(900); usleep_range(1, 1); } }
      task clock(policy = SCHED_FIFO, prio = 90) { msleep(200); over = true; }
    `);
    const [steady, napper] = kernel.programTasks.map(({ view }) => view.se.sum_exec_runtime);
    expect(napper / (steady + napper)).toBeLessThan(0.55);
  });

  test.each([
    ['shorter', 1_000_000, true],
    ['equal', 20_000_000, false],
  ])(
    'a woken task with a slice that is %s takes the CPU from one that keeps it to its deadline: PREEMPT_SHORT',
    (_name, slice, takes) => {
      const { kernel } = boot('machine { cpus = 1; } task runs() { } task wakes() { } task ahead() { }');
      const [runs, wakes, ahead] = kernel.programTasks;
      const rq = kernel.rq(0);
      rq.curr = runs.address;
      // The third one has had so much that the other two are eligible; the mark of protection is vlag == deadline.
      Object.assign(runs.view.se, { vruntime: 10_000_000, deadline: 30_000_000, vlag: 30_000_000, slice: 20_000_000 });
      Object.assign(wakes.view.se, { vruntime: 9_000_000, deadline: 9_000_000 + slice, slice });
      Object.assign(ahead.view.se, { vruntime: 90_000_000, deadline: 110_000_000 });
      expect(wakeupPreemptsFair(kernel, rq, runs, wakes)).toBe(takes);
    },
  );

  test('a slice of its own is kept', () => {
    const kernel = runProgram('machine { cpus = 1; } task a(slice = 3ms) { mdelay(4); printk("%d", (int)current->se.slice); }');
    expect(printed(kernel)).toEqual(['3000000']);
  });
});

describe('cfs', () => {
  test('the tick takes the CPU away when the slice is used up', () => {
    const kernel = runProgram(
      `
      machine { cpus = 1; step_ns = 1; }
      task a() { mdelay(8); }
      task b() { mdelay(8); }
    `,
      { fair: 'cfs' },
    );
    // Two tasks share a period of 6 ms. The second slice misses the tick at 6 ms by a moment.
    expect(switches(kernel, { times: true }).slice(1, 3)).toEqual(['3.0 CPU0: a ==> b R+', '7.0 CPU0: b ==> a R+']);
  });
});

describe('nohz', () => {
  const ticks = (nohz: boolean): string[] => {
    const kernel = runProgram(
      'machine { cpus = 2; step_ns = 1; } task a(cpu = 0) { mdelay(2); usleep_range(3500, 3500); mdelay(2); } task b(cpu = 1) { mdelay(8); }',
      { nohz },
    );
    return eventsOf(kernel, 'local_timer_entry').flatMap(({ cpu, time }) => (cpu === 0 ? [(time / 1e6).toFixed(1)] : []));
  };

  test('off: an idle CPU has its tick', () => {
    expect(ticks(false).slice(0, 6)).toEqual(['1.0', '2.0', '3.0', '4.0', '5.0', '5.5']);
  });

  test('on: it has none until it runs something again', () => {
    expect(ticks(true).slice(0, 4)).toEqual(['1.0', '2.0', '5.5', '6.0']);
  });
});

describe('active balance', () => {
  test('when all that wait are pinned, the running task is sent over in the end', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      task mover(nice = -20, cpu = 0, cpus_allowed = 0x3) { mdelay(20); }
      task pinned(nice = 19, cpu = 0) { mdelay(2); }
      task other(cpu = 1) { udelay(500); }
    `);
    expect(migrations(kernel)).toEqual(['mover 0->1']);
    const [first] = eventsOf(kernel, 'sched_migrate_task');
    // Four passes, one every fourth tick.
    expect(Math.round(first.time / 1e6)).toBeGreaterThanOrEqual(16);
    expect(first.comm).toBe('migration/0');
    expect(slugs(kernel)).toEqual([]);
  });

  test('a running task that is pinned itself stays', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      task one(cpu = 0, cpus_allowed = 0x3) { migrate_disable(); mdelay(20); migrate_enable(); }
      task two(cpu = 0) { mdelay(20); }
      task other(cpu = 1) { mdelay(1); }
    `);
    expect(migrations(kernel).filter((line) => line.startsWith('two'))).toEqual([]);
  });
});
