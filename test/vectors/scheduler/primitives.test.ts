/** Scheduler reference 1.4: what each primitive does to the count, to migration, to RCU and to the interrupt flag, on each kind of kernel. */
import { describe, expect, test } from 'vitest';
import { printed, runProgram, type Settings, slugs } from '../../support/run-program.ts';

const KERNELS: Readonly<Record<string, Settings>> = {
  uncounted: { preempt: 'none', debug_atomic_sleep: false, debug_lockdep: false },
  counted: { preempt: 'voluntary' },
  full: { preempt: 'full' },
  lazy: { preempt: 'lazy' },
  rt: { preempt: 'rt' },
};

/** `pc bh md rcu if`: preempt_count, softirq_disable_cnt (both hexadecimal), migrate_disable depth, RCU nesting, interrupts on. */
const SHOW = `static void show(void)
{
	printk("%x %x %d %d %d", preempt_count(), current->softirq_disable_cnt, current->migration_disabled, current->rcu_read_lock_nesting, !irqs_disabled());
}`;

const DECLARATIONS = `
machine { cpus = 2; }
static raw_spinlock_t raw;
static spinlock_t lock;
static rwlock_t rw;
static struct mutex mutex;
DEFINE_PER_CPU(local_lock_t, local);
page high = "x";
`;

interface Row {
  enter: string;
  leave: string;
  expected: Readonly<Record<keyof typeof KERNELS, string>>;
}

const same = (text: string): Row['expected'] => ({ uncounted: text, counted: text, full: text, lazy: text, rt: text });
/** Kernels with the count alike, one without, PREEMPT_RT. */
const three = (uncounted: string, counted: string, rt: string): Row['expected'] => ({
  uncounted,
  counted,
  full: counted,
  lazy: counted,
  rt,
});

const ROWS: readonly Row[] = [
  { enter: 'preempt_disable();', leave: 'preempt_enable();', expected: three('0 0 0 0 1', '1 0 0 0 1', '1 0 0 0 1') },
  { enter: 'get_cpu();', leave: 'put_cpu();', expected: three('0 0 0 0 1', '1 0 0 0 1', '1 0 0 0 1') },
  { enter: 'local_irq_disable();', leave: 'local_irq_enable();', expected: same('0 0 0 0 0') },
  { enter: 'raw_spin_lock(&raw);', leave: 'raw_spin_unlock(&raw);', expected: three('0 0 0 0 1', '1 0 0 0 1', '1 0 0 0 1') },
  {
    enter: 'raw_spin_lock_irqsave(&raw, flags);',
    leave: 'raw_spin_unlock_irqrestore(&raw, flags);',
    expected: three('0 0 0 0 0', '1 0 0 0 0', '1 0 0 0 0'),
  },
  { enter: 'spin_lock(&lock);', leave: 'spin_unlock(&lock);', expected: three('0 0 0 0 1', '1 0 0 0 1', '0 0 1 1 1') },
  { enter: 'spin_lock_irq(&lock);', leave: 'spin_unlock_irq(&lock);', expected: three('0 0 0 0 0', '1 0 0 0 0', '0 0 1 1 1') },
  {
    enter: 'spin_lock_irqsave(&lock, flags);',
    leave: 'spin_unlock_irqrestore(&lock, flags);',
    expected: three('0 0 0 0 0', '1 0 0 0 0', '0 0 1 1 1'),
  },
  {
    enter: 'spin_lock_bh(&lock);',
    leave: 'spin_unlock_bh(&lock);',
    expected: three('200 0 0 0 1', '201 0 0 0 1', '0 200 3 3 1'),
  },
  { enter: 'read_lock(&rw);', leave: 'read_unlock(&rw);', expected: three('0 0 0 0 1', '1 0 0 0 1', '0 0 1 1 1') },
  { enter: 'write_lock(&rw);', leave: 'write_unlock(&rw);', expected: three('0 0 0 0 1', '1 0 0 0 1', '0 0 1 1 1') },
  { enter: 'local_lock(&local);', leave: 'local_unlock(&local);', expected: three('0 0 0 0 1', '1 0 0 0 1', '0 0 2 1 1') },
  {
    enter: 'local_lock_irq(&local);',
    leave: 'local_unlock_irq(&local);',
    expected: three('0 0 0 0 0', '0 0 0 0 0', '0 0 2 1 1'),
  },
  { enter: 'local_bh_disable();', leave: 'local_bh_enable();', expected: three('200 0 0 0 1', '200 0 0 0 1', '0 200 2 2 1') },
  { enter: 'mutex_lock(&mutex);', leave: 'mutex_unlock(&mutex);', expected: same('0 0 0 0 1') },
  {
    enter: 'rcu_read_lock();',
    leave: 'rcu_read_unlock();',
    expected: { uncounted: '0 0 0 0 1', counted: '1 0 0 0 1', full: '0 0 0 1 1', lazy: '0 0 0 1 1', rt: '0 0 0 1 1' },
  },
  { enter: 'migrate_disable();', leave: 'migrate_enable();', expected: same('0 0 1 0 1') },
  { enter: 'pagefault_disable();', leave: 'pagefault_enable();', expected: same('0 0 0 0 1') },
  { enter: 'p = kmap_local_page(high);', leave: 'kunmap_local(p);', expected: same('0 0 1 0 1') },
  { enter: 'p = kmap_atomic(high);', leave: 'kunmap_atomic(p);', expected: three('0 0 1 0 1', '1 0 1 0 1', '0 0 2 0 1') },
];

describe.each(Object.keys(KERNELS))('on a kernel that is %s', (kind) => {
  test.each(ROWS.map(({ enter, leave, expected }) => [enter, leave, expected[kind]] as const))('%s', (enter, leave, expected) => {
    const kernel = runProgram(
      `${DECLARATIONS}${SHOW}
      task t() { unsigned long flags = 0; void *p = NULL; ${enter} show(); ${leave} show(); if (flags && p) show(); }`,
      KERNELS[kind],
    );
    expect(printed(kernel)).toEqual([expected, '0 0 0 0 1']);
    expect(slugs(kernel)).toEqual([]);
  });
});
