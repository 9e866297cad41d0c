/** What the core asks of the scheduling classes: queue, pick, tick, preempt. Called with the run queue's lock held. */

import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { deadlineClass } from './classes/deadline.ts';
import { fairClass } from './classes/fair.ts';
import { idleClass } from './classes/idle.ts';
import { rtClass } from './classes/rt.ts';
import { stopClass } from './classes/stop.ts';
import { resumeTick } from './cpu-timers.ts';
import { DEQUEUE_SLEEP, TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED } from './flags.ts';
import { clearHrtick } from './hrtick.ts';
import { reschedCurr, reschedCurrLazy } from './resched.ts';
import { CLASS_ORDER, type ClassName, classAbove, classNameOf, type SchedClass } from './sched-class.ts';

const classes: Readonly<Record<ClassName, SchedClass>> = {
  stop: stopClass,
  deadline: deadlineClass,
  rt: rtClass,
  fair: fairClass,
  idle: idleClass,
};

const classOf = ({ view }: Task): SchedClass => classes[classNameOf(view)];

/** Counts the run time of the task that runs on `rq`, up to now. */
export function updateCurr(kernel: Kernel, cpu: number, rq: RqView): void {
  const curr = kernel.task(rq.curr);
  if (curr.idle) return;
  const { se } = curr.view;
  const { now } = kernel.machine;
  const delta = now - se.exec_start;
  if (delta <= 0) return;
  se.exec_start = now;
  se.sum_exec_runtime += delta;
  classOf(curr).updateCurr(kernel, cpu, rq, curr, delta);
}

/** Onto the queue of its class; `on_rq` is the caller's business. `flags`: ENQUEUE_... */
export function enqueueTask(kernel: Kernel, cpu: number, rq: RqView, task: Task, flags: number): void {
  updateCurr(kernel, cpu, rq);
  classOf(task).enqueue(kernel, cpu, rq, task, flags);
}

/** Off the queue of its class; `on_rq` is the caller's business. */
export function dequeueTask(kernel: Kernel, cpu: number, rq: RqView, task: Task, flags: number): void {
  updateCurr(kernel, cpu, rq);
  classOf(task).dequeue(kernel, cpu, rq, task, flags);
}

/** The task becomes runnable on `rq`. */
export function activateTask(kernel: Kernel, cpu: number, rq: RqView, task: Task, flags: number): void {
  enqueueTask(kernel, cpu, rq, task, flags);
  task.view.on_rq = TASK_ON_RQ_QUEUED;
}

/** The task leaves `rq`: it blocks (DEQUEUE_SLEEP), or is on its way to another queue. */
export function deactivateTask(kernel: Kernel, cpu: number, rq: RqView, task: Task, flags: number): void {
  dequeueTask(kernel, cpu, rq, task, flags);
  task.view.on_rq = (flags & DEQUEUE_SLEEP) !== 0 ? 0 : TASK_ON_RQ_MIGRATING;
}

/** The task that shall run on `rq` next: of the first class that has one. */
export function pickNextTask(kernel: Kernel, cpu: number, rq: RqView): Task {
  updateCurr(kernel, cpu, rq);
  clearHrtick(kernel, rq.cpu);
  const prev = kernel.task(rq.curr);
  for (const name of CLASS_ORDER) {
    const next = classes[name].pick(kernel, rq);
    if (!next) continue;
    if (next !== prev) classOf(prev).putPrev(kernel, rq, prev);
    next.view.se.exec_start = kernel.machine.now;
    classes[name].setNext(kernel, cpu, rq, next);
    if (kernel.profile.nohz && !next.idle) resumeTick(kernel, rq.cpu);
    return next;
  }
  return kernel.idleTask(rq.cpu);
}

/** Tick of the class of the running task. */
export function taskTick(kernel: Kernel, cpu: number, rq: RqView, curr: Task): void {
  updateCurr(kernel, cpu, rq);
  classOf(curr).tick(kernel, cpu, rq, curr);
}

/** A task was put on `rq`: does it take the CPU from the one that runs there? */
export function wakeupPreempt(kernel: Kernel, cpu: number, rq: RqView, woken: Task): void {
  const curr = kernel.task(rq.curr);
  if (curr === woken) return;
  updateCurr(kernel, cpu, rq);
  const name = classNameOf(curr.view);
  const same = classNameOf(woken.view) === name;
  const better = same ? classOf(curr).preempts(kernel, rq, curr, woken) : classAbove(woken.view, curr.view);
  if (!better) return;
  if (same && name === 'fair') reschedCurrLazy(kernel, cpu, rq);
  else reschedCurr(kernel, cpu, rq);
}

/** yield(): to the tail of its equals. */
export function yieldTask(kernel: Kernel, cpu: number, rq: RqView, task: Task): void {
  updateCurr(kernel, cpu, rq);
  classOf(task).yield(kernel, cpu, rq, task);
}
