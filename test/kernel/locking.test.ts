/** Locks of all kinds exclude, count as the reference says, and can be asked who holds them. */
import { describe, expect, test } from 'vitest';
import { lockIdentity } from '../../src/kernel/locking/lock-names.ts';
import { blockedOn, boostedBy, declaredLocks, locksInUse, waitText } from '../../src/kernel/locking/locks.ts';
import { boot, printed, runProgram, slugs, switches } from '../support/run-program.ts';

/** Kind, declaration, lock, unlock. */
const KINDS: readonly (readonly [string, string, string, string])[] = [
  [
    'raw_spinlock_t',
    'static DEFINE_RAW_SPINLOCK(a);',
    'raw_spin_lock_irqsave(&a, flags)',
    'raw_spin_unlock_irqrestore(&a, flags)',
  ],
  ['raw_spinlock_t and softirqs', 'static DEFINE_RAW_SPINLOCK(a);', 'raw_spin_lock_bh(&a)', 'raw_spin_unlock_bh(&a)'],
  ['spinlock_t', 'static DEFINE_SPINLOCK(a);', 'spin_lock_irq(&a)', 'spin_unlock_irq(&a)'],
  ['spinlock_t and softirqs', 'static DEFINE_SPINLOCK(a);', 'spin_lock_bh(&a)', 'spin_unlock_bh(&a)'],
  ['rwlock_t, writing', 'static DEFINE_RWLOCK(a);', 'write_lock_irqsave(&a, flags)', 'write_unlock_irqrestore(&a, flags)'],
  ['rwlock_t and softirqs', 'static DEFINE_RWLOCK(a);', 'write_lock_bh(&a)', 'write_unlock_bh(&a)'],
  ['bit spinlock', 'static unsigned long a;', 'bit_spin_lock(5, &a)', 'bit_spin_unlock(5, &a)'],
  ['mutex', 'static DEFINE_MUTEX(a);', 'mutex_lock(&a)', 'mutex_unlock(&a)'],
  ['rt_mutex', 'static DEFINE_RT_MUTEX(a);', 'rt_mutex_lock(&a)', 'rt_mutex_unlock(&a)'],
  ['semaphore', 'static DEFINE_SEMAPHORE(a, 1);', 'down(&a)', 'up(&a)'],
  ['rw_semaphore, writing', 'static DECLARE_RWSEM(a);', 'down_write(&a)', 'up_write(&a)'],
];

