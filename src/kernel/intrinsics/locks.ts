/** The lock word of a raw spinlock (scheduler 12.3): its owner, taken by one compare-exchange. */
import type { Kernel } from '../kernel.ts';
import { rawSpinlock } from '../layouts/locking.ts';
import { debugSpinLockBefore, debugSpinUnlock } from '../locking/spinlock-debug.ts';
import type { IntrinsicTable } from './intrinsic.ts';

const OWNER_CPU = rawSpinlock.field('owner_cpu').offset;

/**
 * Where preemption is not counted nothing of the kernel notices a task that sleeps with a spinlock; our own hint needs to know. The lock of
 * a run queue goes from one task to the next in every switch and does not count.
 */
function countHeld(kernel: Kernel, lock: number, owner: number, change: 1 | -1): void {
  if (kernel.countsPreemption || kernel.isRunQueue(lock)) return;
  const task = kernel.taskAt(owner);
  if (task) task.view.spinlocks_held = Math.max(0, task.view.spinlocks_held + change);
}

export const locks: IntrinsicTable = {
  arch_spin_trylock: {
    prototype: 'bool arch_spin_trylock(raw_spinlock_t *lock)',
    doc: 'Takes the lock word if it is free; one instruction, whichever it is.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, lock) {
      const word = kernel.lockWord(cpu, lock);
      if (word < 0) return 0;
      const { memory } = kernel.machine;
      if (memory.words[word] !== 0) return 0;
      memory.write(word, kernel.machine.current(cpu));
      memory.write(word + (OWNER_CPU >>> 2), cpu);
      countHeld(kernel, lock, memory.words[word], 1);
      return 1;
    },
  },
  arch_spin_unlock: {
    prototype: 'void arch_spin_unlock(raw_spinlock_t *lock)',
    doc: 'Frees the lock word.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, lock) {
      const word = kernel.lockWord(cpu, lock);
      if (word < 0) return undefined;
      const { memory } = kernel.machine;
      const { words } = memory;
      if (kernel.profile.debug_spinlock) debugSpinUnlock(kernel, cpu, lock, words[word], words[word + (OWNER_CPU >>> 2)]);
      countHeld(kernel, lock, words[word], -1);
      memory.write(word, 0);
      return undefined;
    },
  },
  debug_spin_lock_before: {
    prototype: 'void debug_spin_lock_before(raw_spinlock_t *lock)',
    doc: 'Reports a task that is about to spin on a lock that it holds itself, or that a task it has interrupted holds.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, lock) {
      const word = kernel.lockWord(cpu, lock);
      const { words } = kernel.machine.memory;
      if (word >= 0) debugSpinLockBefore(kernel, cpu, lock, words[word], words[word + (OWNER_CPU >>> 2)]);
      return undefined;
    },
  },
  cmpxchg: {
    prototype: 'unsigned long cmpxchg(void *ptr, unsigned long old, unsigned long new)',
    doc: 'Writes new to a word if it holds old, as one instruction. Returns what it held.',
    context: 'any',
    maySleep: false,
    execute(kernel, cpu, address, old, fresh) {
      const word = kernel.lockWord(cpu, address);
      if (word < 0) return 0;
      const { memory } = kernel.machine;
      const found = memory.words[word];
      if (found === (old | 0)) memory.write(word, fresh);
      return found;
    },
  },
  cpu_relax: {
    prototype: 'void cpu_relax(void)',
    doc: 'Waits a moment in a loop that waits for another CPU.',
    context: 'any',
    maySleep: false,
    execute: () => undefined,
  },
};
