/** Who holds a lock, read from its owner word. */
import { NO_TRANSLATION } from '../../machine/mmu.ts';
import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';

/** Bits of an owner word that are flags: tasks lie at multiples of 256. */
export const OWNER_FLAGS = 7;

/** The task in the first word of the lock, where all locks that have an owner keep it. */
export function lockOwner(kernel: Kernel, lock: number): Task | undefined {
  const offset = kernel.machine.peek(lock);
  if (offset === NO_TRANSLATION || (offset & 3) !== 0) return undefined;
  return kernel.taskAt(kernel.machine.memory.words[offset >>> 2] & ~OWNER_FLAGS);
}
