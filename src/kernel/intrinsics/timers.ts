/** Sleeping with an exact timer, and what the local timer's interrupt finds (scheduler 5.5). */
import { Line } from '../../machine/lines.ts';
import { sleepTimer, tickTimer } from '../timer-numbers.ts';
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
        task.view.wait_until = 0;
        return task.address;
      }
      return 0;
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
