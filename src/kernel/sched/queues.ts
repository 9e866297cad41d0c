/**
 * Run queues as lists in memory. A deadline queue is sorted by absolute deadline, a real-time queue by priority, first come first
 * served among equals; a fair queue keeps the order of queueing. The running task stays on its list. Called with the run queue's lock held.
 */
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';

export const MAX_RT_PRIO = 100;

/** Deadline tasks have priority -1. */
export const isDl = (task: TaskView): boolean => task.prio < 0;
/** Real-time class; stopper threads show priority 0 too and are a class of their own. */
export const isRt = (task: TaskView): boolean => task.prio >= 0 && task.prio < MAX_RT_PRIO && task.is_stopper === 0;

/** The classes that keep a list. */
export type QueueName = 'dl' | 'rt' | 'fair';

interface Link {
  next: number;
}
interface Order {
  /** Holder of the head of the list. */
  head(rq: RqView): { queue: number };
  link(task: TaskView): Link;
  /** Whether `a` stands before `b`; neither before the other: equals. */
  before(a: TaskView, b: TaskView): boolean;
}

const orders: Readonly<Record<QueueName, Order>> = {
  dl: { head: (rq) => rq.dl, link: (task) => task.dl, before: (a, b) => a.dl.deadline < b.dl.deadline },
  rt: { head: (rq) => rq.rt, link: (task) => task.rt, before: (a, b) => a.prio < b.prio },
  fair: { head: (rq) => rq.cfs, link: (task) => task.se, before: () => false },
};

/** Tasks of a queue, in order. */
export function* queued(kernel: Kernel, rq: RqView, name: QueueName): Generator<Task> {
  const order = orders[name];
  let at = order.head(rq).queue;
  while (at !== 0) {
    const task = kernel.task(at);
    yield task;
    at = order.link(task.view).next;
  }
}

/** The first task of a queue: of real-time ones the most urgent, and of equals the one in front. */
export function firstQueued(kernel: Kernel, rq: RqView, name: QueueName): Task | undefined {
  const { queue } = orders[name].head(rq);
  return queue === 0 ? undefined : kernel.task(queue);
}

/** Puts `task` on a queue: at the tail of its equals, or with `head` in front of them. */
export function link(kernel: Kernel, rq: RqView, task: Task, name: QueueName, head = false): void {
  const order = orders[name];
  const chain = order.head(rq);
  let before: TaskView | undefined;
  let at = chain.queue;
  while (at !== 0) {
    const other = kernel.task(at).view;
    if (order.before(task.view, other) || (head && !order.before(other, task.view))) break;
    before = other;
    at = order.link(other).next;
  }
  order.link(task.view).next = at;
  if (before) order.link(before).next = task.address;
  else chain.queue = task.address;
}

/** Takes `task` off a queue. */
export function unlink(kernel: Kernel, rq: RqView, task: Task, name: QueueName): void {
  const order = orders[name];
  const chain = order.head(rq);
  let before: TaskView | undefined;
  let at = chain.queue;
  while (at !== 0 && (at | 0) !== (task.address | 0)) {
    before = kernel.task(at).view;
    at = order.link(before).next;
  }
  if (at === 0) return;
  const { next } = order.link(task.view);
  if (before) order.link(before).next = next;
  else chain.queue = next;
  order.link(task.view).next = 0;
}

/** The mask that the scheduler obeys for `task`. */
export function allowedMask(kernel: Kernel, task: TaskView): number {
  return kernel.machine.memory.words[kernel.machine.offsetOf(task.cpus_ptr) >>> 2];
}

export function mayRunOn(kernel: Kernel, task: TaskView, cpu: number): boolean {
  return ((allowedMask(kernel, task) >>> cpu) & 1) === 1;
}
