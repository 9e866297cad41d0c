/** Each metric on made-up events, where every number can be worked out by hand. */
import { describe, expect, test } from 'vitest';
import type { EventDetail, KernelEvent, TaskStart } from '../../src/kernel/events.ts';
import { idealRunners } from '../../src/trace/metrics/ideal.ts';
import { Meter } from '../../src/trace/metrics/meter.ts';
import { computeMetrics } from '../../src/trace/metrics/metrics.ts';
import type { TaskState } from '../../src/trace/metrics/replay.ts';
import { comparisonText, metricsText } from '../../src/trace/metrics/table.ts';
import { event, recordingWith } from './support.ts';

const COMMS: Record<number, string> = { 0: 'swapper', 100: 'lo', 101: 'hi', 102: 'mid' };
const PRIOS: Record<number, number> = { 0: 120, 100: 89, 101: 69, 102: 79 };
const start = (pid: number, runnable: boolean, more: Partial<TaskStart> = {}): TaskStart => ({
  pid,
  comm: COMMS[pid],
  idle: false,
  user: false,
  cpu: 0,
  prio: PRIOS[pid],
  policy: 1,
  cpus_mask: 3,
  stopper: false,
  runnable,
  ...more,
});

const at = (time: number, pid: number, detail: EventDetail, more: Partial<KernelEvent> = {}): KernelEvent =>
  event(detail, { time, pid, comm: COMMS[pid], ...(more as object) });
const switched = (time: number, cpu: number, prev: number, next: number, prev_state = 'S'): KernelEvent =>
  at(
    time,
    prev,
    {
      type: 'sched_switch',
      prev_comm: COMMS[prev],
      prev_pid: prev,
      prev_prio: PRIOS[prev],
      prev_state,
      next_comm: COMMS[next],
      next_pid: next,
      next_prio: PRIOS[next],
      via: 'irq-return',
    },
    { cpu, common_preempt_count: 2 },
  );
const woken = (time: number, pid: number, target_cpu = 0): KernelEvent[] =>
  (['sched_waking', 'sched_wakeup'] as const).map((type, index) =>
    at(time + index, 0, { type, wakee_comm: COMMS[pid], wakee_pid: pid, prio: PRIOS[pid], target_cpu }),
  );
const md = (time: number, pid: number, depth: number, type: 'migrate_disable' | 'migrate_enable'): KernelEvent =>
  at(time, pid, { type, migration_disabled: depth });

function measure(events: KernelEvent[], tasks: TaskStart[], end: number) {
  const metrics = computeMetrics(recordingWith(events, { tasks, end }));
  const figures = (metric: string, subject: string) => {
    const row = metrics.rows.find((one) => one.metric === metric && one.subject === subject);
    return row && [row.count, row.total, row.max];
  };
  return { ...metrics, figures };
}

describe('sections', () => {
  test('wall is runtime, preempted, blocked and interrupts; nesting is one section', () => {
    const { sections, mdPreempt, figures } = measure(
      [
        switched(10, 0, 0, 100, 'R'),
        md(100, 100, 1, 'migrate_disable'),
        md(110, 100, 2, 'migrate_disable'),
        at(120, 100, { type: 'irq_handler_entry', irq: 1, name: 'nic' }),
        at(150, 100, { type: 'irq_handler_exit', irq: 1, ret: 'handled' }),
        switched(200, 0, 100, 101, 'R+'),
        switched(300, 0, 101, 100, 'S'),
        md(310, 100, 1, 'migrate_enable'),
        switched(350, 0, 100, 0, 'D'),
        ...woken(400, 100),
        switched(420, 0, 0, 100, 'R'),
        md(500, 100, 0, 'migrate_enable'),
      ],
      [start(100, true), start(101, true)],
      1000,
    );
    expect(sections).toEqual([
      {
        pid: 100,
        comm: 'lo',
        cpu: 0,
        start: 100,
        wall: 400,
        runtime: 200,
        preempted: 119,
        blocked: 51,
        irq: 30,
        unfinished: false,
      },
    ]);
    expect(mdPreempt).toEqual([
      { time: 200, pid: 100, comm: 'lo', cpu: 0, depth: 2, next_pid: 101, next_comm: 'hi', kind: 'irq-return' },
    ]);
    expect(figures('md.wall', 'lo')).toEqual([1, 400, 400]);
    expect(figures('md_preempt', 'lo')).toEqual([1, 0, 0]);
  });

  test('a section that the end of the recording or of the task cuts off is counted so far', () => {
    const begun = [switched(10, 0, 0, 100, 'R'), md(100, 100, 1, 'migrate_disable')];
    expect(measure(begun, [start(100, true)], 250).sections).toMatchObject([{ wall: 150, runtime: 150, unfinished: true }]);
    const dead = [...begun, switched(200, 0, 100, 0, 'X')];
    expect(measure(dead, [start(100, true)], 250).sections).toMatchObject([{ wall: 100, runtime: 100, unfinished: true }]);
  });
});

