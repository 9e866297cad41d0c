/** Priority inheritance (scheduler 4.1): what follows from a changed priority, and what the lock tells. Lists and walks are kernel source. */
import { checkClassChanged } from '../sched/prio-changed.ts';
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

const internal = (prototype: string, doc: string, execute: Execute): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

export const rtmutex: IntrinsicTable = {
  check_class_changed: internal(
    'void check_class_changed(struct rq *rq, struct task_struct *p, int oldprio)',
    'The priority in force of a queued task has changed: its CPU looks again, or for work elsewhere, where that is due.',
    (kernel, cpu, rq, p, oldPrio) => void checkClassChanged(kernel, cpu, kernel.rqAt(rq), kernel.task(p), oldPrio),
  ),
  trace_sched_pi_setprio: internal(
    'void trace_sched_pi_setprio(struct task_struct *p, int newprio)',
    'Records that priority inheritance changes the priority of a task.',
    (kernel, cpu, p, newprio) => {
      const task = kernel.task(p);
      const { comm, pid } = task;
      kernel.emit(cpu, { type: 'sched_pi_setprio', task_comm: comm, task_pid: pid, oldprio: task.view.prio, newprio });
      return undefined;
    },
  ),
  rt_mutex_deadlock_detected: internal(
    'void rt_mutex_deadlock_detected(void)',
    'Reports a task that waits for itself, perhaps by way of others.',
    (kernel, cpu) => {
      const { comm, pid } = kernel.currentTask(cpu);
      const detail = `${comm}/${pid} sleeps for ever: ${kernel.callerName(cpu)}`;
      kernel.report(cpu, { slug: 'rtmutex_deadlock', headline: 'rtmutex deadlock detected', detail });
      return undefined;
    },
  ),
};
