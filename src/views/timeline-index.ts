/**
 * The whole run as spans and marks, kept up to date from the event stream. What was seen ahead of the current moment stays
 * until the run takes another way, so that one can travel forward again.
 */
import { type KernelEvent, PKMAP_MODEL } from '../kernel/events.ts';

/** What a span says; also the order in which kinds are drawn and named in the legend. */
export const SpanKind = {
  idle: 0,
  running: 1,
  runnable: 2,
  sleeping: 3,
  interrupt: 4,
  nmi: 5,
  /** Several spans too narrow to tell apart. */
  many: 6,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

export const MarkKind = {
  map: 0,
  unmap: 1,
  fault: 2,
  migration: 3,
  finding: 4,
  raise: 5,
  wakeup: 6,
  print: 7,
  flush: 8,
} as const;
export type MarkKind = (typeof MarkKind)[keyof typeof MarkKind];

/** A point of a run: number of the micro-step, and virtual time in ns. */
export interface Moment {
  step: number;
  time: number;
}

export interface Span {
  kind: SpanKind;
  label: string;
  /** CPU on which it runs; -1 for spans of tasks that do not run. */
  cpu: number;
  pid: number;
  start: Moment;
  /** Undefined while it goes on. */
  end: Moment | undefined;
  /** Index of the event that ended it, for taking events back. */
  endedBy: number;
  startedBy: number;
  /** The interrupt that this one interrupted. */
  inside?: Span;
}

export interface Mark {
  kind: MarkKind;
  label: string;
  at: Moment;
  cpu: number;
  pid: number;
  event: number;
}

/** Spans of one row in order of time; they do not overlap. */
export interface Lane {
  id: string;
  kind: 'cpu' | 'interrupts' | 'task';
  cpu: number;
  pid: number;
  label: string;
  spans: Span[];
}

export interface TimelineStart {
  /** Per CPU: who ran when the machine had booted. */
  current: readonly { pid: number; comm: string; idle: boolean }[];
  tasks: readonly { pid: number; comm: string }[];
}

export class TimelineIndex {
  readonly #lanes = new Map<string, Lane>();
  readonly #events: KernelEvent[] = [];
  readonly #marks: Mark[] = [];

  constructor(start: TimelineStart) {
    const boot = { step: 0, time: 0 };
    start.current.forEach(({ pid, comm, idle }, cpu) => {
      this.#open(this.#lane('cpu', cpu, -1, `CPU ${cpu}`), idle ? SpanKind.idle : SpanKind.running, comm, cpu, pid, boot, -1);
      this.#lane('interrupts', cpu, -1, `CPU ${cpu} interrupts`);
    });
    for (const { pid, comm } of start.tasks) {
      const cpu = start.current.findIndex((task) => task.pid === pid);
      const kind = cpu < 0 ? SpanKind.runnable : SpanKind.running;
      this.#open(this.#lane('task', -1, pid, comm), kind, comm, cpu, pid, boot, -1);
    }
  }

  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }
  get marks(): readonly Mark[] {
    return this.#marks;
  }
  get events(): readonly KernelEvent[] {
    return this.#events;
  }

  /**
   * Takes in the run's events so far. A shorter list than before that begins alike means that the run stands in its own
   * past: nothing is dropped but what lies after `lastStep`, the end of this branch of time.
   */
  update(events: readonly KernelEvent[], lastStep: number): void {
    const shared = Math.min(events.length, this.#events.length);
    let same = 0;
    while (same < shared && isSame(events[same], this.#events[same])) same++;
    const inThePast = same === events.length;
    if (!inThePast) this.#cut(same);
    this.#cut(firstAfter(this.#events, lastStep));
    for (let i = this.#events.length; i < events.length; i++) this.#take(events[i], i);
  }

  #cut(length: number): void {
    if (length >= this.#events.length) return;
    this.#events.length = length;
    while (this.#marks.length > 0 && this.#marks[this.#marks.length - 1].event >= length) this.#marks.pop();
    for (const lane of this.#lanes.values()) {
      while (lane.spans.length > 0 && lane.spans[lane.spans.length - 1].startedBy >= length) lane.spans.pop();
      const last = lane.spans[lane.spans.length - 1];
      if (last && last.endedBy >= length) {
        last.end = undefined;
        last.endedBy = -1;
      }
    }
  }

  #lane(kind: Lane['kind'], cpu: number, pid: number, label: string): Lane {
    const id = kind === 'task' ? `task:${pid}` : `${kind}:${cpu}`;
    let lane = this.#lanes.get(id);
    if (!lane) {
      lane = { id, kind, cpu, pid, label, spans: [] };
      this.#lanes.set(id, lane);
    }
    return lane;
  }

  #open(lane: Lane, kind: SpanKind, label: string, cpu: number, pid: number, at: Moment, event: number): void {
    this.#close(lane, at, event);
    lane.spans.push({ kind, label, cpu, pid, start: at, end: undefined, startedBy: event, endedBy: -1 });
  }

  #close(lane: Lane, at: Moment, event: number): void {
    const last = openSpan(lane);
    if (!last) return;
    last.end = at;
    last.endedBy = event;
  }

  #take(event: KernelEvent, index: number): void {
    this.#events.push(event);
    const at = { step: event.step, time: event.time };
    const { cpu } = event;
    switch (event.type) {
      case 'sched_switch': {
        const idle = event.next_pid === 0;
        const row = this.#lane('cpu', cpu, -1, `CPU ${cpu}`);
        this.#open(row, idle ? SpanKind.idle : SpanKind.running, event.next_comm, cpu, event.next_pid, at, index);
        this.#taskLeaves(event.prev_pid, event.prev_comm, event.prev_state, at, index);
        if (!idle) {
          const lane = this.#lane('task', -1, event.next_pid, event.next_comm);
          this.#open(lane, SpanKind.running, event.next_comm, cpu, event.next_pid, at, index);
        }
        break;
      }
      case 'sched_wakeup':
      case 'sched_wakeup_new': {
        const lane = this.#lane('task', -1, event.wakee_pid, event.wakee_comm);
        const last = openSpan(lane);
        if (!last || last.kind === SpanKind.sleeping) {
          this.#open(lane, SpanKind.runnable, event.wakee_comm, -1, event.wakee_pid, at, index);
        }
        this.#mark(MarkKind.wakeup, `wakeup of ${event.wakee_comm}`, event, index);
        break;
      }
      case 'irq_handler_entry':
        this.#enter(event, SpanKind.interrupt, event.name, index);
        break;
      case 'local_timer_entry':
        this.#enter(event, SpanKind.interrupt, 'local timer', index);
        break;
      case 'reschedule_entry':
        this.#enter(event, SpanKind.interrupt, 'reschedule IPI', index);
        break;
      case 'call_function_single_entry':
        this.#enter(event, SpanKind.interrupt, 'function call IPI', index);
        break;
      case 'softirq_entry':
        this.#enter(event, SpanKind.interrupt, `softirq ${event.action}`, index);
        break;
      case 'nmi_entry':
        this.#enter(event, SpanKind.nmi, 'NMI', index);
        break;
      case 'irq_handler_exit':
      case 'local_timer_exit':
      case 'reschedule_exit':
      case 'call_function_single_exit':
      case 'softirq_exit':
      case 'nmi_exit':
        this.#leave(event, at, index);
        break;
      default: {
        const mark = markOf(event);
        if (mark) this.#mark(mark[0], mark[1], event, index);
      }
    }
  }

  #enter(event: KernelEvent, kind: SpanKind, label: string, index: number): void {
    const lane = this.#lane('interrupts', event.cpu, -1, `CPU ${event.cpu} interrupts`);
    const outer = openSpan(lane);
    this.#open(lane, kind, label, event.cpu, event.pid, { step: event.step, time: event.time }, index);
    lane.spans[lane.spans.length - 1].inside = outer;
  }

  /** Ends the innermost interrupt; the one that it interrupted goes on as a span of its own. */
  #leave(event: KernelEvent, at: Moment, index: number): void {
    const lane = this.#lane('interrupts', event.cpu, -1, `CPU ${event.cpu} interrupts`);
    const outer = openSpan(lane)?.inside;
    this.#close(lane, at, index);
    if (!outer) return;
    this.#open(lane, outer.kind, outer.label, outer.cpu, outer.pid, at, index);
    lane.spans[lane.spans.length - 1].inside = outer.inside;
  }

  #taskLeaves(pid: number, comm: string, state: string, at: Moment, index: number): void {
    if (pid === 0) return;
    const lane = this.#lane('task', -1, pid, comm);
    if (state.startsWith('R')) this.#open(lane, SpanKind.runnable, comm, -1, pid, at, index);
    else if (state.startsWith('X') || state.startsWith('Z')) this.#close(lane, at, index);
    else this.#open(lane, SpanKind.sleeping, comm, -1, pid, at, index);
  }

  #mark(kind: MarkKind, label: string, event: KernelEvent, index: number): void {
    this.#marks.push({ kind, label, at: { step: event.step, time: event.time }, cpu: event.cpu, pid: event.pid, event: index });
  }
}

