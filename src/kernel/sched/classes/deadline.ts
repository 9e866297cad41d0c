/** SCHED_DEADLINE: the earliest deadline goes first (scheduler 2.7). Budgets are in `../deadline.ts`. */
import { chargeDl, dequeueDl, enqueueDl } from '../deadline.ts';
import { startHrtick } from '../hrtick.ts';
import { firstQueued, queued } from '../queues.ts';
import type { SchedClass } from '../sched-class.ts';

export const deadlineClass: SchedClass = {
  enqueue: (kernel, _cpu, rq, task, flags) => enqueueDl(kernel, rq, task, flags),
  dequeue: (kernel, _cpu, rq, task) => dequeueDl(kernel, rq, task),
  pick(kernel, rq, allowed) {
    for (const task of queued(kernel, rq, 'dl')) if (allowed(task)) return task;
    return undefined;
  },
  setNext: (kernel, _cpu, rq, { view }) => startHrtick(kernel, rq, view.dl.runtime),
  updateCurr: chargeDl,
  tick(kernel, _cpu, rq, curr) {
    const { dl } = curr.view;
    if (dl.runtime > 0 && firstQueued(kernel, rq, 'dl') === curr) startHrtick(kernel, rq, dl.runtime);
  },
  preempts: (_kernel, _rq, curr, woken) => woken.view.dl.deadline < curr.view.dl.deadline,
  yield(kernel, cpu, rq, task) {
    task.view.dl.dl_yielded = 1;
    chargeDl(kernel, cpu, rq, task, 0);
  },
};
