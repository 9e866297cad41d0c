/** Vectors M01 to M13 of the scheduler reference: what migrate_disable() counts, allows and does not do. Times in ms, to 1 % of a tick. */
import { describe, expect, test } from 'vitest';
import { printed, runProgram, type Settings, slugs } from '../../support/run-program.ts';
import { fifo, scheduling, WIDEN } from './scheduling.ts';

const two = (text: string, settings: Settings = {}) => runProgram(`machine { cpus = 2; } ${text}`, settings);
const SHOW = 'printk("%d %d", current->migration_disabled, this_rq()->nr_pinned);';

test('M01: sections nest; the run queue counts the outermost', () => {
  const kernel = two(`task t(cpu = 0) {
    migrate_disable(); ${SHOW} migrate_disable(); migrate_disable(); ${SHOW}
    migrate_enable(); migrate_enable(); ${SHOW} migrate_enable(); ${SHOW}
  }`);
  expect(printed(kernel)).toEqual(['1 1', '3 1', '1 1', '0 0']);
  expect(slugs(kernel)).toEqual([]);
});

test('M02: a section without a switch never touches cpus_ptr', () => {
  const kernel = two(
    'task t(cpu = 0) { migrate_disable(); printk("%d", current->cpus_ptr == &current->cpus_mask); migrate_enable(); }',
  );
  expect(printed(kernel)).toEqual(['1']);
});

test('M03: a pinned task that is preempted gets the mask of its CPU, and its trace lines say so', () => {
  const run = scheduling(
    2,
    [
      fifo('t10', 10, `${WIDEN} migrate_disable(); mdelay(3); migrate_enable(); mdelay(1);`),
      fifo('t20', 20, 'msleep(1); mdelay(2);'),
    ].join('\n'),
  ).until(2);
  expect(run.at(1)).toEqual(['CPU0: t10 ==> t20 R+']);
  const { kernel } = run;
  const t10 = run.task('t10');
  expect(kernel.machine.memory.words[kernel.machine.offsetOf(t10.cpus_ptr) >>> 2]).toBe(1);
  expect([t10.cpus_mask, t10.nr_cpus_allowed, kernel.rq(0).nr_pinned]).toEqual([3, 2, 1]);
  const preempted = kernel.events.find((event) => event.type === 'sched_switch' && event.prev_comm === 't10');
  expect((preempted?.common_preempt_count ?? 0) >>> 4).toBe(1);
  run.end();
  expect(run.moves()).toEqual([]);
  expect(run.findings()).toEqual([]);
});

test('M04: a pinned sleeper wakes on its own busy CPU, while the other one idles', () => {
  const run = scheduling(
    2,
    [fifo('t10', 10, `${WIDEN} migrate_disable(); msleep(5); migrate_enable();`), fifo('t20', 20, 'msleep(1); mdelay(8);')].join(
      '\n',
    ),
  );
  for (const ms of [0.5, 3, 4.9]) expect(run.until(ms).kernel.rq(0).nr_pinned).toBe(1);
  run.until(6);
  expect(run.pushable(0)).toEqual(['t10']);
  expect(run.running()).toEqual(['t20', 'swapper/1']);
  run.end();
  expect(run.at(9)[0]).toBe('CPU0: t20 ==> t10 X');
  expect(run.moves()).toEqual([]);
  expect(run.switches(1, 0.1, 9)).toEqual([]);
  expect(run.findings()).toEqual([]);
});

