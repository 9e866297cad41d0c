/** The sentences of the sanitizers. */
import { hex } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import { pageName } from '../page-names.ts';
import type { Task } from '../task.ts';

export const taskName = (task: Task): string => (task.idle ? `idle task of CPU ${task.index}` : `task ${task.comm}`);

/** Hardirq and NMI bits of the preemption count. */
const IN_INTERRUPT = 0x00ff0000;

/** Who makes an access: the task, or an interrupt handler that runs on its stack. */
export function actor(task: Task): string {
  const inInterrupt = (task.view.thread_info.preempt_count & IN_INTERRUPT) !== 0;
  return inInterrupt ? `an interrupt handler on ${taskName(task)}` : taskName(task);
}

/** `slot 1` of this CPU, `slot 1 of CPU 0` of another one. */
export function slotName(slot: number, slotsPerCpu: number, cpu: number): string {
  const owner = Math.floor(slot / slotsPerCpu);
  const name = `slot ${slot - owner * slotsPerCpu}`;
  return owner === cpu ? name : `${name} of CPU ${owner}`;
}

export const verb = (write: boolean): string => (write ? 'writes' : 'reads');

/** `task writer's page letter[0]`, or only the page when it is nobody's. */
export function pageOf(kernel: Kernel, owner: Task | undefined, pfn: number): string {
  const page = `page ${pageName(kernel, pfn)}`;
  return owner ? `${taskName(owner)}'s ${page}` : page;
}

export const at = (address: number): string => `at ${hex(address)}`;
