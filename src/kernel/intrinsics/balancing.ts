/** Decisions about moving tasks between CPUs, taken with the run-queue lock held (scheduler 2.2 to 2.6, 3.5). */

import { shouldPushWokenDl } from '../sched/deadline-balance.ts';
import {
  balanceDue,
  busiestOptions,
  detachCandidate,
  distributeOptions,
  distributeOver,
  findBusiestQueue,
  findPinnedQueue,
  idleCpus,
} from '../sched/placement.ts';
import { setAllowedCount } from '../sched/pushable.ts';
import { isDl } from '../sched/queues.ts';
import { CALL_FUNCTION_VECTOR } from '../sched/resched.ts';
import {
  findLowestRq,
  firstPushable,
  highestPushable,
  highestRtPrio,
  lowestRqOptions,
  needPull,
  nextRtPrio,
  shouldPushWoken,
} from '../sched/rt.ts';
import type { Task } from '../task.ts';
import { decision } from './decision.ts';
import type { IntrinsicTable } from './intrinsic.ts';

const address = (task: Task | undefined): number => task?.address ?? 0;

export const balancing: IntrinsicTable = {
  need_pull_rt_task: decision(
    'bool need_pull_rt_task(struct rq *rq, struct task_struct *prev)',
    'Whether this CPU is about to run something less urgent than the task that has just blocked.',
    (kernel, _cpu, rq, prev) => Number(needPull(kernel, kernel.rqAt(rq), kernel.task(prev))),
  ),
  pick_next_pushable_task: decision(
    'struct task_struct *pick_next_pushable_task(struct rq *rq)',
    'The best real-time task that waits here and may run elsewhere, pinned or not; NULL: none.',
    (kernel, _cpu, rq) => address(firstPushable(kernel, kernel.rqAt(rq))),
  ),
  pick_highest_pushable_task: decision(
    'struct task_struct *pick_highest_pushable_task(struct rq *rq, int cpu)',
    'The same for tasks whose own mask holds that CPU.',
    (kernel, _cpu, rq, target) => address(highestPushable(kernel, kernel.rqAt(rq), target)),
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
  rt_highest_prio_next: decision(
    'int rt_highest_prio_next(struct rq *rq)',
    'Priority of the first task that waits there and may run elsewhere; MAX_RT_PRIO when there is none.',
    (kernel, _cpu, rq) => nextRtPrio(kernel, kernel.rqAt(rq)),
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
  set_nr_cpus_allowed: decision(
    'void set_nr_cpus_allowed(struct rq *rq, struct task_struct *p, int count)',
    'How many CPUs the task may use; one that waits becomes pushable with it, or no longer is.',
    (kernel, _cpu, rq, p, count) => void setAllowedCount(kernel, kernel.rqAt(rq), kernel.task(p), count),
  ),
  cpumask_any_and_distribute: decision(
    'int cpumask_any_and_distribute(cpumask_t mask)',
    'One CPU of a mask, as balance_pick says; -1: it is empty.',
    (kernel, cpu, mask, _b, _c, _d, _args, option) => distributeOver(kernel, cpu, mask, option),
    (_kernel, _cpu, mask) => distributeOptions(mask),
  ),
  find_busiest_queue: decision(
    'int find_busiest_queue(struct rq *this_rq, int imbalance)',
    'The CPU with the most fair tasks, at least that many more than here, one of which may come; -1: none.',
    (kernel, _cpu, rq, imbalance, _c, _d, _args, option) => findBusiestQueue(kernel, kernel.rqAt(rq), imbalance, option),
    (kernel, _cpu, rq, imbalance) => busiestOptions(kernel, kernel.rqAt(rq), imbalance),
  ),
  load_balance_due: decision(
    'bool load_balance_due(struct rq *rq, int imbalance)',
    'Whether a CPU has at least that many fair tasks more than this one: one may come, or the running one is asked for in the end.',
    (kernel, _cpu, rq, imbalance) => Number(balanceDue(kernel, kernel.rqAt(rq), imbalance)),
  ),
  find_pinned_queue: decision(
    'int find_pinned_queue(struct rq *this_rq, int imbalance)',
    'The CPU with the most fair tasks, at least that many more than here, where none of those that wait may come; -1: none.',
    (kernel, _cpu, rq, imbalance) => findPinnedQueue(kernel, kernel.rqAt(rq), imbalance),
  ),
  detach_candidate: decision(
    'struct task_struct *detach_candidate(struct rq *src_rq, struct rq *this_rq)',
    'The waiting fair task of another run queue that may come here; NULL: none.',
    (kernel, _cpu, source, target) => address(detachCandidate(kernel, kernel.rqAt(source), kernel.rqAt(target))),
  ),
  find_idle_cpu: decision(
    'int find_idle_cpu(struct task_struct *p)',
    'A CPU with nothing to do that the task may use; -1: none.',
    (kernel, _cpu, p, _b, _c, _d, _args, option) => idleCpus(kernel, kernel.task(p))[option] ?? -1,
    (kernel, _cpu, p) => Math.max(1, idleCpus(kernel, kernel.task(p)).length),
  ),
  find_task_by_vpid: decision(
    'struct task_struct *find_task_by_vpid(pid_t pid)',
    'The task with that number; NULL: there is none.',
    (kernel, _cpu, pid) => address(kernel.taskByPid(pid)),
  ),
  send_call_function_single_ipi: decision(
    'void send_call_function_single_ipi(int cpu)',
    'The call interrupt for a CPU.',
    (kernel, _cpu, target) => void kernel.machine.raiseLine(CALL_FUNCTION_VECTOR, target),
  ),
};