test('M05: smp_processor_id() is reported only where the task could be moved', () => {
  const kernel = two(`
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

test('M06: cant_migrate() is satisfied inside a section', () => {
  const kernel = two('task t() { migrate_disable(); cant_migrate(); migrate_enable(); cant_migrate(); }');
  expect(slugs(kernel)).toEqual(['not_pinned']);
  expect(kernel.findings[0].detail).toContain('in_atomic(): 0, irqs_disabled(): 0, migration_disabled() 0');
});

describe('M07: migrate_enable() without a section', () => {
  const text = `task t(cpu = 0) { migrate_enable(); printk("%x", this_rq()->nr_pinned); }`;

  test.each([
    { kernel: 'v6_18', debug_preempt: true, nrPinned: '0', found: ['migrate_enable_unbalanced'] },
    { kernel: 'v6_18', debug_preempt: false, nrPinned: 'ffffffff', found: [] },
    { kernel: 'v6_1', debug_preempt: true, nrPinned: '0', found: ['migrate_enable_unbalanced'] },
    { kernel: 'v6_1', debug_preempt: false, nrPinned: '0', found: ['migrate_enable_unbalanced'] },
  ])('$kernel, debug_preempt = $debug_preempt: nr_pinned $nrPinned', ({ nrPinned, found, ...settings }) => {
    const kernel = two(text, settings);
    expect(printed(kernel)).toEqual([nrPinned]);
    expect(slugs(kernel)).toEqual(found);
  });

  test('a count of more than 32767 warns on the way up, in debug builds of 6.12 (S-D8)', () => {
    const deep = 'task t() { current->migration_disabled = 0x8000; migrate_disable(); current->migration_disabled = 0; }';
    expect(slugs(two(deep))).toEqual(['migrate_disable_overflow']);
    expect(slugs(two(deep, { kernel: 'v6_1' }))).toEqual([]);
    expect(slugs(two(deep, { debug_preempt: false }))).toEqual([]);
  });
});

test('M08: on a kernel without SMP nothing is pinned', () => {
  const kernel = runProgram(`machine { cpus = 1; } task t() { migrate_disable(); ${SHOW} migrate_enable(); migrate_enable(); }`);
  expect(printed(kernel)).toEqual(['0 0']);
  expect(slugs(kernel)).toEqual([]);
});

test('M09: on PREEMPT_RT each lock pins: local_lock twice, spin_lock once', () => {
  const kernel = two(
    `
    static DEFINE_PER_CPU(local_lock_t, l);
    DEFINE_SPINLOCK(s);
    task t(cpu = 0) { local_lock(&l); ${SHOW} spin_lock(&s); ${SHOW} spin_unlock(&s); local_unlock(&l); ${SHOW} }
  `,
    { preempt: 'rt' },
  );
  expect(printed(kernel)).toEqual(['2 1', '3 1', '0 0']);
  expect(slugs(kernel)).toEqual([]);
});

test('M10: as_preempt forbids to block in the section', () => {
  const kernel = two('task t() { migrate_disable(); printk("%d", preempt_count()); schedule(); }', {
    migrate_disable: 'as_preempt',
  });
  expect(printed(kernel)).toEqual(['1']);
  expect(kernel.findings[0].headline).toBe('BUG: scheduling while atomic: t/100/0x00000002');
});

describe('M11: pinning is not exclusion', () => {
  const count =
    'migrate_disable(); seen = this_cpu_read(counter); mdelay(2); this_cpu_write(counter, seen + 1); migrate_enable();';
  const text = `
    DEFINE_PER_CPU(int, counter);
    ${fifo('t10', 10, `int seen; ${count}`)}
    ${fifo('t20', 20, `int seen; msleep(1); ${count}`)}
    ${fifo('reader', 5, 'msleep(8); printk("%d", this_cpu_read(counter));')}`;

  test('two tasks of one CPU lose an update, and nothing reports it', () => {
    const kernel = two(text);
    expect(printed(kernel)).toEqual(['1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('as_preempt happens to exclude too', () => {
    expect(printed(two(text, { migrate_disable: 'as_preempt' }))).toEqual(['2']);
  });
});

test('M12: the balancer refuses a pinned fair task and counts it', () => {
  const run = scheduling(
    2,
    [
      'task a(cpu = 0, cpus_allowed = 3) { migrate_disable(); mdelay(12); migrate_enable(); }',
      'task b(cpu = 0) { mdelay(12); }',
      'task c(cpu = 1) { mdelay(8); msleep(1); }',
    ].join('\n'),
  ).until(8.5);
  expect(run.switches(1, 8, 8.5)).toEqual(['c ==> swapper/1 D']);
  expect(run.kernel.rq(0).nr_failed_migrations_affine).toBeGreaterThan(0);
  run.end();
  expect(run.moves()).toEqual([]);
  expect(run.findings()).toEqual([]);
});

test('M13: sleeping in the section is legal', () => {
  const kernel = two('task t() { migrate_disable(); might_sleep(); msleep(1); migrate_enable(); }');
  expect(slugs(kernel)).toEqual([]);
});
