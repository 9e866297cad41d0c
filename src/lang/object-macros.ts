/** The kernel's macros that declare one object. */
import { parseAssignment } from './parser-expressions.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Expression, InitializerList } from './tree.ts';

/** Kernel macros that declare one object of a known type: `DEFINE_MUTEX(lock);` */
export const objectMacros: Readonly<Record<string, readonly ['struct' | 'words', string]>> = {
  DEFINE_SPINLOCK: ['words', 'spinlock_t'],
  DEFINE_RAW_SPINLOCK: ['words', 'raw_spinlock_t'],
  DEFINE_MUTEX: ['struct', 'mutex'],
  DEFINE_RT_MUTEX: ['struct', 'rt_mutex'],
  DEFINE_RWLOCK: ['words', 'rwlock_t'],
  DECLARE_RWSEM: ['struct', 'rw_semaphore'],
  DEFINE_SEMAPHORE: ['struct', 'semaphore'],
  DECLARE_WAIT_QUEUE_HEAD: ['words', 'wait_queue_head_t'],
  DECLARE_COMPLETION: ['struct', 'completion'],
  DEFINE_COMPLETION: ['struct', 'completion'],
};

/** The second argument of DEFINE_SEMAPHORE(name, n), as the initialiser it stands for; without it 1, as up to 6.3. */
export function parseCount(p: TokenCursor): InitializerList {
  const { start, end } = p.token;
  const value: Expression = p.accept(',') ? parseAssignment(p) : { kind: 'integer', value: 1, suffix: '', start, end: start };
  const range = { start, end: Math.max(end, value.end) };
  return { kind: 'initializer', items: [{ designator: { member: 'count', range }, value }], ...range };
}
