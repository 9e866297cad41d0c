/** Vectors B12 and B13 of the scheduler reference: the proposals with a lock around migrate_disable() sections (3.7). */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, slugs, switches } from '../../support/run-program.ts';

/** T1's section sleeps in a page fault from 0 to 5 ms; T2 wants one at 1 ms. */
const FAULT = (variant: string): string => `
  machine { cpus = 1; step_ns = 1; fault_ns = 5ms; migrate_disable = ${variant}; }
  user page src = "x" absent;
  SYSCALL int sys_section(void) {
    char byte;
    migrate_disable();
    copy_from_user(&byte, src, 1);
    migrate_enable();
    return 0;
  }
  user task t1() { sys_section(); }
  task t2(policy = SCHED_FIFO, prio = 10) { msleep(1); migrate_disable(); printk("%d", (int)(ktime_get_ns() / 100000)); migrate_enable(); }
`;

describe('rostedt_lock', () => {
  test('B12: a section that sleeps blocks the others of its CPU, which idles', () => {
    const kernel = runProgram(FAULT('rostedt_lock'));
    expect(printed(kernel)).toEqual(['50']);
    const around = switches(kernel, { times: true }).filter((line) => /^[1-4]\./.test(line));
    expect(around).toEqual(['1.0 CPU0: swapper/0 ==> t2 R', '1.0 CPU0: t2 ==> swapper/0 D']);
  });

  test('B12: real kernels let the second section in at once', () => {
    expect(printed(runProgram(FAULT('v5_14')))).toEqual(['10']);
  });

  const PREEMPTED = `
    machine { cpus = 2; step_ns = 1; migrate_disable = rostedt_lock; }
    task t10(policy = SCHED_FIFO, prio = 10, cpu = 0) { migrate_disable(); mdelay(3); migrate_enable(); mdelay(1); }
    task t20(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(1); migrate_disable(); mdelay(1); migrate_enable(); }
  `;

  test('B13: the task that preempts a section boosts it', () => {
    const kernel = runProgram(PREEMPTED);
    const boosts = eventsOf(kernel, 'sched_pi_setprio');
    expect(boosts.map((e) => `${(e.time / 1e6).toFixed(1)} ${e.task_comm} ${e.oldprio} ${e.newprio}`)).toEqual([
      '1.0 t10 89 79',
      '3.0 t10 79 89',
    ]);
    expect(switches(kernel, { times: true }).slice(2)).toEqual([
      '1.0 CPU0: t10 ==> t20 R+',
      '1.0 CPU0: t20 ==> t10 D',
      '3.0 CPU0: t10 ==> t20 R+',
      '4.0 CPU0: t20 ==> t10 X',
      '5.0 CPU0: t10 ==> swapper/0 X',
    ]);
    expect(slugs(kernel)).toEqual([]);
    expect(kernel.rq(0).nr_pinned).toBe(0);
  });

  test('the call may not be made where a task must not sleep', () => {
    const kernel = runProgram(
      'machine { migrate_disable = rostedt_lock; } task t() { preempt_disable(); migrate_disable(); migrate_enable(); preempt_enable(); }',
    );
    expect(slugs(kernel)).toEqual(['sleeping_in_atomic']);
  });
});

describe('rostedt_kmap_lock', () => {
  const text = (variant: string): string => `
    machine { cpus = 1; step_ns = 1; mapping = kmap_local; migrate_disable = ${variant}; }
    page p = "x";
    task t1(policy = SCHED_FIFO, prio = 10) { char *a = kmap_local_page(p); char *b = kmap_local_page(p); mdelay(3); kunmap_local(b); kunmap_local(a); }
    task t2(policy = SCHED_FIFO, prio = 20) {
      char *a;
      msleep(1);
      migrate_disable(); migrate_enable();
      printk("%d", (int)(ktime_get_ns() / 100000));
      a = kmap_local_page(p);
      printk("%d", (int)(ktime_get_ns() / 100000));
      kunmap_local(a);
    }
  `;
  test('only those who map wait for each other', () => {
    const kernel = runProgram(text('rostedt_kmap_lock'));
    expect(printed(kernel)).toEqual(['10', '30']);
    expect(slugs(kernel)).toEqual([]);
  });
  test('real kernels map at once', () => {
    expect(printed(runProgram(text('v5_14')))).toEqual(['10', '10']);
  });
});
