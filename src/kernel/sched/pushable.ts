/**
 * The real-time tasks of a run queue that wait and may run on another CPU (scheduler 2.5): sorted by priority, and among equals in the
 * order in which they came to wait. As long as a CPU has one it is overloaded: its bit in rto_mask is set. With the lock of `rq` held.
 */
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { isActive } from './cpu-masks.ts';
import { isRt } from './queues.ts';

/** Pushable tasks in order. */
export function* pushable(kernel: Kernel, rq: RqView): Generator<Task> {
  let at = rq.rt.pushable_tasks;
  while (at !== 0) {
    const task = kernel.task(at);
    yield task;
    at = task.view.rt.pushable_next;
  }
}

/** The task waits on `rq` from now on. One that is bound to its CPU is not pushable. */
export function enqueuePushable(kernel: Kernel, rq: RqView, task: Task): void {
  if (task.view.nr_cpus_allowed < 2) return;
  let before: Task | undefined;
  for (const other of pushable(kernel, rq)) {
    if (other.view.prio > task.view.prio) break;
    before = other;
  }
  task.view.rt.pushable_next = before ? before.view.rt.pushable_next : rq.rt.pushable_tasks;
  if (before) before.view.rt.pushable_next = task.address;
  else rq.rt.pushable_tasks = task.address;
  noteOverload(kernel, rq);
}

/** The task runs, leaves, or is bound from now on. Nothing happens if it was not pushable. */
export function dequeuePushable(kernel: Kernel, rq: RqView, task: Task): void {
  let before: Task | undefined;
  for (const other of pushable(kernel, rq)) {
    if (other === task) {
      const { pushable_next } = task.view.rt;
      if (before) before.view.rt.pushable_next = pushable_next;
      else rq.rt.pushable_tasks = pushable_next;
      task.view.rt.pushable_next = 0;
      noteOverload(kernel, rq);
      return;
    }
    before = other;
  }
}

/** A task may use `count` CPUs from now on; `rq` is its own. */
export function setAllowedCount(kernel: Kernel, rq: RqView, task: Task, count: number): void {
  const { view } = task;
  dequeuePushable(kernel, rq, task);
  view.nr_cpus_allowed = count;
  if (isRt(view) && view.rt.on_rq !== 0 && (task.address | 0) !== (rq.curr | 0)) enqueuePushable(kernel, rq, task);
}

/** rt_set_overload(), rt_clear_overload(): nobody fetches tasks from a CPU that goes down. */
export function noteOverload(kernel: Kernel, rq: RqView): void {
  const domain = kernel.rootDomain;
  const bit = 1 << rq.cpu;
  const overloaded = rq.rt.pushable_tasks !== 0 && isActive(kernel, rq.cpu);
  if (((domain.rto_mask & bit) !== 0) === overloaded) return;
  domain.rto_mask ^= bit;
  domain.rto_count += overloaded ? 1 : -1;
}