describe('interference', () => {
  const preempted = [
    switched(10, 0, 0, 100, 'R'),
    md(20, 100, 1, 'migrate_disable'),
    ...woken(98, 101),
    switched(100, 0, 100, 101, 'R+'),
  ];

  test('counts while a pinned task waits though it is among the best, and names who could have moved', () => {
    const { figures } = measure([...preempted, switched(400, 0, 101, 100)], [start(100, true), start(101, false)], 500);
    expect(figures('interference', 'lo')).toEqual([1, 300, 300]);
    expect(figures('interference.movable', 'lo')).toEqual([1, 300, 300]);
    expect(figures('lost_cpu', 'CPU 1')).toEqual([1, 300, 300]);
    expect(figures('stack_depth', 'CPU 0')).toEqual([1, 300, 300]);
    expect(figures('shc', 'CPU 0')).toEqual([1, 300, 300]);
  });

  test('is unavoidable as far as the other is pinned too', () => {
    const { figures } = measure(
      [...preempted, md(150, 101, 1, 'migrate_disable'), md(250, 101, 0, 'migrate_enable'), switched(400, 0, 101, 100)],
      [start(100, true), start(101, false)],
      500,
    );
    expect(figures('interference.pinned', 'lo')).toEqual([1, 100, 100]);
    expect(figures('interference.movable', 'lo')).toEqual([2, 200, 150]);
  });

  test('is none when better tasks fill the CPUs, or affinity keeps the better one where it is not in the way', () => {
    const full = [switched(5, 1, 0, 102, 'R'), ...preempted];
    const tasks = [start(100, true), start(101, false), start(102, true, { cpu: 1 })];
    expect(measure(full, tasks, 500).figures('interference', 'lo')).toBeUndefined();
    // Two CPUs, but both of the others may use CPU 0 only: the pinned one could have CPU 1.
    const crowded = tasks.map((task) => (task.pid === 100 ? task : { ...task, cpus_mask: 1 }));
    expect(measure(full, crowded, 500).figures('interference', 'lo')?.[1]).toBe(400);
  });

  test('a waiting task that is not pinned is no victim', () => {
    const events = [switched(10, 0, 0, 100, 'R'), ...woken(98, 101), switched(100, 0, 100, 101, 'R+')];
    expect(measure(events, [start(100, true), start(101, false)], 500).figures('interference', 'lo')).toBeUndefined();
  });
});

