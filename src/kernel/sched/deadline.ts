/**
 * The bandwidth server of SCHED_DEADLINE (scheduler 2.7; CBS): when a task gets a new deadline and a new budget, and when it has used
 * it up. Times in ns. Left out: reclaiming of unused bandwidth (GRUB), deadline servers, the inactive timer.
 */
import { Line } from '../../machine/lines.ts';
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { dlTimer } from '../timer-numbers.ts';
import { ENQUEUE_INITIAL, ENQUEUE_REPLENISH, ENQUEUE_WAKEUP } from './flags.ts';
import { firstQueued, link, unlink } from './queues.ts';
import { reschedCurr } from './resched.ts';

/** Ratios of time are fixed-point numbers with this many units to 1, as in the kernel (BW_SHIFT). */
const BW_UNIT = 2 ** 20;
/** Products of two times are taken in units of this many ns (DL_SCALE). */
const DL_UNIT = 1024;

const scaled = (ns: number): number => Math.floor(ns / DL_UNIT);

/** Start of the next period: the deadline itself, when deadline and period are equally long. */
export const nextPeriod = ({ dl }: TaskView): number => dl.deadline - dl.dl_deadline + dl.dl_period;

const isImplicit = ({ dl }: TaskView): boolean => dl.dl_deadline === dl.dl_period;

/** Whether the rest of the budget, used up to the old deadline, would be more than the task's share. */
function overflows({ dl }: TaskView, now: number): boolean {
  return scaled(dl.deadline - now) * scaled(dl.dl_runtime) < scaled(dl.dl_deadline) * scaled(dl.runtime);
}

function newPeriod({ dl }: TaskView, now: number): void {
  dl.deadline = now + dl.dl_deadline;
  dl.runtime = dl.dl_runtime;
}

/** A task that wakes up keeps what is left of budget and deadline if that is no more than its share (update_dl_entity()). */
function updateAtWakeup(task: TaskView, now: number): void {
  const { dl } = task;
  const past = dl.deadline < now;
  if (!past && !overflows(task, now)) return;
  if (past || isImplicit(task)) newPeriod(task, now);
  // The revised rule for constrained deadlines: the deadline stays, the budget is cut to the share of the time that is left.
  else dl.runtime = Math.floor((Math.floor((dl.dl_runtime * BW_UNIT) / dl.dl_deadline) * (dl.deadline - now)) / BW_UNIT);
}

/** A new period for a task that has used up its budget, or several if it is far behind. */
export function replenish(task: TaskView, now: number): void {
  const { dl } = task;
  if (dl.dl_yielded !== 0 && dl.runtime > 0) dl.runtime = 0;
  while (dl.runtime <= 0) {
    dl.deadline += dl.dl_period;
    dl.runtime += dl.dl_runtime;
  }
  if (dl.deadline < now) newPeriod(task, now);
  dl.dl_yielded = 0;
  dl.dl_throttled = 0;
}

/** The task gets its next budget when the next period begins. False: that is past already. */
function startTimer(kernel: Kernel, rq: RqView, { index, view }: Task): boolean {
  const due = nextPeriod(view);
  if (due < kernel.machine.now) return false;
  kernel.machine.clock.arm(dlTimer(kernel, index), { due, cpu: rq.cpu, line: Line.timer });
  return true;
}

/** A task with a constrained deadline that wakes after it and before the next period has to wait for that. */
function throttleUntilPeriod(kernel: Kernel, rq: RqView, task: Task): void {
  const { dl } = task.view;
  const { now } = kernel.machine;
  if (dl.deadline >= now || now >= nextPeriod(task.view) || !startTimer(kernel, rq, task)) return;
  dl.dl_throttled = 1;
  if (dl.runtime > 0) dl.runtime = 0;
}

/** Onto the queue, unless the task has to wait for its next budget (enqueue_dl_entity()). */
export function enqueueDl(kernel: Kernel, rq: RqView, task: Task, flags: number): void {
  const { view } = task;
  const { now } = kernel.machine;
  if (view.dl.dl_throttled === 0 && !isImplicit(view)) throttleUntilPeriod(kernel, rq, task);
  if (view.dl.dl_throttled !== 0 && (flags & ENQUEUE_REPLENISH) === 0) return;
  if ((flags & ENQUEUE_REPLENISH) !== 0) replenish(view, now);
  else if ((flags & ENQUEUE_INITIAL) !== 0) newPeriod(view, now);
  else if ((flags & ENQUEUE_WAKEUP) !== 0) updateAtWakeup(view, now);
  view.dl.on_rq = 1;
  link(kernel, rq, task, 'dl');
  rq.dl.dl_nr_running++;
  rq.nr_running++;
}

/** Off the queue; a task that waits for its next budget is on none. */
export function dequeueDl(kernel: Kernel, rq: RqView, task: Task): void {
  if (task.view.dl.on_rq === 0) return;
  task.view.dl.on_rq = 0;
  unlink(kernel, rq, task, 'dl');
  rq.dl.dl_nr_running--;
  rq.nr_running--;
}

/** The running task has used `delta` ns of its budget. With nothing left, or after a yield, it waits for its next period. */
export function chargeDl(kernel: Kernel, cpu: number, rq: RqView, curr: Task, delta: number): void {
  const { dl, normal_prio } = curr.view;
  if (dl.on_rq === 0) return;
  dl.runtime -= delta;
  if (dl.runtime > 0 && dl.dl_yielded === 0) return;
  dl.dl_throttled = 1;
  dequeueDl(kernel, rq, curr);
  const task = { task_comm: curr.comm, task_pid: curr.pid };
  // Who is lent the bandwidth of a waiter never waits for the next period.
  if (normal_prio >= 0 || !startTimer(kernel, rq, curr)) {
    enqueueDl(kernel, rq, curr, ENQUEUE_REPLENISH);
    kernel.emit(cpu, { type: 'dl_replenish', ...task, deadline: dl.deadline });
  } else kernel.emit(cpu, { type: 'dl_throttle', ...task });
  if (firstQueued(kernel, rq, 'dl') !== curr) reschedCurr(kernel, cpu, rq);
}