describe.each(['none', 'full', 'rt'])('exclusion with preempt = %s', (preempt) => {
  test.each(KINDS)('%s', (_kind, declare, lock, unlock) => {
    const kernel = runProgram(`
      machine { cpus = 3; preempt = ${preempt}; }
      ${declare}
      static int inside;
      static int worst;
      static int rounds;
      static unsigned long told;
      static void work(void) {
        unsigned long flags;
        int i;
        for (i = 0; i < 6; i++) {
          ${lock};
          inside++;
          worst = max(worst, inside);
          udelay(9);
          inside--;
          rounds++;
          ${unlock};
          if (i % 2) udelay(2);
        }
        if (rounds == 24 && !cmpxchg(&told, 0, 1)) printk("%d %x %d %d", worst, preempt_count(), current->migration_disabled, irqs_disabled());
      }
      task a(cpu = 0) { work(); }
      task b(cpu = 1) { work(); }
      task c(cpu = 2, policy = SCHED_FIFO, prio = 5) { work(); }
      task d(cpu = 0, policy = SCHED_FIFO, prio = 7) { usleep_range(20, 20); work(); }
    `);
    expect(printed(kernel)).toEqual(['1 0 0 0']);
    expect(slugs(kernel)).toEqual([]);
    expect(kernel.life).toBe('ended');
    expect(locksInUse(kernel)).toEqual([]);
  });

  test.each([
    ['rwlock_t', 'static DEFINE_RWLOCK(a);', 'read_lock(&a)', 'read_unlock(&a)'],
    ['rw_semaphore', 'static DECLARE_RWSEM(a);', 'down_read(&a)', 'up_read(&a)'],
  ])('readers of an %s share it', (_kind, declare, lock, unlock) => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; preempt = ${preempt}; }
      ${declare}
      static int inside;
      task a(cpu = 0) { ${lock}; inside++; udelay(50); printk("%d", inside); ${unlock}; }
      task b(cpu = 1) { udelay(2); ${lock}; inside++; udelay(50); printk("%d", inside); ${unlock}; }
    `);
    expect(printed(kernel)).toEqual(['2', '2']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('forms that do not wait', () => {
    const kernel = runProgram(`
      machine { cpus = 1; preempt = ${preempt}; }
      static DEFINE_SPINLOCK(s); static DEFINE_MUTEX(m); static DEFINE_RT_MUTEX(r); static DEFINE_SEMAPHORE(c, 2);
      static DEFINE_RWLOCK(w); static DECLARE_RWSEM(x); static unsigned long word;
      task t() {
        printk("%d%d%d%d", spin_trylock(&s), mutex_trylock(&m), rt_mutex_trylock(&r), down_trylock(&c) == 0);
        printk("%d%d%d", down_trylock(&c) == 0, down_trylock(&c) == 0, mutex_is_locked(&m));
        rt_mutex_unlock(&r); mutex_unlock(&m); spin_unlock(&s);
        printk("%d%d", read_trylock(&w), write_trylock(&w)); read_unlock(&w);
        printk("%d", write_trylock(&w)); write_unlock(&w);
        printk("%d%d", down_read_trylock(&x), down_write_trylock(&x)); up_read(&x);
        printk("%d", down_write_trylock(&x)); up_write(&x);
        printk("%d%d", bit_spin_trylock(0, &word), bit_spin_is_locked(0, &word)); bit_spin_unlock(0, &word);
        printk("%x %d", preempt_count(), current->migration_disabled);
      }
    `);
    expect(printed(kernel)).toEqual(['1111', '101', '10', '1', '10', '1', '11', '0 0']);
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('asking about locks', () => {
  const run = boot(`
    machine { cpus = 2; step_ns = 1; }
    struct cache { int n; struct rt_mutex lock; };
    static struct cache caches[2];
    static DEFINE_MUTEX(m);
    static DEFINE_SPINLOCK(s);
    DEFINE_PER_CPU(raw_spinlock_t, local);
    task l(policy = SCHED_FIFO, prio = 10, cpu = 0) { rt_mutex_lock(&caches[1].lock); mutex_lock(&m); spin_lock(&s); mdelay(5); spin_unlock(&s); mutex_unlock(&m); rt_mutex_unlock(&caches[1].lock); }
    task h(policy = SCHED_FIFO, prio = 30, cpu = 1) { mdelay(1); rt_mutex_lock(&caches[1].lock); rt_mutex_unlock(&caches[1].lock); }
    task k(policy = SCHED_FIFO, prio = 35, cpu = 1) { msleep(2); rt_mutex_lock(&caches[1].lock); rt_mutex_unlock(&caches[1].lock); }
    task f(cpu = 1) { mutex_lock(&m); mutex_unlock(&m); }
    task w(policy = SCHED_FIFO, prio = 50, cpu = 1) { usleep_range(3000, 3000); spin_lock(&s); spin_unlock(&s); }
  `);
  const { kernel } = run;
  while (kernel.machine.now < 4_000_000) run.stepDefault();
  const task = (name: string) => {
    const found = kernel.tasks.find(({ comm }) => comm === name);
    if (!found) throw new Error(name);
    return found;
  };

  test('what a task waits for and who holds it', () => {
    expect(waitText(kernel, task('k'))).toBe('blocked on rt_mutex caches[1].lock, held by l');
    expect(waitText(kernel, task('w'))).toBe('spins on spinlock s, held by l');
    expect(waitText(kernel, task('l'))).toBeUndefined();
    expect(blockedOn(kernel, task('h'))?.holders).toEqual([task('l')]);
  });

  test('who lends a priority', () => {
    expect(boostedBy(kernel, task('l'))).toBe(task('k'));
    expect(boostedBy(kernel, task('h'))).toBeUndefined();
  });

  test('locks in use, and who waits in which order', () => {
    const inUse = locksInUse(kernel).map(({ name, kind, holders, waiters }) => ({
      name,
      kind,
      holders: holders.map(({ comm }) => comm),
      waiters: waiters.map(({ comm }) => comm),
    }));
    expect(inUse).toEqual([
      { name: 'caches[1].lock', kind: 'rt_mutex', holders: ['l'], waiters: ['k', 'h'] },
      { name: 'm', kind: 'mutex', holders: ['l'], waiters: [] },
      { name: 's', kind: 'spinlock', holders: ['l'], waiters: ['w'] },
    ]);
  });

  test('every lock that is declared has a name and a kind', () => {
    const names = declaredLocks(kernel).locks.map((lock) => lockIdentity(kernel, lock));
    expect(names.slice(0, 6).map(({ name }) => name)).toEqual([
      'caches[0].lock',
      'caches[1].lock',
      'm',
      's',
      'local of CPU 0',
      'local of CPU 1',
    ]);
    expect(names).toContainEqual({ name: 'runqueues.__lock of CPU 1', kind: 'raw spinlock' });
    expect(names.every(({ kind }) => kind !== '')).toBe(true);
  });
});

describe('the mutex without PREEMPT_RT', () => {
  test('who finds the owner running spins, and does not sleep', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      static DEFINE_MUTEX(m);
      task a(cpu = 0) { mutex_lock(&m); mdelay(2); mutex_unlock(&m); }
      task b(cpu = 1) { udelay(500); mutex_lock(&m); printk("%d", (int)(ktime_get_ns() / 100000)); mutex_unlock(&m); }
    `);
    expect(printed(kernel)).toEqual(['20']);
    expect(switches(kernel).filter((line) => line.includes('b ==>'))).toEqual(['CPU1: b ==> swapper/1 X']);
  });

  test('a waiter that was passed over once is handed the mutex', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static DEFINE_MUTEX(m);
      static int got;
      task greedy(policy = SCHED_FIFO, prio = 20) {
        int i;
        for (i = 0; i < 4; i++) { mutex_lock(&m); msleep(1); mutex_unlock(&m); }
        printk("greedy is done, the other has had it: %d", got);
      }
      task waiter(policy = SCHED_FIFO, prio = 10) { mutex_lock(&m); got = 1; mutex_unlock(&m); }
    `);
    expect(printed(kernel)).toEqual(['greedy is done, the other has had it: 1']);
    expect(kernel.life).toBe('ended');
  });
});

describe.each(['split_switch', 'kmap_temporary', 'atomic_stack'])('priority inheritance under mapping = %s', (mapping) => {
  test.each(['full', 'rt'])('%s', (preempt) => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; preempt = ${preempt}; mapping = ${mapping}; }
      static DEFINE_RT_MUTEX(a);
      task l(policy = SCHED_FIFO, prio = 10) { rt_mutex_lock(&a); mdelay(3); rt_mutex_unlock(&a); }
      task m(policy = SCHED_FIFO, prio = 20) { msleep(2); mdelay(5); }
      task h(policy = SCHED_FIFO, prio = 30) { msleep(1); rt_mutex_lock(&a); printk("%d", (int)(ktime_get_ns() / 1000000)); rt_mutex_unlock(&a); }
    `);
    expect(printed(kernel)).toEqual(['3']);
    expect(kernel.life).toBe('ended');
  });
});