describe('the ideal machine', () => {
  const state = (pid: number, more: Partial<TaskState>): TaskState => ({
    pid,
    comm: '',
    state: 'runnable',
    cpu: 0,
    prio: 89,
    stopper: false,
    mask: 3,
    md: 0,
    deadline: 0,
    throttled: false,
    order: pid,
    ...more,
  });
  const best = (...tasks: TaskState[]) => [...idealRunners(tasks, [true, true])];

  test('takes stoppers, deadlines, real time, fair tasks, and of equals the first that came', () => {
    expect(best(state(1, { prio: 120 }), state(2, { prio: 0 }), state(3, { prio: -1, deadline: 9 }))).toEqual([3, 2]);
    expect(best(state(1, { prio: -1, deadline: 9 }), state(2, { prio: -1, deadline: 5 }), state(3, { stopper: true }))).toEqual([
      3, 2,
    ]);
    expect(best(state(1, { order: 9 }), state(2, {}), state(3, {}))).toEqual([2, 3]);
    expect(best(state(1, { state: 'blocked' }), state(2, { state: 'running' }))).toEqual([2]);
  });

  test('has no place on a CPU that is down', () => {
    expect([...idealRunners([state(1, {}), state(2, {}), state(3, { mask: 2 })], [true, false])]).toEqual([1]);
  });

  test('moves a better task to another CPU rather than leave one empty', () => {
    expect(best(state(1, { prio: 10 }), state(2, { prio: 20, mask: 1 }))).toEqual([1, 2]);
    expect(best(state(1, { prio: 10, mask: 1 }), state(2, { prio: 20, mask: 1 }), state(3, { prio: 120 }))).toEqual([1, 3]);
  });
});

describe('latencies', () => {
  test('a wake-up counts from waking and from wakeup to the switch, and only if the task slept', () => {
    const { figures } = measure(
      [
        ...woken(100, 101),
        switched(130, 0, 0, 101, 'R'),
        ...woken(200, 101),
        switched(300, 0, 101, 0),
        ...woken(400, 101),
        switched(500, 0, 0, 101, 'R'),
      ],
      [start(101, false)],
      600,
    );
    expect(figures('wakeup_latency', 'hi')).toEqual([2, 130, 100]);
    expect(figures('runnable_latency', 'hi')).toEqual([2, 128, 99]);
  });

  test('a timer counts from its expiry as programmed', () => {
    const expired: EventDetail = { type: 'timer_expire', task_comm: 'hi', task_pid: 101, expires: 90 };
    const { figures } = measure(
      [at(95, 0, expired), ...woken(100, 101), switched(130, 0, 0, 101, 'R')],
      [start(101, false)],
      600,
    );
    expect(figures('timer_latency.irq', 'hi')).toEqual([1, 5, 5]);
    expect(figures('timer_latency.thread', 'hi')).toEqual([1, 40, 40]);
  });

  test('a request to give way counts until an event of that CPU no longer shows it', () => {
    const flagged = (time: number, common_flags: number): KernelEvent =>
      at(time, 100, { type: 'nmi_entry' }, { cpu: 1, common_flags });
    const request: EventDetail = { type: 'need_resched', target_cpu: 1, target_comm: 'lo' };
    const { figures } = measure([at(100, 101, request), flagged(120, 4), flagged(150, 0), flagged(170, 0)], [], 200);
    expect(figures('resched_latency', 'CPU 1')).toEqual([1, 50, 50]);
  });
});

test('preemption and interrupts off, either and both; the idle task does not count', () => {
  const toggle = (time: number, type: 'irq_disable' | 'irq_enable') => at(time, 100, { type, parent: -1 });
  const preempt = (time: number, type: 'preempt_disable' | 'preempt_enable') =>
    at(time, 100, { type, preempt_count: 1, parent: -1 });
  const { figures } = measure(
    [
      toggle(10, 'irq_disable'),
      switched(20, 0, 0, 100, 'R'),
      toggle(30, 'irq_enable'),
      preempt(50, 'preempt_enable'),
      preempt(100, 'preempt_disable'),
      toggle(110, 'irq_disable'),
      preempt(160, 'preempt_enable'),
      toggle(180, 'irq_enable'),
    ],
    [start(100, true)],
    200,
  );
  expect(figures('preempt_off', 'CPU 0')).toEqual([2, 90, 60]);
  expect(figures('irqs_off', 'CPU 0')).toEqual([2, 90, 70]);
  expect(figures('preempt_irqs_off', 'CPU 0')).toEqual([2, 120, 80]);
});

