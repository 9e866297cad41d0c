/** The ideal machine of the interference metric: the best runnable tasks run, wherever their affinity lets them, and nobody is pinned. */
import type { TaskState } from './replay.ts';

/** 0 stopper, 1 deadline, 2 real time, 3 fair. */
function classOf({ stopper, prio }: TaskState): number {
  if (stopper) return 0;
  if (prio < 0) return 1;
  return prio < 100 ? 2 : 3;
}

/** Negative: `a` is better. By class, then deadline or priority; not by time. */
export function compareRank(a: TaskState, b: TaskState): number {
  const byClass = classOf(a) - classOf(b);
  if (byClass !== 0) return byClass;
  return classOf(a) === 1 ? a.deadline - b.deadline : a.prio - b.prio;
}

/** Those of the runnable and running tasks that would run; of equals the one that became runnable first. @param active by CPU */
export function idealRunners(tasks: Iterable<TaskState>, active: readonly boolean[]): Set<number> {
  const wanting = [...tasks].filter(({ state }) => state !== 'blocked');
  wanting.sort((a, b) => compareRank(a, b) || a.order - b.order);
  /** By CPU: who has it. */
  const holder = active.map((): TaskState | undefined => undefined);
  const down = active.flatMap((up, cpu) => (up ? [] : [cpu]));
  const placed = new Set<number>();
  for (const task of wanting) if (place(task, holder, new Set(down))) placed.add(task.pid);
  return placed;
}

/** Finds a CPU for the task; better ones that have a CPU already may be moved to another, but never lose theirs. */
function place(task: TaskState, holder: (TaskState | undefined)[], tried: Set<number>): boolean {
  for (let cpu = 0; cpu < holder.length; cpu++) {
    if ((task.mask & (1 << cpu)) === 0 || tried.has(cpu)) continue;
    tried.add(cpu);
    const other = holder[cpu];
    if (!other || place(other, holder, tried)) {
      holder[cpu] = task;
      return true;
    }
  }
  return false;
}
