/** Placement, push and pull of real-time tasks (scheduler 2.2 to 2.5): what is decided with the lock held. What moves them is klab/sched/balance-rt.klab. */

import { bitCount } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { isActive } from './cpu-masks.ts';
import { pushable } from './pushable.ts';
import { firstQueued, isRt, MAX_RT_PRIO } from './queues.ts';
import { needsResched } from './resched.ts';

/** Priority of the most urgent real-time task of `rq`, running or queued; MAX_RT_PRIO when there is none. */
export function highestRtPrio(kernel: Kernel, rq: RqView): number {
  return firstQueued(kernel, rq, 'rt')?.view.prio ?? MAX_RT_PRIO;
}

/** The same for cpupri, for which a CPU with a deadline task is above all of them (CPUPRI_HIGHER). */
function cpuPrio(kernel: Kernel, rq: RqView): number {
  return rq.dl.dl_nr_running > 0 ? -1 : highestRtPrio(kernel, rq);
}

/**
 * The best task that waits on `rq` and may run elsewhere. One that its CPU is still switching away from is left out; only where interrupts
 * come in during the switch can that be seen.
 */
export function firstPushable(kernel: Kernel, rq: RqView): Task | undefined {
  for (const task of pushable(kernel, rq)) if (task.view.on_cpu === 0) return task;
  return undefined;
}

/** Priority of the first pushable task of `rq`; MAX_RT_PRIO when there is none (`highest_prio.next`). */
export function nextRtPrio(kernel: Kernel, rq: RqView): number {
  return rq.rt.pushable_tasks === 0 ? MAX_RT_PRIO : kernel.task(rq.rt.pushable_tasks).view.prio;
}

/** CPUs where `task` would be the most urgent, at the lowest level of all (a bit mask). The level of a CPU follows its queued tasks too; idle and fair are one level. */
function lowestCpus(kernel: Kernel, { view }: Task): number {
  if (view.nr_cpus_allowed === 1) return 0;
  let lowest = view.prio;
  let mask = 0;
  for (let other = 0; other < kernel.profile.cpus; other++) {
    if ((((view.cpus_mask & kernel.activeCpus) >>> other) & 1) === 0) continue;
    const prio = cpuPrio(kernel, kernel.rq(other));
    if (prio <= view.prio || prio < lowest) continue;
    if (prio > lowest) mask = 0;
    lowest = prio;
    mask |= 1 << other;
  }
  return mask;
}

/** cpupri_find() without a mask: whether some CPU that `task` may use runs nothing as urgent. */
export function hasLowerCpu(kernel: Kernel, task: Task): boolean {
  return lowestCpus(kernel, task) !== 0;
}

/** The equally good CPUs among which `findLowestRq` may choose, as a mask; 0: there is no choice (scheduler 2.4, steps 3 and 4). */
function openCpus(cpu: number, task: Task, mask: number): number {
  return ((mask >>> task.view.cpu) & 1) === 1 || ((mask >>> cpu) & 1) === 1 ? 0 : mask;
}

/**
 * CPU where `task` is the most urgent, or -1 (scheduler 2.4). `cpu` is the CPU that asks; `option` says which of equally good ones,
 * 0 being the one of `balance_pick`.
 */
export function findLowestRq(kernel: Kernel, cpu: number, task: Task, option: number): number {
  const mask = lowestCpus(kernel, task);
  if (mask === 0) return -1;
  if ((mask >>> task.view.cpu) & 1) return task.view.cpu;
  if ((mask >>> cpu) & 1) return cpu;
  return pickOne(kernel, cpu, mask, option);
}

/** Number of CPUs that `findLowestRq` may choose from, at least 1. */
export function lowestRqOptions(kernel: Kernel, cpu: number, task: Task): number {
  return Math.max(1, bitCount(openCpus(cpu, task, lowestCpus(kernel, task))));
}

/** One CPU of `mask`: the lowest first, or the one after this CPU's last choice first. */
export function pickOne(kernel: Kernel, cpu: number, mask: number, option: number): number {
  const { cpus, balance_pick } = kernel.profile;
  const rq = kernel.rq(cpu);
  const first = balance_pick === 'lowest_index' ? 0 : rq.distribute_cursor + 1;
  let left = option;
  for (let i = 0; i < cpus; i++) {
    const other = (first + i) % cpus;
    if (((mask >>> other) & 1) === 0 || left-- > 0) continue;
    if (balance_pick === 'kernel_distribute') rq.distribute_cursor = other;
    return other;
  }
  return -1;
}

/** CPU on which a woken real-time task is queued (scheduler 2.2). */
export function selectRtRq(kernel: Kernel, cpu: number, task: Task, option: number): number {
  const { view } = task;
  if (staysOnCpu(kernel, task)) return view.wake_cpu;
  const target = findLowestRq(kernel, cpu, task, option);
  return target !== -1 && view.prio < highestRtPrio(kernel, kernel.rq(target)) ? target : view.wake_cpu;
}

/** Number of CPUs that `selectRtRq` may choose from, at least 1. */
export function selectRtOptions(kernel: Kernel, cpu: number, task: Task): number {
  return staysOnCpu(kernel, task) ? 1 : lowestRqOptions(kernel, cpu, task);
}

/** Whether a woken task preempts what runs on its old CPU, or need not: then no other CPU is looked at. */
function staysOnCpu(kernel: Kernel, { view }: Task): boolean {
  const curr = kernel.task(kernel.rq(view.wake_cpu).curr);
  return !isRt(curr.view) && curr.view.is_stopper === 0 ? true : curr.view.nr_cpus_allowed >= 2 && curr.view.prio > view.prio;
}

/**
 * Whether a CPU that is done with `prev` may find better work elsewhere (scheduler 2.5, demotion event 1). The reference names real-time
 * tasks; the kernel's condition also holds when a deadline task or the stopper has left and nothing of their classes remains.
 */
export function needPull(kernel: Kernel, rq: RqView, prev: Task): boolean {
  const { prio, rt } = prev.view;
  if (!isActive(kernel, rq.cpu) || prio >= MAX_RT_PRIO || rt.on_rq !== 0) return false;
  if (!isRt(prev.view) && (rq.stop !== 0 || rq.dl.dl_nr_running > 0)) return false;
  return highestRtPrio(kernel, rq) > prio;
}

/** The first pushable task of `rq` that may run on `cpu`, by its own mask: it may be pinned (pick_highest_pushable_task()). */
export function highestPushable(kernel: Kernel, rq: RqView, cpu: number): Task | undefined {
  for (const task of pushable(kernel, rq)) {
    if (task.view.on_cpu === 0 && ((task.view.cpus_mask >>> cpu) & 1) === 1) return task;
  }
  return undefined;
}

/** A woken task that will not run soon is offered to other CPUs at once. */
export function shouldPushWoken(kernel: Kernel, rq: RqView, task: Task): boolean {
  const curr = kernel.task(rq.curr);
  if (!isRt(task.view) || task.view.on_cpu !== 0 || task.view.nr_cpus_allowed < 2) return false;
  if (needsResched(curr.view) || curr.view.prio >= MAX_RT_PRIO) return false;
  return curr.view.nr_cpus_allowed < 2 || curr.view.prio <= task.view.prio;
}
