/** Vectors T01 to T04 and T08 of the scheduler reference: the arithmetic of the metrics on programs that run. */
import { describe, expect, test } from 'vitest';
import { computeMetrics, type MetricRow } from '../../src/trace/metrics/metrics.ts';
import { taskSpans } from '../../src/trace/task-states.ts';
import type { Settings } from '../support/run-program.ts';
import { record, STACKING } from './support.ts';

/** 1 % of a tick. */
const TOLERANCE = 10_000;
const MS = 1e6;

function expectMs(ns: number | undefined, ms: number): void {
  expect(Math.abs((ns ?? Number.NaN) - ms * MS), `${ns} ns against ${ms} ms`).toBeLessThanOrEqual(TOLERANCE);
}

function measure(program: string, settings: Settings = {}) {
  const recording = record(program, settings);
  const metrics = computeMetrics(recording);
  const row = (metric: string, subject: string): MetricRow | undefined =>
    metrics.rows.find((one) => one.metric === metric && one.subject === subject);
  /** `CPU0 1-2, CPU1 2-5`: when the task ran, ms, each as far as nothing but a few steps came between. */
  const ran = (comm: string): string => {
    const spans = taskSpans(recording).filter((span) => span.comm === comm && span.state === 'running');
    const joined: { cpu: number; start: number; end: number }[] = [];
    for (const { cpu, start, end } of spans) {
      const last = joined[joined.length - 1];
      if (last && last.cpu === cpu && start - last.end < TOLERANCE) last.end = end;
      else joined.push({ cpu, start, end });
    }
    const long = joined.filter(({ start, end }) => end - start > TOLERANCE);
    return long.map(({ cpu, start, end }) => `CPU${cpu} ${Math.round(start / MS)}-${Math.round(end / MS)}`).join(', ');
  };
  return { ...metrics, row, ran, recording };
}

describe('one program, three kinds of migrate_disable()', () => {
  test('T01: v5_14 pushes the runner away, and nobody is interfered with', () => {
    const { row, ran, mdPreempt } = measure(STACKING, { migrate_disable: 'v5_14' });
    expect([ran('h30'), ran('l10'), ran('x50')]).toEqual(['CPU0 1-2, CPU1 2-5', 'CPU0 0-1, CPU0 2-4', 'CPU1 0-2']);
    expectMs(row('wakeup_latency', 'h30')?.total, 0);
    expectMs(row('md.runtime', 'l10')?.total, 3);
    expectMs(row('md.preempted', 'l10')?.total, 1);
    expectMs(row('md.wall', 'l10')?.total, 4);
    expectMs(row('interference', 'l10')?.total ?? 0, 0);
    expect(mdPreempt).toMatchObject([{ comm: 'l10', next_comm: 'h30', cpu: 0, depth: 1, kind: 'irq-return' }]);
  });

  test('T02: naive leaves L10 below H30 while CPU 1 idles', () => {
    const { row, ran } = measure(STACKING, { migrate_disable: 'naive' });
    expect([ran('h30'), ran('l10')]).toEqual(['CPU0 1-5', 'CPU0 0-1, CPU0 5-7']);
    expectMs(row('md.preempted', 'l10')?.total, 4);
    expectMs(row('interference', 'l10')?.total, 3);
    expectMs(row('lost_cpu', 'CPU 1')?.total, 3);
    // H30 could move, and nobody moves it.
    expectMs(row('interference.movable', 'l10')?.total, 3);
    expect(row('interference.pinned', 'l10')).toBeUndefined();
    expectMs(row('shc', 'CPU 0')?.total, 3);
    expect(row('stack_depth', 'CPU 0')?.depth).toBe(1);
  });

  test('T03: as_preempt makes H30 wait instead', () => {
    const { row, ran } = measure(STACKING, { migrate_disable: 'as_preempt' });
    expect([ran('h30'), ran('l10')]).toEqual(['CPU0 3-7', 'CPU0 0-3']);
    expectMs(row('wakeup_latency', 'h30')?.max, 2);
    expectMs(row('preempt_off', 'CPU 0')?.max, 3);
    expect(row('interference', 'l10')).toBeUndefined();
  });
});

