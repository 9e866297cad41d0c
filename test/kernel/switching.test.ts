import { describe, expect, test } from 'vitest';
import { boot, eventsOf, printed, runProgram, slugs, switches } from '../support/run-program.ts';

const ONE_CPU = 'machine { cpus = 1; }';

describe('a context switch', () => {
  test('tasks of equal priority change places when they yield, in the order of declaration', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      task first(policy = SCHED_FIFO, prio = 10) { yield(); yield(); }
      task second(policy = SCHED_FIFO, prio = 10) { yield(); }
    `);
    expect(switches(kernel)).toEqual([
      'CPU0: swapper/0 ==> first R',
      'CPU0: first ==> second R',
      'CPU0: second ==> first R',
      'CPU0: first ==> second R',
      'CPU0: second ==> first X',
      'CPU0: first ==> swapper/0 X',
    ]);
    expect(kernel.life).toBe('ended');
    expect(slugs(kernel)).toEqual([]);
  });

  test('a task that sleeps is traced as D and comes back when its time is over', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      task sleeper() { msleep(3); printk("awake"); }
    `);
    expect(switches(kernel, { times: true }).slice(1)).toEqual([
      '0.0 CPU0: sleeper ==> swapper/0 D',
      '3.0 CPU0: swapper/0 ==> sleeper R',
      '3.0 CPU0: sleeper ==> swapper/0 X',
    ]);
    expect(printed(kernel)).toEqual(['awake']);
  });

  test('CPUs that run out of work at the same moment end the run together', () => {
    for (const cpus of [1, 2, 3, 8]) {
      const kernel = runProgram(`machine { cpus = ${cpus}; }`);
      expect([cpus, kernel.life, slugs(kernel)]).toEqual([cpus, 'ended', []]);
    }
  });

  test('every task starts and goes on at a count that comes to 0 (P14)', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      task a() { printk("%x", preempt_count()); yield(); printk("%x", preempt_count()); }
      task b() { printk("%x", preempt_count()); }
    `);
    expect(printed(kernel)).toEqual(['0', '0', '0']);
  });

  test('the fields of the event are those of the tasks', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      task rt(policy = SCHED_RR, prio = 50) { }
      task fair(nice = 5) { }
    `);
    expect(
      eventsOf(kernel, 'sched_switch').map(({ next_comm, next_pid, next_prio }) => [next_comm, next_pid, next_prio]),
    ).toEqual([
      ['rt', 100, 49],
      ['fair', 101, 125],
      ['swapper/0', 0, 120],
    ]);
  });

  test('tasks without a CPU are spread, those with one stay there', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task a() { mdelay(1); }
      task b() { mdelay(1); }
      task c(cpu = 1) { printk("%d", smp_processor_id()); }
    `);
    const first = switches(kernel).filter((line) => line.includes('swapper'));
    expect(first).toContain('CPU0: swapper/0 ==> a R');
    expect(first).toContain('CPU1: swapper/1 ==> b R');
    expect(printed(kernel)).toEqual(['1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('nothing left to do ends the run; somebody left to wait makes it stuck', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      static struct completion never;
      task waiter() { wait_for_completion(&never); }
    `);
    expect(kernel.life).toBe('stuck');
    expect(slugs(kernel)).toEqual(['stuck']);
    expect(kernel.findings[0].detail).toContain('waiter sleeps (state D)');
  });

  test('an interrupt that a person may raise could still wake them: no finding', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      static struct completion never;
      task waiter() { wait_for_completion(&never); }
      irq button(when = any) { complete(&never); }
    `);
    expect(kernel.life).toBe('stuck');
    expect(slugs(kernel)).toEqual([]);
  });

  test('a device that is due by the clock keeps the run alive', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      static struct completion done;
      static int rounds;
      task waiter() { wait_for_completion(&done); }
      irq beat(every = 2ms) { rounds++; printk("%d", rounds); if (rounds == 3) complete(&done); }
      irq late(at = 9ms) { printk("late"); }
    `);
    expect(printed(kernel)).toEqual(['1', '2', '3', '4', 'late']);
    expect(kernel.life).toBe('ended');
  });

  test('a completion wakes who waits for it', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      static struct completion done;
      task waiter(policy = SCHED_FIFO, prio = 20) { wait_for_completion(&done); printk("passed"); }
      task giver(policy = SCHED_FIFO, prio = 10) { printk("giving"); complete(&done); printk("given"); }
    `);
    expect(printed(kernel)).toEqual(['giving', 'passed', 'given']);
    expect(kernel.life).toBe('ended');
  });
});

describe('determinism', () => {
  const program = `
    machine { cpus = 2; }
    task a(cpu = 0) { int i; for (i = 0; i < 3; i++) { mdelay(1); yield(); } }
    task b(cpu = 0) { msleep(1); mdelay(2); }
    task c() { msleep(2); }
  `;

  test('the same run twice gives identical bytes and events', () => {
    const once = runProgram(program);
    const twice = runProgram(program);
    expect(Buffer.compare(Buffer.from(once.machine.memory.bytes), Buffer.from(twice.machine.memory.bytes))).toBe(0);
    expect(twice.events).toEqual(once.events);
  });

  test('a booted machine is the same every time', () => {
    const bytes = () => Buffer.from(boot(program).kernel.machine.memory.bytes);
    expect(Buffer.compare(bytes(), bytes())).toBe(0);
  });
});
