/** On which CPUs a task may be while CPUs go down and come up (scheduler 3.6). Bit masks in emulated memory; all CPUs at boot. */
import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';
import { PF_KTHREAD, PF_NO_SETAFFINITY } from '../task-flags.ts';
import { firstCpu, hasCpu } from './cpu-masks.ts';
import { setAllowedCount } from './pushable.ts';
import { mayRunOn } from './queues.ts';

/** kthread_is_per_cpu(): stopper, hotplug and softirq threads of a CPU, and its idle task; not what a program binds. */
export function isPerCpuKthread({ idle, ownThread, view }: Task): boolean {
  return idle || (ownThread && (view.flags & PF_NO_SETAFFINITY) !== 0 && view.nr_cpus_allowed === 1);
}

/** is_cpu_allowed(): the mask that the scheduler obeys, and what the state of the CPU forbids. */
export function isCpuAllowed(kernel: Kernel, task: Task, cpu: number): boolean {
  const { view } = task;
  if (!mayRunOn(kernel, view, cpu)) return false;
  // Inside migrate_disable() it must be allowed to finish.
  if (view.migration_disabled !== 0 || isPerCpuKthread(task)) return hasCpu(kernel.onlineCpus, cpu);
  if ((view.flags & PF_KTHREAD) === 0) return hasCpu(kernel.activeCpus, cpu);
  return hasCpu(kernel.onlineCpus, cpu) && !hasCpu(kernel.dyingCpus, cpu);
}

/** A CPU where the task may be, the lowest; -1: there is none, unless its affinity is overruled. */
function allowedCpu(kernel: Kernel, task: Task): number {
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) if (isCpuAllowed(kernel, task, cpu)) return cpu;
  return -1;
}

/** select_fallback_rq(): somewhere the task may be. A task that is bound to a CPU which goes down loses its affinity: it may run everywhere from then on. */
export function selectFallbackRq(kernel: Kernel, cpu: number, task: Task): number {
  const allowed = allowedCpu(kernel, task);
  if (allowed >= 0) return allowed;
  const { view, pid, comm } = task;
  view.cpus_mask = (1 << kernel.profile.cpus) - 1;
  setAllowedCount(kernel, kernel.rq(view.cpu), task, kernel.profile.cpus);
  if (task.user) {
    const text = `process ${pid} (${comm}) no longer affine to cpu${view.cpu}`;
    kernel.emit(cpu, { type: 'printk', level: 6, text });
  }
  const free = allowedCpu(kernel, task);
  // Still none: its mask is the pinned one, of a CPU that is gone.
  return free >= 0 ? free : firstCpu(kernel.activeCpus);
}
