/**
 * The locks of a machine as people ask about them: which there are, who holds them, who waits in which order, who is lent whose
 * priority. Only looks; for views, the debugger and reports.
 */
import type { Type } from '../../lang/types.ts';
import { NO_TRANSLATION } from '../../machine/mmu.ts';
import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';
import { LOCK_STRUCTS, lockIdentity, sizeOf } from './lock-names.ts';
import { lockOwner } from './lock-owner.ts';

/** What a task waits for. */
export interface LockWait {
  /** Address of the lock. */
  lock: number;
  name: string;
  /** `mutex`; empty when it is not known. */
  kind: string;
  /** It runs and spins; otherwise it sleeps, or is about to. */
  spins: boolean;
  /** Those that hold it, as far as that is known. */
  holders: readonly Task[];
}

export interface LockState {
  lock: number;
  name: string;
  kind: string;
  /** A variable of the program, or in one. */
  ofProgram: boolean;
  holders: readonly Task[];
  /** In the order in which they will get it, where the lock has one. */
  waiters: readonly Task[];
}

/** The lock that `task` waits for now; undefined: none. */
export function blockedOn(kernel: Kernel, task: Task): LockWait | undefined {
  const { blocked_on, spins_on } = task.view;
  const lock = spins_on || blocked_on;
  if (lock === 0) return undefined;
  const { name, kind } = lockIdentity(kernel, lock | 0);
  const spins = spins_on !== 0 || isRunning(kernel, task);
  return { lock, name, kind, spins, holders: holdersOf(kernel, lock, kind) };
}

const isRunning = ({ machine }: Kernel, task: Task): boolean =>
  machine.cpus.some((_, cpu) => machine.current(cpu) === task.address);

/** `blocked on mutex m, held by l`, `waits for` while it still runs, `spins on`; undefined: the task waits for no lock. */
export function waitText(kernel: Kernel, task: Task): string | undefined {
  const wait = blockedOn(kernel, task);
  if (!wait) return undefined;
  const held = wait.holders.length === 0 ? '' : `, held by ${wait.holders.map(({ comm }) => comm).join(', ')}`;
  const what = wait.kind === '' ? wait.name : `${wait.kind} ${wait.name}`;
  // Running and in the queue of a lock that sleeps: it spins a while, or is about to sleep.
  const how = task.view.spins_on !== 0 ? 'spins on' : wait.spins ? 'waits for' : 'blocked on';
  return `${how} ${what}${held}`;
}

/** Whose priority `task` runs with; undefined: its own. */
export function boostedBy(kernel: Kernel, { view }: Task): Task | undefined {
  return view.prio === view.normal_prio ? undefined : kernel.taskAt(view.pi_top_task | 0);
}

/** Locks that somebody holds or waits for, those of the program first. */
export function locksInUse(kernel: Kernel): LockState[] {
  return allLocks(kernel).filter(isUsed);
}

/** The same, and the program's own also while they are free. */
export function locksOfInterest(kernel: Kernel): LockState[] {
  return allLocks(kernel).filter((state) => state.ofProgram || isUsed(state));
}

const isUsed = ({ holders, waiters }: LockState): boolean => holders.length > 0 || waiters.length > 0;

function allLocks(kernel: Kernel): LockState[] {
  const { locks, programs } = declaredLocks(kernel);
  const known = new Map(locks.map((lock, index) => [lock >>> 0, stateOf(kernel, lock, index < programs)]));
  for (const { view } of kernel.tasks) {
    for (const lock of [view.blocked_on, view.spins_on])
      if (lock !== 0 && !known.has(lock)) known.set(lock, stateOf(kernel, lock, false));
  }
  return [...known.values()];
}

function stateOf(kernel: Kernel, lock: number, ofProgram: boolean): LockState {
  const { name, kind } = lockIdentity(kernel, lock | 0);
  return {
    lock: lock >>> 0,
    name,
    kind,
    ofProgram,
    holders: holdersOf(kernel, lock, kind),
    waiters: waitersOf(kernel, lock, kind),
  };
}

