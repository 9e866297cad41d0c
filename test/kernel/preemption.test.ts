/** Checks of the context, and vectors of the scheduler reference, section 13, group M (migrate_disable). P and R are in test/vectors/scheduler. */
import { describe, expect, test } from 'vitest';
import { runProgram, type Settings, slugs } from '../support/run-program.ts';

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
  test('D4: the raw per-CPU operations say so too, by the name of what they are made of', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      DEFINE_PER_CPU(int, hits);
      task t() {
        __this_cpu_inc(hits);
        preempt_disable();
        __this_cpu_add(hits, 2);
        preempt_enable();
        this_cpu_inc(hits);
        printk("%d", __this_cpu_read(hits));
      }
    `);
    expect(kernel.findings.map(({ headline }) => headline)).toEqual([
      'BUG: using __this_cpu_add() in preemptible [00000000] code: t/100',
      'BUG: using __this_cpu_read() in preemptible [00000000] code: t/100',
    ]);
    expect(kernel.findings[0].detail).toBe('caller is test.klab: t');
  });
  test('D24: a section that must not block', () => {
    const kernel = task('non_block_start(); might_sleep(); msleep(1); non_block_end();');
    expect(kernel.findings.map(({ headline }) => headline)).toEqual([
      'BUG: sleeping function called from invalid context at test.klab: t',
      'BUG: scheduling in a non-blocking section: t/100/1',
    ]);
    expect(kernel.findings[0].detail).toContain('non_block: 1');
  });
  test('D22: blocking inside a reader section of RCU is reported, preempting it is not', () => {
    const kernel = task('rcu_read_lock(); msleep(1); rcu_read_unlock();');
    expect(slugs(kernel)).toEqual(['rcu_switch_in_reader']);
  });
});
