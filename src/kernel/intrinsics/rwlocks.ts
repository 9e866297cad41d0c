/** The lock word of a spinning rwlock_t (scheduler 1.4), and the atomic operations that other locks are made of. Each is one instruction. */
import type { Kernel } from '../kernel.ts';
import { rwlock } from '../layouts/locking.ts';
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

/** `cnts`: the writer, a writer that waits, one reader. */
const QW_LOCKED = 0xff;
const QW_WAITING = 0x100;
const QR_BIAS = 0x200;

const OWNER = rwlock.field('owner').offset >>> 2;
const CNTS = rwlock.field('cnts').offset >>> 2;

const atomic = (prototype: string, doc: string, execute: Execute): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

/** Changes the word at `address` and returns what it held; a call that faults changes nothing. */
function exchange(kernel: Kernel, cpu: number, address: number, change: (old: number) => number): number {
  const word = kernel.lockWord(cpu, address);
  if (word < 0) return 0;
  const { memory } = kernel.machine;
  const old = memory.words[word];
  const fresh = change(old) | 0;
  if (fresh !== old) memory.write(word, fresh);
  return old;
}

export const rwlocks: IntrinsicTable = {
  arch_read_trylock: atomic(
    'bool arch_read_trylock(rwlock_t *lock, bool ignore_waiting)',
    'One more reader, unless a writer has the lock, or waits for it and that counts.',
    (kernel, cpu, lock, ignoreWaiting) => {
      const forbidden = ignoreWaiting === 0 ? QW_LOCKED | QW_WAITING : QW_LOCKED;
      const old = exchange(kernel, cpu, lock + CNTS * 4, (cnts) => ((cnts & forbidden) === 0 ? cnts + QR_BIAS : cnts));
      return (old & forbidden) === 0 ? 1 : 0;
    },
  ),
  arch_write_trylock: atomic(
    'bool arch_write_trylock(rwlock_t *lock, bool waiting)',
    'The lock for writing if it is free; waiting: the caller has said that it waits.',
    (kernel, cpu, lock, waiting) => {
      const word = kernel.lockWord(cpu, lock);
      if (word < 0) return 0;
      const { memory } = kernel.machine;
      if (memory.words[word + CNTS] !== (waiting === 0 ? 0 : QW_WAITING)) return 0;
      memory.write(word + CNTS, QW_LOCKED);
      memory.write(word + OWNER, kernel.machine.current(cpu));
      return 1;
    },
  ),
  arch_write_wait: atomic('void arch_write_wait(rwlock_t *lock)', 'A writer waits: no more readers.', (kernel, cpu, lock) => {
    exchange(kernel, cpu, lock + CNTS * 4, (cnts) => cnts | QW_WAITING);
    return undefined;
  }),
  arch_read_unlock: atomic('void arch_read_unlock(rwlock_t *lock)', 'One reader less.', (kernel, cpu, lock) => {
    exchange(kernel, cpu, lock + CNTS * 4, (cnts) => cnts - QR_BIAS);
    return undefined;
  }),
  arch_write_unlock: atomic('void arch_write_unlock(rwlock_t *lock)', 'The writer has gone.', (kernel, cpu, lock) => {
    const word = kernel.lockWord(cpu, lock);
    if (word < 0) return undefined;
    const { memory } = kernel.machine;
    memory.write(word + CNTS, memory.words[word + CNTS] & ~QW_LOCKED);
    memory.write(word + OWNER, 0);
    return undefined;
  }),
  arch_atomic_add_return: atomic(
    'unsigned long arch_atomic_add_return(unsigned long i, void *v)',
    'Adds to a word. Returns the sum.',
    (kernel, cpu, i, v) => (exchange(kernel, cpu, v, (old) => old + i) + i) | 0,
  ),
  test_and_set_bit_lock: {
    ...atomic(
      'bool test_and_set_bit_lock(int nr, unsigned long *addr)',
      'Sets a bit. Returns whether it was set.',
      (kernel, cpu, nr, address) => (exchange(kernel, cpu, address, (old) => old | (1 << nr)) >>> nr) & 1,
    ),
    context: 'any',
  },
  clear_bit_unlock: {
    ...atomic('void clear_bit_unlock(int nr, unsigned long *addr)', 'Clears a bit.', (kernel, cpu, nr, address) => {
      exchange(kernel, cpu, address, (old) => old & ~(1 << nr));
      return undefined;
    }),
    context: 'any',
  },
};
