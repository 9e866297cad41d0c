/** *Preemption*: per CPU who runs, what forbids taking the CPU away from it, and who waits for it. */
import { CHANGE_MARK, type Change, changedFields } from './change.ts';
import { type Context, contextOf, decodePreemptCount, type PreemptCount } from './preempt-count.ts';
import type { CpuSnapshot, MachineSnapshot, TaskSnapshot } from './snapshot.ts';
import { count, indent, listOf, table } from './text.ts';

export interface QueueRow {
  pid: number;
  comm: string;
  policy: string;
  prio: number;
  running: boolean;
  /** Depth of migrate_disable(): a pinned task waits for this CPU only. */
  migrationDisabled: number;
  change: Change;
}

export interface PreemptionCpu {
  cpu: number;
  currentPid: number;
  current: string;
  idle: boolean;
  policy: string;
  prio: number;
  context: Context;
  count: PreemptCount;
  countRaw: string;
  migrationDisabled: number;
  pagefaultDisabled: number;
  needResched: boolean;
  /** Only the flag of preempt = lazy. */
  needReschedLazy: boolean;
  irqsEnabled: boolean;
  nrPinned: number;
  /** The CPU could be taken from the task between this step and the next. */
  preemptible: boolean;
  /** Why, as one or two sentences. */
  why: string;
  queue: QueueRow[];
  /** Fields of this CPU that differ from the stop before. */
  changed: string[];
}

export interface PreemptionModel {
  view: 'preemption';
  step: number;
  time: number;
  preempt: MachineSnapshot['preempt'];
  /** Whether `preempt_disable()` is counted at all in this kernel. */
  counted: boolean;
  cpus: PreemptionCpu[];
}

const CPU_FIELDS = [
  'currentPid',
  'context',
  'countRaw',
  'migrationDisabled',
  'pagefaultDisabled',
  'needResched',
  'needReschedLazy',
  'irqsEnabled',
  'nrPinned',
  'preemptible',
] as const;

export function preemptionModel(now: MachineSnapshot, before?: MachineSnapshot): PreemptionModel {
  const { step, time, preempt, preemptCounted } = now;
  const cpus = now.cpus.map((cpu) => preemptionCpu(now, cpu, before));
  return { view: 'preemption', step, time, preempt, counted: preemptCounted, cpus };
}

function preemptionCpu(now: MachineSnapshot, cpu: CpuSnapshot, before: MachineSnapshot | undefined): PreemptionCpu {
  const model = plainCpu(now, cpu);
  const oldCpu = before?.cpus.find((c) => c.cpu === cpu.cpu);
  if (!before || !oldCpu) return model;
  const old = plainCpu(before, oldCpu);
  model.changed = changedFields(model, old, CPU_FIELDS);
  model.queue = markQueue(model.queue, old.queue);
  return model;
}

function markQueue(now: readonly QueueRow[], before: readonly QueueRow[]): QueueRow[] {
  const marked = now.map((row) => {
    const old = before.find((b) => b.pid === row.pid);
    const differs =
      old && (old.running !== row.running || old.prio !== row.prio || old.migrationDisabled !== row.migrationDisabled);
    return { ...row, change: (!old ? 'new' : differs ? 'changed' : '') as Change };
  });
  const gone = before.filter((old) => !now.some((row) => row.pid === old.pid));
  return [...marked, ...gone.map((row) => ({ ...row, running: false, change: 'gone' as Change }))];
}

