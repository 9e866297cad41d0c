/** *Run Queues*: per CPU the tasks in the order in which they would run, where each may go, and which of them could be pushed away. */
import { CHANGE_MARK, type Change, changeOf } from './change.ts';
import type { CpuSnapshot, MachineSnapshot, TaskSnapshot } from './snapshot.ts';
import { count, indent, listOf, table } from './text.ts';

export interface QueuedTask {
  pid: number;
  comm: string;
  /** Scheduling class: `deadline`, `rt`, `fair`, `stop`. */
  schedClass: string;
  policy: string;
  /** Priority in force, and without boosting. */
  prio: number;
  normalPrio: number;
  running: boolean;
  /** Depth of migrate_disable(). */
  migrationDisabled: number;
  /** CPUs that the scheduler obeys for it: `all`, `0`, `0, 2`. */
  allowed: string;
  /** Place among the tasks that could be pushed to another CPU, from 1; 0: it is not one of them. */
  pushable: number;
  /** Why it cannot be pushed away, or empty. */
  stays: string;
  /** What its class knows of it: budget and deadline, virtual time, quantum. */
  detail: string;
  change: Change;
}

export interface QueueCpu {
  cpu: number;
  /** The idle task runs here. */
  idle: boolean;
  /** In the order in which they would run, the running task first. */
  tasks: QueuedTask[];
  /** Tasks that sleep inside migrate_disable() and will have to wake here. */
  pinnedSleepers: string[];
  nrPinned: number;
  /** What is worth a look, as a sentence; empty: nothing. */
  note: string;
}

export interface QueuesModel {
  view: 'queues';
  step: number;
  time: number;
  cpus: QueueCpu[];
}

const TASK_FIELDS = ['prio', 'running', 'migrationDisabled', 'allowed', 'pushable'] as const;

export function queuesModel(now: MachineSnapshot, before?: MachineSnapshot): QueuesModel {
  const old = before && plain(before);
  const model = plain(now);
  const cpus = model.cpus.map((cpu) => {
    const earlier = old?.cpus.find((one) => one.cpu === cpu.cpu)?.tasks ?? [];
    const tasks = cpu.tasks.map((task) => {
      const match = earlier.find(({ pid }) => pid === task.pid);
      return { ...task, change: changeOf(task, match, old !== undefined, TASK_FIELDS) };
    });
    const gone = earlier.filter(({ pid }) => !tasks.some((task) => task.pid === pid));
    return { ...cpu, tasks: [...tasks, ...gone.map((task) => ({ ...task, running: false, change: 'gone' as Change }))] };
  });
  return { ...model, cpus };
}

function plain(at: MachineSnapshot): QueuesModel {
  return { view: 'queues', step: at.step, time: at.time, cpus: at.cpus.map((cpu) => queueCpu(at, cpu)) };
}

function queueCpu(at: MachineSnapshot, { cpu, queue, nrPinned }: CpuSnapshot): QueueCpu {
  const found = queue.flatMap((pid) => at.tasks.find((task) => task.pid === pid && !task.idle) ?? []);
  const tasks = found.map((task): QueuedTask => {
    const stays = whyItStays(task);
    const { pid, comm, schedClass, policy, prio, normalPrio, running, migrationDisabled, pushablePlace, detail } = task;
    const allowed = cpuList(task.obeyedMask, at.cpus.length);
    return {
      pid,
      comm,
      schedClass,
      policy,
      prio,
      normalPrio,
      running,
      migrationDisabled,
      allowed,
      pushable: pushablePlace,
      stays,
      detail,
      change: '',
    };
  });
  const pinnedSleepers = at.tasks
    .filter((task) => task.migrationDisabled > 0 && !task.exited && !task.running && !task.queued && task.cpu === cpu)
    .map(({ comm }) => comm);
  const idle = at.tasks.some((task) => task.idle && task.running && task.cpu === cpu);
  return { cpu, idle, tasks, pinnedSleepers, nrPinned, note: idle ? idleNote(at, cpu) : '' };
}

