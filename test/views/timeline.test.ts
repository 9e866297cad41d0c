import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventDetail, KernelEvent } from '../../src/kernel/events.ts';
import { MARK_NUMBERS, SPAN_NUMBERS, stepAt, timeAt, timelineModel, timelineText } from '../../src/views/timeline.ts';
import { SpanKind, TimelineIndex } from '../../src/views/timeline-index.ts';

const start = {
  current: [
    { pid: 0, comm: 'swapper/0', idle: true },
    { pid: 0, comm: 'swapper/1', idle: true },
  ],
  tasks: [
    { pid: 100, comm: 'writer' },
    { pid: 101, comm: 'reader' },
  ],
};

const at = (step: number, detail: EventDetail, cpu = 0): KernelEvent => ({
  step,
  time: step * 100,
  cpu,
  pid: 100,
  comm: 'writer',
  pc: 0,
  common_flags: 0,
  common_preempt_count: 0,
  ...detail,
});
const nameOf = (pid: number): string => ({ 0: 'swapper/0', 100: 'writer', 101: 'reader' })[pid] ?? '?';
const switchTo = (step: number, prev: number, next: number, state = 'S', cpu = 0): KernelEvent =>
  at(
    step,
    {
      type: 'sched_switch',
      prev_comm: nameOf(prev),
      prev_pid: prev,
      prev_prio: 89,
      prev_state: state,
      next_comm: nameOf(next),
      next_pid: next,
      next_prio: 89,
    },
    cpu,
  );
const irq = (step: number, type: 'entry' | 'exit'): KernelEvent =>
  at(
    step,
    type === 'entry' ? { type: 'irq_handler_entry', irq: 3, name: 'nic' } : { type: 'irq_handler_exit', irq: 3, ret: 'handled' },
  );

function extent(now: number, last = now) {
  return { now: { step: now, time: now * 100 }, first: { step: 0, time: 0 }, last: { step: last, time: last * 100 } };
}
const spans = (index: TimelineIndex, id: string) =>
  index.lanes.find((lane) => lane.id === id)?.spans.map(({ kind, label, start: s, end }) => [kind, label, s.step, end?.step]);

describe('spans from events', () => {
  const events = [
    switchTo(10, 0, 100),
    switchTo(20, 100, 101, 'R+'),
    switchTo(30, 101, 0),
    at(40, { type: 'sched_wakeup', wakee_comm: 'reader', wakee_pid: 101, prio: 89, target_cpu: 0 }),
  ];
  const index = new TimelineIndex(start);
  index.update(events, 50);

  test('a CPU shows who runs on it', () => {
    expect(spans(index, 'cpu:0')).toEqual([
      [SpanKind.idle, 'swapper/0', 0, 10],
      [SpanKind.running, 'writer', 10, 20],
      [SpanKind.running, 'reader', 20, 30],
      [SpanKind.idle, 'swapper/0', 30, undefined],
    ]);
  });
  test('a task that was preempted waits, one that slept waits again from its wakeup on', () => {
    expect(spans(index, 'task:100')?.map(([kind]) => kind)).toEqual([SpanKind.runnable, SpanKind.running, SpanKind.runnable]);
    expect(spans(index, 'task:101')?.map(([kind]) => kind)).toEqual([
      SpanKind.runnable,
      SpanKind.running,
      SpanKind.sleeping,
      SpanKind.runnable,
    ]);
  });
});

test('an interrupt that is interrupted goes on when the inner one has ended', () => {
  const index = new TimelineIndex(start);
  index.update([irq(10, 'entry'), at(12, { type: 'nmi_entry' }), at(14, { type: 'nmi_exit' }), irq(16, 'exit')], 20);
  expect(spans(index, 'interrupts:0')).toEqual([
    [SpanKind.interrupt, 'nic', 10, 12],
    [SpanKind.nmi, 'NMI', 12, 14],
    [SpanKind.interrupt, 'nic', 14, 16],
  ]);
});

