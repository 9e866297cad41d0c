/** Checks of the context, and vectors of the scheduler reference, section 13, group M (migrate_disable). P and R are in test/vectors/scheduler. */
import { describe, expect, test } from 'vitest';
import { runProgram, type Settings, slugs, } from '../support/run-program.ts';

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
