/** Decisions of SCHED_DEADLINE, taken with the run-queue lock held, and its timers (scheduler 2.7). */
import { replenish } from '../sched/deadline.ts';
import {
  findLaterRq,
  firstPushableDl,
  isEarliestOn,
  laterRqOptions,
  needPullDl,
  pullCandidateDl,
} from '../sched/deadline-balance.ts';
import { isDl } from '../sched/queues.ts';
import { dlTimer, hrtickTimer } from '../timer-numbers.ts';
import { decision } from './decision.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const deadline: IntrinsicTable = {
  expired_dl_timer: decision(
    'struct task_struct *expired_dl_timer(void)',
    'A SCHED_DEADLINE task whose next period has begun, by its timer on this CPU; NULL: no more.',
    (kernel, cpu) => {
      for (const task of kernel.tasks) {
        const timer = kernel.machine.clock.timers[dlTimer(kernel, task.index)];
        if (timer.expired === 0 || timer.cpu !== cpu) continue;
        timer.expired = 0;
        return task.address;
      }
      return 0;
    },
  ),
  hrtick_due: decision(
    'bool hrtick_due(void)',
    'Whether the timer of this CPU has come that ends a budget; takes note of it.',
    (kernel, cpu) => {
      const timer = kernel.machine.clock.timers[hrtickTimer(kernel, cpu)];
      if (timer.expired === 0) return 0;
      timer.expired = 0;
      return 1;
    },
  ),
  replenish_dl_entity: decision(
    'void replenish_dl_entity(struct task_struct *p)',
    'A new period: deadline and budget move on until there is something to run.',
    (kernel, _cpu, p) => void replenish(kernel.task(p).view, kernel.machine.now),
  ),
  need_pull_dl_task: decision(
    'bool need_pull_dl_task(struct rq *rq, struct task_struct *prev)',
    'Whether a deadline task has just left this CPU, as it blocked or used up its budget.',
    (kernel, _cpu, rq, prev) => Number(needPullDl(kernel, kernel.rqAt(rq), kernel.task(prev))),
  ),
  dl_pull_candidate: decision(
    'struct task_struct *dl_pull_candidate(struct rq *this_rq, struct rq *src_rq)',
    'The waiting deadline task of another CPU that would be the first here, pinned or not; NULL: none.',
    (kernel, _cpu, target, source) => pullCandidateDl(kernel, kernel.rqAt(target), kernel.rqAt(source))?.address ?? 0,
  ),
  pick_next_pushable_dl_task: decision(
    'struct task_struct *pick_next_pushable_dl_task(struct rq *rq)',
    'The deadline task that waits here, may run elsewhere and has the earliest deadline; NULL: none.',
    (kernel, _cpu, rq) => firstPushableDl(kernel, kernel.rqAt(rq))?.address ?? 0,
  ),
  dl_should_preempt_curr: decision(
    'bool dl_should_preempt_curr(struct rq *rq, struct task_struct *p)',
    'Whether the task has an earlier deadline than the deadline task that runs, which could move away itself.',
    (kernel, _cpu, rq, p) => {
      const curr = kernel.task(kernel.rqAt(rq).curr).view;
      const earlier = isDl(curr) && kernel.task(p).view.dl.deadline < curr.dl.deadline;
      return Number(earlier && curr.nr_cpus_allowed > 1);
    },
  ),
  dl_task_is_earliest_deadline: decision(
    'bool dl_task_is_earliest_deadline(struct task_struct *p, struct rq *rq)',
    'Whether the task would be the first of its class on that run queue.',
    (kernel, _cpu, p, rq) => Number(isEarliestOn(kernel, kernel.rqAt(rq), kernel.task(p))),
  ),
  find_later_rq: decision(
    'int find_later_rq(struct task_struct *p)',
    'A CPU without deadline tasks, or the one whose deadline is the latest and later than that of the task; -1: none.',
    (kernel, cpu, p, _b, _c, _d, _args, option) => findLaterRq(kernel, cpu, kernel.task(p), option),
    (kernel, cpu, p) => laterRqOptions(kernel, cpu, kernel.task(p)),
  ),
};
