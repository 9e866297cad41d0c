/**
 * The JSON trace event format of Chrome, which Perfetto reads too. Three groups of rows: what each CPU runs and its interrupts, what
 * each task does, and the sections of each task. Arrows lead from a wake-up to the moment when the task runs.
 */
import type { KernelEvent } from '../kernel/events.ts';
import { EventTexts } from './event-texts.ts';
import { handlerEntered, handlerLeft } from './handlers.ts';
import { KmapDepth } from './kmap-depth.ts';
import type { Recording } from './recording.ts';
import { taskSpans } from './task-states.ts';

/** "Processes" of the picture. */
const CPUS = 1;
const TASKS = 2;
const SECTIONS = 3;

interface TraceEvent {
  ph: 'B' | 'E' | 'X' | 'i' | 'C' | 'M' | 's' | 'f';
  name?: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts?: number;
  dur?: number;
  cat?: string;
  id?: number;
  /** `t`: an instant of one row. */
  s?: 't';
  /** `e`: an arrow ends at the slice that it lies in. */
  bp?: 'e';
  args?: Record<string, number | string>;
}

const us = (ns: number): number => ns / 1000;

export function traceJson(recording: Recording): string {
  const events = [...names(recording), ...slices(recording), ...marks(recording)];
  const lines = events.map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ns","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

function names({ cpus, tasks, events }: Recording): TraceEvent[] {
  const metadata = (name: string, pid: number, tid: number, text: string): TraceEvent => ({
    ph: 'M',
    name,
    pid,
    tid,
    args: { name: text },
  });
  const result = [
    metadata('process_name', CPUS, 0, 'CPUs'),
    metadata('process_name', TASKS, 0, 'Tasks'),
    metadata('process_name', SECTIONS, 0, 'Sections'),
  ];
  for (let cpu = 0; cpu < cpus; cpu++) result.push(metadata('thread_name', CPUS, cpu, `CPU ${cpu}`));
  const all = new Map(tasks.filter(({ idle }) => !idle).map(({ pid, comm }) => [pid, comm]));
  for (const event of events) if (event.type === 'sched_process_fork') all.set(event.child_pid, event.child_comm);
  const seen = new Set(events.map(({ pid }) => pid));
  for (const [pid, comm] of all) {
    if (!seen.has(pid)) continue;
    result.push(metadata('thread_name', TASKS, pid, comm), metadata('thread_name', SECTIONS, pid, comm));
  }
  return result;
}

/** X events. Blocked tasks leave their row empty. */
function slices(recording: Recording): TraceEvent[] {
  return taskSpans(recording).flatMap(({ pid, comm, state, cpu, start, end }): TraceEvent[] => {
    if (state === 'blocked') return [];
    const times = { ph: 'X', ts: us(start), dur: us(end - start) } as const;
    const own: TraceEvent = { ...times, name: state, pid: TASKS, tid: pid, cat: 'sched', args: { cpu } };
    if (state !== 'running') return [own];
    return [own, { ...times, name: comm, pid: CPUS, tid: cpu, cat: 'sched', args: { pid } }];
  });
}

const INSTANTS = new Set<KernelEvent['type']>([
  'sched_migrate_task',
  'sched_pi_setprio',
  'need_resched',
  'page_fault_user',
  'page_fault_kernel',
  'irq_raise',
  'softirq_raise',
  'printk',
  'finding',
]);

function marks(recording: Recording): TraceEvent[] {
  const texts = new EventTexts(recording);
  const arrows = new Arrows();
  const depths = new KmapDepth();
  return recording.events.flatMap((event) => {
    const onCpu = { pid: CPUS, tid: event.cpu, ts: us(event.time) };
    return [
      ...interruptMarks(event, onCpu),
      ...(INSTANTS.has(event.type) ? [instant(texts.of(event), onCpu)] : []),
      ...arrows.of(event, onCpu),
      ...sectionMarks(event, depths.after(event)),
    ];
  });
}

interface Place {
  pid: number;
  tid: number;
  ts: number;
}

const instant = ({ name, text }: { name: string; text: string }, at: Place): TraceEvent => ({
  ph: 'i',
  s: 't',
  name,
  cat: 'event',
  args: { text },
  ...at,
});

function interruptMarks(event: KernelEvent, at: Place): TraceEvent[] {
  const entered = handlerEntered(event);
  if (entered !== undefined) return [{ ph: 'B', name: entered, cat: 'irq', ...at }];
  return handlerLeft(event) ? [{ ph: 'E', ...at }] : [];
}

function sectionMarks(event: KernelEvent, depth: number | undefined): TraceEvent[] {
  const { pid, comm } = event;
  const at = { pid: SECTIONS, tid: pid, ts: us(event.time) };
  if (depth !== undefined) return [{ ph: 'C', name: `kmap_depth ${comm}`, ...at, tid: 0, args: { depth } }];
  if (event.type === 'migrate_disable' && event.migration_disabled === 1) {
    return [{ ph: 'B', name: 'migrate_disable', cat: 'section', ...at }];
  }
  return event.type === 'migrate_enable' && event.migration_disabled === 0 ? [{ ph: 'E', ...at }] : [];
}

/** From a wake-up to the switch that brings the task in. */
class Arrows {
  readonly #open = new Map<number, number>();
  #count = 0;

  of(event: KernelEvent, at: Place): TraceEvent[] {
    const flow = { name: 'wakeup', cat: 'wakeup', ...at };
    if (event.type === 'sched_waking') {
      const id = ++this.#count;
      this.#open.set(event.wakee_pid, id);
      return [{ ph: 's', id, ...flow }];
    }
    if (event.type !== 'sched_switch') return [];
    const id = this.#open.get(event.next_pid);
    if (id === undefined) return [];
    this.#open.delete(event.next_pid);
    return [{ ph: 'f', bp: 'e', id, ...flow }];
  }
}
