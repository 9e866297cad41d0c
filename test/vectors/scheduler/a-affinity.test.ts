/** Vectors A01 to A06 of the scheduler reference: changing the affinity of a pinned task. Times in ms, to 1 % of a tick. */
import { describe, expect, test } from 'vitest';
import { printed } from '../../support/run-program.ts';
import { fifo, scheduling, WIDEN } from './scheduling.ts';

/** P0 is the first task of each program. */
const P0 = 100;
const GET = `cpumask_t mask; sched_getaffinity(${P0}, &mask); printk("get %x", mask);`;
const set = (name: string, mask: number): string =>
  `cpumask_t wanted = ${mask}; long ret = sched_setaffinity(${P0}, &wanted); printk("${name} %d at %llu", ret, ktime_get_ns() / 100000);`;
/** Not bound by the kernel, or it would refuse. Is in its section for 4 ms of its own time and runs 2 ms more. */
const p0 = fifo('p0', 10, `${WIDEN} migrate_disable(); mdelay(4); migrate_enable(); mdelay(2);`, 'cpu = 0, cpus_allowed = 1');
/** Preempts P0 from 1 to 3 ms, so that its section ends at 6. */
const PREEMPTER = fifo('h', 50, 'msleep(1); mdelay(2);');

describe('A01: the task is preempted in its section', () => {
  const run = scheduling(
    2,
    [
      p0,
      PREEMPTER,
      fifo('p1', 20, `msleep(2); ${set('p1', 2)}`, 'cpu = 1'),
      fifo('p2', 20, `usleep_range(2500, 2500); ${GET}`, 'cpu = 1'),
    ].join('\n'),
  ).until(5);

  test('the new mask is seen at once, and the task stays where it is', () => {
    expect(printed(run.kernel)).toEqual(['get 2']);
    expect(run.moves()).toEqual([]);
    expect(run.running()[0]).toBe('p0');
    expect(run.task('p1').__state).toBe(2);
  });

  test('at the end of its section the stopper moves it, and the caller returns 0', () => {
    run.end();
    expect(run.at(6).filter((line) => !line.startsWith('CPU1'))).toEqual([
      'CPU0: p0 ==> migration/0 R+',
      'p0 0->1',
      'CPU0: migration/0 ==> swapper/0 S',
    ]);
    expect(run.switches(1, 6, 6.01)).toContain('p1 ==> p0 X');
    expect(printed(run.kernel)).toEqual(['get 2', 'p1 0 at 60']);
    expect(run.findings()).toEqual([]);
    expect(run.task('p0').migration_pending).toBe(0);
  });
});

test('A02: the task runs: the stopper comes in vain, and then again', () => {
  const run = scheduling(2, [p0, fifo('p1', 20, `msleep(2); ${set('p1', 2)}`, 'cpu = 1')].join('\n')).until(3);
  expect(run.switches(0, 2, 2.01)).toEqual(['p0 ==> migration/0 R+', 'migration/0 ==> p0 S']);
  const { kernel } = run;
  expect(kernel.machine.memory.words[kernel.machine.offsetOf(run.task('p0').cpus_ptr) >>> 2]).toBe(1);
  expect(run.moves()).toEqual([]);
  run.end();
  expect(run.switches(0, 4, 4.01)).toEqual(['p0 ==> migration/0 R+', 'migration/0 ==> swapper/0 S']);
  expect(run.moves()).toEqual(['p0 0->1']);
  expect(printed(kernel)).toEqual(['p1 0 at 40']);
  expect(run.findings()).toEqual([]);
});

test('A03: a mask with its CPU again completes everybody, and nothing moves', () => {
  const run = scheduling(
    2,
    [
      p0,
      PREEMPTER,
      fifo('p1', 20, `msleep(2); ${set('p1', 2)}`, 'cpu = 1'),
      fifo('p2', 19, `usleep_range(2500, 2500); ${set('p2', 3)}`, 'cpu = 1'),
    ].join('\n'),
  ).end();
  expect(printed(run.kernel).toSorted()).toEqual(['p1 0 at 25', 'p2 0 at 25']);
  expect(run.moves()).toEqual([]);
  expect(run.switches(0, 6, 6.01)).toEqual([]);
  expect(run.findings()).toEqual([]);
});

test('A04: a second caller with the same mask does not wait', () => {
  const run = scheduling(
    2,
    [
      p0,
      PREEMPTER,
      fifo('p1', 20, `msleep(2); ${set('p1', 2)}`, 'cpu = 1'),
      fifo('p2', 20, `usleep_range(2500, 2500); ${set('p2', 2)}`, 'cpu = 1'),
    ].join('\n'),
  ).end();
  expect(printed(run.kernel)).toEqual(['p2 0 at 25', 'p1 0 at 60']);
  expect(run.moves()).toEqual(['p0 0->1']);
  expect(run.findings()).toEqual([]);
});

