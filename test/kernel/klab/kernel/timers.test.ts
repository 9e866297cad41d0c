/** Timers, tasklets and work items: when, in which context, and what is said when one leaves something behind. */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, type Settings, slugs } from '../../../support/run-program.ts';

const HRTIMER = `
  machine { cpus = 1; step_ns = 1; }
  static struct hrtimer timer;
  static int left = 3;
  static enum hrtimer_restart expire(struct hrtimer *t)
  {
    printk("%x %s", preempt_count(), in_hardirq() ? "hardirq" : in_serving_softirq() ? "softirq" : "task");
    if (--left == 0)
      return HRTIMER_NORESTART;
    hrtimer_forward_now(t, 500000);
    return HRTIMER_RESTART;
  }
`;
const started = (mode: string, settings: Settings = {}) =>
  runProgram(
    `${HRTIMER} task t() { hrtimer_setup(&timer, expire, CLOCK_MONOTONIC, ${mode}); hrtimer_start(&timer, 300000, ${mode}); msleep(2); }`,
    settings,
  );

describe('high-resolution timers', () => {
  test('run out to the nanosecond, in hardirq, and start themselves again', () => {
    const kernel = started('HRTIMER_MODE_REL');
    expect(printed(kernel)).toEqual(['10001 hardirq', '10001 hardirq', '10001 hardirq']);
    const times = eventsOf(kernel, 'printk').map(({ time }) => time);
    expect(times[1] - times[0]).toBeGreaterThan(499_000);
    expect(times[1] - times[0]).toBeLessThan(501_000);
  });
  test('run out in softirq when that was asked for', () => {
    expect(printed(started('HRTIMER_MODE_REL_SOFT'))).toEqual(['101 softirq', '101 softirq', '101 softirq']);
  });
  test('with PREEMPT_RT only HRTIMER_MODE_HARD stays in hardirq', () => {
    expect(printed(started('HRTIMER_MODE_REL_HARD', { preempt: 'rt' }))).toEqual([
      '10001 hardirq',
      '10001 hardirq',
      '10001 hardirq',
    ]);
  });
  test('one that is stopped in time does not run out', () => {
    const kernel = runProgram(
      `${HRTIMER} task t() {
        hrtimer_setup(&timer, expire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
        hrtimer_start(&timer, 300000, HRTIMER_MODE_REL);
        printk("%d %d", hrtimer_cancel(&timer), hrtimer_cancel(&timer));
        msleep(1);
      }`,
    );
    expect(printed(kernel)).toEqual(['1 0']);
  });
  test('a run does not end while one could still wake somebody', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      static struct hrtimer timer;
      static struct task_struct *who;
      static enum hrtimer_restart expire(struct hrtimer *t) { wake_up_process(who); return HRTIMER_NORESTART; }
      task t(cpu = 1) {
        who = current;
        hrtimer_setup(&timer, expire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
        set_current_state(TASK_UNINTERRUPTIBLE);
        hrtimer_start(&timer, 5000000, HRTIMER_MODE_REL);
        schedule();
        printk("%llu ms", ktime_get_ns() / 1000000);
      }
    `);
    expect(printed(kernel)).toEqual(['5 ms']);
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('timers that run out at ticks', () => {
  const program = (fn: string, after = '') => `
    machine { cpus = 1; step_ns = 1; }
    static struct timer_list timer;
    static void expire(struct timer_list *t) { ${fn} }
    task t() { timer_setup(&timer, expire, 0); mod_timer(&timer, jiffies + msecs_to_jiffies(2)); mdelay(4); ${after} }
  `;
  test('run out in softirq, at the tick', () => {
    const kernel = runProgram(program('printk("%x at %lu", preempt_count(), jiffies);'));
    expect(printed(kernel)).toEqual(['100 at 2']);
    expect((eventsOf(kernel, 'printk')[0].time / 1e6).toFixed(2)).toBe('2.00');
    expect(eventsOf(kernel, 'softirq_entry').map(({ action }) => action)).toEqual(['TIMER']);
  });
  test('D20: a function that leaves a count behind is reported, and the count put right', () => {
    const kernel = runProgram(program('preempt_disable();', 'printk("after %x", preempt_count());'));
    expect(kernel.findings.map(({ headline }) => headline)).toEqual(['timer: expire preempt leak: 00000100 -> 00000101']);
    expect(printed(kernel)).toEqual(['after 0']);
  });
});

describe('tasklets and work', () => {
  test('a tasklet runs once in softirq however often it is scheduled', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      static struct tasklet_struct tasklet;
      static void work(struct tasklet_struct *t) { printk("%x irqs %d", preempt_count(), irqs_disabled()); }
      task t() { tasklet_setup(&tasklet, work); mdelay(2); }
      irq dev(at = 1ms) { tasklet_schedule(&tasklet); tasklet_schedule(&tasklet); }
    `);
    expect(printed(kernel)).toEqual(['100 irqs 0']);
  });
  test('work runs in a thread, where it may sleep', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      static struct work_struct work;
      static void func(struct work_struct *w) { msleep(1); printk("%s", current->comm); }
      task t(cpu = 1) { INIT_WORK(&work, func); schedule_work(&work); msleep(3); }
    `);
    expect(printed(kernel)).toEqual(['kworker/1:0']);
    expect(slugs(kernel)).toEqual([]);
  });
  test('D18: work that leaves a lock behind is reported', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      static struct work_struct work;
      static spinlock_t lock;
      static void func(struct work_struct *w) { spin_lock(&lock); }
      task t() { INIT_WORK(&work, func); schedule_work(&work); msleep(3); }
    `);
    expect(kernel.findings[0].headline).toMatch(/^BUG: workqueue leaked atomic, lock or RCU: kworker\/0:0\[\d+\]$/);
    expect(kernel.findings[0].detail).toBe('preempt=0x00000001 lock=0->1 RCU=0->0 workfn=func');
  });
});
