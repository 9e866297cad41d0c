/** A machine as the views see it, written by hand: the running order of `writer` and `reader` over two pages. */
import type { CpuSnapshot, MachineSnapshot, SlotSnapshot, TaskSnapshot } from '../../src/views/snapshot.ts';

export const PFN = { letter0: 0x373fe, letter1: 0x373ff, packet: 0x37400 } as const;
export const pte = (pfn: number): number => ((pfn << 12) | 0x163) >>> 0;

export interface MachineSpec {
  step?: number;
  time?: number;
  cpus?: number;
  slotsPerCpu?: number;
  increment?: number;
  holder?: MachineSnapshot['holder'];
  preempt?: MachineSnapshot['preempt'];
  preemptCounted?: boolean;
  tasks?: Partial<TaskSnapshot>[];
  cpu?: Partial<CpuSnapshot>[];
  /** Global slot to PTE. */
  ptes?: Readonly<Record<number, number>>;
  pkmap?: MachineSnapshot['pkmap'];
  locks?: MachineSnapshot['locks'];
  /** Per CPU: global slot to TLB word. */
  tlbs?: readonly Readonly<Record<number, number>>[];
}

export function machine(spec: MachineSpec = {}): MachineSnapshot {
  const { step = 10, time = 1_000, cpus = 2, slotsPerCpu = 16, increment = 1 } = spec;
  const tasks = (spec.tasks ?? [{ pid: 100, comm: 'writer', running: true }]).map((task) => fullTask(task, slotsPerCpu));
  return {
    step,
    time,
    mapping: 'kmap_local',
    holder: spec.holder ?? 'task',
    preempt: spec.preempt ?? 'full',
    preemptCounted: spec.preemptCounted ?? true,
    slotsPerCpu,
    increment,
    cpus: Array.from({ length: cpus }, (_, cpu) => fullCpu(cpu, tasks, spec.cpu?.[cpu] ?? {})),
    tasks: [...tasks, ...idleTasks(cpus, tasks, slotsPerCpu)],
    slots: Array.from({ length: cpus * slotsPerCpu }, (_, slot) => fullSlot(slot, spec, cpus, slotsPerCpu, increment)),
    locks: spec.locks ?? [],
    lockdep: true,
    pkmap: spec.pkmap ?? { size: 1024, lastNrs: [0], waiting: [], slots: [] },
    pageNames: new Map([
      [PFN.letter0, 'letter[0]'],
      [PFN.letter1, 'letter[1]'],
      [PFN.packet, 'packet'],
    ]),
  };
}

function fullTask(task: Partial<TaskSnapshot>, slots: number): TaskSnapshot {
  const { running = false, cpu = 0, pteval = [], ...rest } = task;
  return {
    pid: 100,
    comm: 'writer',
    idle: false,
    ownThread: false,
    exited: false,
    queued: !running,
    policy: 'SCHED_FIFO',
    prio: 89,
    normalPrio: task.prio ?? 89,
    schedClass: 'rt',
    cpusMask: 0xff,
    obeyedMask: 0xff,
    pushablePlace: 0,
    detail: '',
    state: running ? `running on CPU ${cpu}` : `waiting for CPU ${cpu}`,
    migrationDisabled: 0,
    pagefaultDisabled: 0,
    needResched: false,
    idx: 0,
    ...rest,
    running,
    cpu,
    pteval: Array.from({ length: slots }, (_, i) => pteval[i] ?? 0),
  };
}

function idleTasks(cpus: number, tasks: readonly TaskSnapshot[], slots: number): TaskSnapshot[] {
  return Array.from({ length: cpus }, (_, cpu) => {
    const running = !tasks.some((task) => task.running && task.cpu === cpu);
    const idle = { pid: 0, comm: `swapper/${cpu}`, idle: true, cpu, running, queued: false, policy: 'idle', prio: 120 };
    return fullTask(idle, slots);
  });
}

function fullCpu(cpu: number, tasks: readonly TaskSnapshot[], given: Partial<CpuSnapshot>): CpuSnapshot {
  const current = tasks.find((task) => task.running && task.cpu === cpu);
  const waiting = tasks.filter((task) => task.queued && task.cpu === cpu);
  return {
    cpu,
    currentPid: current?.pid ?? 0,
    idx: 0,
    irqsEnabled: true,
    preemptCount: 0,
    nmiBlocked: false,
    halted: false,
    nrPinned: 0,
    queue: [...(current ? [current] : []), ...waiting].map((task) => task.pid),
    unmapping: false,
    switching: false,
    ...given,
  };
}

function fullSlot(globalSlot: number, spec: MachineSpec, cpus: number, slotsPerCpu: number, increment: number): SlotSnapshot {
  const slot = globalSlot % slotsPerCpu;
  return {
    cpu: Math.floor(globalSlot / slotsPerCpu),
    slot,
    globalSlot,
    address: 0xfffbb000 - globalSlot * 4096,
    pte: spec.ptes?.[globalSlot] ?? 0,
    type: '',
    guard: increment > 1 && slot % 2 === 0,
    tlb: Array.from({ length: cpus }, (_, cpu) => spec.tlbs?.[cpu]?.[globalSlot] ?? 0),
  };
}
