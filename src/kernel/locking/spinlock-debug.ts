/** CONFIG_DEBUG_SPINLOCK (scheduler 11: D26): a spinlock is taken twice, or released by who does not hold it. Said once: the first lock report silences all others. */
import { hex } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import { lockIdentity } from './lock-names.ts';

function spinBug(kernel: Kernel, cpu: number, slug: string, lock: number, owner: number, ownerCpu: number, what: string): void {
  const { comm, pid } = kernel.currentTask(cpu);
  const holder = kernel.taskAt(owner);
  const held = holder ? `${holder.comm}/${holder.pid}, .owner_cpu: ${ownerCpu}` : '<none>/-1, .owner_cpu: -1';
  kernel.reportLocks(cpu, {
    slug,
    headline: `BUG: spinlock ${what} on CPU#${cpu}, ${comm}/${pid}`,
    detail: `lock: ${lockIdentity(kernel, lock).name} at ${hex(lock)}, .magic: dead4ead, .owner: ${held}; ${kernel.callerName(cpu)}`,
  });
}

/** The lock is not free: if it is the running task's own, or that of whom an interrupt handler runs on, it will spin for ever. */
export function debugSpinLockBefore(kernel: Kernel, cpu: number, lock: number, owner: number, ownerCpu: number): void {
  if (owner === kernel.machine.current(cpu)) spinBug(kernel, cpu, 'spinlock_recursion', lock, owner, ownerCpu, 'recursion');
  else if (owner !== 0 && ownerCpu === cpu) spinBug(kernel, cpu, 'spinlock_recursion', lock, owner, ownerCpu, 'cpu recursion');
}

/** The lock is about to be freed. */
export function debugSpinUnlock(kernel: Kernel, cpu: number, lock: number, owner: number, ownerCpu: number): void {
  let what = '';
  if (owner === 0) what = 'already unlocked';
  else if (owner !== kernel.machine.current(cpu)) what = 'wrong owner';
  else if (ownerCpu !== cpu) what = 'wrong CPU';
  if (what !== '') spinBug(kernel, cpu, 'spinlock_bad_unlock', lock, owner, ownerCpu, what);
}
