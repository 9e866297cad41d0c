/**
 * Scheduler reference, section 13, group R: where preemption happens. F is a fair task in the kernel from 0 to 10 ms; a device interrupt just after
 * the tick of 2.0 ms wakes H50 on the same CPU. Times in ms, to 1 % of a tick.
 */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { eventsOf, printed, runProgram, type Settings, slugs } from '../../support/run-program.ts';

const TICK = 1_000_000;

/** Tasks are bound to CPU 0 of two, so that migrate_disable() counts. */
function scenario(
  work: string,
  { helper = '', h = 'policy = SCHED_FIFO, prio = 50', device = 'irq dev(at = 2ms)' } = {},
): string {
  return `
    machine { cpus = 2; step_ns = 1; }
    static struct task_struct *h50;
    static struct task_struct *f;
    ${helper}
    SYSCALL int sys_work(void) { f = current; ${work} return 0; }
    task h(${h}, cpu = 0) { h50 = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); }
    user task low(cpu = 0) { int i; sys_work(); for (i = 0; i < 10; i++) continue; }
    ${device} { wake_up_process(h50); }
  `;
}

/** When and how F gave way to H: `2.0 R+`. */
function takeover(kernel: Kernel): string[] {
  return eventsOf(kernel, 'sched_switch')
    .filter(({ prev_comm, next_comm }) => prev_comm === 'low' && next_comm === 'h')
    .map(({ time, prev_state }) => {
      const tenth = Math.round(time / (TICK / 10));
      expect(Math.abs(time - (tenth * TICK) / 10), `${time} ns`).toBeLessThanOrEqual(TICK / 100);
      return `${(tenth / 10).toFixed(1)} ${prev_state}`;
    });
}

/** Time from the wake-up of H to its switch, ms. */
function wakeupLatency(kernel: Kernel): string {
  const woken = eventsOf(kernel, 'sched_wakeup').find(({ wakee_comm }) => wakee_comm === 'h');
  const ran = eventsOf(kernel, 'sched_switch').find(
    ({ time, next_comm }) => next_comm === 'h' && time >= (woken?.time ?? Number.POSITIVE_INFINITY),
  );
  return woken && ran ? ((ran.time - woken.time) / TICK).toFixed(2) : 'never';
}

const run = (work: string, settings: Settings = {}, more: Parameters<typeof scenario>[1] = {}) =>
  runProgram(scenario(work, more), settings);

/** The kernels on which `none` and `voluntary` behave alike. */
const COUNTS: [string, Settings][] = [
  ['with the count, for debugging', {}],
  ['without the count', { debug_atomic_sleep: false, debug_lockdep: false }],
  ['as on a kernel that chooses its model at boot', { preempt_count: 'on' }],
];

describe.each(COUNTS)('kernels that are not preempted, %s', (_name, count) => {
  test('R01: none: at the return to user mode, 8 ms late', () => {
    const kernel = run('mdelay(10);', { preempt: 'none', ...count });
    expect(takeover(kernel)).toEqual(['10.0 R']);
    expect(wakeupLatency(kernel)).toBe('8.00');
  });
  test('R02: none: at cond_resched()', () => {
    expect(takeover(run('mdelay(5); cond_resched(); mdelay(5);', { preempt: 'none', ...count }))).toEqual(['5.0 R+']);
  });
  test('R03: voluntary: at might_sleep()', () => {
    expect(takeover(run('mdelay(5); might_sleep(); mdelay(5);', { preempt: 'voluntary', ...count }))).toEqual(['5.0 R+']);
  });
  test('R04: none: not at might_sleep()', () => {
    expect(takeover(run('mdelay(5); might_sleep(); mdelay(5);', { preempt: 'none', ...count }))).toEqual(['10.0 R']);
  });
  test('R12: none: cond_resched() does not put a task to sleep whose state says so', () => {
    const work = 'mdelay(5); set_current_state(TASK_INTERRUPTIBLE); cond_resched(); set_current_state(TASK_RUNNING); mdelay(5);';
    const kernel = run(work, { preempt: 'none', ...count });
    expect(takeover(kernel)).toEqual(['5.0 R+']);
    const back = eventsOf(kernel, 'sched_switch').filter(({ prev_comm, next_comm }) => prev_comm === 'h' && next_comm === 'low');
    expect(back.at(-1)?.time).toBeGreaterThan(5 * TICK);
    expect(kernel.life).toBe('ended');
  });
});