function whyItStays(task: TaskSnapshot): string {
  if (task.migrationDisabled > 0) return 'pinned by migrate_disable()';
  if (bits(task.cpusMask) === 1) return 'bound to this CPU';
  return '';
}

/** A CPU without work while others have tasks that wait: which of them could run here, and what keeps the others away. */
function idleNote(at: MachineSnapshot, cpu: number): string {
  const waiting = at.tasks.filter((task) => task.queued && task.cpu !== cpu && !task.idle && !task.ownThread);
  const pinned = waiting.filter(({ cpusMask, migrationDisabled }) => migrationDisabled > 0 && ((cpusMask >>> cpu) & 1) === 1);
  const free = waiting.filter(({ obeyedMask, migrationDisabled }) => migrationDisabled === 0 && ((obeyedMask >>> cpu) & 1) === 1);
  const parts: string[] = [];
  if (pinned.length > 0) parts.push(`${named(pinned)} pinned to another CPU, and cannot come`);
  if (free.length > 0) parts.push(`${named(free)} on another queue, and could come`);
  return parts.length === 0 ? '' : `CPU ${cpu} is idle while ${parts.join('; ')}.`;
}

const named = (tasks: readonly TaskSnapshot[]): string =>
  `${listOf(tasks.map(({ comm }) => comm))} ${tasks.length === 1 ? 'waits' : 'wait'}`;

const bits = (mask: number): number => cpusOf(mask, 32).length;
const cpusOf = (mask: number, cpus: number): number[] =>
  Array.from({ length: cpus }, (_, cpu) => cpu).filter((cpu) => ((mask >>> cpu) & 1) === 1);

/** `all`, `none`, `0`, `0, 2`. */
function cpuList(mask: number, cpus: number): string {
  const list = cpusOf(mask, cpus);
  if (list.length === cpus) return 'all';
  return list.length === 0 ? 'none' : list.join(', ');
}

/** `79`, or `79 (of its own: 89)` while it is boosted. */
export const prioText = ({ prio, normalPrio }: QueuedTask): string =>
  prio === normalPrio ? String(prio) : `${prio} (of its own: ${normalPrio})`;

/** `1`, `1, refused: pinned by migrate_disable()`, `no: bound to this CPU`, or empty for classes that are not pushed. */
export function pushText({ pushable, stays, running, schedClass }: QueuedTask): string {
  if (pushable > 0) return stays === '' ? String(pushable) : `${pushable}, refused: ${stays}`;
  if (running || (schedClass !== 'rt' && schedClass !== 'deadline')) return '';
  return `no: ${stays}`;
}

export function stateWord(task: QueuedTask): string {
  if (task.change === 'gone') return 'left';
  return task.running ? 'running' : 'waiting';
}

export function queuesText(model: QueuesModel): string {
  const lines = [`Run queues at step ${model.step}`];
  for (const cpu of model.cpus) {
    const here = cpu.tasks.filter(({ change }) => change !== 'gone').length;
    const pinned = cpu.nrPinned > 0 ? `, nr_pinned ${cpu.nrPinned}` : '';
    lines.push(`CPU ${cpu.cpu}: ${here === 0 ? 'nothing to run' : count(here, 'task')}${cpu.idle ? ', idle' : ''}${pinned}`);
    if (cpu.note !== '') lines.push(indent(cpu.note));
    if (cpu.tasks.length > 0) {
      const rows = cpu.tasks.map((task) => [
        CHANGE_MARK[task.change],
        task.comm,
        task.policy,
        prioText(task),
        stateWord(task),
        task.migrationDisabled > 0 ? String(task.migrationDisabled) : '',
        task.allowed,
        pushText(task),
        task.detail,
      ]);
      lines.push(indent(table([' ', 'task', 'policy', 'prio', 'state', 'pinned', 'CPUs', 'pushable', ''], rows)));
    }
    if (cpu.pinnedSleepers.length > 0) lines.push(indent(`asleep and pinned here: ${listOf(cpu.pinnedSleepers)}`));
  }
  return lines.join('\n');
}
