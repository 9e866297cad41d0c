/** Boot: lays memory out, makes tasks, pages and interrupt lines, and puts every CPU into its idle task. */
import type { BuiltProgram } from './build.ts';
import type { Kernel } from './kernel.ts';

/** A kernel at step 0: all tasks queued, every CPU about to look for work. Asserts that the sources define what boot needs. */
export type BootKernel = (built: BuiltProgram) => Kernel;
