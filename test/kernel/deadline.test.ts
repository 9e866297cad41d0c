/** SCHED_DEADLINE beyond the vectors (scheduler 2.7): budgets, wake-ups, where the tasks run, what is refused. */
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/kernel/build.ts';
import { eventsOf, printed, runProgram, slugs, switches } from '../support/run-program.ts';

const faults = (text: string, settings = {}): string[] =>
  buildProgram({ uri: 'd.klab', text, settings }).diagnostics.map(({ code, message }) => `${code} ${message}`);

const SHOW = `
static void show(const char *what)
{
  printk("%s: left %d us, deadline %d us", what, (int)(current->dl.runtime / 1000), (int)(current->dl.deadline / 1000));
}
`;

describe('budget', () => {
  test('a deadline task goes before the most urgent real-time task, and lets it run once its budget is used up', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      task f(policy = SCHED_FIFO, prio = 99) { mdelay(9); }
      task d(policy = SCHED_DEADLINE, runtime = 1ms, period = 5ms) { mdelay(2); }
    `);
    expect(switches(kernel, { times: true })).toEqual([
      '0.0 CPU0: swapper/0 ==> d R',
      '1.0 CPU0: d ==> f R+',
      '5.0 CPU0: f ==> d R+',
      '6.0 CPU0: d ==> f R+',
      '10.0 CPU0: f ==> d R+',
      '10.0 CPU0: d ==> f X',
      '11.0 CPU0: f ==> swapper/0 X',
    ]);
  });

  test('hrtick = off: the budget ends at the next tick, and the next one is shorter by that', () => {
    const kernel = runProgram(
      `
      machine { cpus = 1; step_ns = 1; }
      task d(policy = SCHED_DEADLINE, runtime = 1500us, period = 10ms) { mdelay(3); }
    `,
      { hrtick: false },
    );
    expect(switches(kernel, { times: true })).toEqual([
      '0.0 CPU0: swapper/0 ==> d R',
      '2.0 CPU0: d ==> swapper/0 R+',
      '10.0 CPU0: swapper/0 ==> d R',
      '11.0 CPU0: d ==> swapper/0 X',
    ]);
  });

  test('yield() gives the rest of the budget away', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      ${SHOW}
      task d(policy = SCHED_DEADLINE, runtime = 4ms, period = 10ms) { mdelay(1); yield(); show("d"); mdelay(1); }
    `);
    expect(switches(kernel, { times: true })).toEqual([
      '0.0 CPU0: swapper/0 ==> d R',
      '1.0 CPU0: d ==> swapper/0 R',
      '10.0 CPU0: swapper/0 ==> d R',
      '11.0 CPU0: d ==> swapper/0 X',
    ]);
    expect(printed(kernel)).toEqual(['d: left 4000 us, deadline 20000 us']);
  });
});

