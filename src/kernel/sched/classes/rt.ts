/** The real-time class: SCHED_FIFO and SCHED_RR (scheduler 2.1). Where its tasks go is in `../rt.ts`. */

import type { Kernel } from '../../kernel.ts';
import type { RqView } from '../../layouts.ts';
import { SCHED_RR } from '../../policies.ts';
import type { Task } from '../../task.ts';
import { queueBalanceCallback } from '../balance-callback.ts';
import { BALANCE_PUSH_RT, ENQUEUE_HEAD } from '../flags.ts';
import { dequeuePushable, enqueuePushable } from '../pushable.ts';
import { firstQueued, link, queued, unlink } from '../queues.ts';
import { needsResched, reschedCurr } from '../resched.ts';
import { hasLowerCpu } from '../rt.ts';
import type { SchedClass } from '../sched-class.ts';

/** Quantum of SCHED_RR, ns. */
export const RR_TIMESLICE = 100_000_000;

/** The quantum in ticks, at least one. */
export const rrTicks = (tickNs: number): number => Math.max(1, Math.floor(RR_TIMESLICE / tickNs));

const isCurrent = (rq: RqView, { address }: Task): boolean => (address | 0) === (rq.curr | 0);

export const rtClass: SchedClass = {
  enqueue(kernel, _cpu, rq, task, flags) {
    task.view.rt.on_rq = 1;
    link(kernel, rq, task, 'rt', (flags & ENQUEUE_HEAD) !== 0);
    rq.rt.rt_nr_running++;
    rq.nr_running++;
    if (!isCurrent(rq, task)) enqueuePushable(kernel, rq, task);
  },
  dequeue(kernel, _cpu, rq, task) {
    task.view.rt.on_rq = 0;
    dequeuePushable(kernel, rq, task);
    unlink(kernel, rq, task, 'rt');
    rq.rt.rt_nr_running--;
    rq.nr_running--;
  },
  pick: (kernel, rq) => firstQueued(kernel, rq, 'rt'),
  putPrev(kernel, rq, task) {
    if (task.view.rt.on_rq !== 0) enqueuePushable(kernel, rq, task);
  },
  setNext(kernel, _cpu, rq, task) {
    dequeuePushable(kernel, rq, task);
    if (rq.rt.pushable_tasks !== 0) queueBalanceCallback(rq, BALANCE_PUSH_RT);
  },
  updateCurr: () => undefined,
  tick(kernel, cpu, rq, curr) {
    const { view } = curr;
    if (view.policy !== SCHED_RR) return;
    if (view.rt.time_slice > 1) {
      view.rt.time_slice--;
      return;
    }
    view.rt.time_slice = rrTicks(kernel.profile.tick_ns);
    if (!hasEqual(kernel, rq, curr)) return;
    requeue(kernel, rq, curr, false);
    reschedCurr(kernel, cpu, rq);
  },
  preempts(kernel, rq, curr, woken) {
    if (woken.view.prio !== curr.view.prio) return woken.view.prio < curr.view.prio;
    if (needsResched(curr.view) || !preemptsEqual(kernel, curr, woken)) return false;
    requeue(kernel, rq, woken, true);
    return true;
  },
  yield: (kernel, _cpu, rq, task) => requeue(kernel, rq, task, false),
};

/** check_preempt_equal_prio(): the woken task cannot go elsewhere and the running one can, so the running one is put in its way of being pushed. */
function preemptsEqual(kernel: Kernel, curr: Task, woken: Task): boolean {
  if (curr.view.nr_cpus_allowed === 1 || !hasLowerCpu(kernel, curr)) return false;
  return woken.view.nr_cpus_allowed === 1 || !hasLowerCpu(kernel, woken);
}

function requeue(kernel: Kernel, rq: RqView, task: Task, head: boolean): void {
  unlink(kernel, rq, task, 'rt');
  link(kernel, rq, task, 'rt', head);
}

function hasEqual(kernel: Kernel, rq: RqView, task: Task): boolean {
  for (const other of queued(kernel, rq, 'rt')) if (other !== task && other.view.prio === task.view.prio) return true;
  return false;
}
