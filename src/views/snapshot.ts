/**
 * What the views look at: a plain copy of the part of the machine that they show, taken at a stop. `read-kernel.ts` takes
 * it from a kernel; tests write it by hand. Addresses are unsigned, PTEs are as the kernel stores them (0: empty). With
 * PAE they are the low words of entries; the high ones lie beside them.
 */

/** One CPU's TLB word for a page: 0 or the PTE value that the CPU saw when it filled the entry. */
export type TlbWord = number;

/** One slot of the temporary-mapping window. */
export interface SlotSnapshot {
  cpu: number;
  /** Slot within its CPU, from 0. */
  slot: number;
  /** Slot in the window: `slot + stride * cpu`. */
  globalSlot: number;
  address: number;
  pte: number;
  /** High word of the PTE, with PAE. */
  pteHigh?: number;
  /** Never used in debug builds: catches accesses past the end of a neighbour. */
  guard: boolean;
  /** Name of its type, in the model whose slots have types: `KM_USER0`. */
  type: string;
  /** Per CPU. */
  tlb: readonly TlbWord[];
}

/** One slot of the persistent window that holds something: a count, an entry, or a translation in some TLB. */
export interface PkmapSlotSnapshot {
  slot: number;
  address: number;
  pte: number;
  /** High word of the PTE, with PAE. */
  pteHigh?: number;
  /** `pkmap_count`: 0 free, 1 no users but still mapped, n: n - 1 users. */
  count: number;
  /** Per CPU. */
  tlb: readonly TlbWord[];
}

/** The window of persistent mappings: one for all CPUs. */
export interface PkmapSnapshot {
  /** LAST_PKMAP. */
  size: number;
  /** `last_pkmap_nr`, with cache colours one for each. */
  lastNrs: readonly number[];
  /** Names of the tasks that sleep in kmap(), in order of arrival. */
  waiting: readonly string[];
  /** In order of slots. */
  slots: readonly PkmapSlotSnapshot[];
}

export interface TaskSnapshot {
  pid: number;
  comm: string;
  /** CPU it runs on, is queued on, or ran on last. */
  cpu: number;
  idle: boolean;
  /** One of the kernel's own threads. */
  ownThread: boolean;
  exited: boolean;
  /** It is `current` of its CPU. */
  running: boolean;
  /** In a run queue and not running. */
  queued: boolean;
  /** `SCHED_FIFO`, `SCHED_RR`, `SCHED_NORMAL`, `idle`. */
  policy: string;
  /** Kernel priority: 0 to 98 real time (lower is stronger), 120 is nice 0. */
  prio: number;
  /** Without boosting. */
  normalPrio: number;
  schedClass: 'stop' | 'deadline' | 'rt' | 'fair' | 'idle';
  /** Affinity asked for, and the mask that the scheduler obeys, one bit a CPU. */
  cpusMask: number;
  obeyedMask: number;
  /** Place among the tasks that its CPU could push away, from 1; 0: it is not one of them. */
  pushablePlace: number;
  /** What its class knows of it, as a phrase; empty: nothing worth telling. */
  detail: string;
  /** As the debugger's thread list says it. */
  state: string;
  migrationDisabled: number;
  pagefaultDisabled: number;
  needResched: boolean;
  /** With preempt = lazy: only the flag that the tick and the return to user mode look at. */
  needReschedLazy?: boolean;
  /** `kmap_ctrl.idx`; in debug builds it counts guard slots too. */
  idx: number;
  /** `kmap_ctrl.pteval`, one word per slot. */
  pteval: readonly number[];
  /** Their high words, with PAE. */
  ptevalHigh?: readonly number[];
}

/** A lock; tasks by their index in the snapshot. */
export interface LockSnapshot {
  address: number;
  name: string;
  kind: string;
  ofProgram: boolean;
  holders: readonly number[];
  /** In the order of their turn. */
  waiters: readonly { task: number; spins: boolean }[];
}

export interface CpuSnapshot {
  cpu: number;
  /** pid of `current`. */
  currentPid: number;
  /** Index of the CPU's own stack; 0 where stacks belong to tasks. */
  idx: number;
  irqsEnabled: boolean;
  /** The word as `preempt_count()` returns it. */
  preemptCount: number;
  /** With PREEMPT_RT: the softirq part, which is not in the word. */
  softirqCount?: number;
  nmiBlocked: boolean;
  halted: boolean;
  nrPinned: number;
  /** pids in the order in which they would run, the running task first. */
  queue: readonly number[];
  /** The kernel is inside an unmap call here. */
  unmapping: boolean;
  /** It is inside a context switch here, whatever else is on top of that: mappings are taken out or put back. */
  switching: boolean;
}

export interface MachineSnapshot {
  step: number;
  /** Virtual time, ns. */
  time: number;
  /** Mapping model of the profile: `kmap_local`. */
  mapping: string;
  /** What says which slots are in use: the index of the task, that of the CPU, or the slots themselves; `shared`: they are everybody's. */
  holder: 'task' | 'cpu' | 'types' | 'shared';
  /** Preemption model. */
  preempt: 'none' | 'voluntary' | 'full' | 'lazy' | 'rt';
  /** Whether `preempt_disable()` counts (CONFIG_PREEMPT_COUNT). */
  preemptCounted: boolean;
  /** Slots per CPU in the window, and how far one push moves `idx` (2 with guard slots). */
  slotsPerCpu: number;
  increment: number;
  cpus: readonly CpuSnapshot[];
  tasks: readonly TaskSnapshot[];
  /** All slots of all CPUs, by CPU and slot. */
  slots: readonly SlotSnapshot[];
  pkmap: PkmapSnapshot;
  /** The program's locks, and others while somebody holds or waits for them. */
  locks: readonly LockSnapshot[];
  /** lockdep is on. */
  lockdep: boolean;
  /** Names of the program's pages by pfn: `letter[1]`. */
  pageNames: ReadonlyMap<number, string>;
}

export const pfnOf = (pte: number): number => pte >>> 12;

/** `letter[1]`, `pfn 0x373ff` for a page without a name, and nothing for an empty PTE. */
export function pageLabel(snapshot: MachineSnapshot, pte: number): string {
  if (pte === 0) return '';
  return snapshot.pageNames.get(pfnOf(pte)) ?? `pfn 0x${pfnOf(pte).toString(16)}`;
}

export const hex = (value: number, digits = 8): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

/** An entry as a person reads it: eight digits, with PAE sixteen. */
export const pteText = (low: number, high: number | undefined): string =>
  high === undefined ? hex(low) : `${hex(high)}${hex(low).slice(2)}`;

/** `1.203 ms`, `400 ns`: at most six characters of number, never rounded to a different step. */
export function formatTime(ns: number): string {
  if (ns < 10_000) return `${ns} ns`;
  if (ns < 10_000_000) return `${trim(ns / 1_000)} us`;
  if (ns < 10_000_000_000) return `${trim(ns / 1_000_000)} ms`;
  return `${trim(ns / 1_000_000_000)} s`;
}

function trim(value: number): string {
  return value.toFixed(3).replace(/\.?0+$/, '');
}