describe('a task that wakes up', () => {
  test('keeps budget and deadline while they are no more than its share', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      ${SHOW}
      task d(policy = SCHED_DEADLINE, runtime = 4ms, period = 10ms) { mdelay(3); msleep(1); show("d"); }
    `);
    expect(printed(kernel)).toEqual(['d: left 999 us, deadline 10000 us']);
  });

  test('gets new ones when the old would be more than its share', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      ${SHOW}
      task d(policy = SCHED_DEADLINE, runtime = 4ms, period = 10ms) { mdelay(1); msleep(4); show("d"); }
    `);
    expect(printed(kernel)).toEqual(['d: left 4000 us, deadline 15000 us']);
  });

  test('gets new ones when its deadline is past', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      ${SHOW}
      task d(policy = SCHED_DEADLINE, runtime = 4ms, period = 10ms) { mdelay(1); msleep(20); show("d"); }
    `);
    expect(printed(kernel)).toEqual(['d: left 4000 us, deadline 31000 us']);
  });

  test('with a constrained deadline keeps the deadline, and its budget is cut to its share', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      ${SHOW}
      task d(policy = SCHED_DEADLINE, runtime = 2ms, deadline = 4ms, period = 10ms) { mdelay(1); msleep(2); show("d"); }
    `);
    // 1 ms to the deadline, of which half is its share.
    expect(printed(kernel)).toEqual(['d: left 499 us, deadline 4000 us']);
  });

  test('with a constrained deadline that is past waits for the next period', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      ${SHOW}
      task d(policy = SCHED_DEADLINE, runtime = 2ms, deadline = 4ms, period = 10ms) { mdelay(1); msleep(5); show("d"); }
    `);
    expect(printed(kernel)).toEqual(['d: left 2000 us, deadline 14000 us']);
    expect(switches(kernel, { times: true })[2]).toBe('10.0 CPU0: swapper/0 ==> d R');
  });
});

describe('several CPUs', () => {
  const DL = (name: string, runtime: number, period: number, body: string, cpu = 0): string =>
    `task ${name}(policy = SCHED_DEADLINE, runtime = ${runtime}ms, period = ${period}ms, cpu = ${cpu}, cpus_allowed = 0xff) { ${body} }`;
  const migrations = (kernel: ReturnType<typeof runProgram>): string[] =>
    eventsOf(kernel, 'sched_migrate_task').map(({ task_comm, orig_cpu, dest_cpu }) => `${task_comm} ${orig_cpu}->${dest_cpu}`);

  test('a waiting deadline task is pushed to a CPU without one', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      ${DL('early', 3, 10, 'mdelay(2);')}
      ${DL('late', 3, 20, 'mdelay(2);')}
      task fair(cpu = 1) { mdelay(4); }
    `);
    expect(migrations(kernel)).toEqual(['late 0->1']);
    expect(switches(kernel)).toContain('CPU1: fair ==> late R+');
    expect(slugs(kernel)).toEqual([]);
  });

  test('a CPU whose deadline task leaves fetches one that waits elsewhere', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      ${DL('a', 4, 10, 'mdelay(3);')}
      ${DL('b', 4, 30, 'mdelay(3);')}
      ${DL('c', 2, 20, 'mdelay(1);', 1)}
    `);
    expect(migrations(kernel)).toEqual(['b 0->1']);
    expect(switches(kernel, { times: true })).toContain('1.0 CPU1: c ==> b X');
    expect(slugs(kernel)).toEqual([]);
  });

  test('a woken deadline task with a later deadline than the one on its CPU goes to another CPU', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      ${DL('early', 5, 10, 'msleep(1); mdelay(4);')}
      ${DL('late', 3, 20, 'msleep(2); mdelay(1); printk("%d", raw_smp_processor_id());')}
      task fair(cpu = 1) { mdelay(5); }
    `);
    expect(printed(kernel)).toEqual(['1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('a pinned deadline task is not pushed', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      ${DL('late', 6, 30, 'migrate_disable(); mdelay(4); printk("%d", raw_smp_processor_id()); migrate_enable();')}
      ${DL('early', 5, 10, 'msleep(1); mdelay(2);')}
      ${DL('first', 1, 2, 'udelay(500);', 1)}
    `);
    expect(printed(kernel)).toEqual(['0']);
    expect(migrations(kernel).filter((line) => line.startsWith('late'))).toEqual([]);
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('what sched_setattr() would refuse', () => {
  test('more than 95 % of the CPUs', () => {
    const two =
      'task a(policy = SCHED_DEADLINE, runtime = 6ms, period = 10ms) { } task b(policy = SCHED_DEADLINE, runtime = 4ms, period = 10ms) { }';
    expect(faults(`machine { cpus = 1; } ${two}`)).toEqual([
      "K5009 'b' asks for 40.0 % of a CPU, and 60.0 % are given away: SCHED_DEADLINE tasks get 95 % of each CPU, 95.0 % in all, " +
        'so sched_setattr() fails with -EBUSY; take a shorter runtime or a longer period',
    ]);
    expect(faults(`machine { cpus = 2; } ${two}`)).toEqual([]);
  });

  test('an affinity smaller than the root domain', () => {
    const text = 'task a(policy = SCHED_DEADLINE, runtime = 2ms, period = 10ms, cpu = 0) { }';
    expect(faults(text)).toEqual([
      "K5010 'a' must be allowed on all CPUs, or sched_setattr() fails with -EPERM: 'cpus_allowed = 0xff' beside 'cpu' only says where it starts",
    ]);
    expect(faults(text, { cpus: 1 })).toEqual([]);
  });
});