/** The owner; of a lock with readers, the readers that lockdep knows of. */
function holdersOf(kernel: Kernel, lock: number, kind: string): Task[] {
  const readers = kind === 'rwlock' || kind === 'rwsem' ? readersOf(kernel, lock) : [];
  if (readers.length > 0) return readers;
  const owner = lockOwner(kernel, lock | 0);
  return owner && owner.view.blocked_on !== lock >>> 0 ? [owner] : [];
}

/** Tasks that have the lock for reading; nobody is known without lockdep. */
function readersOf(kernel: Kernel, lock: number): Task[] {
  return kernel.tasks.filter(({ view }) => {
    if (view.blocked_on === lock >>> 0) return false;
    return view.held_locks.slice(0, view.lockdep_depth).some(({ instance, read }) => instance === lock >>> 0 && read !== 0);
  });
}

function waitersOf(kernel: Kernel, lock: number, kind: string): Task[] {
  const { layouts } = kernel;
  const tag = Object.keys(LOCK_STRUCTS).find((one) => LOCK_STRUCTS[one] === kind);
  const layout = tag === undefined ? undefined : Object.values(layouts).find(({ name }) => name === tag);
  const list = layout?.fields.find(({ name }) => name === 'first_waiter');
  // All waiters of lists begin with next and task; those of priority inheritance with next too.
  if (list) return follow(kernel, wordAt(kernel, lock + list.offset), 4);
  if (layout && layout.fields[0].type.kind === 'struct' && layout.fields[0].type.layout.name !== 'raw_spinlock') {
    const first = wordAt(kernel, lock + layouts.rt_mutex_base.field('waiters').offset);
    return follow(kernel, first, layouts.rt_mutex_waiter.field('task').offset);
  }
  return kernel.tasks.filter(({ view }) => view.spins_on === lock >>> 0 || view.blocked_on === lock >>> 0);
}

function wordAt({ machine }: Kernel, address: number): number {
  const offset = machine.peek(address | 0);
  return offset === NO_TRANSLATION ? 0 : machine.memory.words[offset >>> 2];
}

/** The tasks of a list of waiters, whose first word is the link. */
function follow(kernel: Kernel, first: number, taskAt: number): Task[] {
  const tasks: Task[] = [];
  for (let at = first; at !== 0 && tasks.length < kernel.tasks.length; at = wordAt(kernel, at)) {
    const task = kernel.taskAt(wordAt(kernel, at + taskAt));
    if (!task) break;
    tasks.push(task);
  }
  return tasks;
}

/** Elements of an array that are looked into for locks. */
const ARRAY_MAX = 64;
const declared = new WeakMap<Kernel, DeclaredLocks>();

export interface DeclaredLocks {
  /** Addresses; the first `programs` of them are the program's. */
  locks: readonly number[];
  programs: number;
}

/** Addresses of all locks that are variables or parts of variables, the program's first. Worked out once. */
export function declaredLocks(kernel: Kernel): DeclaredLocks {
  const found = declared.get(kernel);
  if (found) return found;
  const { machine, built } = kernel;
  const own: number[] = [];
  const others: number[] = [];
  for (const { type, storage, address, offset, declaredAt } of built.debug.globals) {
    if (storage === 'page') continue;
    const list = built.debug.sources[declaredAt.source].uri.startsWith('klab-kernel:') ? others : own;
    const inside = lockOffsets(type, 0);
    if (storage === 'static') list.push(...inside.map((at) => address + at));
    else machine.cpus.forEach((_, cpu) => void list.push(...inside.map((at) => machine.perCpuBase(cpu) + offset + at)));
  }
  const all = { locks: [...own, ...others], programs: own.length };
  declared.set(kernel, all);
  return all;
}

function lockOffsets(type: Type, at: number): number[] {
  if (type.kind === 'array') {
    const size = sizeOf(type.of);
    const indices = Array.from({ length: Math.min(type.length, ARRAY_MAX) }, (_, index) => index);
    return type.of.kind === 'struct' ? indices.flatMap((index) => lockOffsets(type.of, at + index * size)) : [];
  }
  if (type.kind !== 'struct') return [];
  if (type.name in LOCK_STRUCTS) return [at];
  return (type.members ?? []).flatMap((member) => lockOffsets(member.type, at + member.offset));
}
