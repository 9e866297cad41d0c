/** The change of stacks, and what a switch checks (scheduler 12.7 steps 3, 16, 17). */
import { hex } from '../../util/bits.ts';
import { preemptionDisabledAt } from '../preempt-disable-ip.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const switching: IntrinsicTable = {
  __switch_to: {
    prototype: 'struct task_struct *__switch_to(struct task_struct *prev, struct task_struct *next)',
    doc: 'Saves where prev is and goes on where next was: stack and `current` change in this one step. Returns the task that was left.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, prev, next) {
      const { machine } = kernel;
      const registers = machine.cpus[cpu];
      const from = kernel.task(prev).view.thread;
      from.pc = registers.pc;
      from.fp = registers.fp;
      const to = kernel.task(next);
      const { thread } = to.view;
      machine.switchContext(cpu, thread.pc, thread.fp | 0, to.stackLow, to.address);
      return prev;
    },
  },
  __schedule_bug: {
    prototype: 'void __schedule_bug(struct task_struct *prev)',
    doc: 'Reports a switch in atomic context.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, prev) {
      const task = kernel.task(prev);
      const count = task.view.thread_info.preempt_count;
      kernel.report(cpu, {
        slug: 'scheduling_while_atomic',
        headline: `BUG: scheduling while atomic: ${task.comm}/${task.pid}/${hex(count)}`,
        detail: `preempt_count is ${hex(count)} where 0x00000001 is due; it is forced to that, and the switch goes on${preemptionDisabledAt(kernel, task)}${kernel.lockdep.heldLocksText(task)}`,
      });
      return undefined;
    },
  },
  __schedule_non_block: {
    prototype: 'void __schedule_non_block(struct task_struct *prev)',
    doc: 'Reports a task that blocks between non_block_start() and non_block_end().',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, prev) {
      const { comm, pid, view } = kernel.task(prev);
      kernel.report(cpu, {
        slug: 'scheduling_in_non_block',
        headline: `BUG: scheduling in a non-blocking section: ${comm}/${pid}/${view.non_block_count}`,
        detail: kernel.callerName(cpu),
      });
      return undefined;
    },
  },
  preempt_count_corrupted: {
    prototype: 'void preempt_count_corrupted(int expected)',
    doc: 'Reports a task that comes in with another count than every switch has.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, expected) {
      const task = kernel.currentTask(cpu);
      const count = task.view.thread_info.preempt_count;
      kernel.reportOnce(cpu, {
        slug: 'preempt_count_corrupted',
        headline: `corrupted preempt_count: ${task.comm}/${task.pid}/0x${(count >>> 0).toString(16)}`,
        detail: `every switch happens at a count of ${expected}; it is forced to that`,
      });
      return undefined;
    },
  },
};