test('T04: a wake-up from another CPU is waking, migration if the task moves, wakeup, switch', () => {
  const { recording } = measure(`machine { cpus = 2; preempt = full; step_ns = 1; balance_pick = lowest_index; }
    static struct completion go;
    task sleeper(policy = SCHED_FIFO, prio = 20, cpu = 0, cpus_allowed = 0x3) { wait_for_completion(&go); mdelay(1); }
    task busy(policy = SCHED_FIFO, prio = 20, cpu = 0) { mdelay(3); }
    task waker(policy = SCHED_FIFO, prio = 5, cpu = 1) { mdelay(1); complete(&go); mdelay(1); }`);
  const about = recording.events.flatMap((event) => {
    if (event.type === 'sched_switch')
      return event.next_comm === 'sleeper' && event.time > MS / 2 ? [`${event.type} on ${event.cpu}`] : [];
    if (event.type === 'sched_migrate_task') return event.task_comm === 'sleeper' ? [`${event.type} to ${event.dest_cpu}`] : [];
    const wake = event.type === 'sched_waking' || event.type === 'sched_wakeup';
    return wake && event.wakee_comm === 'sleeper' ? [`${event.type} on ${event.cpu}`] : [];
  });
  expect(about).toEqual(['sched_waking on 1', 'sched_migrate_task to 1', 'sched_wakeup on 1', 'sched_switch on 1']);
});

test('T08: preempt_off of a spinlock held from 1.5 to 4 ms is 2.5 ms, the interrupt at 2 ms included', () => {
  const { row } = measure(`machine { cpus = 1; preempt = full; step_ns = 1; }
    static spinlock_t s;
    static struct completion go;
    task f(cpu = 0) { udelay(1500); spin_lock(&s); udelay(2500); spin_unlock(&s); mdelay(6); }
    task h50(policy = SCHED_FIFO, prio = 50, cpu = 0) { wait_for_completion(&go); udelay(10); }
    irq nic(cpu = 0, at = 2ms) { complete(&go); }`);
  expectMs(row('preempt_off', 'CPU 0')?.max, 2.5);
  // And H50 waits until the unlock.
  expectMs(row('wakeup_latency', 'h50')?.max, 2);
  expectMs(row('resched_latency', 'CPU 0')?.max, 2);
});

describe('the inversion demo of 4.4', () => {
  const demo = (lock: string, kind: string) => `machine { cpus = 1; preempt = full; step_ns = 1; }
    static struct ${kind} m;
    task lo(policy = SCHED_FIFO, prio = 10, cpu = 0) { ${lock}_lock(&m); mdelay(3); ${lock}_unlock(&m); }
    task mid(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(1); mdelay(5); }
    task hi(policy = SCHED_FIFO, prio = 30, cpu = 0) { usleep_range(500, 500); ${lock}_lock(&m); ${lock}_unlock(&m); }`;

  test('a mutex without priority inheritance: the middle task delays the high one', () => {
    const { row } = measure(demo('mutex', 'mutex'));
    expectMs(row('lock_wait', 'hi')?.total, 7.5);
    expectMs(row('inversion', 'hi')?.total, 5);
    expect(row('pi_wait', 'hi')).toBeUndefined();
  });

  test('an rt_mutex lends the priority: the high task waits for the owner alone', () => {
    const { row } = measure(demo('rt_mutex', 'rt_mutex'));
    expectMs(row('pi_wait', 'hi')?.total, 2.5);
    expect(row('inversion', 'hi')).toBeUndefined();
  });
});

test('S-D31: how long a CPU has not scheduled; an idle one does not count', () => {
  const { row } = measure(`machine { cpus = 2; preempt = full; step_ns = 1; }
    task busy(cpu = 0) { mdelay(12); }`);
  expectMs(row('no_switch', 'CPU 0')?.max, 12);
  expect(row('no_switch', 'CPU 1')).toBeUndefined();
});
