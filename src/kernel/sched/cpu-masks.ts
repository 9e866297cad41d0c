/** Sets of CPUs that the scheduler asks about (scheduler 3.6), one bit each. */
import type { Kernel } from '../kernel.ts';

export const hasCpu = (mask: number, cpu: number): boolean => ((mask >>> cpu) & 1) === 1;

/** Whether tasks are placed on the CPU: it is not on its way down. */
export const isActive = (kernel: Kernel, cpu: number): boolean => hasCpu(kernel.activeCpus, cpu);

/** Lowest CPU of a mask that is not empty. */
export const firstCpu = (mask: number): number => 31 - Math.clz32(mask & -mask);
