/**
 * What a scheduling class does for the core, as in the kernel's struct sched_class (scheduler 2.1). Everything here is called with
 * the lock of `rq` held; `cpu` is the CPU that carries it out, which need not be the one of `rq`. The run time of the running task
 * has been counted up to now before any of these but `updateCurr` is called.
 */
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { isDl, isRt } from './queues.ts';

export interface SchedClass {
  /** Puts the task on the queue of the class, and counts it in `rq.nr_running`. `flags`: ENQUEUE_... */
  enqueue(kernel: Kernel, cpu: number, rq: RqView, task: Task, flags: number): void;
  /** Takes it off. `flags`: DEQUEUE_... */
  dequeue(kernel: Kernel, cpu: number, rq: RqView, task: Task, flags: number): void;
  /** The task that this class would run; it stays queued. */
  pick(kernel: Kernel, rq: RqView): Task | undefined;
  /** `task` has been running and another one was picked. It is still queued unless it has blocked. */
  putPrev(kernel: Kernel, rq: RqView, task: Task): void;
  /** `task` was picked and runs from now on. It may have been running already. */
  setNext(kernel: Kernel, cpu: number, rq: RqView, task: Task): void;
  /** The running task has used the CPU for `delta` ns more. */
  updateCurr(kernel: Kernel, cpu: number, rq: RqView, curr: Task, delta: number): void;
  /** The tick came in while `curr` runs. */
  tick(kernel: Kernel, cpu: number, rq: RqView, curr: Task): void;
  /** Whether `woken`, just queued and of this class like `curr`, takes the CPU from it. */
  preempts(kernel: Kernel, rq: RqView, curr: Task, woken: Task): boolean;
  /** The running task gives its turn away. */
  yield(kernel: Kernel, cpu: number, rq: RqView, task: Task): void;
}

/** The classes in order: a task of an earlier one always goes first. */
export const CLASS_ORDER = ['stop', 'deadline', 'rt', 'fair', 'idle'] as const;
export type ClassName = (typeof CLASS_ORDER)[number];

/** The class follows from the priority in force, so that a boosted task changes class with it; stopper and idle threads are marked. */
export function classNameOf(view: TaskView): ClassName {
  if (view.is_stopper !== 0) return 'stop';
  if (view.pid === 0) return 'idle';
  if (isDl(view)) return 'deadline';
  return isRt(view) ? 'rt' : 'fair';
}

/** Whether the class of `a` goes before that of `b`. */
export const classAbove = (a: TaskView, b: TaskView): boolean =>
  CLASS_ORDER.indexOf(classNameOf(a)) < CLASS_ORDER.indexOf(classNameOf(b));
