/** What the views show of the scheduler: run queues, classes, affinity, locks. Only looks. */
import type { Kernel } from '../kernel/kernel.ts';
import { locksOfInterest } from '../kernel/locking/locks.ts';
import { POLICIES, SCHED_RR } from '../kernel/policies.ts';
import { pushable } from '../kernel/sched/pushable.ts';
import { allowedMask, queued } from '../kernel/sched/queues.ts';
import { classNameOf } from '../kernel/sched/sched-class.ts';
import type { Task } from '../kernel/task.ts';
import { formatTime, type LockSnapshot, type TaskSnapshot } from './snapshot.ts';

export function policyName({ idle, view }: Task): string {
  if (idle) return 'idle';
  return view.is_stopper !== 0
    ? 'stop'
    : (Object.keys(POLICIES).find((name) => POLICIES[name] === view.policy) ?? `policy ${view.policy}`);
}

export function readScheduling(
  kernel: Kernel,
  task: Task,
): Pick<TaskSnapshot, 'normalPrio' | 'schedClass' | 'cpusMask' | 'obeyedMask' | 'pushablePlace' | 'detail'> {
  const { view } = task;
  return {
    normalPrio: view.normal_prio,
    schedClass: classNameOf(view),
    cpusMask: view.cpus_mask,
    obeyedMask: allowedMask(kernel, view),
    pushablePlace: pushablePlace(kernel, task),
    detail: detailOf(kernel, task),
  };
}

/** Real-time tasks stand on a list of their own; deadline tasks are looked for in their queue. */
function pushablePlace(kernel: Kernel, task: Task): number {
  const { view } = task;
  if (task.idle || view.on_rq === 0) return 0;
  const rq = kernel.rq(view.cpu);
  switch (classNameOf(view)) {
    case 'rt':
      return [...pushable(kernel, rq)].indexOf(task) + 1;
    case 'deadline':
      return (
        [...queued(kernel, rq, 'dl')].filter((one) => one.view.on_cpu === 0 && one.view.nr_cpus_allowed > 1).indexOf(task) + 1
      );
    default:
      return 0;
  }
}

function detailOf(kernel: Kernel, { idle, view }: Task): string {
  if (idle || view.on_rq === 0) return '';
  switch (classNameOf(view)) {
    case 'deadline':
      return `${formatTime(Math.max(0, view.dl.runtime))} of budget left, deadline ${formatTime(view.dl.deadline)}`;
    case 'rt':
      return view.policy === SCHED_RR ? `${view.rt.time_slice} ticks of the quantum left` : '';
    case 'fair':
      return kernel.profile.fair === 'eevdf'
        ? `vruntime ${view.se.vruntime}, deadline ${view.se.deadline}`
        : `vruntime ${view.se.vruntime}`;
    default:
      return '';
  }
}

/** pids: the running task, then deadline, real-time and fair tasks as their classes would pick them. */
export function readQueue(kernel: Kernel, cpu: number): number[] {
  const rq = kernel.rq(cpu);
  const current = kernel.currentTask(cpu);
  const fair = [...queued(kernel, rq, 'fair')];
  const key = ({ view }: Task): number => (kernel.profile.fair === 'eevdf' ? view.se.deadline : view.se.vruntime);
  fair.sort((a, b) => key(a) - key(b));
  const waiting = [...queued(kernel, rq, 'dl'), ...queued(kernel, rq, 'rt'), ...fair].filter((task) => task !== current);
  return [...(current.idle ? [] : [current]), ...waiting].map((task) => task.pid);
}

export function readLocks(kernel: Kernel): LockSnapshot[] {
  return locksOfInterest(kernel).map(({ lock, holders, waiters, ...names }) => ({
    ...names,
    address: lock,
    holders: holders.map(({ index }) => index),
    waiters: waiters.map(({ index, view }) => ({ task: index, spins: view.spins_on === lock })),
  }));
}
