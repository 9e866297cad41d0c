/** On which CPU a SCHED_DEADLINE task runs: placement, push and pull (scheduler 2.7). */
import { bitCount } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { isActive } from './cpu-masks.ts';
import { firstQueued, isDl, queued } from './queues.ts';
import { needsResched } from './resched.ts';
import { pickOne } from './rt.ts';

const earlier = (a: TaskView, b: TaskView): boolean => a.dl.deadline < b.dl.deadline;

/** Earliest deadline of a run queue, of its running task or a queued one; infinite when it has none. */
const earliest = (kernel: Kernel, rq: RqView): number =>
  firstQueued(kernel, rq, 'dl')?.view.dl.deadline ?? Number.POSITIVE_INFINITY;

/** Whether `task` would be the first on `rq` (dl_task_is_earliest_deadline()). */
export function isEarliestOn(kernel: Kernel, rq: RqView, { view }: Task): boolean {
  return view.dl.deadline < earliest(kernel, rq);
}

/** The first task that waits on `rq` and is not bound to it. */
export function firstPushableDl(kernel: Kernel, rq: RqView): Task | undefined {
  for (const task of queued(kernel, rq, 'dl')) {
    if ((task.address | 0) !== (rq.curr | 0) && task.view.on_cpu === 0 && task.view.nr_cpus_allowed > 1) return task;
  }
  return undefined;
}

/** Whether somebody could be pushed away once `next` runs. */
export function hasPushableDl(kernel: Kernel, rq: RqView, next: Task): boolean {
  for (const task of queued(kernel, rq, 'dl')) if (task !== next && task.view.nr_cpus_allowed > 1) return true;
  return false;
}

/**
 * cpudl_find(): the CPUs without any deadline task, or else the one with the latest deadline if that is later than the task's, as a
 * mask; 0: none. It asks for the affinity that the user set, pinned or not.
 */
function laterCpus(kernel: Kernel, { view }: Task): number {
  let free = 0;
  let latest = -1;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    if (!isActive(kernel, cpu)) continue;
    const rq = kernel.rq(cpu);
    if (rq.dl.dl_nr_running === 0) free |= 1 << cpu;
    else if (latest < 0 || earliest(kernel, rq) > earliest(kernel, kernel.rq(latest))) latest = cpu;
  }
  if ((free & view.cpus_mask) !== 0) return free & view.cpus_mask;
  if (latest < 0 || ((view.cpus_mask >>> latest) & 1) === 0) return 0;
  return view.dl.deadline < earliest(kernel, kernel.rq(latest)) ? 1 << latest : 0;
}

/** find_later_rq(): the task's own CPU, or the one that asks, or any of those that are equally good; -1: none. */
export function findLaterRq(kernel: Kernel, cpu: number, task: Task, option: number): number {
  if (task.view.nr_cpus_allowed === 1) return -1;
  const mask = laterCpus(kernel, task);
  if (mask === 0) return -1;
  if ((mask >>> task.view.cpu) & 1) return task.view.cpu;
  if ((mask >>> cpu) & 1) return cpu;
  return pickOne(kernel, cpu, mask, option);
}

/** Number of CPUs that `findLaterRq` may choose from, at least 1. */
export function laterRqOptions(kernel: Kernel, cpu: number, task: Task): number {
  const mask = laterCpus(kernel, task);
  return ((mask >>> task.view.cpu) & 1) !== 0 || ((mask >>> cpu) & 1) !== 0 ? 1 : Math.max(1, bitCount(mask));
}

/** CPU on which a woken deadline task is queued: its old one, unless a deadline task runs there that it does not preempt or that cannot move. */
export function selectDlRq(kernel: Kernel, cpu: number, task: Task, option: number): number {
  if (staysOnCpu(kernel, task)) return task.view.wake_cpu;
  const target = findLaterRq(kernel, cpu, task, option);
  return target !== -1 && isEarliestOn(kernel, kernel.rq(target), task) ? target : task.view.wake_cpu;
}

/** Number of CPUs that `selectDlRq` may choose from, at least 1. */
export function selectDlOptions(kernel: Kernel, cpu: number, task: Task): number {
  return staysOnCpu(kernel, task) ? 1 : laterRqOptions(kernel, cpu, task);
}

function staysOnCpu(kernel: Kernel, { view }: Task): boolean {
  const curr = kernel.task(kernel.rq(view.wake_cpu).curr).view;
  return !isDl(curr) || view.nr_cpus_allowed < 2 || (curr.nr_cpus_allowed >= 2 && earlier(view, curr));
}

/** A woken task that will not run soon is offered to other CPUs at once. */
export function shouldPushWokenDl(kernel: Kernel, rq: RqView, { view }: Task): boolean {
  const curr = kernel.task(rq.curr).view;
  if (view.on_cpu !== 0 || view.nr_cpus_allowed < 2 || needsResched(curr) || !isDl(curr)) return false;
  return curr.nr_cpus_allowed < 2 || !earlier(view, curr);
}

/** Whether a deadline task has just left this CPU: it blocked, or its budget is used up. */
export const needPullDl = (kernel: Kernel, rq: RqView, prev: Task): boolean =>
  isDl(prev.view) && prev.view.dl.on_rq === 0 && isActive(kernel, rq.cpu);

/** The first task that waits on `source`, may run on `target` and would be the first there; not one that is about to preempt its own CPU. */
export function pullCandidateDl(kernel: Kernel, target: RqView, source: RqView): Task | undefined {
  if (source.dl.dl_nr_running < 2 || !isActive(kernel, source.cpu)) return undefined;
  const curr = kernel.task(source.curr);
  for (const task of queued(kernel, source, 'dl')) {
    const { view } = task;
    if (task === curr || view.on_cpu !== 0 || view.nr_cpus_allowed < 2 || ((view.cpus_mask >>> target.cpu) & 1) === 0) continue;
    const preempts = !isDl(curr.view) || earlier(view, curr.view);
    return isEarliestOn(kernel, target, task) && !preempts ? task : undefined;
  }
  return undefined;
}
