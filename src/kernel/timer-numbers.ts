/** Which timer of the machine is for what. */
import type { Kernel } from './kernel.ts';

/** The tick of each CPU, the end of a budget on each CPU, its high-resolution timers, a sleep and a budget timer for each task, then one for each device. */
export const timerCount = (cpus: number, tasks: number, devices: number): number => 3 * cpus + 2 * tasks + devices;

export const tickTimer = (cpu: number): number => cpu;
export const hrtickTimer = (kernel: Kernel, cpu: number): number => kernel.profile.cpus + cpu;
/** The high-resolution timer of a CPU that runs out next. */
export const hrtimerTimer = (kernel: Kernel, cpu: number): number => 2 * kernel.profile.cpus + cpu;
export const sleepTimer = (kernel: Kernel, task: number): number => 3 * kernel.profile.cpus + task;
/** Next period of a SCHED_DEADLINE task that has used up its budget. */
export const dlTimer = (kernel: Kernel, task: number): number => sleepTimer(kernel, kernel.possibleTasks.length) + task;
export const deviceTimer = (kernel: Kernel, device: number): number => dlTimer(kernel, kernel.possibleTasks.length) + device;
