/** The lock word of a raw spinlock (scheduler 12.3): its owner, taken by one compare-exchange. */
import { hex } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import { rawSpinlock } from '../layouts/locking.ts';
import type { IntrinsicTable } from './intrinsic.ts';

const OWNER_CPU = rawSpinlock.field('owner_cpu').offset;

/** The lock is held by the very task that wants it (or that an interrupt handler runs on): it will spin for ever. */
function reportRecursion(kernel: Kernel, cpu: number, lock: number, ownerCpu: number): void {
  // It is here again at every turn of the loop; only the first one is told.
  if (!kernel.once.take(kernel.machine.pc(cpu) - 1)) return;
  const { comm, pid } = kernel.currentTask(cpu);
  kernel.report(cpu, {
    slug: 'spinlock_recursion',
    headline: `BUG: spinlock recursion on CPU#${cpu}, ${comm}/${pid}`,
    detail: `lock: ${hex(lock)}, .owner: ${comm}/${pid}, .owner_cpu: ${ownerCpu}; ${kernel.callerName(cpu)}`,
  });
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
      const owner = memory.words[word];
      if (owner === kernel.machine.current(cpu)) reportRecursion(kernel, cpu, lock, memory.words[word + (OWNER_CPU >>> 2)]);
      if (owner !== 0) return 0;
      memory.write(word, kernel.machine.current(cpu));
      memory.write(word + (OWNER_CPU >>> 2), cpu);
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
      if (word >= 0) kernel.machine.memory.write(word, 0);
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
