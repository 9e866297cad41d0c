/** On which CPU a woken task is queued, and which fair task a CPU takes from another (scheduler 2.2, 2.6). */
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { isRt, mayRunOn, queued } from './queues.ts';
import { selectRtRq } from './rt.ts';

const isIdle = (kernel: Kernel, cpu: number): boolean => {
  const rq = kernel.rq(cpu);
  return rq.nr_running === 0 && kernel.task(rq.curr).idle;
};

/** CPU for a task that is about to be queued. A pinned or bound task has no choice. */
export function selectTaskRq(kernel: Kernel, cpu: number, task: Task): number {
  const { view } = task;
  const bound = view.migration_disabled !== 0 || view.nr_cpus_allowed === 1;
  const wanted = bound ? view.cpu : isRt(view) ? selectRtRq(kernel, cpu, task) : selectFairRq(kernel, task);
  if (mayRunOn(kernel, view, wanted)) return wanted;
  for (let other = 0; other < kernel.profile.cpus; other++) if (mayRunOn(kernel, view, other)) return other;
  return wanted;
}

function selectFairRq(kernel: Kernel, task: Task): number {
  const previous = task.view.wake_cpu;
  if (isIdle(kernel, previous)) return previous;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    if (mayRunOn(kernel, task.view, cpu) && isIdle(kernel, cpu)) return cpu;
  }
  return previous;
}

/** The fair task that waits on `source` and may move to `target`. Counts those that may not. */
export function detachCandidate(kernel: Kernel, source: RqView, target: RqView): Task | undefined {
  for (const task of queued(kernel, source, false)) {
    if (task.view.on_cpu !== 0 || (task.address | 0) === (source.curr | 0)) continue;
    if (mayRunOn(kernel, task.view, target.cpu)) return task;
    source.nr_failed_migrations_affine++;
  }
  return undefined;
}

/** The CPU with the most fair tasks, at least `imbalance` more than here, one of which may come; -1: none. */
export function findBusiestQueue(kernel: Kernel, target: RqView, imbalance: number): number {
  let busiest = -1;
  let most = target.cfs.nr_running + imbalance - 1;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const source = kernel.rq(cpu);
    if (cpu === target.cpu || source.cfs.nr_running <= most) continue;
    if (!detachCandidate(kernel, source, target)) continue;
    busiest = cpu;
    most = source.cfs.nr_running;
  }
  return busiest;
}

/** A task that waits on a CPU where it may not run. */
export function disallowedTask(kernel: Kernel, rq: RqView): Task | undefined {
  for (const rt of [true, false]) {
    for (const task of queued(kernel, rq, rt)) {
      if (task.view.on_cpu === 0 && !mayRunOn(kernel, task.view, rq.cpu)) return task;
    }
  }
  return undefined;
}
