/** Takes the views' copy of the machine from a kernel. Only looks: no TLB is filled, nothing is written. */
import type { KernelEvent } from '../kernel/events.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { hasFences, slotTypeName } from '../kernel/km-types.ts';
import { waitText } from '../kernel/locking/locks.ts';
import { type MappingFacts, mappingFacts } from '../kernel/mapping-facts.ts';
import { mappingIndex } from '../kernel/mapping-index.ts';
import { holderOf } from '../kernel/mapping-models.ts';
import { pageName } from '../kernel/page-names.ts';
import { TIF_NEED_RESCHED_LAZY_MASK, TIF_NEED_RESCHED_MASK } from '../kernel/preempt-count.ts';
import type { Task } from '../kernel/task.ts';
import { walkFrames } from '../machine/frames.ts';
import type { Machine } from '../machine/machine.ts';
import { PAGE_SIZE } from '../machine/memory-plan.ts';
import { policyName, readLocks, readQueue, readScheduling } from './queue-reader.ts';
import {
  type CpuSnapshot,
  type MachineSnapshot,
  type PkmapSnapshot,
  pfnOf,
  type SlotSnapshot,
  type TaskSnapshot,
} from './snapshot.ts';
import type { TimelineExtent } from './timeline.ts';
import type { TimelineStart } from './timeline-index.ts';
import type { ViewsSource } from './views.ts';

