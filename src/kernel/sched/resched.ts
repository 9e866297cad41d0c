/** Asking a CPU to look for a better task (scheduler 1.2). */

import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import { TIF_NEED_RESCHED_LAZY_MASK, TIF_NEED_RESCHED_MASK } from '../preempt-count.ts';

export const RESCHEDULE_VECTOR = 17;
export const CALL_FUNCTION_VECTOR = 18;

/** Whether a running task has been asked to give way. */
export const needsResched = (view: TaskView): boolean => (view.thread_info.flags & TIF_NEED_RESCHED_MASK) !== 0;

/**
 * Sets the flag in the task that runs on `rq`. The CPU itself also takes note at once; another CPU gets the reschedule interrupt,
 * whose handler does.
 */
export function reschedCurr(kernel: Kernel, cpu: number, rq: RqView): void {
  ask(kernel, cpu, rq, TIF_NEED_RESCHED_MASK);
}

/**
 * How the fair class asks. With preempt = lazy this sets a flag that only the tick and the way back to user mode look at; no CPU is
 * interrupted. There is no point in letting an idle CPU wait, so that gets the full flag.
 */
export function reschedCurrLazy(kernel: Kernel, cpu: number, rq: RqView): void {
  const lazy = kernel.profile.preempt === 'lazy' && !kernel.task(rq.curr).idle;
  ask(kernel, cpu, rq, lazy ? TIF_NEED_RESCHED_LAZY_MASK : TIF_NEED_RESCHED_MASK);
}

function ask(kernel: Kernel, cpu: number, rq: RqView, flag: number): void {
  const curr = kernel.task(rq.curr);
  const { thread_info: info } = curr.view;
  if ((info.flags & (flag | TIF_NEED_RESCHED_MASK)) !== 0) return;
  info.flags |= flag;
  const lazy = flag === TIF_NEED_RESCHED_LAZY_MASK;
  kernel.emit(cpu, { type: 'need_resched', target_cpu: rq.cpu, target_comm: curr.comm, ...(lazy && { lazy }) });
  if (lazy) return;
  if (rq.cpu === cpu) kernel.setPreemptNeedResched(cpu);
  else kernel.machine.raiseLine(RESCHEDULE_VECTOR, rq.cpu);
}
