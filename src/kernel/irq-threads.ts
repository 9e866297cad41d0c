/** Threads that run the handlers of devices (scheduler 5.4): with PREEMPT_RT, or with `threadirqs`. What they do is in klab/irq/thread.klab. */

import type { BuiltProgram } from './build.ts';
import { devicesOf } from './devices.ts';
import type { Kernel } from './kernel.ts';
import type { KernelThread } from './kernel-threads.ts';
import { SCHED_FIFO } from './policies.ts';
import type { Profile } from './profile.ts';

/** sched_set_fifo(): the middle of the range. */
const FIFO_PRIORITY = 50;

/** force_irqthreads(): every handler becomes a thread unless its device says otherwise. */
export function forcesIrqThreads({ preempt, threadirqs }: Profile): boolean {
  return preempt === 'rt' || threadirqs;
}

/** `irq/LINE-NAME`, on the CPU that takes the interrupt. It may run there only, but is not bound for good as a per-CPU thread is. */
export function irqThreads({ profile, program }: BuiltProgram): KernelThread[] {
  if (!forcesIrqThreads(profile)) return [];
  return devicesOf(program.irqs, profile.cpus, () => 0)
    .filter(({ threaded, nmi }) => threaded && !nmi)
    .map(({ line, name, cpu }) => ({
      comm: `irq/${line}-${name}`,
      cpu,
      facts: { policy: SCHED_FIFO, rtPriority: FIFO_PRIORITY, nice: 0, cpu, mask: 1 << cpu, bound: false },
      body: 'irq_thread',
      argument: line,
    }));
}

/** Tells each line which thread is its own. */
export function installIrqThreads(kernel: Kernel): void {
  const { machine, layouts } = kernel;
  const first = machine.plan.region('data').offset + kernel.variableOffset('irq_desc');
  for (const thread of kernel.kernelThreads) {
    if (!thread.comm.startsWith('irq/')) continue;
    layouts.irq_desc.view(machine.memory, first + thread.view.entry_arg * layouts.irq_desc.size).thread = thread.address;
  }
}
