/** The idle class: what a CPU runs when there is nothing else. Its task is on no queue. */
import type { SchedClass } from '../sched-class.ts';

export const idleClass: SchedClass = {
  enqueue: () => undefined,
  dequeue: () => undefined,
  pick: (kernel, rq) => kernel.idleTask(rq.cpu),
  putPrev: () => undefined,
  setNext: () => undefined,
  updateCurr: () => undefined,
  tick: () => undefined,
  preempts: () => false,
  yield: () => undefined,
};
