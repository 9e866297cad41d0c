/** Checks of the context, and vectors of the scheduler reference, section 13, group M (migrate_disable). P and R are in test/vectors/scheduler. */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, type Settings, slugs, switches } from '../support/run-program.ts';

const ONE_CPU = 'machine { cpus = 1; }';

describe('counting preemption', () => {
  const task = (body: string, settings: Settings = {}) => runProgram(`${ONE_CPU}\n task t() { ${body} }`, settings);

  test('a function that may sleep says so in atomic context', () => {
    const kernel = task('preempt_disable(); might_sleep(); preempt_enable();');
    expect(slugs(kernel)).toEqual(['sleeping_in_atomic']);
    expect(kernel.findings[0].detail).toContain('preempt_count: 1, expected: 0');
  });
});

describe('checks of the context', () => {
  const task = (body: string) => runProgram(`${ONE_CPU}\n task t() { ${body} }`);

  test('cant_sleep() is satisfied by a section, and by interrupts off', () => {
    const kernel = task(
      'preempt_disable(); cant_sleep(); preempt_enable(); local_irq_disable(); cant_sleep(); local_irq_enable(); cant_sleep();',
    );
    expect(slugs(kernel)).toEqual(['not_atomic']);
    expect(kernel.findings[0].headline).toBe('BUG: assuming atomic context at test.klab: t');
  });
  test('D3: a function that may sleep between setting the state and schedule()', () => {
    const kernel = task('set_current_state(TASK_UNINTERRUPTIBLE); might_sleep(); set_current_state(TASK_RUNNING);');
    expect(slugs(kernel)).toEqual(['blocking_while_not_running']);
    expect(kernel.findings.map(({ headline }) => headline)).toEqual(['do not call blocking ops when !TASK_RUNNING; state=2']);
  });
  test('D22: blocking inside a reader section of RCU is reported, preempting it is not', () => {
    const kernel = task('rcu_read_lock(); msleep(1); rcu_read_unlock();');
    expect(slugs(kernel)).toEqual(['rcu_switch_in_reader']);
  });
});

describe('migrate_disable()', () => {
  test('M01: nests, and pins the run queue once', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task t(cpu = 0) {
        migrate_disable(); migrate_disable(); migrate_disable();
        printk("%d %d", current->migration_disabled, this_rq()->nr_pinned);
        migrate_enable(); migrate_enable();
        printk("%d %d", current->migration_disabled, this_rq()->nr_pinned);
        migrate_enable();
        printk("%d %d", current->migration_disabled, this_rq()->nr_pinned);
      }
    `);
    expect(printed(kernel)).toEqual(['3 1', '1 1', '0 0']);
    expect(slugs(kernel)).toEqual([]);
  });
  test('M02: without a switch the mask pointer is not touched', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task t() { migrate_disable(); printk("%d", current->cpus_ptr == &current->cpus_mask); migrate_enable(); }
    `);
    expect(printed(kernel)).toEqual(['1']);
  });
  test('M03: a pinned task that is preempted gets the mask of its CPU', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      static struct task_struct *t10;
      task other(policy = SCHED_FIFO, prio = 30, cpu = 1) { mdelay(10); }
      task low(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 0x3) { t10 = current; migrate_disable(); mdelay(3); migrate_enable(); mdelay(1); }
      task high(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(1); printk("%x %d", *t10->cpus_ptr, this_rq()->nr_pinned); mdelay(2); }
    `);
    expect(printed(kernel)).toEqual(['1 1']);
    expect(switches(kernel)).toContain('CPU0: low ==> high R+');
    expect(eventsOf(kernel, 'sched_migrate_task')).toEqual([]);
  });
  test('M05: smp_processor_id() is reported only where the task could be moved', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task t() {
        unsigned long flags;
        migrate_disable(); smp_processor_id(); migrate_enable();
        preempt_disable(); smp_processor_id(); preempt_enable();
        local_irq_save(flags); smp_processor_id(); local_irq_restore(flags);
        smp_processor_id();
      }
      task bound(cpu = 1) { smp_processor_id(); }
    `);
    expect(kernel.findings.map(({ headline }) => headline)).toEqual([
      'BUG: using smp_processor_id() in preemptible [00000000] code: t/100',
    ]);
  });
  test('M06: cant_migrate() is satisfied by migrate_disable()', () => {
    const kernel = runProgram(
      'machine { cpus = 2; } task t() { migrate_disable(); cant_migrate(); migrate_enable(); cant_migrate(); }',
    );
    expect(slugs(kernel)).toEqual(['not_pinned']);
    expect(kernel.findings[0].detail).toContain('in_atomic(): 0, irqs_disabled(): 0, migration_disabled() 0');
  });
  test('M07: enabling without disabling is reported', () => {
    const kernel = runProgram('machine { cpus = 2; } task t() { migrate_enable(); }');
    expect(slugs(kernel)).toEqual(['migrate_enable_unbalanced']);
  });
  test('M08: one CPU means a kernel without SMP, where nothing is pinned', () => {
    const kernel = runProgram(
      `${ONE_CPU} task t() { migrate_disable(); printk("%d %d", current->migration_disabled, this_rq()->nr_pinned); migrate_enable(); }`,
    );
    expect(printed(kernel)).toEqual(['0 0']);
  });
  test('M13: sleeping in the section is legal', () => {
    const kernel = runProgram(
      'machine { cpus = 2; } task t() { migrate_disable(); might_sleep(); msleep(1); migrate_enable(); }',
    );
    expect(slugs(kernel)).toEqual([]);
  });
});
