/** The fair class (scheduler 2.6); its arithmetic is in `../fair.ts`. */
import { keepLag, pickFair, placeEntity, runFair, setNextFair, tickFair, wakeupPreemptsFair, yieldFair } from '../fair.ts';
import { DEQUEUE_SLEEP, ENQUEUE_INITIAL } from '../flags.ts';
import { link, unlink } from '../queues.ts';
import { reschedCurrLazy } from '../resched.ts';
import type { SchedClass } from '../sched-class.ts';

export const fairClass: SchedClass = {
  enqueue(kernel, _cpu, rq, task, flags) {
    placeEntity(kernel, rq, task.view, (flags & ENQUEUE_INITIAL) !== 0);
    task.view.se.on_rq = 1;
    link(kernel, rq, task, 'fair');
    rq.cfs.nr_running++;
    rq.nr_running++;
  },
  dequeue(kernel, _cpu, rq, task, flags) {
    keepLag(kernel, rq, task.view, (flags & DEQUEUE_SLEEP) !== 0);
    task.view.se.on_rq = 0;
    unlink(kernel, rq, task, 'fair');
    rq.cfs.nr_running--;
    rq.nr_running--;
  },
  pick: pickFair,
  putPrev: () => undefined,
  setNext(_kernel, _cpu, rq, task) {
    if ((task.address | 0) !== (rq.curr | 0)) setNextFair(task.view);
  },
  updateCurr(kernel, cpu, rq, curr, delta) {
    if (runFair(kernel, rq, curr.view, delta)) reschedCurrLazy(kernel, cpu, rq);
  },
  tick(kernel, cpu, rq, curr) {
    if (tickFair(kernel, rq, curr.view)) reschedCurrLazy(kernel, cpu, rq);
  },
  preempts: wakeupPreemptsFair,
  yield: (kernel, _cpu, rq, task) => yieldFair(kernel, rq, task.view),
};
