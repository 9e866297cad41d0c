/** The stop class: one stopper thread a CPU, above everything else, never preempted and never moved (scheduler 2.1). */
import type { SchedClass } from '../sched-class.ts';

export const stopClass: SchedClass = {
  enqueue(_kernel, _cpu, rq, task) {
    rq.stop = task.address;
    rq.nr_running++;
  },
  dequeue(_kernel, _cpu, rq) {
    rq.stop = 0;
    rq.nr_running--;
  },
  pick: (kernel, rq) => (rq.stop === 0 ? undefined : kernel.task(rq.stop)),
  putPrev: () => undefined,
  setNext: () => undefined,
  updateCurr: () => undefined,
  tick: () => undefined,
  preempts: () => false,
  yield: () => undefined,
};