function openSpan(lane: Lane): Span | undefined {
  const last = lane.spans[lane.spans.length - 1];
  return last && last.end === undefined ? last : undefined;
}

/** What is marked on the time line; other events show as spans or not at all. */
function markOf(event: KernelEvent): [MarkKind, string] | undefined {
  switch (event.type) {
    case 'kmap':
      return [MarkKind.map, `${event.model === PKMAP_MODEL ? 'kmap' : 'map'} ${event.page}`];
    case 'kunmap':
      return [MarkKind.unmap, `${event.model === PKMAP_MODEL ? 'kunmap' : 'unmap'} ${event.page}`];
    case 'tlb_flush':
      // One page at a time is a part of every unmap; what is flushed everywhere is worth a mark.
      if (event.scope === 'page') return undefined;
      return [MarkKind.flush, event.scope === 'all' ? 'TLB emptied' : 'TLB flush of the kmap() window'];
    case 'page_fault_kernel':
    case 'page_fault_user':
      return [MarkKind.fault, `page fault at 0x${(event.address >>> 0).toString(16)}`];
    case 'sched_migrate_task':
      return [MarkKind.migration, `${event.task_comm} moves from CPU ${event.orig_cpu} to CPU ${event.dest_cpu}`];
    case 'finding':
      return [MarkKind.finding, event.headline];
    case 'irq_raise':
      return [MarkKind.raise, `${event.name} raised`];
    case 'printk':
      return [MarkKind.print, event.text.trimEnd()];
    default:
      return undefined;
  }
}

function isSame(a: KernelEvent, b: KernelEvent): boolean {
  return a === b || (a.type === b.type && a.step === b.step && a.time === b.time && a.cpu === b.cpu && a.pid === b.pid);
}

/** Index of the first event after `step`: events are in order of steps. */
export function firstAfter(events: readonly KernelEvent[], step: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}
