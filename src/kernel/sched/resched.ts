/** Asking a CPU to look for a better task (scheduler 1.2). */
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';

export const TIF_NEED_RESCHED_MASK = 0x8;
export const RESCHEDULE_VECTOR = 17;

/** Whether a running task has been asked to give way. */
export const needsResched = (view: TaskView): boolean => (view.thread_info.flags & TIF_NEED_RESCHED_MASK) !== 0;

/**
 * Sets the flag in the task that runs on `rq`. The CPU itself also takes note at once; another CPU gets the reschedule interrupt,
 * whose handler does.
 */
export function reschedCurr(kernel: Kernel, cpu: number, rq: RqView): void {
  const curr = kernel.task(rq.curr);
  const { thread_info: info } = curr.view;
  if (needsResched(curr.view)) return;
  info.flags |= TIF_NEED_RESCHED_MASK;
  kernel.emit(cpu, { type: 'need_resched', target_cpu: rq.cpu, target_comm: curr.comm });
  if (rq.cpu === cpu) kernel.setPreemptNeedResched(cpu);
  else kernel.machine.raiseLine(RESCHEDULE_VECTOR, rq.cpu);
}