function plainCpu(at: MachineSnapshot, cpu: CpuSnapshot): PreemptionCpu {
  const task = currentOf(at, cpu);
  const decoded = decodePreemptCount(cpu.preemptCount, cpu.softirqCount);
  const verdict = canBePreempted(at, cpu, task, decoded);
  return {
    cpu: cpu.cpu,
    currentPid: task?.pid ?? cpu.currentPid,
    current: task?.comm ?? '?',
    idle: task?.idle ?? false,
    policy: task?.policy ?? '',
    prio: task?.prio ?? 0,
    context: contextOf(decoded),
    count: decoded,
    countRaw: decoded.raw,
    migrationDisabled: task?.migrationDisabled ?? 0,
    pagefaultDisabled: task?.pagefaultDisabled ?? 0,
    needResched: task?.needResched ?? false,
    needReschedLazy: task?.needReschedLazy ?? false,
    irqsEnabled: cpu.irqsEnabled,
    nrPinned: cpu.nrPinned,
    preemptible: verdict.preemptible,
    why: verdict.why,
    queue: queueRows(at, cpu),
    changed: [],
  };
}

/** Idle tasks share pid 0, so `current` is the running task of this CPU. */
function currentOf(at: MachineSnapshot, cpu: CpuSnapshot): TaskSnapshot | undefined {
  return at.tasks.find((task) => task.running && task.cpu === cpu.cpu);
}

function queueRows(at: MachineSnapshot, cpu: CpuSnapshot): QueueRow[] {
  return cpu.queue.flatMap((pid) => {
    const task = at.tasks.find((t) => t.pid === pid && !t.idle);
    if (!task) return [];
    const { comm, policy, prio, running, migrationDisabled } = task;
    return [{ pid, comm, policy, prio, running, migrationDisabled, change: '' as Change }];
  });
}

/** Rules of scheduler 1.3: `preempt_count` 0 and interrupts on, in a kernel that preempts itself. */
function canBePreempted(
  at: MachineSnapshot,
  cpu: CpuSnapshot,
  task: TaskSnapshot | undefined,
  decoded: PreemptCount,
): { preemptible: boolean; why: string } {
  const no = (why: string) => ({ preemptible: false, why });
  if (!task) return no('Nothing runs here.');
  const waiting = task.needResched ? ' need_resched is set: it happens at the next chance.' : '';
  if (task.idle && contextOf(decoded) === 'task') return no(idleText(at, cpu, task));
  const reasons = blockers(at, cpu, decoded);
  if (reasons.length > 0) return no(`${task.comm} cannot be preempted: ${listOf(reasons)}.${waiting}`);
  if (at.preempt === 'none' || at.preempt === 'voluntary') return no(voluntaryOnly(at, task));
  if (task.needResched)
    return {
      preemptible: true,
      why: `${task.comm} can be preempted, and need_resched is set: the next interrupt return or preempt_enable() switches.`,
    };
  const lazy = task.needReschedLazy ? ' Only the lazy flag is set: it waits for the next tick or the return to user mode.' : '';
  return { preemptible: true, why: `${task.comm} can be preempted: preempt_count is 0 and interrupts are on.${lazy}` };
}

function idleText(at: MachineSnapshot, cpu: CpuSnapshot, task: TaskSnapshot): string {
  const waiting = queueRows(at, cpu).map((row) => row.comm);
  if (waiting.length === 0) return `The idle task runs: nobody is runnable on CPU ${cpu.cpu}.`;
  const soon = task.needResched ? ' need_resched is set: it is about to switch.' : '';
  return `The idle task still runs, and ${listOf(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for CPU ${cpu.cpu}.${soon}`;
}

function blockers(at: MachineSnapshot, cpu: CpuSnapshot, decoded: PreemptCount): string[] {
  const reasons: string[] = [];
  if (decoded.nmi > 0) reasons.push('an NMI is being handled');
  else if (decoded.hardirq > 0) reasons.push('an interrupt is being handled');
  // With PREEMPT_RT softirqs are served, and kept away, by tasks that can be preempted.
  const softirqCounts = at.preempt !== 'rt';
  if (softirqCounts && decoded.servingSoftirq) reasons.push('a softirq is being served');
  if (softirqCounts && decoded.softirqDisabled > 0) reasons.push(`softirqs are disabled (depth ${decoded.softirqDisabled})`);
  if (decoded.preempt > 0 && at.preemptCounted) reasons.push(`preemption is disabled (depth ${decoded.preempt})`);
  if (!cpu.irqsEnabled) reasons.push('interrupts are off');
  return reasons;
}

