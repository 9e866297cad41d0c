/** Checks of what a piece of code may assume about its context (scheduler 11: D2, D3, D5, D6). */
import type { Kernel } from '../kernel.ts';
import { preemptionDisabledAt } from '../preempt-disable-ip.ts';
import { preemptsReaders } from '../resolve-profile.ts';
import type { Intrinsic, IntrinsicTable } from './intrinsic.ts';

const check = (prototype: string, doc: string, execute: Intrinsic['execute']): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

/** Whether nothing keeps the task on the CPU: count 0 and interrupts on. Blind where preemption is not counted. */
function runsPreemptible(kernel: Kernel, cpu: number): boolean {
  const { preempt_count } = kernel.currentTask(cpu).view.thread_info;
  return kernel.countsPreemption && preempt_count === 0 && kernel.irqsEnabled(cpu);
}

/** Reports a function that may sleep where sleeping is forbidden. `rcuAllowed`: a lock of PREEMPT_RT may be waited for in a reader section. */
function mightResched(kernel: Kernel, cpu: number, rcuAllowed: boolean): void {
  kernel.lockdep.sleepCheck(cpu); // S-D23
  const task = kernel.currentTask(cpu);
  const { preempt_count } = task.view.thread_info;
  const rcu = preemptsReaders(kernel.profile) ? task.view.rcu_read_lock_nesting : 0;
  const expected = rcuAllowed ? rcu : 0;
  const off = !kernel.irqsEnabled(cpu);
  const nonBlock = task.view.non_block_count;
  if (preempt_count === 0 && rcu === expected && !off && !task.idle && nonBlock === 0) return;
  const suppressed = !kernel.once.takeSleepReport();
  kernel.report(cpu, {
    slug: 'sleeping_in_atomic',
    headline: `BUG: sleeping function called from invalid context at ${kernel.callerName(cpu)}`,
    detail:
      `in_atomic(): ${Number(preempt_count !== 0)}, irqs_disabled(): ${Number(off)}, non_block: ${nonBlock}, pid: ${task.pid}, name: ${task.comm}; ` +
      `preempt_count: ${(preempt_count >>> 0).toString(16)}, expected: 0; RCU nest depth: ${rcu}, expected: ${expected}${preemptionDisabledAt(kernel, task)}${kernel.lockdep.heldLocksText(task)}`,
    suppressed,
  });
}

export const contextChecks: IntrinsicTable = {
  __might_resched: check(
    'void __might_resched(void)',
    'Reports a function that may sleep where sleeping is forbidden; at most once a second.',
    (kernel, cpu) => void mightResched(kernel, cpu, false),
  ),
  rtlock_might_resched: check(
    'void rtlock_might_resched(void)',
    'The same for the locks of PREEMPT_RT that may be taken in a reader section of RCU.',
    (kernel, cpu) => void mightResched(kernel, cpu, true),
  ),
  __check_task_state: check(
    'void __check_task_state(void)',
    'Reports a function that may sleep when the task has already said how it wants to sleep.',
    (kernel, cpu) => {
      const { __state } = kernel.currentTask(cpu).view;
      if (__state === 0) return undefined;
      kernel.reportOnce(cpu, {
        slug: 'blocking_while_not_running',
        headline: `do not call blocking ops when !TASK_RUNNING; state=${__state.toString(16)}`,
        detail: kernel.callerName(cpu),
      });
      return undefined;
    },
  ),
  __cant_sleep: check('void __cant_sleep(void)', 'Reports code that can be preempted though it must not.', (kernel, cpu) => {
    if (!runsPreemptible(kernel, cpu)) return undefined;
    const { comm, pid } = kernel.currentTask(cpu);
    kernel.report(cpu, {
      slug: 'not_atomic',
      headline: `BUG: assuming atomic context at ${kernel.callerName(cpu)}`,
      detail: `in_atomic(): 0, irqs_disabled(): 0, pid: ${pid}, name: ${comm}`,
    });
    return undefined;
  }),
  __cant_migrate: check('void __cant_migrate(void)', 'Reports code that can be moved though it must not.', (kernel, cpu) => {
    const { comm, pid, view } = kernel.currentTask(cpu);
    if (!runsPreemptible(kernel, cpu) || view.migration_disabled !== 0) return undefined;
    kernel.report(cpu, {
      slug: 'not_pinned',
      headline: `BUG: assuming non migratable context at ${kernel.callerName(cpu)}`,
      detail: `in_atomic(): 0, irqs_disabled(): 0, migration_disabled() 0 pid: ${pid}, name: ${comm}`,
    });
    return undefined;
  }),
};
