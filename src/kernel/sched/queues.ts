/**
 * Run queues as lists in memory. A real-time queue is sorted by priority, first come first served among equals; a fair queue
 * keeps the order of queueing. The running task stays on its list. Called with the run queue's lock held.
 */
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';

export const MAX_RT_PRIO = 100;

export const isRt = (task: TaskView): boolean => task.prio < MAX_RT_PRIO;

/** The list that `task` stands on, or would: its head is `owner.queue`, its links are `of(task).next`. */
interface Chain {
  queue: number;
}
const chainOf = (rq: RqView, task: TaskView): Chain => (isRt(task) ? rq.rt : rq.cfs);
const linkOf = (task: TaskView, rt: boolean): { next: number } => (rt ? task.rt : task.se);

/** Tasks on the real-time or the fair queue, in order. */
export function* queued(kernel: Kernel, rq: RqView, rt: boolean): Generator<Task> {
  let at = rt ? rq.rt.queue : rq.cfs.queue;
  while (at !== 0) {
    const task = kernel.task(at);
    yield task;
    at = linkOf(task.view, rt).next;
  }
}

/** The first real-time task of the queue: the most urgent, and of equals the one in front. */
export function firstRt(kernel: Kernel, rq: RqView): Task | undefined {
  return rq.rt.queue === 0 ? undefined : kernel.task(rq.rt.queue);
}

/** Puts `task` on its queue: at the tail of its equals, or with `head` in front of them. */
export function link(kernel: Kernel, rq: RqView, task: Task, head: boolean): void {
  const rt = isRt(task.view);
  const chain = chainOf(rq, task.view);
  let before: TaskView | undefined;
  let at = chain.queue;
  while (at !== 0) {
    const other = kernel.task(at).view;
    if (rt && (other.prio > task.view.prio || (head && other.prio === task.view.prio))) break;
    before = other;
    at = linkOf(other, rt).next;
  }
  linkOf(task.view, rt).next = at;
  if (before) linkOf(before, rt).next = task.address;
  else chain.queue = task.address;
}

/** Takes `task` off its queue. */
export function unlink(kernel: Kernel, rq: RqView, task: Task): void {
  const rt = isRt(task.view);
  const chain = chainOf(rq, task.view);
  let before: TaskView | undefined;
  let at = chain.queue;
  while (at !== 0 && (at | 0) !== (task.address | 0)) {
    before = kernel.task(at).view;
    at = linkOf(before, rt).next;
  }
  if (at === 0) return;
  const { next } = linkOf(task.view, rt);
  if (before) linkOf(before, rt).next = next;
  else chain.queue = next;
  linkOf(task.view, rt).next = 0;
}

/** The mask that the scheduler obeys for `task`. */
export function allowedMask(kernel: Kernel, task: TaskView): number {
  return kernel.machine.memory.words[kernel.machine.offsetOf(task.cpus_ptr) >>> 2];
}

export function mayRunOn(kernel: Kernel, task: TaskView, cpu: number): boolean {
  return ((allowedMask(kernel, task) >>> cpu) & 1) === 1;
}
