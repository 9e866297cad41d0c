/** Vectors of the scheduler reference, section 13: L (locks and priority inheritance), B20, M09. L07, L08 and L11 are with lockdep and softirqs. */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { eventsOf, printed, runProgram, type Settings, slugs, switches } from '../../support/run-program.ts';
import { runVector } from '../run.ts';

/** `1.0 l 89 69`: time in ms, task, old and new priority. */
function boosts(kernel: Kernel): string[] {
  return eventsOf(kernel, 'sched_pi_setprio').map(
    ({ time, task_comm, oldprio, newprio }) => `${(time / 1e6).toFixed(1)} ${task_comm} ${oldprio} ${newprio}`,
  );
}

/** Switches with their times in ms, from 1 ms on or so: those by which tasks go to sleep at the start are left out. */
const later = (kernel: Kernel): string[] => switches(kernel, { times: true }).filter((line) => !line.startsWith('0.0'));

/** Low, middle and high task of the inversion demo on one CPU, on a lock of the kind that the two calls take. */
const inversion = (declare: string, lock: string, unlock: string, preempt: string): string => `
  machine { cpus = 1; step_ns = 1; preempt = ${preempt}; }
  ${declare}
  task l(policy = SCHED_FIFO, prio = 10) { ${lock}; mdelay(3); ${unlock}; mdelay(1); }
  task m(policy = SCHED_FIFO, prio = 20) { msleep(2); mdelay(5); }
  task h(policy = SCHED_FIFO, prio = 30) { msleep(1); ${lock}; mdelay(1); ${unlock}; }
`;

const INVERTED = [
  '1.0 CPU0: l ==> h R+',
  '1.0 CPU0: h ==> l D',
  '2.0 CPU0: l ==> m R+',
  '7.0 CPU0: m ==> l X',
  '8.0 CPU0: l ==> h R+',
  '9.0 CPU0: h ==> l X',
  '10.0 CPU0: l ==> swapper/0 X',
];
const INHERITED = [
  '1.0 CPU0: l ==> h R+',
  '1.0 CPU0: h ==> l D',
  '3.0 CPU0: l ==> h R+',
  '4.0 CPU0: h ==> m X',
  '9.0 CPU0: m ==> l X',
  '10.0 CPU0: l ==> swapper/0 X',
];

