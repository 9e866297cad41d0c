/**
 * Lockdep (scheduler 7): what each task holds, and the checks at each acquisition. It only looks; locks work without it.
 */
import type { Kernel } from '../kernel.ts';
import { MAX_LOCK_DEPTH } from '../layouts/lockdep.ts';
import { LOCK_READ, LOCK_RECURSIVE, LOCK_TRY } from './kinds.ts';

export class Lockdep {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The running task is about to wait for `lock`, or has got it by a trylock. */
  acquire(cpu: number, lock: number, _kind: number, flags: number): void {
    const { view } = this.#kernel.currentTask(cpu);
    const depth = view.lockdep_depth;
    if (depth >= MAX_LOCK_DEPTH) return;
    const held = view.held_locks[depth];
    held.instance = lock;
    held.trylock = flags & LOCK_TRY;
    held.read = (flags & LOCK_READ) === 0 ? 0 : (flags & LOCK_RECURSIVE) === 0 ? 1 : 2;
    view.lockdep_depth = depth + 1;
  }

  /** The running task is about to let go of `lock`. */
  release(cpu: number, lock: number): void {
    const { view } = this.#kernel.currentTask(cpu);
    const { held_locks } = view;
    for (let at = view.lockdep_depth - 1; at >= 0; at--) {
      if (held_locks[at].instance !== lock >>> 0) continue;
      for (let i = at + 1; i < view.lockdep_depth; i++) {
        held_locks[i - 1].instance = held_locks[i].instance;
      }
      view.lockdep_depth--;
      return;
    }
  }
}
