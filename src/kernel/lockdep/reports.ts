/** What lockdep reports (scheduler 11, D12 to D17): the kernel's headline, one explanation with the places, and the kernel's lines. */
import type { Kernel } from '../kernel.ts';
import type { HeldLockView, LockListView } from '../layouts/lockdep.ts';
import { lockContext } from './context.ts';
import type { IrqOrder } from './irq-order.ts';
import type { LockClasses } from './lock-classes.ts';
import type { Acquisition } from './lockdep.ts';
import { heldLocksOf, type Splat, shown } from './splat.ts';
import { bitName, isSoftirqBit, isUsedBit } from './usage.ts';

interface Report {
  slug: string;
  headline: string;
  /** Plain words first, then the report's lines. */
  explanation: string;
  lines: readonly string[];
}

export class LockReports {
  readonly #kernel: Kernel;
  readonly #classes: LockClasses;
  readonly #splat: Splat;

  constructor(kernel: Kernel, classes: LockClasses, splat: Splat) {
    this.#kernel = kernel;
    this.#classes = classes;
    this.#splat = splat;
  }

  /** Reports and switches lock checks off; with debug_lockdep_go_on they stay on, and each place reports once. */
  #report(cpu: number, ip: number, { slug, headline, explanation, lines }: Report): void {
    const detail = [explanation, ...lines].join('\n');
    const report = { slug, headline, detail };
    if (this.#kernel.profile.debug_lockdep_go_on) {
      this.#kernel.report(cpu, { ...report, suppressed: !this.#kernel.once.take(ip) });
    } else this.#kernel.reportLocks(cpu, report);
  }

  #who(cpu: number): string {
    const { comm, pid } = this.#kernel.currentTask(cpu);
    return `${comm}/${pid}`;
  }

  /** S-D12 */
  waitContext(cpu: number, next: Acquisition, context: number, allowed: number): void {
    const splat = this.#splat;
    const task = this.#kernel.currentTask(cpu);
    const { irqContext } = lockContext(this.#kernel, cpu);
    const outer = this.#classes.outer(next.classIndex);
    const held = heldLocksOf(task.view).findLast(
      ({ class_idx, irq_context }) => irq_context === irqContext && this.#classes.inner(class_idx) === allowed,
    );
    const by = held
      ? `${splat.name(held.class_idx)}, taken at ${splat.place(held.acquire_ip)}, allows no more than ${allowed} inside`
      : `this context allows no more than ${context}`;
    this.#report(cpu, next.ip, {
      slug: 'invalid_wait_context',
      headline: '[ BUG: Invalid wait context ]',
      explanation: `${splat.name(next.classIndex)}, wanted at ${splat.place(next.ip)}, may wait as long as a lock of type ${outer}; ${by}.`,
      lines: [
        `${this.#who(cpu)} is trying to lock:`,
        splat.lock(next),
        'other info that might help us debug this:',
        `context-{${context}:${context}}`,
        ...splat.heldLocks(task),
      ],
    });
  }

  /** S-D13 */
  recursion(cpu: number, next: Acquisition, held: HeldLockView): void {
    const splat = this.#splat;
    const name = splat.name(next.classIndex);
    const same = held.instance === next.instance >>> 0;
    const what = same
      ? `${name} is wanted at ${splat.place(next.ip)}, and the same task took it at ${splat.place(held.acquire_ip)}: nobody will release it.`
      : `Two locks of the class ${name} at once: one was taken at ${splat.place(held.acquire_ip)}, one is wanted at ${splat.place(next.ip)}. ` +
        'Another task may take the two in the other order.';
    this.#report(cpu, next.ip, {
      slug: 'recursive_locking',
      headline: 'WARNING: possible recursive locking detected',
      explanation: what,
      lines: [
        `${this.#who(cpu)} is trying to acquire lock:`,
        splat.lock(next),
        'but task is already holding lock:',
        splat.lock(shown(held)),
        'other info that might help us debug this:',
        ' Possible unsafe locking scenario:',
        '       CPU0',
        '       ----',
        `  lock(${name});`,
        `  lock(${name});`,
        ' *** DEADLOCK ***',
        ' May be due to missing lock nesting notation',
        ...splat.heldLocks(this.#kernel.currentTask(cpu)),
      ],
    });
  }

  /** S-D14. `path` leads from the class that is wanted to the one that is held. */
  circular(cpu: number, next: Acquisition, held: HeldLockView, path: readonly LockListView[]): void {
    const splat = this.#splat;
    const wanted = splat.name(next.classIndex);
    const owned = splat.name(held.class_idx);
    const earlier = path.map(({ from, to, from_ip, to_ip, pid }) => {
      const first = `${splat.name(from)} (taken at ${splat.place(from_ip)})`;
      return `task ${pid} took ${splat.name(to)} at ${splat.place(to_ip)} while it held ${first}`;
    });
    const chain = [...path]
      .reverse()
      .map(({ to, to_ip }, i) => [`-> #${path.length - i} ${splat.className(to)}:`, `       ${splat.place(to_ip)}`]);
    this.#report(cpu, next.ip, {
      slug: 'circular_locking',
      headline: 'WARNING: possible circular locking dependency detected',
      explanation:
        `Here ${wanted} is wanted at ${splat.place(next.ip)} while ${owned} is held (taken at ${splat.place(held.acquire_ip)}). ` +
        `Earlier ${earlier.join('; ')}. At the wrong moment each waits for the other.`,
      lines: [
        `${this.#who(cpu)} is trying to acquire lock:`,
        splat.lock(next),
        'but task is already holding lock:',
        splat.lock(shown(held)),
        'which lock already depends on the new lock.',
        'the existing dependency chain (in reverse order) is:',
        ...chain.flat(),
        `-> #0 ${splat.className(next.classIndex)}:`,
        `       ${splat.place(next.ip)}`,
        'other info that might help us debug this:',
        ...(path.length > 1 ? [`Chain exists of: ${[wanted, ...path.map(({ to }) => splat.name(to))].join(' --> ')}`] : []),
        ' Possible unsafe locking scenario:',
        '       CPU0                    CPU1',
        '       ----                    ----',
        `  lock(${owned});`,
        `                               lock(${path.length > 1 ? splat.name(path[path.length - 1].from) : wanted});`,
        `                               lock(${owned});`,
        `  lock(${wanted});`,
        ' *** DEADLOCK ***',
        ...splat.heldLocks(this.#kernel.currentTask(cpu)),
      ],
    });
  }

  /** S-D15. The use that `bit` stands for contradicts an earlier one. */
  usage(cpu: number, lock: Acquisition, bit: number, earlier: number): void {
    const splat = this.#splat;
    const name = splat.name(lock.classIndex);
    const ip = this.#classes.view(lock.classIndex).usage_ip.get(earlier);
    const [inside, outside] = isUsedBit(bit) ? [lock.ip, ip] : [ip, lock.ip];
    const what = isSoftirqBit(bit) ? 'softirq' : 'hardirq';
    const cure = isSoftirqBit(bit) ? 'softirqs (and interrupts) on' : 'interrupts on';
    this.#report(cpu, lock.ip, {
      slug: 'inconsistent_lock_state',
      headline: 'WARNING: inconsistent lock state',
      explanation:
        `${name} is taken in a ${what} at ${splat.place(inside)}, and held with ${cure} at ${splat.place(outside)}: ` +
        `the ${what} can come in while its own CPU holds the lock, and spins for ever.`,
      lines: [
        `inconsistent {${bitName(earlier)}} -> {${bitName(bit)}} usage.`,
        `${this.#who(cpu)} ${splat.irqState(cpu)} takes:`,
        splat.lock(lock),
        `{${bitName(earlier)}} state was registered at:`,
        `  ${splat.place(ip)}`,
        'other info that might help us debug this:',
        ' Possible unsafe locking scenario:',
        '       CPU0',
        '       ----',
        `  lock(${name});`,
        '  <Interrupt>',
        `    lock(${name});`,
        ' *** DEADLOCK ***',
        ...splat.heldLocks(this.#kernel.currentTask(cpu)),
      ],
    });
  }

  /** `print_bad_irq_dependency()`: the new dependency leads from a lock of a handler to one that is held with the interrupt on. */
  irqOrder(cpu: number, next: Acquisition, held: HeldLockView, order: IrqOrder): void {
    const splat = this.#splat;
    const irq = order.softirq ? 'SOFTIRQ' : 'HARDIRQ';
    const dependency = [`${splat.className(held.class_idx)} ->`, splat.className(next.classIndex)];
    this.#report(cpu, next.ip, {
      slug: 'irq_lock_inversion',
      headline: `WARNING: ${irq}-safe -> ${irq}-unsafe lock order detected`,
      explanation: this.#irqDeadlock(order),
      lines: [
        `${this.#who(cpu)} ${splat.irqState(cpu)} is trying to acquire:`,
        splat.lock(next),
        'and this task is already holding:',
        splat.lock(shown(held)),
        'which would create a new lock dependency:',
        ` ${dependency.join(' ')}`,
        `but this new dependency connects a ${irq}-irq-safe lock:`,
        ` ${splat.className(order.safe)}`,
        `to a ${irq}-irq-unsafe lock:`,
        ` ${splat.className(order.unsafe)}`,
        ...this.#irqScenario(order),
        ...splat.heldLocks(this.#kernel.currentTask(cpu)),
      ],
    });
  }

  /** `print_irq_inversion_bug()`: the dependency was there before; the new use makes it wrong. */
  irqInversion(cpu: number, lock: Acquisition, order: IrqOrder): void {
    const splat = this.#splat;
    const becomesSafe = lock.classIndex === order.safe;
    this.#report(cpu, lock.ip, {
      slug: 'irq_lock_inversion',
      headline: 'WARNING: possible irq lock inversion dependency detected',
      explanation: this.#irqDeadlock(order),
      lines: [
        `${this.#who(cpu)} just changed the state of lock:`,
        splat.lock(lock),
        `${becomesSafe ? 'and this lock took' : 'but this lock was taken by'} another, ${order.softirq ? 'SOFTIRQ' : 'HARDIRQ'}-${becomesSafe ? 'unsafe lock in the past:' : 'safe lock in the past:'}`,
        ` ${splat.className(becomesSafe ? order.unsafe : order.safe)}`,
        ...this.#irqScenario(order),
        ...splat.heldLocks(this.#kernel.currentTask(cpu)),
      ],
    });
  }

  #irqDeadlock({ softirq, safe, safeBit, unsafe, unsafeBit }: IrqOrder): string {
    const place = (index: number, bit: number) => this.#splat.place(this.#classes.view(index).usage_ip.get(bit));
    const what = softirq ? 'softirq' : 'hardirq';
    const [inside, outside] = [this.#splat.name(safe), this.#splat.name(unsafe)];
    return (
      `${inside} is taken in a ${what} at ${place(safe, safeBit)}, and ${outside} is held with that interrupt on at ${place(unsafe, unsafeBit)}. ` +
      `Elsewhere ${outside} is wanted while ${inside} is held. So one CPU holds ${outside} and its interrupt waits for ${inside}, and the other way round on another.`
    );
  }

  #irqScenario({ safe, unsafe }: IrqOrder): string[] {
    const [inside, outside] = [this.#splat.name(safe), this.#splat.name(unsafe)];
    return [
      'other info that might help us debug this:',
      ' Possible interrupt unsafe locking scenario:',
      '       CPU0                    CPU1',
      '       ----                    ----',
      `  lock(${outside});`,
      '                               local_irq_disable();',
      `                               lock(${inside});`,
      `                               lock(${outside});`,
      '  <Interrupt>',
      `    lock(${inside});`,
      ' *** DEADLOCK ***',
    ];
  }

  /** S-D16 */
  unlockBalance(cpu: number, lock: number, ip: number): void {
    const splat = this.#splat;
    const task = this.#kernel.currentTask(cpu);
    const name = this.#classes.nameOf(cpu, lock);
    this.#report(cpu, ip, {
      slug: 'bad_unlock_balance',
      headline: 'WARNING: bad unlock balance detected!',
      explanation: `${name} is released at ${splat.place(ip)} by ${this.#who(cpu)}, which does not hold it.`,
      lines: [
        `${this.#who(cpu)} is trying to release lock (${name}) at:`,
        splat.place(ip),
        'but there are no more locks to release!',
        ...splat.end(task),
      ],
    });
  }

  /** S-D17 */
  userReturn(cpu: number): void {
    const task = this.#kernel.currentTask(cpu);
    this.#report(cpu, this.#kernel.machine.pc(cpu), {
      slug: 'lock_held_in_user_mode',
      headline: 'WARNING: lock held when returning to user space!',
      explanation:
        'A system call ends with a lock that it took: nobody else can have it until this process comes back to release it.',
      lines: [`${this.#who(cpu)} is leaving the kernel with locks still held!`, ...this.#splat.heldLocks(task)],
    });
  }

  /** S-D23: does not switch lock checks off. */
  suspiciousRcu(cpu: number, text: string): void {
    const lines = [
      text,
      'other info that might help us debug this:',
      'rcu_scheduler_active = 2, debug_locks = 1',
      ...this.#splat.heldLocks(this.#kernel.currentTask(cpu)),
    ];
    const explanation =
      'A function that may sleep is called in a reader section that a switch would end: a grace period would not wait for it.';
    const detail = [explanation, ...lines].join('\n');
    this.#kernel.report(cpu, { slug: 'suspicious_rcu_usage', headline: 'WARNING: suspicious RCU usage', detail });
  }

  /** `debug_check_no_locks_held()` */
  taskExit(cpu: number): void {
    this.#report(cpu, this.#kernel.machine.pc(cpu), {
      slug: 'locks_held_at_exit',
      headline: `WARNING: ${this.#who(cpu)} still has locks held!`,
      explanation: 'The task ends, and what it holds is never released.',
      lines: this.#splat.heldLocks(this.#kernel.currentTask(cpu)),
    });
  }

  /** `debug_check_no_locks_freed()` */
  heldLockFreed(cpu: number, from: number, length: number, held: HeldLockView): void {
    const range = [from, from + length - 1].map((at) => (at >>> 0).toString(16)).join('-');
    this.#report(cpu, this.#kernel.machine.pc(cpu), {
      slug: 'held_lock_freed',
      headline: 'WARNING: held lock freed!',
      explanation: `The memory of ${this.#splat.name(held.class_idx)}, taken at ${this.#splat.place(held.acquire_ip)}, is given back while the lock is held.`,
      lines: [
        `${this.#who(cpu)} is freeing memory ${range}, with a lock still held there!`,
        this.#splat.lock(shown(held)),
        ...this.#splat.heldLocks(this.#kernel.currentTask(cpu)),
      ],
    });
  }

  /** `register_lock_class()`: a lock that nobody initialised, in memory that is no variable. */
  noKey(cpu: number, lock: number, ip: number): void {
    this.#report(cpu, ip, {
      slug: 'lock_without_key',
      headline: 'INFO: trying to register non-static key.',
      explanation: `The lock at ${(lock >>> 0).toString(16)}, taken at ${this.#splat.place(ip)}, was never initialised.`,
      lines: [
        'The code is fine but needs lockdep annotation, or maybe',
        "you didn't initialize this object before use?",
        'turning off the locking correctness validator.',
      ],
    });
  }

  /** A table is full: lockdep gives up. */
  turnOff(cpu: number, text: string): void {
    if (!this.#kernel.once.turnLocksOff()) return;
    this.#kernel.emit(cpu, { type: 'printk', level: 4, text });
    this.#kernel.emit(cpu, { type: 'printk', level: 4, text: 'turning off the locking correctness validator.' });
  }
}
