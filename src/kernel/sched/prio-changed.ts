/**
 * What follows for a CPU when the priority in force of one of its tasks has changed (check_class_changed(); scheduler 2.5, 4.1): a task
 * that became better may take the CPU, one that became worse may have to leave it, and a CPU that now runs something less urgent looks for
 * better work elsewhere.
 */

import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { queueBalanceCallback } from './balance-callback.ts';
import { wakeupPreempt } from './classes.ts';
import { BALANCE_PULL_RT, BALANCE_PUSH_RT } from './flags.ts';
import { firstQueued, MAX_RT_PRIO } from './queues.ts';
import { reschedCurr } from './resched.ts';
import { type ClassName, classNameOf } from './sched-class.ts';

/** Class of the priority that a task had. */
const classOfPrio = (prio: number): ClassName => (prio < 0 ? 'deadline' : prio < MAX_RT_PRIO ? 'rt' : 'fair');

/** `task` is queued on `rq` with its new priority; `oldPrio` is the one it had. */
export function checkClassChanged(kernel: Kernel, cpu: number, rq: RqView, task: Task, oldPrio: number): void {
  const { view } = task;
  if (view.is_stopper !== 0) return;
  const before = classOfPrio(oldPrio);
  const now = classNameOf(view);
  if (before !== now) {
    switchedFrom(kernel, rq, before);
    switchedTo(kernel, cpu, rq, task, now);
  } else if (view.prio !== oldPrio) {
    prioChanged(kernel, cpu, rq, task, oldPrio);
  }
}

const runs = (rq: RqView, task: Task): boolean => (task.address | 0) === (rq.curr | 0);

/** The last real-time task of a CPU has become a fair one: a demotion event (scheduler 2.5, 2). */
function switchedFrom(kernel: Kernel, rq: RqView, before: ClassName): void {
  if (before === 'fair' || firstQueued(kernel, rq, 'rt') || firstQueued(kernel, rq, 'dl')) return;
  queueBalanceCallback(rq, BALANCE_PULL_RT);
}

function switchedTo(kernel: Kernel, cpu: number, rq: RqView, task: Task, now: ClassName): void {
  if (!runs(rq, task)) {
    if (now === 'rt' && task.view.nr_cpus_allowed > 1) queueBalanceCallback(rq, BALANCE_PUSH_RT);
    wakeupPreempt(kernel, cpu, rq, task);
  } else if (now === 'fair') {
    reschedCurr(kernel, cpu, rq);
  } else if (now === 'rt' && firstQueued(kernel, rq, 'dl')) {
    reschedCurr(kernel, cpu, rq);
  }
}

function prioChanged(kernel: Kernel, cpu: number, rq: RqView, task: Task, oldPrio: number): void {
  const { view } = task;
  if (!runs(rq, task)) {
    if (view.prio < kernel.task(rq.curr).view.prio) wakeupPreempt(kernel, cpu, rq, task);
    return;
  }
  if (classNameOf(view) === 'rt') {
    // A lower priority of the running task is a demotion event (scheduler 2.5, 3).
    if (oldPrio < view.prio) queueBalanceCallback(rq, BALANCE_PULL_RT);
    const best = firstQueued(kernel, rq, 'rt');
    if (best && best.view.prio < view.prio) reschedCurr(kernel, cpu, rq);
  } else if (oldPrio < view.prio && rq.cfs.nr_running > 1) {
    reschedCurr(kernel, cpu, rq);
  }
}
