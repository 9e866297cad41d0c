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
import { shouldPushWokenDl } from '../sched/deadline-balance.ts';
import {
  busiestOptions,
  detachCandidate,
  disallowedTask,
  findBusiestQueue,
  selectTaskOptions,
  selectTaskRq,
} from '../sched/placement.ts';
import { isDl } from '../sched/queues.ts';
import { reschedCurr } from '../sched/resched.ts';
import {
  findLowestRq,
  firstPushable,
  highestRtPrio,
  lowestRqOptions,
  needPull,
  pullCandidate,
  shouldPushWoken,
} from '../sched/rt.ts';
import type { Task } from '../task.ts';
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

const decision = (prototype: string, doc: string, execute: Execute, options?: Intrinsic['options']): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
  ...(options && { options }),
});
const address = (task: Task | undefined): number => task?.address ?? 0;

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
  need_pull_rt_task: decision(
    'bool need_pull_rt_task(struct rq *rq, struct task_struct *prev)',
    'Whether this CPU is about to run something less urgent than the real-time task that has just blocked.',
    (kernel, _cpu, rq, prev) => Number(needPull(kernel, kernel.rqAt(rq), kernel.task(prev))),
  ),
  rt_pull_candidate: decision(
    'struct task_struct *rt_pull_candidate(struct rq *this_rq, struct rq *src_rq)',
    'The waiting real-time task of another CPU that should run here; NULL: none.',
    (kernel, _cpu, target, source) => address(pullCandidate(kernel, kernel.rqAt(target), kernel.rqAt(source))),
  ),
  pick_next_pushable_task: decision(
    'struct task_struct *pick_next_pushable_task(struct rq *rq)',
    'The best real-time task that waits here and may run elsewhere; NULL: none.',
    (kernel, _cpu, rq) => address(firstPushable(kernel, kernel.rqAt(rq))),
  ),
  find_lowest_rq: decision(
    'int find_lowest_rq(struct task_struct *p)',
    'The CPU that runs the least urgent work, if it is less urgent than the task; -1: none.',
    (kernel, cpu, p, _b, _c, _d, _args, option) => findLowestRq(kernel, cpu, kernel.task(p), option),
    (kernel, cpu, p) => lowestRqOptions(kernel, cpu, kernel.task(p)),
  ),
  rt_highest_prio: decision(
    'int rt_highest_prio(struct rq *rq)',
    'Priority of the most urgent real-time task of a run queue; MAX_RT_PRIO when it has none.',
    (kernel, _cpu, rq) => highestRtPrio(kernel, kernel.rqAt(rq)),
  ),
  task_woken_should_push: decision(
    'bool task_woken_should_push(struct rq *rq, struct task_struct *p)',
    'Whether a woken real-time or deadline task will not run soon here and should be offered to other CPUs.',
    (kernel, _cpu, rq, p) => {
      const task = kernel.task(p);
      const should = isDl(task.view) ? shouldPushWokenDl : shouldPushWoken;
      return Number(should(kernel, kernel.rqAt(rq), task));
    },
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
  find_busiest_queue: decision(
    'int find_busiest_queue(struct rq *this_rq, int imbalance)',
    'The CPU with the most fair tasks, at least that many more than here, one of which may come; -1: none.',
    (kernel, _cpu, rq, imbalance, _c, _d, _args, option) => findBusiestQueue(kernel, kernel.rqAt(rq), imbalance, option),
    (kernel, _cpu, rq, imbalance) => busiestOptions(kernel, kernel.rqAt(rq), imbalance),
  ),
  detach_candidate: decision(
    'struct task_struct *detach_candidate(struct rq *src_rq, struct rq *this_rq)',
    'The waiting fair task of another run queue that may come here; NULL: none.',
    (kernel, _cpu, source, target) => address(detachCandidate(kernel, kernel.rqAt(source), kernel.rqAt(target))),
  ),
  pick_disallowed_task: decision(
    'struct task_struct *pick_disallowed_task(struct rq *rq)',
    'A task that waits on a CPU where it may not run; NULL: none.',
    (kernel, _cpu, rq) => address(disallowedTask(kernel, kernel.rqAt(rq))),
  ),
  task_tick: decision(
    'void task_tick(struct rq *rq, struct task_struct *curr)',
    'The class of the running task counts a tick.',
    (kernel, cpu, rq, curr) => void taskTick(kernel, cpu, kernel.rqAt(rq), kernel.task(curr)),
  ),
  yield_task: decision(
    'void yield_task(struct rq *rq, struct task_struct *p)',
    'The running task steps back behind its equals.',
    (kernel, cpu, rq, p) => void yieldTask(kernel, cpu, kernel.rqAt(rq), kernel.task(p)),
  ),
  arch_cpu_idle_enter: decision(
    'void arch_cpu_idle_enter(void)',
    'This CPU is about to halt. Ends the run when no CPU has, or will ever get, anything to do.',
    (kernel, cpu) => {
      // HALT lets interrupts in: as sti and hlt of x86 are one thing.
      emitToggle(kernel, cpu, { type: 'irq_enable' });
      endIfNothingLeft(kernel, cpu);
      return undefined;
    },
  ),
};
