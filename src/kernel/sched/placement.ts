/** On which CPU a woken task is queued, and which fair task a CPU takes from another (scheduler 2.2, 2.6). */
import { bitCount } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { isCpuAllowed, selectFallbackRq } from './allowed-cpus.ts';
import { isActive } from './cpu-masks.ts';
import { selectDlOptions, selectDlRq } from './deadline-balance.ts';
import { isDl, isRt, mayRunOn, queued } from './queues.ts';
import { pickOne, selectRtOptions, selectRtRq } from './rt.ts';

const isIdle = (kernel: Kernel, cpu: number): boolean => {
  const rq = kernel.rq(cpu);
  return rq.nr_running === 0 && kernel.task(rq.curr).idle;
};

/** CPU for a task that is about to be queued. A pinned or bound task has no choice; `option` says which of equally good CPUs. */
export function selectTaskRq(kernel: Kernel, cpu: number, task: Task, option = 0): number {
  const { view } = task;
  const wanted = isBound(view) ? view.cpu : selectUnbound(kernel, cpu, task, option);
  return isCpuAllowed(kernel, task, wanted) ? wanted : selectFallbackRq(kernel, cpu, task);
}

function selectUnbound(kernel: Kernel, cpu: number, task: Task, option: number): number {
  if (isDl(task.view)) return selectDlRq(kernel, cpu, task, option);
  return isRt(task.view) ? selectRtRq(kernel, cpu, task, option) : selectFairRq(kernel, task, option);
}

/** Number of CPUs that `selectTaskRq` may choose from, at least 1. */
export function selectTaskOptions(kernel: Kernel, cpu: number, task: Task): number {
  if (isBound(task.view)) return 1;
  if (isDl(task.view)) return selectDlOptions(kernel, cpu, task);
  if (isRt(task.view)) return selectRtOptions(kernel, cpu, task);
  return isIdle(kernel, task.view.wake_cpu) ? 1 : Math.max(1, idleCpus(kernel, task).length);
}

const isBound = (view: TaskView): boolean => view.migration_disabled !== 0 || view.nr_cpus_allowed === 1;

function selectFairRq(kernel: Kernel, task: Task, option: number): number {
  const previous = task.view.wake_cpu;
  return isIdle(kernel, previous) ? previous : (idleCpus(kernel, task)[option] ?? previous);
}

/** Idle CPUs on which `task` may run, lowest first. */
export function idleCpus(kernel: Kernel, task: Task): number[] {
  const idle: number[] = [];
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) if (isCpuAllowed(kernel, task, cpu) && isIdle(kernel, cpu)) idle.push(cpu);
  return idle;
}

/** The fair task that waits on `source` and may move to `target`. */
function movableTask(kernel: Kernel, source: RqView, target: RqView): Task | undefined {
  for (const task of waiting(kernel, source)) if (mayRunOn(kernel, task.view, target.cpu)) return task;
  return undefined;
}

/** The same, counting those that may not move. */
export function detachCandidate(kernel: Kernel, source: RqView, target: RqView): Task | undefined {
  for (const task of waiting(kernel, source)) {
    if (mayRunOn(kernel, task.view, target.cpu)) return task;
    source.nr_failed_migrations_affine++;
  }
  return undefined;
}

/** Fair tasks of `rq` that do not run. */
function* waiting(kernel: Kernel, rq: RqView): Generator<Task> {
  for (const task of queued(kernel, rq, 'fair')) {
    if (task.view.on_cpu === 0 && (task.address | 0) !== (rq.curr | 0)) yield task;
  }
}

/** The CPUs with the most fair tasks, at least `imbalance` more than here, one of which may come; lowest first. */
function busiestQueues(kernel: Kernel, target: RqView, imbalance: number): number[] {
  if (!isActive(kernel, target.cpu)) return [];
  let busiest: number[] = [];
  let most = target.cfs.nr_running + imbalance;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const count = kernel.rq(cpu).cfs.nr_running;
    if (cpu === target.cpu || count < most || !movableTask(kernel, kernel.rq(cpu), target)) continue;
    if (count > most) busiest = [];
    busiest.push(cpu);
    most = count;
  }
  return busiest;
}

/** Queues that would be busy enough and have nothing that may come: their tasks were looked at in vain (LBF_SOME_PINNED). */
function countRefused(kernel: Kernel, target: RqView, imbalance: number): void {
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const rq = kernel.rq(cpu);
    const busy = cpu !== target.cpu && rq.cfs.nr_running >= target.cfs.nr_running + imbalance;
    if (busy && !movableTask(kernel, rq, target)) rq.nr_failed_migrations_affine += [...waiting(kernel, rq)].length;
  }
}

/** One of the busiest CPUs, or -1: nothing to fetch. */
export function findBusiestQueue(kernel: Kernel, target: RqView, imbalance: number, option: number): number {
  countRefused(kernel, target, imbalance);
  return busiestQueues(kernel, target, imbalance)[option] ?? -1;
}

/** The CPU with the most fair tasks, at least `imbalance` more than here, where tasks wait and none of them may come; -1: none. */
export function findPinnedQueue(kernel: Kernel, target: RqView, imbalance: number): number {
  if (!isActive(kernel, target.cpu)) return -1;
  let found = -1;
  let most = target.cfs.nr_running + imbalance;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const rq = kernel.rq(cpu);
    if (cpu === target.cpu || rq.cfs.nr_running < most || movableTask(kernel, rq, target)) continue;
    found = cpu;
    most = rq.cfs.nr_running + 1;
  }
  return found;
}

/** Whether there is anything to fetch, or a reason to ask for the task that runs elsewhere. */
export function balanceDue(kernel: Kernel, target: RqView, imbalance: number): boolean {
  return busiestQueues(kernel, target, imbalance).length > 0 || findPinnedQueue(kernel, target, imbalance) >= 0;
}

/** Number of CPUs that `findBusiestQueue` may choose from, at least 1. */
export function busiestOptions(kernel: Kernel, target: RqView, imbalance: number): number {
  return Math.max(1, busiestQueues(kernel, target, imbalance).length);
}

/** One CPU of `mask`, or -1. */
export function distributeOver(kernel: Kernel, cpu: number, mask: number, option: number): number {
  return pickOne(kernel, cpu, mask, option);
}

/** Number of CPUs that `distributeOver` may choose from, at least 1. */
export function distributeOptions(mask: number): number {
  return Math.max(1, bitCount(mask));
}
