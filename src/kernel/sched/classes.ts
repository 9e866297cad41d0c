/** What the core asks of the scheduling classes: queue, pick, tick, preempt. Called with the run queue's lock held. */
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { keepLag, pickFair, placeEntity, setNextFair, tickFair, updateCurr, wakeupPreemptsFair, yieldFair } from './fair.ts';
import { isRt, link, mayRunOn, queued, unlink } from './queues.ts';
import { reschedCurr } from './resched.ts';
import { hasPushable } from './rt.ts';

/** Work for after the switch, as in rq->balance_callback. */
export const BALANCE_PUSH_RT = 1;
export const BALANCE_MOVE = 2;

export const DEQUEUE_SLEEP = 1;
export const ENQUEUE_INITIAL = 0x80;
export const TASK_ON_RQ_QUEUED = 1;
export const TASK_ON_RQ_MIGRATING = 2;
export const SCHED_RR = 2;
/** Quantum of SCHED_RR, ns. */
export const RR_TIMESLICE = 100_000_000;

export const rrTicks = (kernel: Kernel): number => Math.max(1, Math.floor(RR_TIMESLICE / kernel.profile.tick_ns));

export function enqueueTask(kernel: Kernel, rq: RqView, task: Task, fresh = false): void {
  const { view } = task;
  updateCurr(kernel, rq);
  if (isRt(view)) {
    view.rt.on_rq = 1;
    rq.rt.rt_nr_running++;
  } else {
    placeEntity(kernel, rq, view, fresh);
    view.se.on_rq = 1;
    rq.cfs.nr_running++;
  }
  link(kernel, rq, task, false);
  view.on_rq = TASK_ON_RQ_QUEUED;
  rq.nr_running++;
}

/** `sleeps`: it blocks; otherwise it is on its way to another queue. */
export function dequeueTask(kernel: Kernel, rq: RqView, task: Task, sleeps: boolean): void {
  const { view } = task;
  updateCurr(kernel, rq);
  if (isRt(view)) {
    view.rt.on_rq = 0;
    rq.rt.rt_nr_running--;
  } else {
    keepLag(kernel, rq, view);
    view.se.on_rq = 0;
    rq.cfs.nr_running--;
  }
  unlink(kernel, rq, task);
  view.on_rq = sleeps ? 0 : TASK_ON_RQ_MIGRATING;
  rq.nr_running--;
}

/** The task that shall run on `rq` next: real time before fair before idle. Notes what must be done after the switch. */
export function pickNextTask(kernel: Kernel, rq: RqView): Task {
  updateCurr(kernel, rq);
  const allowed = (task: Task): boolean => {
    if (mayRunOn(kernel, task.view, rq.cpu)) return true;
    rq.balance_callback |= BALANCE_MOVE;
    return false;
  };
  let next: Task | undefined;
  for (const task of queued(kernel, rq, true)) {
    if (!allowed(task)) continue;
    next = task;
    break;
  }
  if (next) {
    if (hasPushable(kernel, rq, next)) rq.balance_callback |= BALANCE_PUSH_RT;
  } else {
    next = pickFair(kernel, rq, allowed);
    if (next && (next.address | 0) !== (rq.curr | 0)) setNextFair(next.view);
  }
  next ??= kernel.idleTask(rq.cpu);
  next.view.se.exec_start = kernel.machine.now;
  return next;
}

/** Tick of the class of the running task. */
export function taskTick(kernel: Kernel, cpu: number, rq: RqView, curr: Task): void {
  if (curr.idle) return;
  updateCurr(kernel, rq);
  const { view } = curr;
  if (!isRt(view)) {
    if (tickFair(kernel, rq, view)) reschedCurr(kernel, cpu, rq);
    return;
  }
  if (view.policy !== SCHED_RR) return;
  if (view.rt.time_slice > 1) {
    view.rt.time_slice--;
    return;
  }
  view.rt.time_slice = rrTicks(kernel);
  let equals = 0;
  for (const other of queued(kernel, rq, true)) if (other.view.prio === view.prio) equals++;
  if (equals < 2) return;
  unlink(kernel, rq, curr);
  link(kernel, rq, curr, false);
  reschedCurr(kernel, cpu, rq);
}

/** A task was put on `rq`: does it take the CPU from the one that runs there? */
export function wakeupPreempt(kernel: Kernel, cpu: number, rq: RqView, woken: Task): void {
  const curr = kernel.task(rq.curr);
  if (curr === woken) return;
  updateCurr(kernel, rq);
  const better = curr.idle || (isRt(woken.view) && woken.view.prio < curr.view.prio);
  const fairToFair = !curr.idle && !isRt(woken.view) && !isRt(curr.view);
  if (better || (fairToFair && wakeupPreemptsFair(kernel, rq, curr, woken))) reschedCurr(kernel, cpu, rq);
}

/** yield(): to the tail of its equals. */
export function yieldTask(kernel: Kernel, rq: RqView, task: Task): void {
  updateCurr(kernel, rq);
  if (isRt(task.view)) {
    unlink(kernel, rq, task);
    link(kernel, rq, task, false);
  } else {
    yieldFair(kernel, rq, task.view);
  }
}
