/** Vectors of the scheduler reference, section 13: P (counts), R (where preemption happens), M (migrate_disable). */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, type Settings, slugs, switches } from '../support/run-program.ts';

const ONE_CPU = 'machine { cpus = 1; }';

/** H50 sleeps; a device wakes it at 2 ms while F is in a system call from 0 to 10 ms. */
function scenario(work: string, helper = '', rounds = 10): string {
  return `
    machine { cpus = 1; step_ns = 1; }
    static struct task_struct *h50;
    ${helper}
    #define ROUNDS ${rounds}
    SYSCALL int sys_work(void) { ${work} return 0; }
    task h(policy = SCHED_FIFO, prio = 50) { h50 = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); }
    user task f() { int i; sys_work(); for (i = 0; i < ROUNDS; i++) continue; }
    irq dev(at = 2ms) { wake_up_process(h50); }
  `;
}

/** Time in ms and state at which F gave way to H. */
function takeover(text: string, settings: Settings = {}): string {
  const kernel = runProgram(text, settings);
  return switches(kernel, { times: true })
    .filter((line) => line.includes('f ==> h'))
    .map((line) => line.replace(/ CPU0: f ==> h/, ''))
    .join(', ');
}

describe('where preemption happens', () => {
  test('R01: none: at the return to user mode', () => {
    expect(takeover(scenario('mdelay(10);'), { preempt: 'none' })).toBe('10.0 R');
  });
  test('R02: none: at cond_resched()', () => {
    expect(takeover(scenario('mdelay(5); cond_resched(); mdelay(5);'), { preempt: 'none' })).toBe('5.0 R+');
  });
  test('R03: voluntary: at might_sleep()', () => {
    expect(takeover(scenario('mdelay(5); might_sleep(); mdelay(5);'), { preempt: 'voluntary' })).toBe('5.0 R+');
  });
  test('R04: none: not at might_sleep()', () => {
    expect(takeover(scenario('mdelay(5); might_sleep(); mdelay(5);'), { preempt: 'none' })).toBe('10.0 R');
  });
  test('R05: full: at the return from the interrupt', () => {
    expect(takeover(scenario('mdelay(10);'))).toBe('2.0 R+');
  });
  test('R06: full: when the lock is released', () => {
    const work = 'udelay(1500); spin_lock(&lock); udelay(2500); spin_unlock(&lock); mdelay(6);';
    expect(takeover(scenario(work, 'static spinlock_t lock;'))).toBe('4.0 R+');
  });
  test('R08: full: interrupts off hold the interrupt back, the count holds the switch back', () => {
    const work =
      'unsigned long flags; udelay(1500); raw_spin_lock_irqsave(&lock, flags); udelay(2500); raw_spin_unlock_irqrestore(&lock, flags); mdelay(6);';
    const kernel = runProgram(scenario(work, 'static raw_spinlock_t lock;'));
    const [taken] = eventsOf(kernel, 'irq_handler_entry');
    expect((taken.time / 1e6).toFixed(1)).toBe('4.0');
    expect(switches(kernel, { times: true }).filter((line) => line.includes('f ==> h'))).toEqual(['4.0 CPU0: f ==> h R+']);
  });
  test('R09: full: enabling interrupts does not switch; the next interrupt does', () => {
    const kernel = runProgram(`
      ${ONE_CPU}
      static struct task_struct *h50;
      task h(policy = SCHED_FIFO, prio = 50) { h50 = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); }
      task f() { udelay(1200); local_irq_disable(); udelay(300); wake_up_process(h50); udelay(300); local_irq_enable(); mdelay(5); }
    `);
    expect(switches(kernel, { times: true }).filter((line) => line.includes('f ==> h'))).toEqual(['2.0 CPU0: f ==> h R+']);
  });
  test('R11: full: cond_resched() has nothing left to do', () => {
    const kernel = runProgram(scenario('mdelay(5); printk("%d", cond_resched()); mdelay(5);'));
    expect(printed(kernel)).toEqual(['0']);
  });
  test('R12: none: cond_resched() does not put a task to sleep', () => {
    const work = 'mdelay(5); set_current_state(TASK_INTERRUPTIBLE); cond_resched(); set_current_state(TASK_RUNNING); mdelay(5);';
    const kernel = runProgram(scenario(work), { preempt: 'none' });
    expect(
      switches(kernel, { times: true })
        .filter((line) => /\bf\b/.test(line))
        .slice(1, 3),
    ).toEqual(['5.0 CPU0: f ==> h R+', '5.0 CPU0: h ==> f X']);
    expect(kernel.life).toBe('ended');
  });
  test('R13: full: in user mode the state is plain R', () => {
    expect(takeover(scenario('', '', 20_000), { step_ns: 100 })).toBe('2.0 R');
  });
  test('R17: an NMI does not switch', () => {
    const text = scenario('mdelay(10);').replace('irq dev(at = 2ms) {', 'nmi dev(at = 2ms) {');
    expect(takeover(text.replace('wake_up_process(h50);', 'printk("%x", preempt_count());'))).toBe('');
  });
});

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
