/** Decisions of the scheduler, taken with the run-queue lock held (scheduler 2). */

import { emitToggle } from '../event-context.ts';
import { warningHeadline } from '../headlines.ts';
import { endIfNothingLeft } from '../life.ts';
import {
  activateTask,
  deactivateTask,
  dequeueTask,
  enqueueTask,
  pickNextTask,
  taskTick,
  wakeupPreempt,
  yieldTask,
} from '../sched/classes.ts';
import { stopTick } from '../sched/cpu-timers.ts';
import { watchPinnedWaits } from '../sched/pinned-waits.ts';
import { selectTaskOptions, selectTaskRq } from '../sched/placement.ts';
import { reschedCurr } from '../sched/resched.ts';
import { decision } from './decision.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const scheduling: IntrinsicTable = {
  update_rq_clock: decision('void update_rq_clock(struct rq *rq)', 'Takes the time.', (kernel, _cpu, rq) => {
    kernel.rqAt(rq).clock = kernel.machine.now;
    return undefined;
  }),
  activate_task: decision(
    'void activate_task(struct rq *rq, struct task_struct *p, int flags)',
    'Makes a task runnable on a run queue. ENQUEUE_INITIAL: it is new.',
    (kernel, cpu, rq, p, flags) => void activateTask(kernel, cpu, kernel.rqAt(rq), kernel.task(p), flags),
  ),
  deactivate_task: decision(
    'void deactivate_task(struct rq *rq, struct task_struct *p, int flags)',
    'Takes a task off the run queue. DEQUEUE_SLEEP: it blocks; otherwise it is on its way to another queue.',
    (kernel, cpu, rq, p, flags) => void deactivateTask(kernel, cpu, kernel.rqAt(rq), kernel.task(p), flags),
  ),
  enqueue_task: decision(
    'void enqueue_task(struct rq *rq, struct task_struct *p, int flags)',
    'Puts a task on the queue of the class that its priority says. ENQUEUE_HEAD: in front of its equals.',
    (kernel, cpu, rq, p, flags) => void enqueueTask(kernel, cpu, kernel.rqAt(rq), kernel.task(p), flags),
  ),
  dequeue_task: decision(
    'void dequeue_task(struct rq *rq, struct task_struct *p, int flags)',
    'Takes a task off the queue of its class; it stays runnable. Its priority may change before it is put back.',
    (kernel, cpu, rq, p, flags) => void dequeueTask(kernel, cpu, kernel.rqAt(rq), kernel.task(p), flags),
  ),
  __pick_next_task: decision(
    'struct task_struct *__pick_next_task(struct rq *rq, struct task_struct *prev)',
    'The task that shall run next: stop before deadline before real time before fair before idle.',
    (kernel, cpu, rq) => pickNextTask(kernel, cpu, kernel.rqAt(rq)).address,
  ),
  resched_curr: decision(
    'void resched_curr(struct rq *rq)',
    'Asks the CPU of a run queue to look for a better task; another CPU gets the reschedule interrupt.',
    (kernel, cpu, rq) => void reschedCurr(kernel, cpu, kernel.rqAt(rq)),
  ),
  wakeup_preempt: decision(
    'void wakeup_preempt(struct rq *rq, struct task_struct *p)',
    'Asks for a reschedule if the task, just queued, is better than the one that runs.',
    (kernel, cpu, rq, p) => void wakeupPreempt(kernel, cpu, kernel.rqAt(rq), kernel.task(p)),
  ),
  select_task_rq: decision(
    'int select_task_rq(struct task_struct *p)',
    'The CPU on which a woken task is queued. A pinned task has no choice.',
    (kernel, cpu, p, _b, _c, _d, _args, option) => selectTaskRq(kernel, cpu, kernel.task(p), option),
    (kernel, cpu, p) => selectTaskOptions(kernel, cpu, kernel.task(p)),
  ),
  set_task_cpu: decision(
    'void set_task_cpu(struct task_struct *p, int cpu)',
    'The task belongs to another CPU from now on.',
    (kernel, cpu, p, target) => {
      const task = kernel.task(p);
      const { view } = task;
      if (view.cpu === target) return undefined;
      if (view.migration_disabled !== 0) {
        const detail = `${task.comm} goes from CPU ${view.cpu} to CPU ${target} inside migrate_disable()`;
        const headline = warningHeadline(kernel.profile, cpu, kernel.currentTask(cpu).pid, 'set_task_cpu');
        kernel.reportOnce(cpu, { slug: 'migrated_while_pinned', headline, detail });
      }
      kernel.emit(cpu, {
        type: 'sched_migrate_task',
        task_comm: task.comm,
        task_pid: task.pid,
        prio: view.prio,
        orig_cpu: view.cpu,
        dest_cpu: target,
      });
      view.cpu = target;
      view.wake_cpu = target;
      return undefined;
    },
  ),
  task_tick: decision(
    'void task_tick(struct rq *rq, struct task_struct *curr)',
    'The class of the running task counts a tick.',
    (kernel, cpu, rq, curr) => {
      taskTick(kernel, cpu, kernel.rqAt(rq), kernel.task(curr));
      if (kernel.profile.report_pinned_waits) watchPinnedWaits(kernel, cpu, kernel.rqAt(rq));
      return undefined;
    },
  ),
  yield_task: decision(
    'void yield_task(struct rq *rq, struct task_struct *p)',
    'The running task steps back behind its equals.',
    (kernel, cpu, rq, p) => void yieldTask(kernel, cpu, kernel.rqAt(rq), kernel.task(p)),
  ),
  arch_cpu_idle_enter: decision(
    'void arch_cpu_idle_enter(void)',
    'This CPU is about to halt, with nohz without a tick. Ends the run when no CPU has, or will ever get, anything to do.',
    (kernel, cpu) => {
      // HALT lets interrupts in: as sti and hlt of x86 are one thing.
      emitToggle(kernel, cpu, { type: 'irq_enable' });
      endIfNothingLeft(kernel, cpu);
      if (kernel.profile.nohz) stopTick(kernel, cpu);
      return undefined;
    },
  ),
};
