/** Scheduler reference, section 13, group P: what preempt_count says in which context, and what is said when it is wrong. */
import { describe, expect, test } from 'vitest';
import { boot, eventsOf, printed, runProgram, runToEnd, type Settings, slugs, switches } from '../../support/run-program.ts';

const LOCK = 'machine { cpus = 1; step_ns = 1; } static spinlock_t lock;';
/** A kernel that does not count preemption. */
const UNCOUNTED: Settings = { preempt: 'none', debug_atomic_sleep: false, debug_lockdep: false };

const task = (body: string, settings: Settings = {}) => runProgram(`${LOCK} task t() { ${body} }`, settings);
const headlines = (body: string, settings: Settings = {}) => task(body, settings).findings.map(({ headline }) => headline);

describe('nesting', () => {
  test('P01: disabled twice, enabled once', () => {
    const kernel = task(
      'preempt_disable(); preempt_disable(); preempt_enable(); printk("%08x", preempt_count()); preempt_enable();',
    );
    expect(printed(kernel)).toEqual(['00000001']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('P02: a handler over spin_lock_bh(); what it raises runs inside the unlock, before the switch', () => {
    const kernel = runProgram(`
      ${LOCK}
      static struct task_struct *h50;
      static void timer_action(void) { printk("softirq %08x", preempt_count()); }
      task h(policy = SCHED_FIFO, prio = 50) { h50 = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); printk("h"); }
      task t() {
        open_softirq(TIMER_SOFTIRQ, timer_action);
        spin_lock_bh(&lock);
        mdelay(2);
        printk("inside %08x", preempt_count());
        spin_unlock_bh(&lock);
        printk("after %08x", preempt_count());
      }
      irq dev(at = 1ms) { printk("irq %08x", preempt_count()); raise_softirq(TIMER_SOFTIRQ); wake_up_process(h50); }
    `);
    expect(printed(kernel)).toEqual(['irq 00010201', 'inside 00000201', 'softirq 00000101', 'h', 'after 00000000']);
    expect(switches(kernel, { times: true })).toContain('2.0 CPU0: t ==> h R+');
    expect(slugs(kernel)).toEqual([]);
  });

  test('P03: plain spin_lock() does not keep a softirq away: it runs on top of the lock holder', () => {
    const kernel = runProgram(`
      ${LOCK}
      static void timer_action(void) { printk("softirq %08x", preempt_count()); }
      task t() { open_softirq(TIMER_SOFTIRQ, timer_action); spin_lock(&lock); mdelay(2); spin_unlock(&lock); }
      irq dev(at = 1500us) { raise_softirq(TIMER_SOFTIRQ); }
    `);
    expect(printed(kernel)).toEqual(['softirq 00000101']);
    const [entry] = eventsOf(kernel, 'softirq_entry');
    expect(entry).toMatchObject({ vec: 1, action: 'TIMER', comm: 't' });
    expect((entry.time / 1e6).toFixed(2)).toBe('1.50');
  });

  test('P04: an NMI over a hardirq over a section', () => {
    const kernel = runProgram(`
      ${LOCK}
      task t() { preempt_disable(); mdelay(3); preempt_enable(); }
      irq dev(at = 1ms) { udelay(500); }
      nmi bell(at = 1200us) { printk("%08x", preempt_count()); }
    `);
    expect(printed(kernel)).toEqual(['00120001']);
  });

  test('P05: rt: spin_lock_bh() counts elsewhere', () => {
    const kernel = runProgram(`
      machine { cpus = 2; preempt = rt; }
      static spinlock_t lock;
      task t() {
        spin_lock_bh(&lock);
        printk("%x %x %d %d", preempt_count(), current->softirq_disable_cnt, current->migration_disabled, current->rcu_read_lock_nesting);
        spin_unlock_bh(&lock);
        printk("%x %x %d %d", preempt_count(), current->softirq_disable_cnt, current->migration_disabled, current->rcu_read_lock_nesting);
      }
    `);
    expect(printed(kernel)).toEqual(['0 200 3 3', '0 0 0 0']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('P06: without the count neither predicate sees a lock', () => {
    const kernel = task(
      'spin_lock(&lock); printk("%d %d %x", in_atomic(), preemptible(), preempt_count()); spin_unlock(&lock);',
      UNCOUNTED,
    );
    expect(printed(kernel)).toEqual(['0 0 0']);
  });
});

describe('counts that are wrong', () => {
  test('P07: enabling without disabling is reported and leaves the count', () => {
    const kernel = task('preempt_enable(); printk("%x", preempt_count());');
    expect(kernel.findings.map(({ headline }) => headline)).toEqual(['DEBUG_LOCKS_WARN_ON(val > preempt_count())']);
    expect(printed(kernel)).toEqual(['0']);
  });

  test('P08: scheduling under a lock is reported, and the lost count shows at the unlock', () => {
    const kernel = runProgram(`
      ${LOCK}
      task t() { spin_lock(&lock); schedule(); printk("%x", preempt_count()); spin_unlock(&lock); }
      task other() { }
    `);
    expect(kernel.findings.map(({ headline }) => headline)).toEqual([
      'BUG: scheduling while atomic: t/100/0x00000002',
      'DEBUG_LOCKS_WARN_ON(val > preempt_count())',
    ]);
    expect(kernel.findings[0].detail).toContain('Preemption disabled at: t (test.klab:3)');
    expect(printed(kernel)).toEqual(['0']);
  });

  test('P08: the switch happens', () => {
    const kernel = runProgram(`
      ${LOCK}
      task t() { spin_lock(&lock); set_current_state(TASK_UNINTERRUPTIBLE); schedule(); }
      task other() { printk("runs"); }
      irq dev(when = any) { }
    `);
    expect(switches(kernel)).toContain('CPU0: t ==> other D');
    expect(printed(kernel)).toEqual(['runs']);
  });

  test('P09: without the check the count goes below zero and shows at the next schedule', () => {
    expect(headlines('spin_lock(&lock); schedule(); spin_unlock(&lock); schedule();', { debug_preempt: false })).toEqual([
      'BUG: scheduling while atomic: t/100/0x00000002',
      'BUG: scheduling while atomic: t/100/0x00000000',
    ]);
  });

  test('P09: the count is -1 after the unlock', () => {
    const kernel = task('spin_lock(&lock); schedule(); spin_unlock(&lock); printk("%d", preempt_count());', {
      debug_preempt: false,
    });
    expect(printed(kernel)).toEqual(['-1']);
  });

  test('P10: scheduling in a handler is reported', () => {
    const kernel = runProgram(`${LOCK} task t() { mdelay(2); } irq dev(at = 1ms) { schedule(); }`);
    expect(kernel.findings[0].headline).toBe('BUG: scheduling while atomic: t/100/0x00010001');
  });

  test('P11: scheduling with softirqs disabled is reported', () => {
    expect(headlines('local_bh_disable(); schedule();')[0]).toBe('BUG: scheduling while atomic: t/100/0x00000201');
  });

  test('P12: without the count nothing is reported, and whoever spins waits for the sleeper', () => {
    const kernel = runProgram(
      `
      machine { cpus = 2; step_ns = 100; }
      static spinlock_t lock;
      task owner(cpu = 0) { spin_lock(&lock); msleep(3); spin_unlock(&lock); }
      task spinner(cpu = 1) { udelay(100); spin_lock(&lock); printk("%llu", ktime_get_ns() / 100000); spin_unlock(&lock); }
    `,
      UNCOUNTED,
    );
    expect(printed(kernel)).toEqual(['30']);
    expect(kernel.findings.map(({ slug, kind }) => [slug, kind])).toEqual([['slept_with_spinlock', 'sanitizer']]);
    expect(kernel.findings[0].detail).toContain('owner');
  });

  test('P13: the depth is reported at 245', () => {
    const kernel = task(`
      int i;
      for (i = 0; i < 244; i++) preempt_disable();
      printk("%d", preempt_count());
      preempt_disable();
      for (i = 0; i < 245; i++) preempt_enable();
    `);
    expect(slugs(kernel)).toEqual(['preempt_count_overflow']);
    expect(kernel.findings[0].headline).toBe('DEBUG_LOCKS_WARN_ON((preempt_count() & PREEMPT_MASK) >= PREEMPT_MASK - 10)');
    expect(kernel.findings[0].detail).toBe('preempt_count is 0x000000f5');
    expect(kernel.findings[0].step).toBeGreaterThan(eventsOf(kernel, 'printk')[0].step);
  });
});

describe('where a task begins', () => {
  test('P14: a new task finishes the switch at count 2 and begins its body at 0', () => {
    const run = boot(`${LOCK} task t() { printk("%x", preempt_count()); }`);
    const { kernel } = run;
    const counts: number[] = [];
    while (printed(kernel).length === 0 && run.stepDefault()) {
      const current = kernel.currentTask(0);
      const count = current.view.thread_info.preempt_count;
      if (current.comm === 't' && counts.at(-1) !== count) counts.push(count);
    }
    expect(counts).toEqual([2, 1, 0]);
    expect(printed(runToEnd(run))).toEqual(['0']);
  });

  test('P15: rt: a spinlock leaves the count alone and pins its owner', () => {
    const kernel = runProgram(`
      machine { cpus = 2; preempt = rt; }
      static spinlock_t lock;
      task t() {
        spin_lock(&lock);
        printk("%d %d %d %d", preempt_count(), current->migration_disabled, current->rcu_read_lock_nesting, this_rq()->nr_pinned);
        spin_unlock(&lock);
      }
    `);
    expect(printed(kernel)).toEqual(['0 1 1 1']);
    expect(slugs(kernel)).toEqual([]);
  });
});
