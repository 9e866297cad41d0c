/** The hotplug threads cpuhp/N, in machines whose program takes CPUs down; what they do is in klab/sched/cpu-hotplug.klab. */
import type { BuiltProgram } from '../build.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelThread } from '../kernel-threads.ts';

const BODY = 'cpuhp_thread';

export function hotplugThreads({ profile: { cpus }, hotplugs }: BuiltProgram): KernelThread[] {
  if (cpus === 1 || !hotplugs) return [];
  return Array.from({ length: cpus }, (_, cpu) => ({
    comm: `cpuhp/${cpu}`,
    cpu,
    facts: { policy: 0, rtPriority: 0, nice: 0, cpu, mask: 1 << cpu, bound: true },
    body: BODY,
  }));
}

/** Tells the hotplug state of each CPU which thread is its own. */
export function installHotplugThreads(kernel: Kernel): void {
  const { machine, layouts } = kernel;
  const offset = kernel.variableOffset('cpuhp_state');
  for (const thread of kernel.kernelThreads) {
    if (!thread.comm.startsWith('cpuhp/')) continue;
    const base = machine.offsetOf(machine.perCpuBase(thread.view.cpu));
    layouts.cpuhp_cpu_state.view(machine.memory, base + offset).thread = thread.address;
  }
}
