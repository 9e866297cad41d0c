/**
 * Waiting for locks that sleep: how long (pi_wait where the lock lends priority, lock_wait where it does not), and for how much of it something
 * less urgent than the waiter had the CPU that the end of its chain of owners needs (inversion, scheduler 10). By pid of the waiter.
 */
import type { KernelEvent } from '../../kernel/events.ts';
import { Meters } from './meter.ts';
import type { Observer, ReplayState } from './replay.ts';

/** LCB_F_*. A mutex spins first, as long as its owner runs. */
const SPIN = 1;
const RT = 8;
const MUTEX = 32;

export class Inversion implements Observer {
  readonly piWaits = new Meters<number>();
  readonly otherWaits = new Meters<number>();
  readonly inversions = new Meters<number>();
  /** By pid: the lock that it waits for, and its priority when it began to. */
  readonly #waiting = new Map<number, { lock: number; prio: number; lends: boolean }>();
  /** By lock: pid of who has it. */
  readonly #owner = new Map<number, number>();

  event(event: KernelEvent, { tasks }: ReplayState): void {
    const { pid } = event;
    if (event.type === 'contention_begin' && (event.flags & (SPIN | MUTEX)) !== SPIN) {
      this.#waiting.set(pid, { lock: event.lock, prio: tasks.get(pid)?.prio ?? 0, lends: (event.flags & RT) !== 0 });
      if (event.owner_pid !== undefined) this.#owner.set(event.lock, event.owner_pid);
    } else if (event.type === 'contention_end' && this.#waiting.get(pid)?.lock === event.lock) {
      this.#waiting.delete(pid);
      if (event.ret === 0) this.#owner.set(event.lock, pid);
    }
  }

  span(from: number, _to: number, state: ReplayState): void {
    const waiting = [...this.#waiting];
    const pids = (wanted: (pid: number, lends: boolean) => boolean) =>
      new Set(waiting.flatMap(([pid, { lends }]) => (wanted(pid, lends) ? [pid] : [])));
    this.piWaits.setOnly(
      pids((_, lends) => lends),
      from,
    );
    this.otherWaits.setOnly(
      pids((_, lends) => !lends),
      from,
    );
    this.inversions.setOnly(
      pids((pid) => this.#inverted(pid, state)),
      from,
    );
  }

  finish(end: number): void {
    for (const meters of [this.piWaits, this.otherWaits, this.inversions]) meters.setOnly(new Set(), end);
  }

  #inverted(pid: number, { tasks, cpus }: ReplayState): boolean {
    const end = tasks.get(this.#endOfChain(pid));
    const prio = this.#waiting.get(pid)?.prio ?? 0;
    if (!end || end.pid === pid || end.state === 'running') return false;
    const runner = tasks.get(cpus[end.cpu].current);
    return !runner || runner.prio > prio;
  }

  /** The owner of the lock that the owner of the lock ... waits for; `pid` itself when owners are unknown or wait in a circle. */
  #endOfChain(pid: number): number {
    const seen = new Set([pid]);
    let at = pid;
    for (;;) {
      const lock = this.#waiting.get(at)?.lock;
      if (lock === undefined) return at;
      const owner = this.#owner.get(lock);
      if (owner === undefined || seen.has(owner)) return pid;
      seen.add(owner);
      at = owner;
    }
  }
}
