/** The stopper threads, one a CPU; what they do is in klab/kernel/stop-machine.klab. A machine with one CPU needs none. */

import type { BuiltProgram } from '../build.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelThread } from '../kernel-threads.ts';
import { SCHED_FIFO } from '../policies.ts';

/** sched_set_stop_task() gives it this one for show; its class is above all others. */
const MAX_RT_PRIORITY = 99;

export function stopperThreads({ profile: { cpus } }: BuiltProgram): KernelThread[] {
  if (cpus === 1) return [];
  return Array.from({ length: cpus }, (_, cpu) => ({
    comm: `migration/${cpu}`,
    cpu,
    facts: { policy: SCHED_FIFO, rtPriority: MAX_RT_PRIORITY, nice: 0, cpu, mask: 1 << cpu, bound: true },
    stopper: true,
    body: 'cpu_stopper_thread',
  }));
}

/** Tells the stopper of each CPU which thread is its own. */
export function installStoppers(kernel: Kernel): void {
  const { machine, layouts } = kernel;
  const offset = kernel.variableOffset('cpu_stopper');
  for (const thread of kernel.kernelThreads) {
    if (thread.view.is_stopper === 0) continue;
    const base = machine.offsetOf(machine.perCpuBase(thread.view.cpu));
    const stopper = layouts.cpu_stopper.view(machine.memory, base + offset);
    stopper.enabled = 1;
    stopper.thread = thread.address;
  }
}
