/** What the scheduling classes know of a task that a fork has just made (scheduler 2). */
import type { Kernel } from '../kernel.ts';
import type { TaskView } from '../layouts.ts';
import { rrTicks } from './classes/rt.ts';

/** The copy knows what its parent knew: it is on no queue and has not run. Weight and priorities are inherited. */
export function forkEntity(kernel: Kernel, view: TaskView): void {
  const { se, rt, dl } = view;
  view.on_rq = 0;
  view.on_cpu = 0;
  se.on_rq = 0;
  se.vruntime = 0;
  se.deadline = 0;
  se.vlag = 0;
  se.rel_deadline = 0;
  se.exec_start = 0;
  se.slice_start = 0;
  se.sum_exec_runtime = 0;
  se.next = 0;
  dl.on_rq = 0;
  dl.next = 0;
  rt.on_rq = 0;
  rt.next = 0;
  rt.pushable_next = 0;
  rt.time_slice = rrTicks(kernel.profile.tick_ns);
  view.nvcsw = 0;
  view.nivcsw = 0;
}
