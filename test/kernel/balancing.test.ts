/** Balancing beside the vectors of `test/vectors/scheduler`: fair tasks, the order of events, and the choice among CPUs that are equally good. */
import { describe, expect, test } from 'vitest';
import { ChoiceKind, choiceCpu, choiceKind } from '../../src/history/choice.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { boot, eventsOf, printed, runProgram, slugs, switches } from '../support/run-program.ts';

const migrations = (kernel: Kernel): string[] =>
  eventsOf(kernel, 'sched_migrate_task').map(({ task_comm, orig_cpu, dest_cpu }) => `${task_comm} ${orig_cpu}->${dest_cpu}`);
/** Starts bound to CPU 0 and then widens its own mask, so that it last ran on CPU 0 when it sleeps. */
const WIDEN = 'set_cpus_allowed_ptr(current, &everywhere);';
const EVERYWHERE = 'static const cpumask_t everywhere = 0xff;';

const FIFO = (name: string, prio: number, body: string, where = 'cpu = 0, cpus_allowed = 0xff') =>
  `task ${name}(policy = SCHED_FIFO, prio = ${prio}, ${where}) { ${body} }`;

test('a CPU whose real-time task blocks fetches a better one that waits elsewhere', () => {
  const kernel = runProgram(`
    machine { cpus = 2; step_ns = 1; }
    ${FIFO('x50', 50, 'mdelay(3);', 'cpu = 1')}
    ${FIFO('h30', 30, 'mdelay(6);', 'cpu = 0')}
    ${FIFO('l10', 10, 'mdelay(1); printk("%d", raw_smp_processor_id());')}
  `);
  expect(printed(kernel)).toEqual(['1']);
  expect(migrations(kernel)).toEqual(['l10 0->1']);
  expect(switches(kernel, { times: true })).toContain('3.0 CPU1: x50 ==> l10 X');
});

describe('fair balancing', () => {
  test('a CPU that goes idle takes a waiting fair task', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task a(cpu = 0, cpus_allowed = 0x3) { mdelay(4); }
      task b(cpu = 0, cpus_allowed = 0x3) { mdelay(4); }
      task c(cpu = 1) { mdelay(1); }
    `);
    expect(migrations(kernel)).toHaveLength(1);
    expect(kernel.machine.now).toBeLessThan(6_000_000);
  });
});

describe('classes', () => {
  test('the idle task runs only when nothing else can', () => {
    const kernel = runProgram(
      'machine { cpus = 1; } task a() { mdelay(2); } task b(policy = SCHED_FIFO, prio = 1) { msleep(1); }',
    );
    expect(switches(kernel).map((line) => line.replace(/^.*==> /, ''))).toEqual(['b R', 'a D', 'b R+', 'a X', 'swapper/0 X']);
  });
});

test('T04: a wakeup on another CPU is traced as waking, migrate, wakeup, switch', () => {
  const kernel = runProgram(`
    machine { cpus = 2; }
    ${EVERYWHERE}
    ${FIFO('t10', 10, `${WIDEN} msleep(2);`, 'cpu = 0')}
    ${FIFO('t20', 20, 'msleep(1); mdelay(5);', 'cpu = 0')}
  `);
  const at = kernel.events.findIndex(({ type }) => type === 'sched_migrate_task');
  const order = kernel.events
    .slice(at - 1)
    .map(({ type }) => type)
    .filter((type) => type.startsWith('sched_'));
  expect(order.slice(0, 4)).toEqual(['sched_waking', 'sched_migrate_task', 'sched_wakeup', 'sched_switch']);
});

describe('choices', () => {
  const program = `
    machine { cpus = 4; }
    ${EVERYWHERE}
    ${FIFO('t10', 10, `${WIDEN} msleep(2); printk("%d", raw_smp_processor_id());`, 'cpu = 0')}
    ${FIFO('t20', 20, 'msleep(1); mdelay(5);', 'cpu = 0')}
    task tick(cpu = 1) { mdelay(4); }
  `;

  /** Runs with `option` wherever there is a choice. */
  function choosing(option: number): { seen: number; kernel: Kernel } {
    const run = boot(program);
    let seen = 0;
    for (let i = 0; i < 200_000; i++) {
      const next = run.next();
      if (next === undefined) return { seen, kernel: run.kernel };
      const options = choiceKind(next) === ChoiceKind.step ? run.kernel.optionsAt(choiceCpu(next)) : 1;
      if (options > 1) {
        seen = Math.max(seen, options);
        const steps = run.enabled().filter((one) => choiceKind(one) === ChoiceKind.step && choiceCpu(one) === choiceCpu(next));
        expect(steps).toHaveLength(options);
        run.apply(steps[Math.min(option, options - 1)]);
      } else run.apply(next);
    }
    throw new Error(`the run has not ended, at ${run.kernel.machine.now} ns`);
  }

  test('where several CPUs are equally good, each of them can be taken', () => {
    const first = choosing(0);
    expect(first.seen).toBeGreaterThan(1);
    expect(printed(first.kernel)).toEqual(['1']);
    expect(printed(choosing(1).kernel)).toEqual(['2']);
    expect(printed(choosing(2).kernel)).toEqual(['3']);
  });

  test('balance_pick = kernel_distribute goes round; a change of affinity has taken CPU 1 before', () => {
    const kernel = runProgram(program, { balance_pick: 'kernel_distribute' });
    expect(printed(kernel)).toEqual(['2']);
  });
});

describe('report_pinned_waits', () => {
  const stacked = `
    machine { cpus = 2; report_pinned_waits = on; }
    ${EVERYWHERE}
    ${FIFO('low', 10, `${WIDEN} migrate_disable(); mdelay(4); migrate_enable();`, 'cpu = 0')}
    ${FIFO('high', 20, `${WIDEN} msleep(1); mdelay(4);`, 'cpu = 0')}
  `;
  test('a pinned task that waits for two ticks while a CPU idles is reported once', () => {
    const kernel = runProgram(stacked);
    expect(slugs(kernel)).toEqual(['pinned_task_waits']);
    expect(kernel.findings[0].headline).toBe('low waits for CPU 0 while CPU 1 idles');
    expect(kernel.findings[0].time).toBeGreaterThan(2_000_000);
    expect(kernel.findings[0].time).toBeLessThan(4_000_000);
  });
  test('not without being asked for, not when the other CPU is busy, not when the section holds off preemption', () => {
    expect(slugs(runProgram(stacked, { report_pinned_waits: false }))).toEqual([]);
    expect(slugs(runProgram(`${stacked} task busy(cpu = 1) { mdelay(20); }`))).toEqual([]);
    expect(slugs(runProgram(stacked, { migrate_disable: 'as_preempt' }))).toEqual([]);
  });
});
