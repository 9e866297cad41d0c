/** The locks of a machine as they stand: who holds which, who waits for it, in the order of their turn. Only looks. */
import type { Type } from '../../lang/types.ts';
import { NO_TRANSLATION } from '../../machine/mmu.ts';
import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';
import { LOCK_STRUCTS, lockIdentity } from './lock-names.ts';
import { lockOwner } from './lock-owner.ts';

export interface LockWaiter {
  task: Task;
  /** It runs and tries again and again; otherwise it sleeps, or is about to. */
  spins: boolean;
}

export interface LockState {
  address: number;
  name: string;
  /** `mutex`, `raw spinlock`; empty: not known. */
  kind: string;
  /** A variable of the program. */
  ofProgram: boolean;
  /** More than one: readers. */
  holders: Task[];
  waiters: LockWaiter[];
}

/** Address of the lock that a task waits for; 0: none. What it spins on comes first: it may lie inside of the other. */
export const lockWaitedFor = ({ view }: Task): number => (view.spins_on || view.blocked_on) >>> 0;

/** Every lock that the program declares, and every other one that somebody holds or waits for; the program's first. */
export function lockStates(kernel: Kernel): LockState[] {
  const declared = new Set(declaredLocks(kernel));
  const addresses = new Set(declared);
  for (const task of kernel.tasks) {
    for (const lock of [...heldBy(task), task.view.spins_on >>> 0, task.view.blocked_on >>> 0])
      if (lock !== 0) addresses.add(lock);
  }
  return [...addresses].map((address) => stateOf(kernel, address, declared.has(address)));
}

function stateOf(kernel: Kernel, address: number, ofProgram: boolean): LockState {
  const { name, kind } = lockIdentity(kernel, address);
  const waiting = kernel.tasks.filter(({ view }) => view.spins_on >>> 0 === address || view.blocked_on >>> 0 === address);
  const owner = lockOwner(kernel, address);
  const holders = kernel.tasks.filter((task) => task === owner || (heldBy(task).includes(address) && !waiting.includes(task)));
  const order = turns(kernel, address, waiting);
  const waiters = waiting
    .map((task) => ({ task, spins: task.view.spins_on >>> 0 === address }))
    .sort((a, b) => Number(b.spins) - Number(a.spins) || order.indexOf(a.task) - order.indexOf(b.task));
  return { address, name, kind, ofProgram, holders, waiters };
}

/** Locks on lockdep's list of a task; empty without lockdep. */
function heldBy({ view }: Task): number[] {
  return Array.from({ length: view.lockdep_depth }, (_, i) => view.held_locks[i].instance >>> 0);
}

/** Waiters in the order of the lock's own list. */
function turns(kernel: Kernel, address: number, waiting: readonly Task[]): Task[] {
  const { rt_mutex_waiter: rtWaiter, rt_mutex_base: base, mutex, mutex_waiter: waiter } = kernel.layouts;
  const pi = waiting.find(({ view }) => view.pi_blocked_on !== 0);
  if (pi) {
    const lock = wordAt(kernel, pi.view.pi_blocked_on + rtWaiter.field('lock').offset);
    const next = rtWaiter.field('tree').offset + kernel.layouts.rt_waiter_node.field('next').offset;
    return follow(kernel, wordAt(kernel, lock + base.field('waiters').offset), rtWaiter.field('task').offset, next);
  }
  if (!mutex.fields.some(({ name }) => name === 'first_waiter') || lockIdentity(kernel, address).kind !== LOCK_STRUCTS.mutex)
    return [...waiting];
  const first = mutex.fields.find(({ name }) => name === 'first_waiter')?.offset ?? 0;
  return follow(kernel, wordAt(kernel, address + first), waiter.field('task').offset, waiter.field('next').offset);
}

function follow(kernel: Kernel, first: number, taskAt: number, nextAt: number): Task[] {
  const found: Task[] = [];
  let at = first;
  while (at !== 0 && found.length < kernel.tasks.length) {
    const task = kernel.taskAt(wordAt(kernel, at + taskAt));
    if (task) found.push(task);
    at = wordAt(kernel, at + nextAt);
  }
  return found;
}

/** The word at a kernel address; 0 where nothing can be read. */
function wordAt({ machine }: Kernel, address: number): number {
  const offset = machine.peek(address | 0);
  return offset === NO_TRANSLATION || (offset & 3) !== 0 ? 0 : machine.memory.words[offset >>> 2];
}

/** Addresses of the locks in the program's own variables. */
function declaredLocks({ machine, built }: Kernel): number[] {
  const program = built.debug.sources.findIndex(
    ({ uri }) => uri === built.program.sources.find(({ role }) => role === 'program')?.uri,
  );
  return built.debug.globals
    .filter(({ declaredAt }) => declaredAt.source === program)
    .flatMap(({ type, storage, address }) => {
      const inside = lockOffsets(type);
      if (storage === 'static') return inside.map((offset) => (address + offset) >>> 0);
      if (storage !== 'perCpu') return [];
      return machine.cpus.flatMap((_, cpu) =>
        inside.map((offset) => machine.addressOf(machine.offsetOf(machine.perCpuBase(cpu)) + address + offset) >>> 0),
      );
    });
}

/** Where the outermost locks of a type lie in it. */
function lockOffsets(type: Type): number[] {
  if (type.kind === 'array') {
    const inside = lockOffsets(type.of);
    const size = type.of.kind === 'struct' ? type.of.size : 4;
    return inside.length === 0 ? [] : Array.from({ length: type.length }, (_, i) => inside.map((at) => i * size + at)).flat();
  }
  if (type.kind !== 'struct') return [];
  if (type.name in LOCK_STRUCTS) return [0];
  return (type.members ?? []).flatMap(({ offset, type: inner }) => lockOffsets(inner).map((at) => offset + at));
}
