/** wall = runtime + preempted + blocked + irq, for every section of every run. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordingOf } from '../../src/session/recording.ts';
import { computeMetrics, type Metrics } from '../../src/trace/metrics/metrics.ts';
import type { Recording } from '../../src/trace/recording.ts';
import { boot } from '../support/run-program.ts';

const SEED = 20200924;
/** Samples whose runs do not end are followed so far. */
const STEPS = 60_000;

function follow(text: string, steps = STEPS): Recording {
  const run = boot(text);
  for (let i = 0; i < steps && run.stepDefault(); i++);
  return recordingOf(run.kernel);
}

function expectIdentity({ sections }: Metrics): void {
  for (const section of sections) {
    const { wall, runtime, preempted, blocked, irq } = section;
    expect(runtime + preempted + blocked + irq, JSON.stringify(section)).toBe(wall);
    for (const part of [runtime, preempted, blocked, irq]) expect(part).toBeGreaterThanOrEqual(0);
  }
}

/** What can be said of any metric: nothing lasts longer than the run, and a sum is not below its largest part. */
function expectPlausible({ rows }: Metrics, { end, cpus }: Recording): void {
  for (const row of rows) {
    expect(row.max, JSON.stringify(row)).toBeLessThanOrEqual(end);
    expect(row.max, JSON.stringify(row)).toBeLessThanOrEqual(row.total);
    expect(row.total, JSON.stringify(row)).toBeLessThanOrEqual(row.count * row.max);
  }
  const total = (metric: string) => rows.filter((row) => row.metric === metric).reduce((sum, row) => sum + row.total, 0);
  const parts = total('interference.pinned') + total('interference.movable') + total('interference.other');
  expect(parts).toBe(total('interference'));
  expect(total('lost_cpu')).toBeLessThanOrEqual(total('interference'));
  expect(total('interference')).toBeLessThanOrEqual(total('md.preempted'));
  expect(total('preempt_irqs_off')).toBeLessThanOrEqual(end * cpus);
}

function check(text: string): Metrics {
  const recording = follow(text);
  const metrics = computeMetrics(recording);
  expectIdentity(metrics);
  expectPlausible(metrics, recording);
  return metrics;
}

const samples = readdirSync('samples').filter((name) => name.endsWith('.klab'));

describe('the time of every section is accounted for', () => {
  test.each(samples)('in the sample %s', (name) => {
    check(readFileSync(`samples/${name}`, 'utf8'));
  });

  const STATEMENTS = [
    'migrate_disable();',
    'migrate_disable(); migrate_disable(); udelay(30); migrate_enable();',
    'if (current->migration_disabled) migrate_enable();',
    'udelay(150);',
    'udelay(20);',
    'usleep_range(100, 100);',
    'yield();',
    'preempt_disable(); udelay(40); preempt_enable();',
    'local_irq_disable(); udelay(40); local_irq_enable();',
  ];
  const task = fc.record({
    rt: fc.boolean(),
    prio: fc.integer({ min: 1, max: 4 }),
    cpu: fc.integer({ min: 0, max: 1 }),
    free: fc.boolean(),
    body: fc.array(fc.constantFrom(...STATEMENTS), { minLength: 1, maxLength: 8 }),
  });
  const program = fc.record({
    tasks: fc.array(task, { minLength: 1, maxLength: 5 }),
    preempt: fc.constantFrom('full', 'none', 'voluntary'),
    every: fc.integer({ min: 60, max: 400 }),
  });

  test('in random programs with sleeps, preemption, migration and interrupts', () => {
    let seen = 0;
    fc.assert(
      fc.property(program, ({ tasks, preempt, every }) => {
        const lines = tasks.map(({ rt, prio, cpu, free, body }, number) => {
          const policy = rt ? `policy = SCHED_FIFO, prio = ${prio}, ` : '';
          return `task t${number}(${policy}cpu = ${cpu}${free ? ', cpus_allowed = 0x3' : ''}) { ${body.join(' ')} while (current->migration_disabled) migrate_enable(); }`;
        });
        const machine = `machine { cpus = 2; preempt = ${preempt}; tick_ns = 100us; }`;
        const metrics = check(`${machine}\nirq nic(cpu = 0, every = ${every}us) { udelay(15); }\n${lines.join('\n')}`);
        expect(metrics.sections.filter(({ unfinished }) => unfinished)).toEqual([]);
        seen += metrics.sections.length;
      }),
      { seed: SEED, numRuns: 30 },
    );
    expect(seen).toBeGreaterThan(20);
  });
});