describe('points that are none', () => {
  test('cond_resched() with interrupts off does not switch', () => {
    const kernel = run('mdelay(5); local_irq_disable(); printk("%d", cond_resched()); local_irq_enable(); mdelay(5);', {
      preempt: 'none',
      debug_atomic_sleep: false,
    });
    expect(takeover(kernel)).toEqual(['10.0 R']);
    expect(printed(kernel)).toEqual(['0']);
  });
  test('a reader section of RCU counts as one of preempt_disable() unless the kernel was built for preemption', () => {
    const work =
      'printk("%x %d", preempt_count(), current->rcu_read_lock_nesting); rcu_read_lock(); printk("%x %d", preempt_count(), current->rcu_read_lock_nesting); rcu_read_unlock();';
    expect(printed(run(work, { preempt: 'none' }))).toEqual(['0 0', '1 0']);
    expect(printed(run(work, { preempt: 'none', preempt_count: 'on' }))).toEqual(['0 0', '0 1']);
    expect(printed(run(work))).toEqual(['0 0', '0 1']);
  });
});

describe('kernels that are preempted', () => {
  test('R05: full: at the return from the interrupt', () => {
    expect(takeover(run('mdelay(10);'))).toEqual(['2.0 R+']);
  });
  test('R06: full: when the lock is released', () => {
    const work = 'udelay(1500); spin_lock(&lock); udelay(2500); spin_unlock(&lock); mdelay(6);';
    expect(takeover(run(work, {}, { helper: 'static spinlock_t lock;' }))).toEqual(['4.0 R+']);
  });
  test('R07: rt: at once; F is pinned and still owns the lock', () => {
    const helper = 'static spinlock_t lock;';
    const work = 'udelay(1500); spin_lock(&lock); udelay(2500); spin_unlock(&lock); mdelay(6);';
    const text = scenario(work, { helper, device: 'irq dev(at = 2ms, threaded = off)' }).replace(
      'schedule(); }',
      'schedule(); printk("%d %d", f->migration_disabled, spin_is_locked(&lock)); }',
    );
    const kernel = runProgram(text, { preempt: 'rt' });
    expect(takeover(kernel)).toEqual(['2.0 R+']);
    expect(printed(kernel)).toEqual(['1 1']);
    expect(slugs(kernel)).toEqual([]);
  });
  test('R08: full: interrupts off hold the interrupt back, the count holds the switch back', () => {
    const work =
      'unsigned long flags; udelay(1500); raw_spin_lock_irqsave(&lock, flags); udelay(2500); raw_spin_unlock_irqrestore(&lock, flags); mdelay(6);';
    const text = scenario(work, { helper: 'static raw_spinlock_t lock;' }).replace(
      'wake_up_process(h50);',
      'printk("%08x", preempt_count()); wake_up_process(h50);',
    );
    const kernel = runProgram(text);
    const [taken] = eventsOf(kernel, 'irq_handler_entry');
    expect((taken.time / TICK).toFixed(2)).toBe('4.00');
    expect(printed(kernel)).toEqual(['00010001']);
    expect(takeover(kernel)).toEqual(['4.0 R+']);
    const [, switched] = eventsOf(kernel, 'sched_switch').filter(({ next_comm }) => next_comm === 'h');
    expect(kernel.functionAt(switched.pc)).toBe('__schedule');
    expect(eventsOf(kernel, 'irq_handler_exit')[0].step).toBeLessThan(switched.step);
  });
  test('R09: full: enabling interrupts does not switch; the next interrupt does', () => {
    const work =
      'udelay(1200); local_irq_disable(); udelay(300); wake_up_process(h50); udelay(300); local_irq_enable(); mdelay(8);';
    expect(takeover(run(work, {}, { device: 'irq dev(when = any)' }))).toEqual(['2.0 R+']);
  });
  test('R10: full: when softirqs are let in again', () => {
    expect(takeover(run('udelay(1500); local_bh_disable(); udelay(2500); local_bh_enable(); mdelay(6);'))).toEqual(['4.0 R+']);
  });
  test('R11: full: cond_resched() has nothing left to do', () => {
    const kernel = run('mdelay(5); printk("%d", cond_resched()); mdelay(5);');
    expect(takeover(kernel)).toEqual(['2.0 R+']);
    expect(printed(kernel)).toEqual(['0']);
  });
  test('R13: full: in user mode the state is plain R', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 20; }
      static struct task_struct *h50;
      task h(policy = SCHED_FIFO, prio = 50, cpu = 0) { h50 = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); }
      user task low(cpu = 0) { int i; for (i = 0; i < 60000; i++) continue; }
      irq dev(at = 2ms) { wake_up_process(h50); }
    `);
    expect(takeover(kernel)).toEqual(['2.0 R']);
  });
});

describe('preempt = lazy', () => {
  /** A fair task that would preempt F when it is woken: with eevdf F may finish what it was given. */
  const FAIR = { h: 'nice = -10' };

  test('R14: a fair task waits for the tick after the one at which it was woken', () => {
    const kernel = run('mdelay(10);', { preempt: 'lazy', fair: 'cfs' }, FAIR);
    const asked = eventsOf(kernel, 'need_resched').filter(({ target_comm }) => target_comm === 'low');
    expect(asked.map(({ time, lazy }) => `${(time / TICK).toFixed(2)} ${lazy ? 'lazy' : 'full'}`).slice(0, 2)).toEqual([
      '2.00 lazy',
      '3.00 full',
    ]);
    expect(takeover(kernel)).toEqual(['3.0 R+']);
    expect(takeover(run('mdelay(10);', { fair: 'cfs' }, FAIR))).toEqual(['2.0 R+']);
  });
  test('R14: the return to user mode does not wait for the tick', () => {
    const kernel = run('udelay(2500);', { preempt: 'lazy', fair: 'cfs' }, FAIR);
    expect(takeover(kernel)).toEqual(['2.5 R']);
  });
  test('R14: neither does a lock that is released take notice', () => {
    const helper = 'static spinlock_t lock;';
    const work =
      'udelay(1500); spin_lock(&lock); udelay(1000); spin_unlock(&lock); local_bh_disable(); local_bh_enable(); mdelay(8);';
    expect(takeover(run(work, { preempt: 'lazy', fair: 'cfs' }, { ...FAIR, helper }))).toEqual(['3.0 R+']);
  });
  test('R15: a real-time task does not wait', () => {
    expect(takeover(run('mdelay(10);', { preempt: 'lazy' }))).toEqual(['2.0 R+']);
  });
  test('R15: cond_resched() and might_sleep() are no points either', () => {
    const kernel = run(
      'mdelay(2); udelay(500); cond_resched(); might_sleep(); mdelay(5);',
      { preempt: 'lazy', fair: 'cfs' },
      FAIR,
    );
    expect(takeover(kernel)).toEqual(['3.0 R+']);
  });
  test('R16: an idle CPU is asked with the full flag', () => {
    const kernel = runProgram(
      `
      machine { cpus = 2; step_ns = 1; }
      static struct task_struct *h50;
      task h(cpu = 0) { h50 = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); }
      irq dev(at = 2ms) { wake_up_process(h50); }
    `,
      { preempt: 'lazy' },
    );
    const ran = eventsOf(kernel, 'sched_switch').filter(({ next_comm }) => next_comm === 'h');
    expect(ran.map(({ time, prev_comm }) => `${(time / TICK).toFixed(2)} ${prev_comm}`)).toEqual([
      '0.00 swapper/0',
      '2.00 swapper/0',
    ]);
    expect(eventsOf(kernel, 'need_resched').at(-1)).toMatchObject({ target_comm: 'swapper/0' });
    expect(eventsOf(kernel, 'need_resched').at(-1)?.lazy).toBeUndefined();
  });
});

describe('NMI', () => {
  test('R17: an NMI does not switch, even when somebody waits', () => {
    const nmi = { device: 'nmi dev(at = 2ms)' };
    const text = scenario(
      'mdelay(1); local_irq_disable(); wake_up_process(h50); udelay(500); local_irq_enable(); udelay(300); mdelay(5);',
      nmi,
    );
    const kernel = runProgram(
      text.replace('at = 2ms', 'at = 1200us').replace('{ wake_up_process(h50); }', '{ printk("%08x", preempt_count()); }'),
    );
    expect(printed(kernel)).toEqual(['00110000']);
    expect(takeover(kernel)).toEqual(['2.0 R+']);
  });
});
