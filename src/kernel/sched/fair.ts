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

/** What a task asks for at once: its own slice, or the one that all have. */
export const fairSlice = (kernel: Kernel, { custom_slice, slice }: TaskView['se']): number =>
  custom_slice === 0 ? BASE_SLICE * scale(kernel) : slice;
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

/** Whether an entity that stands at `vruntime` has not had more than its share (eevdf). */
const isEligible = (kernel: Kernel, rq: RqView, { se }: TaskView): boolean => se.vruntime <= weightedAverage(kernel, rq);

/** The mark of RUN_TO_PARITY: who was picked keeps the CPU until its deadline. */
const isProtected = ({ se }: TaskView): boolean => se.vlag === se.deadline;

/** The running task has used the CPU for `delta` ns more. Whether it must give way (eevdf): its slice is used up, or it lost its protection and its share. */
export function runFair(kernel: Kernel, rq: RqView, curr: TaskView, delta: number): boolean {
  const { se } = curr;
  if (se.on_rq === 0) return false;
  se.vruntime += virtual(delta, se.weight);
  updateMinVruntime(kernel, rq);
  if (kernel.profile.fair === 'cfs') return false;
  const usedUp = se.vruntime >= se.deadline;
  if (usedUp) {
    se.slice = fairSlice(kernel, se);
    se.deadline = se.vruntime + virtual(se.slice, se.weight);
  }
  if (rq.cfs.nr_running === 1) return false;
  return usedUp || (!isProtected(curr) && !isEligible(kernel, rq, curr));
}

function leastVruntime(kernel: Kernel, rq: RqView): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { view } of queued(kernel, rq, 'fair')) least = Math.min(least, view.se.vruntime);
  return least;
}

function updateMinVruntime(kernel: Kernel, rq: RqView): void {
  const least = leastVruntime(kernel, rq);
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
  se.slice = fairSlice(kernel, se);
  let load = 0;
  for (const { view } of queued(kernel, rq, 'fair')) load += view.se.weight;
  // Joining moves the average; inflate the lag so that it is what it was once the task has joined.
  const lag = load === 0 ? 0 : Math.trunc((se.vlag * (load + se.weight)) / load);
  se.vruntime = weightedAverage(kernel, rq) - lag;
  if (se.rel_deadline !== 0) {
    // It comes from another queue in the middle of its slice.
    se.rel_deadline = 0;
    se.deadline += se.vruntime;
    return;
  }
  const slice = virtual(se.slice, se.weight);
  se.deadline = se.vruntime + (fresh ? Math.floor(slice / 2) : slice);
}

/**
 * Keeps the lag of a task that leaves the queue, within two slices either way, and on its way to another queue also how far its deadline
 * was. Called while it is still linked. Left out: that since 6.12 a task which blocks with too much behind it stays queued for a while.
 */
export function keepLag(kernel: Kernel, rq: RqView, { se }: TaskView, sleeps: boolean): void {
  if (kernel.profile.fair === 'cfs') return;
  const limit = virtual(Math.max(2 * se.slice, kernel.profile.tick_ns), se.weight);
  se.vlag = Math.max(-limit, Math.min(limit, weightedAverage(kernel, rq) - se.vruntime));
  if (sleeps) return;
  se.deadline -= se.vruntime;
  se.rel_deadline = 1;
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
  const running = kernel.task(rq.curr);
  const { se } = running.view;
  const curr = !running.idle && se.on_rq === 1 && se.vruntime <= average ? running : undefined;
  if (curr && isProtected(curr.view)) return curr;
  let first: Task | undefined;
  for (const task of queued(kernel, rq, 'fair')) {
    first ??= task;
    if (task === running || task.view.se.vruntime > average) continue;
    if (!best || task.view.se.deadline < best.view.se.deadline) best = task;
  }
  if (curr && (!best || se.deadline < best.view.se.deadline)) return curr;
  return best ?? first;
}

/** Notes that `task` was picked now. */
export function setNextFair(task: TaskView): void {
  task.se.vlag = task.se.deadline;
  task.se.slice_start = task.se.sum_exec_runtime;
}

/** Whether the running fair task must give way at this tick (check_preempt_tick() of cfs; eevdf has seen to it when the time was counted). */
export function tickFair(kernel: Kernel, rq: RqView, curr: TaskView): boolean {
  if (kernel.profile.fair === 'eevdf' || rq.cfs.nr_running < 2) return false;
  const { se } = curr;
  const slice = cfsSlice(kernel, rq, curr);
  const ran = se.sum_exec_runtime - se.slice_start;
  if (ran > slice) return true;
  if (ran < MIN_GRANULARITY * scale(kernel)) return false;
  return se.vruntime - leastVruntime(kernel, rq) > slice;
}

function cfsSlice(kernel: Kernel, rq: RqView, task: TaskView): number {
  let load = 0;
  for (const { view } of queued(kernel, rq, 'fair')) load += view.se.weight;
  const many = Math.max(0, rq.cfs.nr_running - NR_LATENCY) * MIN_GRANULARITY;
  const period = (rq.cfs.nr_running > NR_LATENCY ? NR_LATENCY * MIN_GRANULARITY + many : SCHED_LATENCY) * scale(kernel);
  return Math.max((period * task.se.weight) / load, MIN_GRANULARITY * scale(kernel));
}

/** Whether a woken fair task takes the CPU from the running fair one. */
export function wakeupPreemptsFair(kernel: Kernel, rq: RqView, curr: Task, woken: Task): boolean {
  if (kernel.profile.fair === 'eevdf') {
    if (isProtected(curr.view) && preemptsShort(kernel, rq, curr.view, woken.view)) curr.view.se.vlag = curr.view.se.deadline + 1;
    return pickFair(kernel, rq) === woken;
  }
  const lead = curr.view.se.vruntime - woken.view.se.vruntime;
  return lead > virtual(WAKEUP_GRANULARITY * scale(kernel), woken.view.se.weight);
}

/** PREEMPT_SHORT: an eligible task that asks for less at once does not have to wait until the running one has had its slice. */
function preemptsShort(kernel: Kernel, rq: RqView, curr: TaskView, woken: TaskView): boolean {
  if (woken.se.slice >= curr.se.slice || !isEligible(kernel, rq, woken)) return false;
  return woken.se.deadline < curr.se.deadline || !isEligible(kernel, rq, curr);
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
