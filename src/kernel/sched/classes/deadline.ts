/** SCHED_DEADLINE: the earliest deadline goes first (scheduler 2.7). Budgets are in `../deadline.ts`. */
import { queueBalanceCallback } from '../balance-callback.ts';
import { chargeDl, dequeueDl, enqueueDl } from '../deadline.ts';
import { hasPushableDl } from '../deadline-balance.ts';
import { BALANCE_PUSH_DL, ENQUEUE_REPLENISH } from '../flags.ts';
import { startHrtick } from '../hrtick.ts';
import { firstQueued } from '../queues.ts';
import type { SchedClass } from '../sched-class.ts';

export const deadlineClass: SchedClass = {
  enqueue(kernel, cpu, rq, task, flags) {
    enqueueDl(kernel, rq, task, flags);
    if ((flags & ENQUEUE_REPLENISH) === 0) return;
    kernel.emit(cpu, { type: 'dl_replenish', task_comm: task.comm, task_pid: task.pid, deadline: task.view.dl.deadline });
  },
  dequeue: (kernel, _cpu, rq, task) => dequeueDl(kernel, rq, task),
  pick: (kernel, rq) => firstQueued(kernel, rq, 'dl'),
  putPrev: () => undefined,
  setNext(kernel, _cpu, rq, task) {
    startHrtick(kernel, rq, task.view.dl.runtime);
    if (hasPushableDl(kernel, rq, task)) queueBalanceCallback(rq, BALANCE_PUSH_DL);
  },
  updateCurr: chargeDl,
  /** The budget was charged already; the timer that ends it was set when the task was picked. */
  tick: () => undefined,
  preempts: (_kernel, _rq, curr, woken) => woken.view.dl.deadline < curr.view.dl.deadline,
  yield(kernel, cpu, rq, task) {
    task.view.dl.dl_yielded = 1;
    chargeDl(kernel, cpu, rq, task, 0);
  },
};
