/** Memory that the kernel asks the machine for, and what TypeScript remembers there. */
import type { Image } from '../machine/bytecode.ts';
import type { RegionRequest } from '../machine/memory-plan.ts';
import type { KernelLayouts } from './layouts.ts';
import { lockdepRegions } from './lockdep/lockdep.ts';
import type { MappingFacts } from './mapping-facts.ts';
import { sanitizerRegions } from './sanitizers/sanitizers.ts';

/** Bytes at the lower end of a kernel stack that only exception frames and their handlers may use. */
export const STACK_RESERVE = 1536;
/** Bytes of a kernel stack. */
export const THREAD_SIZE = 8192;
/** Tasks that a program can make while it runs, over the whole run: what ends is not used again. */
export const FORKED_TASKS_MAX = 8;
/** Words of region `checks`: what the kernel's checks remember. */
export const CheckWord = { lastSleepReportLow: 0, lastSleepReportHigh: 1, sleepReported: 2 } as const;

export interface Sizes {
  cpus: number;
  /** Idle tasks and the reserve for forks included. */
  tasks: number;
  pages: number;
}

export function kernelRegions(image: Image, layouts: KernelLayouts, facts: MappingFacts, sizes: Sizes): RegionRequest[] {
  const { cpus, tasks, pages } = sizes;
  return [
    { name: 'checks', area: 'hardware', size: 16, owner: 'shared' },
    { name: 'forked', area: 'hardware', size: 4, owner: 'shared' },
    { name: 'once', area: 'hardware', size: Math.ceil(image.code.length / 32) * 4, owner: 'shared' },
    ...lockdepRegions(),
    ...sanitizerRegions(facts, cpus, tasks),
    { name: 'task_struct', area: 'kernel', layout: layouts.task_struct, count: tasks, owner: 'task', align: 256 },
    { name: 'page', area: 'kernel', layout: layouts.page, count: Math.max(1, pages), owner: 'shared' },
    { name: 'stack', area: 'kernel', size: THREAD_SIZE, count: tasks, owner: 'task', align: 4096 },
  ];
}
