/** Sleeping with an exact timer, and what the local timer's interrupt finds (scheduler 5.5). */
import { Line } from '../../machine/lines.ts';
import { fromWords, hex } from '../../util/bits.ts';
import { hrtimerTimer, sleepTimer, tickTimer } from '../timer-numbers.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const timers: IntrinsicTable = {
  sleep_timer_start: {
    prototype: 'void sleep_timer_start(unsigned long count, unsigned long unit_ns)',
    doc: 'The running task is woken after that time.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, count, unit) {
      const { machine } = kernel;
      const task = kernel.currentTask(cpu);
      const due = machine.now + (count >>> 0) * (unit >>> 0);
      machine.clock.arm(sleepTimer(kernel, task.index), { due, cpu, line: Line.timer });
      task.view.wait_until = due;
      return undefined;
    },
  },
  sleep_timer_pending: {
    prototype: 'bool sleep_timer_pending(void)',
    doc: 'Whether the sleep timer of the running task has yet to run out.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, cpu) => (kernel.currentTask(cpu).view.wait_until === 0 ? 0 : 1),
  },
  sleep_timer_stop: {
    prototype: 'long sleep_timer_stop(void)',
    doc: 'Stops the sleep timer of the running task. Returns the ticks that were left.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu) {
      const task = kernel.currentTask(cpu);
      const left = task.view.wait_until === 0 ? 0 : Math.max(0, task.view.wait_until - kernel.machine.now);
      kernel.machine.clock.cancel(sleepTimer(kernel, task.index));
      task.view.wait_until = 0;
      return Math.ceil(left / kernel.profile.tick_ns);
    },
  },
  expired_sleeper: {
    prototype: 'struct task_struct *expired_sleeper(void)',
    doc: 'A task whose sleep timer on this CPU has run out; NULL: no more.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu) {
      for (const task of kernel.tasks) {
        const timer = kernel.machine.clock.timers[sleepTimer(kernel, task.index)];
        if (timer.expired === 0 || timer.cpu !== cpu) continue;
        timer.expired = 0;
        const { comm, pid, view } = task;
        kernel.emit(cpu, { type: 'timer_expire', task_comm: comm, task_pid: pid, expires: view.wait_until });
        view.wait_until = 0;
        return task.address;
      }
      return 0;
    },
  },
  hrtimer_due: {
    prototype: 'bool hrtimer_due(void)',
    doc: 'Whether a high-resolution timer of this CPU has run out; takes note of it.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu) {
      const timer = kernel.machine.clock.timers[hrtimerTimer(kernel, cpu)];
      if (timer.expired === 0) return 0;
      timer.expired = 0;
      return 1;
    },
  },
  tick_program_event: {
    prototype: 'void tick_program_event(int cpu, u64 expires)',
    doc: 'Sets the hardware to the high-resolution timer of a CPU that runs out next.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, _cpu, target, low, high) {
      const { clock, now } = kernel.machine;
      const due = Math.max(now, fromWords(low, high));
      clock.arm(hrtimerTimer(kernel, target), { due, cpu: target, line: Line.timer });
      return undefined;
    },
  },
  tick_program_none: {
    prototype: 'void tick_program_none(int cpu)',
    doc: 'A CPU has no high-resolution timer left.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, _cpu, target) => void kernel.machine.clock.cancel(hrtimerTimer(kernel, target)),
  },
  timer_leaked_count: {
    prototype: 'void timer_leaked_count(void *fn, int count)',
    doc: 'Reports a timer function that came back with another preemption count than it was called with.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, fn, before) {
      const { preempt_count: after } = kernel.currentTask(cpu).view.thread_info;
      kernel.reportOnce(cpu, {
        slug: 'timer_count_leak',
        headline: `timer: ${kernel.functionName(fn)} preempt leak: ${hex(before).slice(2)} -> ${hex(after).slice(2)}`,
        detail: 'the count is put back to what it was',
      });
      return undefined;
    },
  },
  work_leaked: {
    prototype: 'void work_leaked(void *func, int locks, int rcu)',
    doc: 'Reports a work function that left a preemption count, a lock or a reader section behind.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, func, locks, rcu) {
      const { comm, pid, view } = kernel.currentTask(cpu);
      const count = hex(view.thread_info.preempt_count);
      const rcuNow = view.rcu_read_lock_nesting;
      kernel.report(cpu, {
        slug: 'work_leak',
        headline: `BUG: workqueue leaked atomic, lock or RCU: ${comm}[${pid}]`,
        detail: `preempt=${count} lock=${locks}->${view.lockdep_depth} RCU=${rcu}->${rcuNow} workfn=${kernel.functionName(func)}`,
      });
      return undefined;
    },
  },
  tick_due: {
    prototype: 'bool tick_due(void)',
    doc: 'Whether the tick of this CPU has come; takes note of it.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu) {
      const timer = kernel.machine.clock.timers[tickTimer(cpu)];
      if (timer.expired === 0) return 0;
      timer.expired = 0;
      return 1;
    },
  },
  ktime_get_ns: {
    prototype: 'u64 ktime_get_ns(void)',
    doc: 'Virtual time since boot, ns.',
    context: 'any',
    maySleep: false,
    execute: ({ machine }) => machine.pair(machine.now),
  },
};