describe('time turned back', () => {
  const whole = [switchTo(10, 0, 100), irq(12, 'entry'), irq(14, 'exit'), switchTo(20, 100, 0)];

  test('what lies ahead stays while the branch of time is the same', () => {
    const index = new TimelineIndex(start);
    index.update(whole, 30);
    index.update(whole.slice(0, 2), 30);
    expect(spans(index, 'cpu:0')).toHaveLength(3);
  });
  test('a new branch drops what it replaces', () => {
    const index = new TimelineIndex(start);
    index.update(whole, 30);
    index.update(whole.slice(0, 1), 11);
    expect(spans(index, 'cpu:0')).toEqual([
      [SpanKind.idle, 'swapper/0', 0, 10],
      [SpanKind.running, 'writer', 10, undefined],
    ]);
  });
  test('any way of going back and on gives the same as reading the events once', () => {
    const event = fc.constantFrom('switch', 'entry', 'exit', 'wake');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 6 }), (kinds, visits) => {
        const events = kinds.map((kind, i) => {
          if (kind === 'switch')
            return switchTo(i + 1, i % 2 === 0 ? 100 : 101, i % 2 === 0 ? 101 : 100, i % 3 === 0 ? 'S' : 'R');
          if (kind === 'wake')
            return at(i + 1, { type: 'sched_wakeup', wakee_comm: 'reader', wakee_pid: 101, prio: 1, target_cpu: 0 });
          return irq(i + 1, kind as 'entry' | 'exit');
        });
        const once = new TimelineIndex(start);
        once.update(events, events.length);
        const travelled = new TimelineIndex(start);
        for (const visit of visits) travelled.update(events.slice(0, visit), Math.min(visit, events.length));
        travelled.update(events, events.length);
        const plain = (index: TimelineIndex) =>
          index.lanes.map((lane) => [lane.id, lane.spans.map(({ inside: _, ...span }) => span)]);
        expect(plain(travelled)).toEqual(plain(once));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('windows', () => {
  const index = new TimelineIndex(start);
  const events = Array.from({ length: 2_000 }, (_, i) =>
    switchTo(i * 5 + 5, i % 2 === 0 ? 101 : 100, i % 2 === 0 ? 100 : 101, 'R'),
  );
  index.update(events, 10_000);

  test('a wide window is no finer than the picture', () => {
    const model = timelineModel(index, extent(10_000), { columns: 100 });
    for (const row of model.rows) expect(row.spans.length / SPAN_NUMBERS).toBeLessThanOrEqual(202);
    expect(model.marks.length / MARK_NUMBERS).toBeLessThanOrEqual(101);
  });
  test('a narrow one has every span, also those that only reach into it', () => {
    const model = timelineModel(index, extent(10_000), { from: 101, to: 121, columns: 1_000 });
    const row = model.rows.find(({ id }) => id === 'cpu:0');
    const from = row?.spans.filter((_, i) => i % SPAN_NUMBERS === 0);
    expect(from).toEqual([100, 105, 110, 115, 120]);
  });
  test('steps and times are found from each other', () => {
    const model = timelineModel(index, extent(10_000), { axis: 'time', from: 0, to: 1_000_000, columns: 500 });
    expect(stepAt(model, 500_000)).toBe(5_000);
    expect(timeAt(model, 5_000)).toBe(500_000);
    expect(stepAt(model, 9_000_000)).toBe(10_000);
  });
});

test('the text twin', () => {
  const index = new TimelineIndex(start);
  const events = [
    switchTo(10, 0, 100),
    at(12, { type: 'kmap', address: 0xfffbb000, pfn: 1, slot: 0, idx: 1, model: 'kmap_local', page: 'letter[0]' }),
    irq(14, 'entry'),
    irq(16, 'exit'),
    switchTo(20, 100, 101, 'S'),
    at(25, { type: 'finding', slug: 'wrong_page', headline: 'reader reads a page of writer', finding: 0 }),
  ];
  index.update(events, 30);
  expect(timelineText(timelineModel(index, extent(25, 30)))).toMatchInlineSnapshot(`
    "Timeline at step 25 of 30, 2500 ns
    CPU 0
      from step  to  what     who
      0          10  idle     swapper/0
      10         20  running  writer
      20         30  running  reader
    CPU 0 interrupts
      from step  to  what       who
      14         16  interrupt  nic
    CPU 1
      from step  to  what  who
      0          30  idle  swapper/1
    writer
      from step  to  what               where
      0          10  waiting for a CPU
      10         20  running            CPU 0
      20         30  sleeping
    reader
      from step  to  what               where
      0          20  waiting for a CPU
      20         30  running            CPU 0
    Marks
      at step  CPU    what     which
      12       CPU 0  map      map letter[0]
      25       CPU 0  finding  reader reads a page of writer"
  `);
});