/** What the views need of a run through history. */
export interface RunPosition {
  readonly kernel: Kernel;
  readonly step: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

export function viewsSource(run: RunPosition): ViewsSource {
  const { kernel } = run;
  let end = { step: 0, time: 0 };
  return {
    snapshot: () => readSnapshot(kernel, run.step),
    events: () => kernel.events,
    start: () => readStart(kernel),
    extent(): TimelineExtent {
      const now = { step: run.step, time: kernel.machine.now };
      if (run.lastStep <= now.step) end = now;
      else if (run.lastStep !== end.step) end = { step: run.lastStep, time: Math.max(now.time, timeOfLast(kernel.events)) };
      return { now, first: { step: run.firstStep, time: 0 }, last: end };
    },
  };
}

const timeOfLast = (events: readonly KernelEvent[]): number => events[events.length - 1]?.time ?? 0;

export function readSnapshot(kernel: Kernel, step: number): MachineSnapshot {
  const { profile, machine } = kernel;
  const facts = mappingFacts(profile);
  const cpuNumbers = Array.from({ length: profile.cpus }, (_, cpu) => cpu);
  const slots = cpuNumbers.flatMap((cpu) => readSlots(kernel, cpu, facts));
  const pkmap = readPkmap(kernel, facts);
  const tasks = kernel.tasks.map((task) => readTask(kernel, task, facts));
  return {
    step,
    time: machine.now,
    mapping: profile.mapping,
    holder: facts.holder,
    preempt: profile.preempt,
    preemptCounted: kernel.countsPreemption,
    slotsPerCpu: facts.slotsPerCpu,
    increment: facts.increment,
    cpus: cpuNumbers.map((cpu) => readCpu(kernel, cpu)),
    tasks,
    slots,
    pkmap,
    locks: readLocks(kernel),
    lockdep: profile.debug_lockdep,
    pageNames: namesOf(kernel, [
      ...[...slots, ...pkmap.slots].flatMap((slot) => [slot.pte, ...slot.tlb]),
      ...tasks.flatMap((task) => task.pteval),
    ]),
  };
}

function readSlots(
  { machine, profile }: Kernel,
  cpu: number,
  { slotsPerCpu, increment, layout, perCpuTables, pae, sharedArea }: MappingFacts,
): SlotSnapshot[] {
  if (sharedArea) return cpu === 0 ? readShared(machine, sharedArea, pae) : [];
  const typed = profile.mapping === 'km_type';
  return Array.from({ length: slotsPerCpu }, (_, slot) => {
    // With cache colours a slot has several addresses: the one that is in use, or the first.
    const addresses = Array.from({ length: layout.colours }, (_, colour) =>
      layout.slotAddress(slot, perCpuTables ? 0 : cpu, colour),
    );
    const inUse = (at: number) => machine.mmu.pte(at | 0, cpu) !== 0 || machine.mmu.tlbEntry(cpu, at | 0) !== 0;
    const address = addresses.find(inUse) ?? addresses[0];
    // With a table for each CPU the address means another thing on another CPU: only this one's TLB is about this slot.
    const tlb = (other: number) => (perCpuTables && other !== cpu ? 0 : machine.mmu.tlbEntry(other, address | 0));
    return {
      cpu,
      slot,
      globalSlot: slot + slotsPerCpu * cpu,
      address,
      pte: machine.mmu.pte(address | 0, cpu),
      ...(pae ? { pteHigh: machine.mmu.pteHigh(address | 0, cpu) } : {}),
      guard: (increment > 1 || hasFences(profile)) && slot % 2 === 0,
      type: typed ? slotTypeName(profile, slot) : '',
      tlb: Array.from({ length: machine.cpuCount }, (_, other) => tlb(other)),
    };
  });
}

/** The area of mappings that are the same on all CPUs, as slots of the first one. */
function readShared(
  { mmu, cpuCount }: Machine,
  { start, pages }: { start: number; pages: number },
  pae: boolean,
): SlotSnapshot[] {
  return Array.from({ length: pages }, (_, slot) => {
    const address = start + slot * PAGE_SIZE;
    return {
      cpu: 0,
      slot,
      globalSlot: slot,
      address,
      pte: mmu.pte(address | 0),
      ...(pae ? { pteHigh: mmu.pteHigh(address | 0) } : {}),
      guard: false,
      type: '',
      tlb: Array.from({ length: cpuCount }, (__, cpu) => mmu.tlbEntry(cpu, address | 0)),
    };
  });
}

function readPkmap({ machine, pkmap }: Kernel, { pae }: MappingFacts): PkmapSnapshot {
  const slots = Array.from({ length: pkmap.size }, (_, slot) => {
    const address = pkmap.addressOf(slot);
    const tlb = Array.from({ length: machine.cpuCount }, (_, cpu) => machine.mmu.tlbEntry(cpu, address | 0));
    const high = pae ? { pteHigh: machine.mmu.pteHigh(address | 0) } : {};
    return { slot, address, pte: machine.mmu.pte(address | 0), ...high, count: pkmap.count(slot), tlb };
  });
  return {
    size: pkmap.size,
    lastNrs: pkmap.lastNrs(),
    waiting: pkmap.waiters().map(({ comm }) => comm),
    slots: slots.filter(({ pte, count, tlb }) => pte !== 0 || count !== 0 || tlb.some((word) => word !== 0)),
  };
}

const TASK_DEAD = 0x80;

function readTask(kernel: Kernel, task: Task, facts: MappingFacts): TaskSnapshot {
  const { view } = task;
  const on = cpuRunning(kernel, task);
  const running = on >= 0;
  const exited = view.exit_state !== 0 || (view.__state & TASK_DEAD) !== 0;
  const cpu = running ? on : task.idle ? task.index : view.cpu;
  const control = view.kmap_ctrl;
  return {
    pid: task.pid,
    comm: task.comm,
    cpu,
    idle: task.idle,
    ownThread: task.ownThread,
    exited: exited && !running,
    running,
    queued: !running && !exited && view.on_rq !== 0,
    policy: policyName(task),
    prio: view.prio,
    ...readScheduling(kernel, task),
    state: stateText(kernel, task, cpu, running, exited),
    migrationDisabled: view.migration_disabled,
    pagefaultDisabled: view.pagefault_disabled,
    needResched: (view.thread_info.flags & TIF_NEED_RESCHED_MASK) !== 0,
    needReschedLazy:
      (view.thread_info.flags & (TIF_NEED_RESCHED_MASK | TIF_NEED_RESCHED_LAZY_MASK)) === TIF_NEED_RESCHED_LAZY_MASK,
    idx: control.idx,
    ...readSaved(kernel, control.$base, facts),
  };
}

/** Saved entries word by word: a 64-bit entry is more than a number holds. `control` is the offset of the task's kmap_ctrl. */
function readSaved({ machine, layouts }: Kernel, control: number, { slotsPerCpu, pae }: MappingFacts) {
  const first = (control + layouts.kmap_ctrl.field('pteval').offset) >>> 2;
  const words = (half: number) =>
    Array.from({ length: slotsPerCpu }, (_, i) => machine.memory.words[first + (pae ? 2 * i + half : i)] >>> 0);
  return pae ? { pteval: words(0), ptevalHigh: words(1) } : { pteval: words(0) };
}

function stateText(kernel: Kernel, task: Task, cpu: number, running: boolean, exited: boolean): string {
  const lock = waitText(kernel, task);
  if (running) return exited ? `exiting on CPU ${cpu}` : `running on CPU ${cpu}${lock === undefined ? '' : `, ${lock}`}`;
  if (exited) return 'exited';
  if (task.idle) return `idle task of CPU ${cpu}`;
  if (task.view.on_rq !== 0 || task.view.__state === 0) return `waiting for CPU ${cpu}`;
  return lock ?? `sleeping, was on CPU ${cpu}`;
}

function cpuRunning({ machine }: Kernel, task: Task): number {
  for (let cpu = 0; cpu < machine.cpuCount; cpu++) if (machine.current(cpu) === task.address) return cpu;
  return -1;
}

function readCpu(kernel: Kernel, cpu: number): CpuSnapshot {
  const registers = kernel.machine.cpus[cpu];
  const current = kernel.currentTask(cpu);
  return {
    cpu,
    currentPid: current.pid,
    idx: holderOf(kernel.profile) === 'cpu' ? mappingIndex(kernel, cpu) : 0,
    irqsEnabled: registers.irqs_enabled !== 0,
    preemptCount: current.view.thread_info.preempt_count & 0x7fffffff,
    softirqCount: current.view.softirq_disable_cnt,
    nmiBlocked: registers.nmi_blocked !== 0,
    halted: registers.halted !== 0,
    nrPinned: kernel.rq(cpu).nr_pinned,
    queue: readQueue(kernel, cpu),
    ...readActivity(kernel, cpu),
  };
}

/** Functions whose frame says that mappings are taken out or put back for a switch of tasks. */
const SWITCHING =
  /^(__schedule|finish_task_switch|schedule_tail|prepare_task_switch|context_switch|kmap_(prepare|finish)_task_switch|kmap_after_switch_to|kmap_switch_temporary|__kmap_local_sched_(in|out))$/;
/** kunmap() itself has nothing to do with the mappings of the task. */
const UNMAPPING = /^_*kunmap_(?!high$)|^unmap_page$/;

function readActivity({ machine }: Kernel, cpu: number): { unmapping: boolean; switching: boolean } {
  const frames = walkFrames(machine, machine.pc(cpu), machine.cpus[cpu].fp | 0);
  const names = frames.map((frame) => machine.image.functions[frame.function]?.name ?? '');
  return { unmapping: names.some((name) => UNMAPPING.test(name)), switching: names.some((name) => SWITCHING.test(name)) };
}

function namesOf(kernel: Kernel, ptes: readonly number[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const pte of ptes) {
    if (pte === 0 || names.has(pfnOf(pte))) continue;
    names.set(pfnOf(pte), pageName(kernel, pfnOf(pte)));
  }
  return names;
}

/** Who ran first: whoever the first switch of a CPU took away, or who still runs there. */
function readStart(kernel: Kernel): TimelineStart {
  const current = Array.from({ length: kernel.machine.cpuCount }, (_, cpu) => {
    const first = kernel.events.find((event) => event.type === 'sched_switch' && event.cpu === cpu);
    if (first?.type === 'sched_switch') return { pid: first.prev_pid, comm: first.prev_comm, idle: first.prev_pid === 0 };
    const { pid, comm, idle } = kernel.currentTask(cpu);
    return { pid, comm, idle };
  });
  return { current, tasks: kernel.declaredTasks.map(({ pid, comm }) => ({ pid, comm })) };
}
