/**
 * contention_begin and contention_end. A task notes which lock it waits for: one that it sleeps for, and one that it spins on, which may be a lock
 * inside the other (its wait_lock) or one of an interrupt handler on top of it.
 */
import type { Kernel } from '../kernel.ts';
import { lockIdentity } from './lock-names.ts';
import { lockOwner } from './lock-owner.ts';

export const LCB_F_SPIN = 1;
const LCB_F_MUTEX = 32;

export function emitContentionBegin(kernel: Kernel, cpu: number, lock: number, flags: number): void {
  const { view } = kernel.currentTask(cpu);
  if ((flags & (LCB_F_SPIN | LCB_F_MUTEX)) === LCB_F_SPIN) view.spins_on = lock;
  else view.blocked_on = lock;
  const owner = lockOwner(kernel, lock);
  kernel.emit(cpu, {
    type: 'contention_begin',
    lock: lock >>> 0,
    name: lockIdentity(kernel, lock).name,
    flags,
    ...(owner && { owner_pid: owner.pid }),
  });
}

export function emitContentionEnd(kernel: Kernel, cpu: number, lock: number, ret: number): void {
  const { view } = kernel.currentTask(cpu);
  if (view.blocked_on === lock >>> 0) view.blocked_on = 0;
  else if (view.spins_on === lock >>> 0) view.spins_on = 0;
  kernel.emit(cpu, { type: 'contention_end', lock: lock >>> 0, name: lockIdentity(kernel, lock).name, ret });
}