describe('waiting for a lock that lends priority', () => {
  const wait = (time: number, pid: number, lock: number, owner_pid: number) =>
    at(time, pid, { type: 'contention_begin', lock, name: 'm', flags: 8, owner_pid });
  const got = (time: number, pid: number, lock: number) => at(time, pid, { type: 'contention_end', lock, name: 'm', ret: 0 });

  test('counts as inversion as long as something less urgent has the CPU of the owner at the end of the chain', () => {
    const { figures } = measure(
      [
        switched(10, 0, 0, 101, 'R'),
        wait(100, 101, 1, 100),
        switched(110, 0, 101, 102, 'D'),
        switched(200, 0, 102, 100, 'R+'),
        switched(300, 0, 100, 101, 'R+'),
        got(310, 101, 1),
      ],
      [start(100, true), start(101, true), start(102, true)],
      400,
    );
    expect(figures('pi_wait', 'hi')).toEqual([1, 210, 210]);
    // From 110 to 200 the middle one ran; before that it was the waiter itself, after that the owner.
    expect(figures('inversion', 'hi')).toEqual([1, 90, 90]);
  });

  test('spinning locks do not count, and a circle of owners is no inversion', () => {
    const spin = at(100, 101, { type: 'contention_begin', lock: 1, name: 's', flags: 1 });
    expect(measure([spin, got(200, 101, 1)], [start(101, true)], 300).figures('pi_wait', 'hi')).toBeUndefined();
    const circle = [wait(10, 100, 1, 101), wait(10, 101, 2, 100)];
    const { figures } = measure(circle, [start(100, true), start(101, true)], 100);
    expect(figures('pi_wait', 'lo')).toEqual([1, 90, 90]);
    expect(figures('inversion', 'lo')).toBeUndefined();
  });
});

test('a meter counts whole intervals, and none without length', () => {
  const meter = new Meter();
  for (const [active, time] of [
    [true, 5],
    [true, 6],
    [false, 9],
    [true, 9],
    [false, 9],
    [true, 20],
    [false, 30],
  ] as const) {
    meter.set(active, time);
  }
  expect(meter.figures).toEqual({ count: 2, total: 14, max: 10 });
});

test('tables: one run in figures, sections and preemptions; several side by side', () => {
  const events = [
    switched(0, 0, 0, 100, 'R'),
    md(1_000_000, 100, 1, 'migrate_disable'),
    switched(2_000_000, 0, 100, 101, 'R+'),
    switched(3_000_000, 0, 101, 100),
    md(4_000_000, 100, 0, 'migrate_enable'),
  ];
  const metrics = computeMetrics(recordingWith(events, { tasks: [start(100, true), start(101, true)], end: 5_000_000 }));
  const lines = metricsText(metrics);
  expect(lines[0]).toMatch(/^metric +of +count +total ms +max ms$/);
  expect(lines.find((line) => line.startsWith('md.wall'))).toMatch(/^md\.wall +lo +1 +3\.0000 +3\.0000$/);
  expect(lines.slice(-2)).toEqual([
    'section of lo on CPU 0 from 1.0000 ms: wall 3.0000 = runtime 2.0000 + preempted 1.0000 + blocked 0.0000 + irq 0.0000',
    'md_preempt at 2.0000 ms: hi instead of lo on CPU 0, depth 1, irq-return',
  ]);
  const compared = comparisonText([
    { title: 'a', metrics },
    { title: 'b', metrics: { rows: [], sections: [], mdPreempt: [] } },
    { title: 'c', metrics: undefined },
  ]);
  expect(compared.find((line) => line.startsWith('md.wall'))).toMatch(/^md\.wall +lo +3\.0000 \(1x, max 3\.0000\) +- +n\/a$/);
});
