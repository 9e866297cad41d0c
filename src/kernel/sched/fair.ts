/**
 * The fair class at teaching depth (scheduler 2.6): eevdf (6.6 and later) and cfs (before). Times in ns; virtual times are run time
 * times 1024 over the weight, cut to whole ns.
 */
import type { Kernel } from '../kernel.ts';
import type { RqView, TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { queued } from './queues.ts';

/** Weights of nice -20 to 19. */
export const PRIO_TO_WEIGHT: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586,
  1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];
export const weightOfNice = (nice: number): number => PRIO_TO_WEIGHT[nice + 20];

const NICE_0 = 1024;
const BASE_SLICE = 700_000;
const SCHED_LATENCY = 6_000_000;
const MIN_GRANULARITY = 750_000;
const WAKEUP_GRANULARITY = 1_000_000;
/** With more runnable tasks than this the period of cfs grows. */
const NR_LATENCY = 8;

/** Slices grow with the logarithm of the number of CPUs (the kernel's default scaling). */
const scale = (kernel: Kernel): number => 1 + Math.floor(Math.log2(Math.min(kernel.profile.cpus, 8)));

export const fairSlice = (kernel: Kernel): number => BASE_SLICE * scale(kernel);
export const virtual = (delta: number, weight: number): number => Math.floor((delta * NICE_0) / weight);

function weightedAverage(kernel: Kernel, rq: RqView): number {
  let sum = 0;
  let weights = 0;
  const base = rq.cfs.min_vruntime;
  for (const { view } of queued(kernel, rq, 'fair')) {
    sum += (view.se.vruntime - base) * view.se.weight;
    weights += view.se.weight;
  }
  return weights === 0 ? base : base + Math.floor(sum / weights);
}

/** The running task has used the CPU for `delta` ns more. */
export function runFair(kernel: Kernel, rq: RqView, curr: TaskView, delta: number): void {
  const { se } = curr;
  if (se.on_rq === 0) return;
  se.vruntime += virtual(delta, se.weight);
  updateMinVruntime(kernel, rq);
}

function updateMinVruntime(kernel: Kernel, rq: RqView): void {
  let least = Number.POSITIVE_INFINITY;
  for (const { view } of queued(kernel, rq, 'fair')) least = Math.min(least, view.se.vruntime);
  if (least !== Number.POSITIVE_INFINITY && least > rq.cfs.min_vruntime) rq.cfs.min_vruntime = least;
}

/** Where a task that joins the queue stands in virtual time. Called before it is linked. */
export function placeEntity(kernel: Kernel, rq: RqView, task: TaskView, fresh: boolean): void {
  const { se } = task;
  if (kernel.profile.fair === 'cfs') {
    const earliest = rq.cfs.min_vruntime - (fresh ? 0 : (SCHED_LATENCY * scale(kernel)) / 2);
    se.vruntime = fresh ? earliest : Math.max(se.vruntime, earliest);
    return;
  }
  se.slice = fairSlice(kernel);
  let load = 0;
  for (const { view } of queued(kernel, rq, 'fair')) load += view.se.weight;
  // Joining moves the average; inflate the lag so that it is what it was once the task has joined.
  const lag = load === 0 ? 0 : Math.trunc((se.vlag * (load + se.weight)) / load);
  se.vruntime = weightedAverage(kernel, rq) - lag;
  const slice = virtual(se.slice, se.weight);
  se.deadline = se.vruntime + (fresh ? Math.floor(slice / 2) : slice);
}

/** Keeps the lag of a task that leaves the queue; within two slices either way. Called while it is still linked. */
export function keepLag(kernel: Kernel, rq: RqView, task: TaskView): void {
  if (kernel.profile.fair === 'cfs') return;
  const limit = virtual(2 * Math.max(fairSlice(kernel), kernel.profile.tick_ns), task.se.weight);
  task.se.vlag = Math.max(-limit, Math.min(limit, weightedAverage(kernel, rq) - task.se.vruntime));
}

/** The fair task that should run. */
export function pickFair(kernel: Kernel, rq: RqView): Task | undefined {
  let best: Task | undefined;
  if (kernel.profile.fair === 'cfs') {
    for (const task of queued(kernel, rq, 'fair')) {
      if (!best || task.view.se.vruntime < best.view.se.vruntime) best = task;
    }
    return best;
  }
  const average = weightedAverage(kernel, rq);
  const curr = kernel.task(rq.curr);
  // RUN_TO_PARITY: who was picked runs to its deadline, unless it has become ineligible. set_next marks it by vlag == deadline.
  const { se } = curr.view;
  if (!curr.idle && se.on_rq === 1 && se.vruntime <= average && se.vlag === se.deadline) return curr;
  let fallback: Task | undefined;
  for (const task of queued(kernel, rq, 'fair')) {
    fallback ??= task;
    if (task.view.se.vruntime > average) continue;
    if (!best || task.view.se.deadline < best.view.se.deadline) best = task;
  }
  return best ?? fallback;
}

/** Notes that `task` was picked now. */
export function setNextFair(task: TaskView): void {
  task.se.vlag = task.se.deadline;
  task.se.slice_start = task.se.sum_exec_runtime;
}

/** Whether the running fair task must give way at this tick (its time has been counted already). */
export function tickFair(kernel: Kernel, rq: RqView, curr: TaskView): boolean {
  const { se } = curr;
  if (kernel.profile.fair === 'cfs')
    return rq.cfs.nr_running > 1 && se.sum_exec_runtime - se.slice_start > cfsSlice(kernel, rq, curr);
  if (se.vruntime < se.deadline) return false;
  se.slice = fairSlice(kernel);
  se.deadline = se.vruntime + virtual(se.slice, se.weight);
  return rq.cfs.nr_running > 1;
}

function cfsSlice(kernel: Kernel, rq: RqView, task: TaskView): number {
  let load = 0;
  for (const { view } of queued(kernel, rq, 'fair')) load += view.se.weight;
  const many = Math.max(0, rq.cfs.nr_running - NR_LATENCY) * MIN_GRANULARITY;
  const period = (rq.cfs.nr_running > NR_LATENCY ? NR_LATENCY * MIN_GRANULARITY + many : SCHED_LATENCY) * scale(kernel);
  return (period * task.se.weight) / load;
}

/** Whether a woken fair task takes the CPU from the running fair one. */
export function wakeupPreemptsFair(kernel: Kernel, rq: RqView, curr: Task, woken: Task): boolean {
  if (kernel.profile.fair === 'eevdf') return pickFair(kernel, rq) === woken;
  const lead = curr.view.se.vruntime - woken.view.se.vruntime;
  return lead > virtual(WAKEUP_GRANULARITY * scale(kernel), woken.view.se.weight);
}

/** yield(): the task gives its place away for one slice. */
export function yieldFair(kernel: Kernel, rq: RqView, task: TaskView): void {
  if (kernel.profile.fair === 'cfs') {
    // The skip hint of cfs: it goes behind whoever is next.
    for (const { view } of queued(kernel, rq, 'fair')) task.se.vruntime = Math.max(task.se.vruntime, view.se.vruntime + 1);
    return;
  }
  task.se.deadline += virtual(task.se.slice, task.se.weight);
}
