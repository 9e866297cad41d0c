/**
 * Lockdep (scheduler 7, `kernel/locking/lockdep.c`): what each task holds, and the checks at each acquisition. It only looks; locks work
 * without it. All that it remembers lies in emulated memory. Left out: the stack traces of the kernel (a place stands for each),
 * cross-release, lock statistics, the cache of lock chains.
 */
import type { RegionRequest } from '../../machine/memory-plan.ts';
import type { Kernel } from '../kernel.ts';
import { type HeldLockView, MAX_LOCK_DEPTH } from '../layouts/lockdep.ts';
import type { TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { CallerOfLock } from './caller.ts';
import { contextWait, type LockContext, lockContext } from './context.ts';
import { irqOrder } from './irq-order.ts';
import { LOCK_READ, LOCK_RECURSIVE, LOCK_SUBCLASS_SHIFT, LOCK_SUBCLASSES, LOCK_TRY } from './kinds.ts';
import { classRegions, LockClasses } from './lock-classes.ts';
import { depBit, graphRegion, LockGraph } from './lock-graph.ts';
import { LockReports } from './reports.ts';
import { heldLocksOf, type ShownLock, Splat } from './splat.ts';
import { markUsage, usageBit } from './usage.ts';

/** The reader sections of `rcu_sleep_check()`, and the option with which sleeping there is nobody's fault. */
const SLEEP_CHECKS = [
  { map: 'rcu_lock_map', name: 'RCU', option: 'CONFIG_PREEMPT_RCU' },
  { map: 'rcu_bh_lock_map', name: 'RCU-bh', option: 'CONFIG_PREEMPT_RT' },
  { map: 'rcu_sched_lock_map', name: 'RCU-sched', option: '' },
] as const;

/** Memory that lockdep needs; part of the plan. */
export function lockdepRegions(): RegionRequest[] {
  return [...classRegions(), graphRegion(), { name: 'lockdep:warned', area: 'hardware', size: 4, owner: 'shared' }];
}

/** An acquisition that is being looked at. */
export interface Acquisition extends ShownLock {
  read: number;
  trylock: boolean;
}

export class Lockdep {
  readonly #kernel: Kernel;
  readonly #classes: LockClasses;
  readonly #graph: LockGraph;
  readonly #caller: CallerOfLock;
  readonly #splat: Splat;
  readonly #reports: LockReports;
  readonly #on: boolean;
  /** alloc_policy = lockdep_forgive (scheduler 8.3): on kernels that preempt nothing, a raw spinlock allows a spinlock_t inside. */
  readonly #forgivesRaw: boolean;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#on = kernel.profile.debug_lockdep;
    this.#forgivesRaw = kernel.profile.alloc_policy === 'lockdep_forgive' && kernel.profile.preempt === 'none';
    this.#classes = new LockClasses(kernel);
    this.#graph = new LockGraph(kernel);
    this.#caller = new CallerOfLock(kernel);
    this.#splat = new Splat(kernel, this.#classes);
    this.#reports = new LockReports(kernel, this.#classes, this.#splat);
  }

  /** Code address of the call that took the lock, or disabled preemption, which is being done on CPU `cpu`. */
  callerPc(cpu: number): number {
    return this.#caller.pc(cpu);
  }

  /** The running task is about to wait for `lock`, or has got it by a trylock. */
  acquire(cpu: number, lock: number, kind: number, flags: number): void {
    const context = lockContext(this.#kernel, cpu);
    if (!this.#checks(context)) return;
    const { view } = context;
    const subclass = (flags >> LOCK_SUBCLASS_SHIFT) & (LOCK_SUBCLASSES - 1);
    const classIndex = this.#classes.classOf(cpu, lock, kind, subclass);
    const ip = this.#caller.pc(cpu);
    if (typeof classIndex === 'string') {
      if (classIndex === 'no-key') {
        // What lockdep keeps in a lock is read first: a pointer to nothing faults here.
        this.#kernel.lockWord(cpu, lock);
        this.#reports.noKey(cpu, lock, ip);
      } else this.#reports.turnOff(cpu, 'BUG: MAX_LOCKDEP_KEYS too low!');
      return;
    }
    if (view.lockdep_depth >= MAX_LOCK_DEPTH) {
      this.#reports.turnOff(cpu, 'BUG: MAX_LOCK_DEPTH too low!');
      return;
    }
    const read = (flags & LOCK_READ) === 0 ? 0 : (flags & LOCK_RECURSIVE) === 0 ? 1 : 2;
    const next: Acquisition = { instance: lock, classIndex, ip, read, trylock: (flags & LOCK_TRY) !== 0 };
    this.#checkWaitContext(cpu, context, next);
    if (this.#checks(context) && this.#classes.kind(classIndex).order) this.#checkOrder(cpu, context, next);
    if (this.#checks(context)) this.#push(context, next);
  }

  /** Lock checks are on, and not in an NMI, where lockdep does not look. */
  #checks({ nmi }: LockContext): boolean {
    return this.enabled && !nmi;
  }

  /** Lock checks are built in and have not been switched off by a report. */
  get enabled(): boolean {
    return this.#on && this.#kernel.once.debugLocks;
  }

  #push({ view, irqContext, hardirqsOn }: LockContext, { instance, classIndex, ip, read, trylock }: Acquisition): void {
    const held = view.held_locks[view.lockdep_depth];
    held.instance = instance;
    held.class_idx = classIndex;
    held.acquire_ip = ip;
    held.read = read;
    held.trylock = Number(trylock);
    held.irq_context = irqContext;
    held.check = Number(this.#classes.kind(classIndex).order);
    held.hardirqs_off = Number(!hardirqsOn);
    view.lockdep_depth++;
  }

  /** `check_wait_context()`: whether what is held, and the context, allow a wait as long as this lock's. */
  #checkWaitContext(cpu: number, context: LockContext, next: Acquisition): void {
    const classes = this.#classes;
    if (next.trylock || classes.inner(next.classIndex) === 0) return;
    let allowed = contextWait(context, classes.wait);
    for (const held of heldLocksOf(context.view)) {
      if (held.irq_context !== context.irqContext) continue;
      const forgiven = this.#forgivesRaw && classes.kind(held.class_idx).name === 'RAW_SPIN';
      const inner = forgiven ? classes.wait.config : classes.inner(held.class_idx);
      if (inner === 0) continue;
      allowed = classes.kind(held.class_idx).override ? inner : Math.min(allowed, inner);
    }
    if (classes.outer(next.classIndex) > allowed)
      this.#reports.waitContext(cpu, next, contextWait(context, classes.wait), allowed);
  }

  #checkOrder(cpu: number, context: LockContext, next: Acquisition): void {
    this.#markUsage(cpu, context, next);
    if (next.trylock || !this.enabled) return;
    const held = heldLocksOf(context.view);
    const same = held.find(({ class_idx, read }) => class_idx === next.classIndex && !(next.read === 2 && read !== 0));
    if (same) {
      this.#reports.recursion(cpu, next, same);
      return;
    }
    this.#addDependencies(cpu, context, held, next);
  }

  /** `mark_usage()`: in which contexts the lock is used, and which it is held in. */
  #markUsage(cpu: number, context: LockContext, next: Acquisition): void {
    const bits: number[] = [];
    if (!next.trylock) {
      if (context.hardirq) bits.push(usageBit(false, false, next.read));
      if (context.softirq) bits.push(usageBit(true, false, next.read));
    }
    if (context.hardirqsOn) {
      bits.push(usageBit(false, true, next.read));
      if (context.softirqsOn) bits.push(usageBit(true, true, next.read));
    }
    for (const bit of bits) this.#mark(cpu, next, bit, next.ip);
  }

  /** `mark_lock()`: a first use of its kind is compared with the other uses of the class, and of those before and behind it. */
  #mark(cpu: number, lock: Acquisition, bit: number, ip: number): void {
    const before = this.#classes.view(lock.classIndex).usage_mask;
    const wrong = markUsage(this.#classes, lock.classIndex, bit, ip);
    if (!this.enabled || ((before >>> bit) & 1) !== 0) return;
    if (wrong !== undefined) {
      this.#reports.usage(cpu, lock, bit, wrong);
      return;
    }
    const order = irqOrder(this.#classes, this.#graph, lock.classIndex, lock.classIndex);
    if (order) this.#reports.irqInversion(cpu, lock, order);
  }

  /** `check_prevs_add()`: each new dependency is looked at before it is remembered. */
  #addDependencies(cpu: number, context: LockContext, held: readonly HeldLockView[], next: Acquisition): void {
    const { pid } = this.#kernel.currentTask(cpu);
    for (let i = held.length - 1; i >= 0; i--) {
      const prev = held[i];
      if (prev.irq_context !== context.irqContext) return;
      if (prev.check === 0) continue;
      const dep = depBit(prev.read, next.read);
      const known = this.#graph.edge(prev.class_idx, next.classIndex);
      if (!known || (known.dep & dep) === 0) {
        const path = this.#graph.path(next.classIndex, next.read, prev.class_idx, prev.read);
        if (path) this.#reports.circular(cpu, next, prev, path);
        const wrong = path ? undefined : irqOrder(this.#classes, this.#graph, prev.class_idx, next.classIndex);
        if (wrong) this.#reports.irqOrder(cpu, next, prev, wrong);
        if (!this.enabled) return;
        const place = { fromIp: prev.acquire_ip, toIp: next.ip, pid };
        if (!this.#graph.add(prev.class_idx, next.classIndex, dep, place)) {
          this.#reports.turnOff(cpu, 'BUG: MAX_LOCKDEP_ENTRIES too low!');
          return;
        }
      }
      // What is held outside of this one has its dependency on it already.
      if (prev.trylock === 0) return;
    }
  }

  /** The running task is about to let go of `lock`. */
  release(cpu: number, lock: number): void {
    const context = lockContext(this.#kernel, cpu);
    if (!this.#checks(context)) return;
    const { view } = context;
    const at = heldLocksOf(view).findLastIndex(({ instance }) => instance === lock >>> 0);
    if (at < 0) this.#reports.unlockBalance(cpu, lock, this.#caller.pc(cpu));
    else this.#remove(view, at);
  }

  #remove(view: TaskView, at: number): void {
    const { held_locks } = view;
    view.lockdep_depth--;
    for (let i = at; i < view.lockdep_depth; i++) copyHeld(held_locks[i + 1], held_locks[i]);
    clearHeld(held_locks[view.lockdep_depth]);
  }

  /** Interrupts have come on on CPU `cpu`: what its task holds is held with them on from now. */
  hardirqsOn(cpu: number): void {
    if (!this.#on) return;
    const context = lockContext(this.#kernel, cpu);
    if (context.view.lockdep_depth === 0 || !this.#checks(context)) return;
    this.#markHeld(cpu, context.view, false);
    if (context.softirqsOn) this.#markHeld(cpu, context.view, true);
  }

  /** Softirqs may come in again on CPU `cpu`. */
  softirqsOn(cpu: number): void {
    if (!this.#on) return;
    const context = lockContext(this.#kernel, cpu);
    if (context.view.lockdep_depth > 0 && context.hardirqsOn && this.#checks(context)) this.#markHeld(cpu, context.view, true);
  }

  #markHeld(cpu: number, view: TaskView, softirq: boolean): void {
    const ip = this.#caller.pc(cpu);
    for (const held of heldLocksOf(view)) {
      if (held.check === 0 || !this.enabled) continue;
      const { instance, class_idx: classIndex, read } = held;
      this.#mark(cpu, { instance, classIndex, ip, read, trylock: false }, usageBit(softirq, true, read), ip);
    }
  }

  /** A hardirq begins on CPU `cpu`: nobody has said yet that its handler would be a thread. */
  hardirqEnter(view: TaskView): void {
    if (!this.#on) return;
    view.hardirq_threaded = 0;
    view.irq_config = 0;
  }

  /** A call has made the lock free: from now on it belongs to the class of that call. */
  initialise(cpu: number, lock: number): void {
    this.#classes.initialise(lock, this.#caller.pc(cpu));
  }

  /** The running task goes back to user mode. */
  userReturn(cpu: number): void {
    if (this.enabled && this.#kernel.currentTask(cpu).view.lockdep_depth > 0) this.#reports.userReturn(cpu);
  }

  /** The running task ends. */
  taskExit(cpu: number): void {
    if (this.enabled && this.#kernel.currentTask(cpu).view.lockdep_depth > 0) this.#reports.taskExit(cpu);
  }

  /** `debug_check_no_locks_freed()`: memory is freed on CPU `cpu`; a lock inside it must not be held. */
  memoryFreed(cpu: number, from: number, length: number): void {
    if (!this.enabled) return;
    const held = heldLocksOf(this.#kernel.currentTask(cpu).view);
    const inside = held.find(({ instance }) => (instance - from) >>> 0 < length);
    if (inside) this.#reports.heldLockFreed(cpu, from, length, inside);
  }

  /** Whether the running task holds the lock at `address`. */
  holds(cpu: number, address: number): boolean {
    return heldLocksOf(this.#kernel.currentTask(cpu).view).some(({ instance }) => instance === address >>> 0);
  }

  /** `rcu_sleep_check()`: reader sections in which a task must not sleep, though nothing else may show that. */
  sleepCheck(cpu: number): void {
    if (!this.enabled || this.#kernel.currentTask(cpu).view.lockdep_depth === 0) return;
    const { built } = this.#kernel;
    for (const [number, { map, name, option }] of SLEEP_CHECKS.entries()) {
      if (built.environment.enabledOptions.has(option) || !this.#holdsMap(cpu, map)) continue;
      if (this.#takeWarning(number))
        this.#reports.suspiciousRcu(cpu, `Illegal context switch in ${name} read-side critical section!`);
    }
  }

  #holdsMap(cpu: number, variable: string): boolean {
    return this.holds(cpu, this.#kernel.dataAddress(variable));
  }

  /** True once for each warning. */
  #takeWarning(number: number): boolean {
    const { memory, plan } = this.#kernel.machine;
    const word = plan.region('lockdep:warned').offset >>> 2;
    const bit = 1 << number;
    if ((memory.words[word] & bit) !== 0) return false;
    memory.write(word, memory.words[word] | bit);
    return true;
  }

  /** What reports say of the locks that a task holds: lines that follow others; nothing without lockdep. */
  heldLocksText(task: Task): string {
    if (!this.#on) return '';
    return ['', ...(this.enabled ? this.#splat.heldLocks(task) : ['INFO: lockdep is turned off.'])].join('\n');
  }
}

function copyHeld(from: HeldLockView, to: HeldLockView): void {
  to.instance = from.instance;
  to.acquire_ip = from.acquire_ip;
  to.class_idx = from.class_idx;
  to.irq_context = from.irq_context;
  to.read = from.read;
  to.trylock = from.trylock;
  to.check = from.check;
  to.hardirqs_off = from.hardirqs_off;
}

/** Nothing of it stays, so that equal states are equal in memory. */
function clearHeld(held: HeldLockView): void {
  held.instance = 0;
  held.acquire_ip = 0;
  held.class_idx = 0;
  held.irq_context = 0;
  held.read = 0;
  held.trylock = 0;
  held.check = 0;
  held.hardirqs_off = 0;
}