test.each([
  ['lowest_index', 1],
  ['kernel_distribute', 2],
])('A04b: with another mask it shares the request, and both return after the move (%s)', (balance_pick, cpu) => {
  const run = scheduling(
    3,
    [
      p0,
      PREEMPTER,
      fifo('p1', 20, `msleep(2); ${set('p1', 2)}`, 'cpu = 1'),
      fifo('p2', 20, `usleep_range(2500, 2500); ${set('p2', 6)}`, 'cpu = 1'),
    ].join('\n'),
    { balance_pick },
  ).until(5);
  expect(printed(run.kernel)).toEqual([]);
  run.end();
  expect(printed(run.kernel).toSorted()).toEqual(['p1 0 at 60', 'p2 0 at 60']);
  expect(run.moves()[0]).toBe(`p0 0->${cpu}`);
  expect(run.findings()).toEqual([]);
});

test('A05: a pinned task cannot leave by itself, and is told so', () => {
  const run = scheduling(
    2,
    `task t(cpu = 0, cpus_allowed = 3) {
      cpumask_t there = 2, both = 3, here = 1;
      migrate_disable();
      printk("%d %x", sched_setaffinity(0, &there), current->cpus_mask);
      printk("%d", set_cpus_allowed_ptr(current, &here));
      migrate_enable();
      printk("%d", set_cpus_allowed_ptr(current, &both));
    }`,
  ).end();
  expect(printed(run.kernel)).toEqual(['-16 3', '0', '0']);
  expect(run.findings()).toEqual(['affinity_while_pinned']);
});

test('A06: a mask with the CPU of the pinned task is no matter', () => {
  const run = scheduling(2, [p0, fifo('p1', 20, `msleep(2); ${set('p1', 1)}`, 'cpu = 1')].join('\n')).end();
  expect(printed(run.kernel)).toEqual(['p1 0 at 20']);
  expect(run.moves()).toEqual([]);
  expect(run.switches(0, 2, 2.01)).toEqual([]);
  expect(run.findings()).toEqual([]);
});

describe('tasks that are not pinned', () => {
  test('one that runs elsewhere is moved by the stopper while the caller waits', () => {
    const run = scheduling(
      2,
      [fifo('p0', 10, 'mdelay(4);', 'cpu = 0, cpus_allowed = 3'), fifo('p1', 20, `msleep(2); ${set('p1', 2)}`, 'cpu = 1')].join(
        '\n',
      ),
    ).end();
    expect(run.switches(0, 2, 2.01)).toEqual(['p0 ==> migration/0 R+', 'migration/0 ==> swapper/0 S']);
    expect(run.moves()).toEqual(['p0 0->1']);
    expect(printed(run.kernel)).toEqual(['p1 0 at 20']);
    expect(run.findings()).toEqual([]);
  });

  test('one that waits is moved by the caller itself, and one that sleeps wakes there', () => {
    const run = scheduling(
      2,
      [
        fifo('p0', 10, 'msleep(1); mdelay(1); msleep(3); printk("on %d", raw_smp_processor_id());', 'cpu = 0, cpus_allowed = 3'),
        fifo('p1', 20, `msleep(3); ${set('p1', 2)}`, 'cpu = 1'),
      ].join('\n'),
    ).end();
    expect(printed(run.kernel)).toEqual(['p1 0 at 30', 'on 1']);
    expect(run.switches(0, 3, 3.01)).toEqual([]);
    expect(run.findings()).toEqual([]);
  });

  test('a task that forbids itself its CPU goes to another one', () => {
    const run = scheduling(
      2,
      'task t(cpu = 0, cpus_allowed = 3) { set_cpus_allowed_ptr(current, cpumask_of(1)); printk("%d", raw_smp_processor_id()); }',
    ).end();
    expect(printed(run.kernel)).toEqual(['1']);
    expect(run.moves()).toEqual(['t 0->1']);
    expect(run.findings()).toEqual([]);
  });

  test('threads that are bound, numbers of nobody and empty masks are refused', () => {
    const run = scheduling(
      2,
      `task bound(cpu = 0) {
        cpumask_t both = 3, none = 0;
        printk("%d %d", sched_setaffinity(0, &both), sched_setaffinity(4711, &both));
        printk("%d %d", set_cpus_allowed_ptr(current, &none), sched_getaffinity(4711, &both));
      }`,
    ).end();
    expect(printed(run.kernel)).toEqual(['-22 -3', '-22 -3']);
  });
});
