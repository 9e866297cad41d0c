/** Vectors C01 to C07 of the scheduler reference: what the classes do. Times in ms, to 1 % of a tick. */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { eventsOf, printed, runProgram, slugs } from '../../support/run-program.ts';

const TICK = 1_000_000;

/** Who got a CPU when, in ms; each time within 1 % of a tick of that. */
function runs(kernel: Kernel): string[] {
  return eventsOf(kernel, 'sched_switch').map(({ time, next_comm }) => {
    const ms = Math.round(time / TICK);
    expect(Math.abs(time - ms * TICK), `${next_comm} at ${time} ns`).toBeLessThanOrEqual(TICK / 100);
    return `${ms} ${next_comm}`;
  });
}

test('C01: two SCHED_RR tasks of one priority take turns every 100 ms', () => {
  const kernel = runProgram(`
    machine { cpus = 1; step_ns = 1; }
    task a(policy = SCHED_RR, prio = 20) { mdelay(250); }
    task b(policy = SCHED_RR, prio = 20) { mdelay(200); }
  `);
  const quanta = eventsOf(kernel, 'sched_switch').slice(0, 4);
  expect(quanta.map(({ time, next_comm }) => `${Math.round(time / TICK)} ${next_comm}`)).toEqual([
    '0 a',
    '100 b',
    '200 a',
    '300 b',
  ]);
  for (const { time } of quanta) expect(time % (100 * TICK)).toBeLessThanOrEqual(TICK / 100);
});

test('C01: SCHED_FIFO tasks of one priority do not take turns', () => {
  const kernel = runProgram(`
    machine { cpus = 1; step_ns = 1; }
    task a(policy = SCHED_FIFO, prio = 20) { mdelay(105); }
    task b(policy = SCHED_FIFO, prio = 20) { mdelay(5); }
  `);
  expect(runs(kernel)).toEqual(['0 a', '105 b', '110 swapper/0']);
});

test('C02: a preempted task is first of its equals, a woken one last', () => {
  const kernel = runProgram(`
    machine { cpus = 1; step_ns = 1; }
    task B20(policy = SCHED_FIFO, prio = 20) { msleep(2); mdelay(3); }
    task A20(policy = SCHED_FIFO, prio = 20) { mdelay(6); msleep(1); }
    task C30(policy = SCHED_FIFO, prio = 30) { msleep(4); mdelay(1); }
  `);
  expect(runs(kernel)).toEqual(['0 C30', '0 B20', '0 A20', '4 C30', '5 A20', '7 B20', '10 A20', '10 swapper/0']);
});

test.each(['eevdf', 'cfs'])('C03: nice 0 and nice 5 share the CPU as 1024 to 335 (%s)', (fair) => {
  const kernel = runProgram(
    `
    machine { cpus = 1; step_ns = 1; }
    static bool over;
    task zero() { while (!over) mdelay(1); }
    task five(nice = 5) { while (!over) mdelay(1); }
    task clock(policy = SCHED_FIFO, prio = 90) { msleep(2000); over = true; }
  `,
    { fair },
  );
  const [zero, five] = kernel.programTasks.map(({ view }) => view.se.sum_exec_runtime);
  expect(zero / (zero + five)).toBeCloseTo(0.7535, 2);
  expect(slugs(kernel)).toEqual([]);
});

test('C04: two deadline tasks, the earlier deadline first', () => {
  const kernel = runProgram(`
    machine { cpus = 1; step_ns = 1; }
    task T1(policy = SCHED_DEADLINE, runtime = 2ms, period = 10ms) { mdelay(4); }
    task T2(policy = SCHED_DEADLINE, runtime = 3ms, period = 5ms) { mdelay(12); }
  `);
  expect(runs(kernel).slice(0, 8)).toEqual(['0 T2', '3 T1', '5 T2', '8 swapper/0', '10 T2', '13 T1', '15 T2', '18 swapper/0']);
  expect(slugs(kernel)).toEqual([]);
});

test('C05: a job longer than its budget goes on in the periods that follow', () => {
  const kernel = runProgram(`
    machine { cpus = 1; step_ns = 1; }
    task t(policy = SCHED_DEADLINE, runtime = 2ms, period = 10ms)
    {
      int part;

      for (part = 0; part < 5; part++) {
        mdelay(1);
        printk("%d", (int)(current->dl.deadline / 1000));
      }
    }
  `);
  expect(runs(kernel)).toEqual(['0 t', '2 swapper/0', '10 t', '12 swapper/0', '20 t', '21 swapper/0']);
  const deadlines = printed(kernel).map((us) => Math.round(Number(us) / 1000));
  expect(deadlines).toEqual([10, 20, 20, 30, 30]);
});

test('C06: stop before deadline before SCHED_FIFO 99 before fair', () => {
  const kernel = runProgram(`
    machine { cpus = 2; step_ns = 1; }
    static struct task_struct *fifo;
    static struct task_struct *deadline;
    static struct cpu_stop_work work;
    static int nothing(void *arg) { return 0; }

    task d(policy = SCHED_DEADLINE, runtime = 2ms, period = 10ms, cpu = 0, cpus_allowed = 0x3)
    {
      deadline = current;
      set_current_state(TASK_INTERRUPTIBLE);
      schedule();
      mdelay(1);
    }
    task f99(policy = SCHED_FIFO, prio = 99, cpu = 0)
    {
      fifo = current;
      set_current_state(TASK_INTERRUPTIBLE);
      schedule();
      mdelay(1);
    }
    task fair(cpu = 0)
    {
      preempt_disable();
      wake_up_process(fifo);
      wake_up_process(deadline);
      stop_one_cpu_nowait(0, nothing, NULL, &work);
      preempt_enable();
      mdelay(1);
    }
  `);
  const onCpu0 = eventsOf(kernel, 'sched_switch').filter(({ cpu }) => cpu === 0);
  expect(onCpu0.map(({ next_comm, next_prio }) => `${next_comm} ${next_prio}`).slice(3)).toEqual([
    'migration/0 0',
    'd -1',
    'f99 0',
    'fair 120',
    'swapper/0 120',
  ]);
  expect(slugs(kernel)).toEqual([]);
});

describe('C07: the end of the list that a task goes to', () => {
  test('yield: the tail of its own', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      task a(policy = SCHED_FIFO, prio = 50) { mdelay(1); yield(); mdelay(1); }
      task b(policy = SCHED_FIFO, prio = 50) { mdelay(1); }
      task c(policy = SCHED_FIFO, prio = 50) { mdelay(1); }
    `);
    expect(runs(kernel)).toEqual(['0 a', '1 b', '2 c', '3 a', '4 swapper/0']);
  });

  test('deboost: the head of the lower one', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static struct rt_mutex m;
      task H60(policy = SCHED_FIFO, prio = 60) { msleep(1); rt_mutex_lock(&m); mdelay(1); rt_mutex_unlock(&m); }
      task M50(policy = SCHED_FIFO, prio = 50) { msleep(2); mdelay(1); }
      task L50(policy = SCHED_FIFO, prio = 50) { rt_mutex_lock(&m); mdelay(3); rt_mutex_unlock(&m); mdelay(1); }
    `);
    const boosts = eventsOf(kernel, 'sched_pi_setprio').map(({ oldprio, newprio }) => `${oldprio} to ${newprio}`);
    expect(boosts).toEqual(['49 to 39', '39 to 49']);
    expect(runs(kernel).slice(3)).toEqual(['1 H60', '1 L50', '3 H60', '4 L50', '5 M50', '6 swapper/0']);
    expect(slugs(kernel)).toEqual([]);
  });
});