function voluntaryOnly(at: MachineSnapshot, task: TaskSnapshot): string {
  const where =
    at.preempt === 'voluntary'
      ? 'blocks, yields, or calls cond_resched() or might_sleep()'
      : 'blocks, yields or calls cond_resched()';
  const wanted = task.needResched ? ' need_resched is set and waits for that.' : '';
  return `${task.comm} runs in the kernel until it ${where}: preempt = ${at.preempt} does not preempt kernel code.${wanted}`;
}

/** `task`, `hardirq 1`, `preempt 2, softirq disabled 1`: the parts of the count that are not zero. */
export function countParts(decoded: PreemptCount): string {
  const parts = [
    decoded.preempt && `preempt ${decoded.preempt}`,
    decoded.servingSoftirq && 'softirq',
    decoded.softirqDisabled && `softirq disabled ${decoded.softirqDisabled}`,
    decoded.hardirq && `hardirq ${decoded.hardirq}`,
    decoded.nmi && `NMI ${decoded.nmi}`,
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? 'all parts 0' : parts.join(', ');
}

export function preemptionText(model: PreemptionModel): string {
  const counted = model.counted ? '' : ', preempt_disable() is not counted';
  const lines = [`Preemption at step ${model.step} (preempt = ${model.preempt}${counted})`];
  for (const cpu of model.cpus) lines.push(...cpuLines(cpu));
  return lines.join('\n');
}

/** `set`, `lazy` (only the flag of preempt = lazy) or `clear`. */
export function reschedText({ needResched, needReschedLazy }: PreemptionCpu): string {
  if (needResched) return 'set';
  return needReschedLazy ? 'lazy' : 'clear';
}

function cpuLines(cpu: PreemptionCpu): string[] {
  const mark = (field: (typeof CPU_FIELDS)[number]): string => (cpu.changed.includes(field) ? CHANGE_MARK.changed : ' ');
  const rows: [(typeof CPU_FIELDS)[number], string, string][] = [
    [
      'currentPid',
      'current',
      cpu.idle ? `${cpu.current} (idle)` : `${cpu.current} (pid ${cpu.currentPid}), ${cpu.policy} prio ${cpu.prio}`,
    ],
    ['context', 'context', cpu.context],
    ['countRaw', 'preempt_count', `${cpu.countRaw} (${countParts(cpu.count)})`],
    ['irqsEnabled', 'interrupts', cpu.irqsEnabled ? 'on' : 'off'],
    [cpu.changed.includes('needReschedLazy') ? 'needReschedLazy' : 'needResched', 'need_resched', reschedText(cpu)],
    ['migrationDisabled', 'migration_disabled', String(cpu.migrationDisabled)],
    ['pagefaultDisabled', 'pagefault_disabled', String(cpu.pagefaultDisabled)],
    ['nrPinned', 'nr_pinned', String(cpu.nrPinned)],
  ];
  const facts = rows.map(([field, name, value]) => `${mark(field)} ${name.padEnd(18)}  ${value}`);
  const lines = [`CPU ${cpu.cpu}`, indent(`${mark('preemptible')} ${cpu.why}`), ...facts.map(indent)];
  if (cpu.queue.length === 0) return [...lines, indent('  run queue empty')];
  const queue = cpu.queue.map((row) => [
    CHANGE_MARK[row.change],
    row.comm,
    row.policy,
    String(row.prio),
    row.change === 'gone' ? 'gone' : row.running ? 'running' : 'waiting',
    row.migrationDisabled > 0 ? 'pinned' : '',
  ]);
  const heading = `  ${count(cpu.queue.filter((row) => row.change !== 'gone').length, 'task')} in the run queue`;
  return [...lines, indent(heading), indent(indent(table([' ', 'task', 'class', 'prio', 'state', ''], queue)))];
}
