/** Lock checks (scheduler 7): what the lock functions tell lockdep. Without CONFIG_LOCKDEP nobody calls these. */
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

const check = (prototype: string, doc: string, execute: Execute): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

export const lockdep: IntrinsicTable = {
  lock_acquire: check(
    'void lock_acquire(void *lock, int kind, int flags)',
    'Tells lockdep that the running task is about to wait for a lock, or has got it without waiting (LOCK_TRY). kind is a LOCK_KIND_*, flags are LOCK_TRY, LOCK_READ and LOCK_RECURSIVE, with a subclass as LOCK_NESTED times its number.',
    (kernel, cpu, lock, kind, flags) => void kernel.lockdep.acquire(cpu, lock, kind, flags),
  ),
  lockdep_init_map: check(
    'void lockdep_init_map(void *lock)',
    'Tells lockdep that a call has made the lock free: the class of the lock is that of the call from now on.',
    (kernel, cpu, lock) => void kernel.lockdep.initialise(cpu, lock),
  ),
  lockdep_sys_exit: check(
    'void lockdep_sys_exit(void)',
    'Reports locks that a process takes along to user mode.',
    (kernel, cpu) => void kernel.lockdep.userReturn(cpu),
  ),
  debug_check_no_locks_freed: check(
    'void debug_check_no_locks_freed(const void *from, unsigned long len)',
    'Reports a lock that the running task holds in memory that is about to be freed.',
    (kernel, cpu, from, length) => void kernel.lockdep.memoryFreed(cpu, from, length),
  ),
  debug_check_no_locks_held: check(
    'void debug_check_no_locks_held(void)',
    'Reports locks that a task holds when it ends.',
    (kernel, cpu) => void kernel.lockdep.taskExit(cpu),
  ),
  lockdep_hardirq_threaded: check(
    'void lockdep_hardirq_threaded(int irq)',
    'Tells lockdep whether PREEMPT_RT would make a thread of the handler that is about to run.',
    (kernel, cpu, line) => {
      const threaded = kernel.devices.find((one) => one.line === line)?.threaded === true;
      kernel.currentTask(cpu).view.hardirq_threaded = Number(threaded);
      return undefined;
    },
  ),
  lockdep_hrtimer_enter: check(
    'void lockdep_hrtimer_enter(bool hard)',
    'Tells lockdep whether PREEMPT_RT would run the function of the timer, which is about to be called, in hardirq too.',
    (kernel, cpu, hard) => {
      kernel.currentTask(cpu).view.irq_config = Number(hard === 0);
      return undefined;
    },
  ),
  lockdep_hrtimer_exit: check(
    'void lockdep_hrtimer_exit(void)',
    'Tells lockdep that the function of the timer has returned.',
    (kernel, cpu) => {
      kernel.currentTask(cpu).view.irq_config = 0;
      return undefined;
    },
  ),
  lock_release: check(
    'void lock_release(void *lock)',
    'Tells lockdep that the running task is about to let go of a lock.',
    (kernel, cpu, lock) => void kernel.lockdep.release(cpu, lock),
  ),
};
