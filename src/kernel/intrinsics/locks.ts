/** The lock word of a raw spinlock (scheduler 12.3): its owner, taken by one compare-exchange. */
import { rawSpinlock } from '../layouts/locking.ts';
import type { IntrinsicTable } from './intrinsic.ts';

const OWNER_CPU = rawSpinlock.field('owner_cpu').offset;

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
  cpu_relax: {
    prototype: 'void cpu_relax(void)',
    doc: 'Waits a moment in a loop that waits for another CPU.',
    context: 'any',
    maySleep: false,
    execute: () => undefined,
  },
};
