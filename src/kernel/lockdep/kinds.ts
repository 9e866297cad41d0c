/** Kinds of locks and what lockdep knows of each (scheduler 7.1), and the flags of an acquisition. */

/** LD_WAIT_*: how long a lock may make others wait, with and without the check of raw nesting. */
interface WaitTypes {
  inv: number;
  free: number;
  spin: number;
  config: number;
  sleep: number;
  max: number;
}

export const WAIT_RAW_NESTING: WaitTypes = { inv: 0, free: 1, spin: 2, config: 3, sleep: 4, max: 5 };
export const WAIT_PLAIN: WaitTypes = { inv: 0, free: 1, spin: 2, config: 2, sleep: 3, max: 4 };
export type { WaitTypes };

type WaitName = Exclude<keyof WaitTypes, 'max'>;

export interface LockKind {
  /** `LOCK_KIND_` and this is the constant of the language. */
  name: string;
  doc: string;
  /** What it allows inside, and where it may be taken; without `outer` the same. */
  inner: WaitName;
  outer?: WaitName;
  /** Takes part in the checks of order, recursion and interrupts. */
  order: boolean;
  /** LD_LOCK_WAIT_OVERRIDE: inside it everything up to `inner` is allowed, whatever is held outside. */
  override?: true;
}

/** The position in the list, from 1, is the value of the constant. */
export const LOCK_KINDS: readonly LockKind[] = [
  { name: 'RAW_SPIN', doc: 'raw_spinlock_t {2:2}.', inner: 'spin', order: true },
  { name: 'SPIN', doc: 'spinlock_t {3:3}.', inner: 'config', order: true },
  { name: 'RWLOCK', doc: 'rwlock_t {3:3}.', inner: 'config', order: true },
  { name: 'LOCAL', doc: 'local_lock_t {3:3}.', inner: 'config', order: true },
  { name: 'MUTEX', doc: 'struct mutex {4:4}.', inner: 'sleep', order: true },
  { name: 'RWSEM', doc: 'struct rw_semaphore {4:4}.', inner: 'sleep', order: true },
  { name: 'RT_MUTEX', doc: 'struct rt_mutex {4:4}.', inner: 'sleep', order: true },
  { name: 'RCU', doc: 'rcu_read_lock() {1:3}.', inner: 'config', outer: 'free', order: false },
  { name: 'RCU_BH', doc: 'rcu_read_lock_bh() {1:3}.', inner: 'config', outer: 'free', order: false },
  { name: 'RCU_SCHED', doc: 'rcu_read_lock_sched() {1:2}.', inner: 'spin', outer: 'free', order: false },
  { name: 'BH', doc: 'local_bh_disable() with PREEMPT_RT {1:3}.', inner: 'config', outer: 'free', order: false },
  {
    name: 'OVERRIDE_CONFIG',
    doc: 'A map that allows a spinlock_t inside, for code that only kernels without PREEMPT_RT have.',
    inner: 'config',
    order: false,
    override: true,
  },
  {
    name: 'OVERRIDE_SLEEP',
    doc: 'A map that allows a lock that sleeps inside, for code that only kernels without PREEMPT_RT have.',
    inner: 'sleep',
    order: false,
    override: true,
  },
  { name: 'MAP', doc: 'A map whose order is checked, and not how long it waits {0:0}.', inner: 'inv', order: true },
];

/** Flags of `lock_acquire()`. A subclass (a level of nesting, 0 to 7) is added shifted by LOCK_SUBCLASS_SHIFT. */
export const LOCK_TRY = 1;
export const LOCK_READ = 2;
export const LOCK_RECURSIVE = 4;
export const LOCK_SUBCLASS_SHIFT = 8;
export const LOCK_SUBCLASSES = 8;

/** Names and values as programs and kernel sources write them. */
export const lockConstants: readonly (readonly [name: string, value: number, type: string, doc: string])[] = [
  ...LOCK_KINDS.map(({ name, doc }, index) => [`LOCK_KIND_${name}`, index + 1, 'int', doc] as const),
  ['LOCK_TRY', LOCK_TRY, 'int', 'lock_acquire(): taken by a call that does not wait.'],
  ['LOCK_READ', LOCK_READ, 'int', 'lock_acquire(): shared with other readers.'],
  ['LOCK_RECURSIVE', LOCK_RECURSIVE, 'int', 'lock_acquire(): with LOCK_READ, a reader may take it again.'],
  ['LOCK_NESTED', 1 << LOCK_SUBCLASS_SHIFT, 'int', 'lock_acquire(): times a subclass, the level of a nested acquisition.'],
  ['SINGLE_DEPTH_NESTING', 1, 'int', 'Subclass of the second lock of a class, taken inside the first.'],
];