describe('inversion', () => {
  test.each([
    ['mutex', 'static DEFINE_MUTEX(a);', 'mutex_lock(&a)', 'mutex_unlock(&a)', 'full'],
    ['semaphore', 'static DEFINE_SEMAPHORE(a, 1);', 'down(&a)', 'up(&a)', 'full'],
    ['semaphore', 'static DEFINE_SEMAPHORE(a, 1);', 'down(&a)', 'up(&a)', 'rt'],
    ['rw_semaphore', 'static DECLARE_RWSEM(a);', 'down_write(&a)', 'up_write(&a)', 'full'],
  ])('L01: %s: the middle task runs first, and nobody is boosted (%#)', (_what, declare, lock, unlock, preempt) => {
    const kernel = runProgram(inversion(declare, lock, unlock, preempt));
    expect(later(kernel)).toEqual(INVERTED);
    expect(boosts(kernel)).toEqual([]);
    expect(slugs(kernel)).toEqual([]);
  });

  test.each([
    ['rt_mutex', 'static DEFINE_RT_MUTEX(a);', 'rt_mutex_lock(&a)', 'rt_mutex_unlock(&a)', 'full'],
    ['mutex', 'static DEFINE_MUTEX(a);', 'mutex_lock(&a)', 'mutex_unlock(&a)', 'rt'],
    ['spinlock', 'static DEFINE_SPINLOCK(a);', 'spin_lock(&a)', 'spin_unlock(&a)', 'rt'],
    ['writer', 'static DEFINE_RWLOCK(a);', 'write_lock(&a)', 'write_unlock(&a)', 'rt'],
    ['rw_semaphore', 'static DECLARE_RWSEM(a);', 'down_write(&a)', 'up_write(&a)', 'rt'],
  ])('L02: %s: the owner runs with the priority of the waiter', (_what, declare, lock, unlock, preempt) => {
    const kernel = runProgram(inversion(declare, lock, unlock, preempt));
    expect(later(kernel)).toEqual(INHERITED);
    expect(boosts(kernel)).toEqual(['1.0 l 89 69', '3.0 l 69 89']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('L03: a chain: every owner along it gets the priority', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static DEFINE_RT_MUTEX(a);
      static DEFINE_RT_MUTEX(b);
      task l(policy = SCHED_FIFO, prio = 10) { rt_mutex_lock(&a); mdelay(3); rt_mutex_unlock(&a); mdelay(1); }
      task m(policy = SCHED_FIFO, prio = 20) {
        msleep(1);
        rt_mutex_lock(&b); rt_mutex_lock(&a); mdelay(1); rt_mutex_unlock(&a); rt_mutex_unlock(&b);
      }
      task h(policy = SCHED_FIFO, prio = 30) { msleep(2); rt_mutex_lock(&b); mdelay(1); rt_mutex_unlock(&b); }
    `);
    expect(boosts(kernel)).toEqual(['1.0 l 89 79', '2.0 m 79 69', '2.0 l 79 69', '3.0 l 69 89', '4.0 m 69 79']);
    expect(later(kernel).slice(0, 6)).toEqual([
      '1.0 CPU0: l ==> m R+',
      '1.0 CPU0: m ==> l D',
      '2.0 CPU0: l ==> h R+',
      '2.0 CPU0: h ==> l D',
      '3.0 CPU0: l ==> m R+',
      '4.0 CPU0: m ==> h R+',
    ]);
  });

  test('L06: rt: a reader is not boosted, so a writer waits for whoever preempts the reader', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; preempt = rt; }
      static DEFINE_RWLOCK(a);
      task l(policy = SCHED_FIFO, prio = 10) { read_lock(&a); mdelay(3); read_unlock(&a); mdelay(1); }
      task m(policy = SCHED_FIFO, prio = 20) { msleep(2); mdelay(5); }
      task h(policy = SCHED_FIFO, prio = 30) { msleep(1); write_lock(&a); mdelay(1); write_unlock(&a); }
    `);
    expect(later(kernel)).toEqual(INVERTED);
    expect(boosts(kernel)).toEqual([]);
  });

  test('a fair owner becomes real time while a real-time task waits, and fair again', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static DEFINE_RT_MUTEX(a);
      task l() { rt_mutex_lock(&a); mdelay(3); rt_mutex_unlock(&a); }
      task other() { mdelay(20); }
      task h(policy = SCHED_FIFO, prio = 30) { msleep(1); rt_mutex_lock(&a); rt_mutex_unlock(&a); }
    `);
    expect(boosts(kernel).map((line) => line.slice(4))).toEqual(['l 120 69', 'l 69 120']);
    expect(kernel.life).toBe('ended');
  });

  test('a real-time owner is lent the bandwidth of a deadline task', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static DEFINE_RT_MUTEX(a);
      task l(policy = SCHED_FIFO, prio = 10) { rt_mutex_lock(&a); mdelay(3); rt_mutex_unlock(&a); }
      task m(policy = SCHED_FIFO, prio = 90) { msleep(1); mdelay(5); }
      task d(policy = SCHED_DEADLINE, runtime = 4ms, period = 20ms) { msleep(1); rt_mutex_lock(&a); rt_mutex_unlock(&a); }
    `);
    expect(boosts(kernel).map((line) => line.slice(4))).toEqual(['l 89 -1', 'l -1 89']);
    expect(kernel.life).toBe('ended');
  });
});

describe('locks of PREEMPT_RT', () => {
  test('L04: the top waiter spins while the owner runs, and blocks when the owner is preempted', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; preempt = rt; }
      static DEFINE_SPINLOCK(a);
      task owner(policy = SCHED_FIFO, prio = 10, cpu = 1) { spin_lock(&a); mdelay(3); spin_unlock(&a); }
      task hog(policy = SCHED_FIFO, prio = 30, cpu = 1) { msleep(2); mdelay(2); }
      task x(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(1); spin_lock(&a); spin_unlock(&a); }
    `);
    expect(later(kernel)).toEqual([
      '1.0 CPU0: swapper/0 ==> x R',
      '2.0 CPU1: owner ==> hog R+',
      '2.0 CPU0: x ==> swapper/0 D',
      '4.0 CPU1: hog ==> owner X',
      '5.0 CPU0: swapper/0 ==> x R',
      '5.0 CPU1: owner ==> swapper/1 X',
      '5.0 CPU0: x ==> swapper/0 X',
    ]);
    expect(boosts(kernel)).toEqual(['1.0 owner 89 79', '5.0 owner 79 89']);
  });

  test('L05: a better task takes the lock before the woken waiter comes', () => {
    const kernel = runProgram(`
      machine { cpus = 3; step_ns = 1; preempt = rt; }
      static DEFINE_SPINLOCK(a);
      task w(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(1); spin_lock(&a); printk("w"); spin_unlock(&a); }
      task hog(policy = SCHED_FIFO, prio = 40, cpu = 0) { usleep_range(1500, 1500); udelay(1500); }
      task l(policy = SCHED_FIFO, prio = 10, cpu = 1) { spin_lock(&a); mdelay(2); spin_unlock(&a); }
      task t(policy = SCHED_FIFO, prio = 30, cpu = 2) { usleep_range(2500, 2500); spin_lock(&a); printk("t"); udelay(1500); spin_unlock(&a); }
    `);
    expect(printed(kernel)).toEqual(['t', 'w']);
    const waits = eventsOf(kernel, 'contention_begin').filter(({ name }) => name === 'a');
    expect(waits.map(({ comm }) => comm)).toEqual(['w']);
    const [end] = eventsOf(kernel, 'contention_end').filter(({ name }) => name === 'a');
    expect([end.comm, (end.time / 1e6).toFixed(1)]).toEqual(['w', '4.0']);
  });

  test('L09: two tasks of one CPU in the same local_lock: the second waits, the first is boosted, neither moves', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; preempt = rt; }
      DEFINE_PER_CPU(local_lock_t, a);
      task busy(policy = SCHED_FIFO, prio = 90, cpu = 1) { udelay(900); }
      task t10(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 3) { local_lock(&a); mdelay(3); local_unlock(&a); }
      task t20(policy = SCHED_FIFO, prio = 20, cpu = 0, cpus_allowed = 3) {
        msleep(1);
        local_lock(&a); printk("%d", raw_smp_processor_id()); mdelay(1); local_unlock(&a);
      }
    `);
    expect(later(kernel)).toEqual([
      '0.9 CPU1: busy ==> swapper/1 X',
      '1.0 CPU0: t10 ==> t20 R+',
      '1.0 CPU0: t20 ==> t10 D',
      '3.0 CPU0: t10 ==> t20 R+',
      '4.0 CPU0: t20 ==> t10 X',
      '4.0 CPU0: t10 ==> swapper/0 X',
    ]);
    expect(boosts(kernel)).toEqual(['1.0 t10 89 79', '3.0 t10 79 89']);
    expect(printed(kernel)).toEqual(['0']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('L10: without PREEMPT_RT the section is not preempted', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      DEFINE_PER_CPU(local_lock_t, a);
      task t10(policy = SCHED_FIFO, prio = 10) { local_lock(&a); printk("%d", preempt_count()); mdelay(3); local_unlock(&a); }
      task t20(policy = SCHED_FIFO, prio = 20) { msleep(1); local_lock(&a); local_unlock(&a); }
    `);
    expect(later(kernel)[0]).toBe('3.0 CPU0: t10 ==> t20 R+');
    expect(printed(kernel)).toEqual(['1']);
    expect(boosts(kernel)).toEqual([]);
  });

  test('L12: a normal wake-up during the wait for a lock is not lost', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; preempt = rt; }
      static DEFINE_SPINLOCK(a);
      static struct task_struct *w;
      task l(policy = SCHED_FIFO, prio = 10) { spin_lock(&a); mdelay(3); printk("%d", wake_up_process(w)); spin_unlock(&a); }
      task h(policy = SCHED_FIFO, prio = 30) {
        w = current;
        msleep(1);
        set_current_state(TASK_INTERRUPTIBLE);
        spin_lock(&a);
        printk("%x %x", current->__state, current->saved_state);
        spin_unlock(&a);
        schedule();
        printk("went on");
      }
    `);
    expect(printed(kernel)).toEqual(['1', '0 0', 'went on']);
  });

  test('L12: without a wake-up the state comes back', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; preempt = rt; }
      static DEFINE_SPINLOCK(a);
      task l(policy = SCHED_FIFO, prio = 10) { spin_lock(&a); mdelay(3); spin_unlock(&a); }
      task h(policy = SCHED_FIFO, prio = 30) {
        msleep(1);
        set_current_state(TASK_INTERRUPTIBLE);
        spin_lock(&a);
        printk("%x", current->__state);
        spin_unlock(&a);
        set_current_state(TASK_RUNNING);
      }
    `);
    expect(printed(kernel)).toEqual(['1']);
  });

  test('L13: an owner that is not pinned yet may be pushed away, and is pinned where it goes on', () => {
    const run = runVector(
      `
      machine { cpus = 2; preempt = rt; }
      static DEFINE_SPINLOCK(a);
      irq dev(cpu = 0, when = any) { mdelay(1); }
      task t10(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 3) {
        spin_lock(&a);
        printk("CPU %d md %d pinned %d", raw_smp_processor_id(), current->migration_disabled, cpu_rq(1)->nr_pinned);
        spin_unlock(&a);
        msleep(2); // the thread of the handler, pinned while it runs, has ended
        printk("md %d pinned %d %d", current->migration_disabled, cpu_rq(0)->nr_pinned, cpu_rq(1)->nr_pinned);
      }
      schedule between { irq dev at __rt_spin_lock "owned" 1; }
    `,
      { schedule: 'between' },
    );
    expect(run.printed()).toEqual(['CPU 1 md 1 pinned 1', 'md 0 pinned 0 0']);
    expect(run.findings()).toEqual([]);
  });

  test('B20: a boosted holder gets its CPU because the task in front of it is pushed away', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; preempt = rt; }
      static DEFINE_SPINLOCK(s);
      task l10(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 3) { spin_lock(&s); mdelay(3); spin_unlock(&s); mdelay(1); }
      task h30(policy = SCHED_FIFO, prio = 30, cpu = 0, cpus_allowed = 3) { msleep(1); mdelay(6); }
      task x25(policy = SCHED_FIFO, prio = 25, cpu = 1, cpus_allowed = 3) { mdelay(2); spin_lock(&s); mdelay(1); spin_unlock(&s); }
    `);
    expect(boosts(kernel)).toEqual(['2.0 l10 89 74', '4.0 l10 74 89']);
    expect(later(kernel)).toEqual([
      '1.0 CPU0: l10 ==> h30 R+',
      '2.0 CPU1: x25 ==> swapper/1 D',
      '2.0 CPU0: h30 ==> migration/0 R+',
      '2.0 CPU1: swapper/1 ==> h30 R',
      '2.0 CPU0: migration/0 ==> l10 S',
      '4.0 CPU0: l10 ==> x25 R+',
      '5.0 CPU0: x25 ==> l10 X',
      '6.0 CPU0: l10 ==> swapper/0 X',
      '7.0 CPU1: h30 ==> swapper/1 X',
    ]);
    expect(eventsOf(kernel, 'sched_migrate_task').map((e) => `${e.task_comm} ${e.orig_cpu}->${e.dest_cpu}`)).toEqual([
      'h30 0->1',
      'x25 1->0',
    ]);
  });

  test('M09: local_lock and a spinlock inside', () => {
    const kernel = runProgram(`
      machine { cpus = 2; preempt = rt; }
      DEFINE_PER_CPU(local_lock_t, a);
      static DEFINE_SPINLOCK(b);
      task t() {
        local_lock(&a); printk("%d", current->migration_disabled);
        spin_lock(&b); printk("%d", current->migration_disabled);
        spin_unlock(&b); local_unlock(&a); printk("%d", current->migration_disabled);
      }
    `);
    expect(printed(kernel)).toEqual(['2', '3', '0']);
  });
});

const OFF: Settings = { debug_lockdep: false };

describe('deadlocks and misuse', () => {
  test('D25: an rt_mutex that is taken twice: a warning, and the task never comes back', () => {
    const kernel = runProgram('static DEFINE_RT_MUTEX(a); task t() { rt_mutex_lock(&a); rt_mutex_lock(&a); }', OFF);
    expect(slugs(kernel)).toEqual(['rtmutex_deadlock', 'stuck']);
    expect(kernel.findings[0].headline).toBe('rtmutex deadlock detected');
  });

  test('D25: the mutex of PREEMPT_RT says the same', () => {
    const text = 'machine { preempt = rt; } static DEFINE_MUTEX(a); task t() { mutex_lock(&a); mutex_lock(&a); }';
    expect(slugs(runProgram(text, OFF))).toEqual(['rtmutex_deadlock', 'stuck']);
  });

  test('who asks for detection gets -EDEADLK, also along a chain', () => {
    const kernel = runProgram(
      `
      machine { cpus = 2; step_ns = 1; }
      static DEFINE_RT_MUTEX(a);
      static DEFINE_RT_MUTEX(b);
      task x(cpu = 0) { rt_mutex_lock(&a); mdelay(2); rt_mutex_lock(&b); rt_mutex_unlock(&b); rt_mutex_unlock(&a); }
      task y(cpu = 1) {
        rt_mutex_lock(&b);
        msleep(3);
        printk("%d", rt_mutex_slowlock(&a.rtmutex, TASK_UNINTERRUPTIBLE, RT_MUTEX_FULL_CHAINWALK) == -EDEADLK);
        rt_mutex_unlock(&b);
      }
    `,
      OFF,
    );
    expect(printed(kernel)).toEqual(['1']);
    expect(slugs(kernel)).toEqual([]);
    expect(kernel.life).toBe('ended');
  });

  test('D26: a spinlock that is released twice, or by another task', () => {
    const twice = runProgram(
      'machine { cpus = 1; } static DEFINE_SPINLOCK(a); task t() { preempt_disable(); spin_lock(&a); spin_unlock(&a); spin_unlock(&a); }',
      OFF,
    );
    expect(twice.findings[0]).toMatchObject({
      slug: 'spinlock_bad_unlock',
      headline: 'BUG: spinlock already unlocked on CPU#0, t/100',
      detail: expect.stringContaining('lock: a at ') as string,
    });
    const other = runProgram(
      'machine { cpus = 2; } static DEFINE_SPINLOCK(a); task t(cpu = 0) { spin_lock(&a); mdelay(2); } task u(cpu = 1) { mdelay(1); preempt_disable(); spin_unlock(&a); preempt_enable(); }',
      { ...OFF, preempt_count: 'auto' },
    );
    expect(other.findings[0].headline).toBe('BUG: spinlock wrong owner on CPU#1, u/101');
  });
});
