/** Vectors B01 to B21 of the scheduler reference: where real-time tasks run, pinned or not. Times in ms, to 1 % of a tick. */
import { describe, expect, test } from 'vitest';
import { fifo, fromCpu0, type Scheduling, scheduling, WIDEN } from './scheduling.ts';

const PINNED = 'migrate_disable(); mdelay(5); migrate_enable();';
/** The two ways to pull; the vectors hold for both. */
const PULLS = [['off'], ['on']] as const;

/** B01: four tasks that last ran on CPU 0 wake there one after the other, each above the one before, and enter a section. */
const stacked = (rest: string): string =>
  [
    fromCpu0('t10', 10, 1, PINNED),
    fromCpu0('t20', 20, 2, PINNED),
    fromCpu0('t30', 30, 3, PINNED),
    fromCpu0('t40', 40, 4, 'migrate_disable(); mdelay(4); migrate_enable(); mdelay(6);'),
    rest,
  ].join('\n');
/** X50 runs on CPU 1 from 5 to 6 ms and from 9 to 10 ms. */
const X50 = fifo('x50', 50, 'msleep(5); mdelay(1); msleep(3); mdelay(1);', 'cpu = 1');

/** Nothing has moved since the stack was there, and it is as it was. */
function expectStacked(run: Scheduling): void {
  expect(run.moves()).toEqual([]);
  expect(run.running()).toEqual(['t40', 'swapper/1', 'swapper/2', 'swapper/3']);
}

describe('stacking', () => {
  test.each(['v5_14', 'v5_11', 'naive', 'series_v1'])('B01: pinned tasks pile up on one CPU (%s)', (migrate_disable) => {
    const run = scheduling(4, stacked(''), { migrate_disable }).until(5.5);
    expectStacked(run);
    // In the posting a pinned task that was switched out is no candidate at all: its CPU is not even overloaded.
    const bound = migrate_disable === 'series_v1';
    expect(run.pushable(0)).toEqual(bound ? [] : ['t30', 't20', 't10']);
    expect(run.kernel.rootDomain.rto_mask).toBe(bound ? 0 : 1);
    expect(run.kernel.rq(0).nr_pinned).toBe(4);
    expect([1, 2, 3, 4].flatMap((ms) => run.at(ms))).toEqual([
      'CPU0: swapper/0 ==> t10 R',
      'CPU0: t10 ==> t20 R+',
      'CPU0: t20 ==> t30 R+',
      'CPU0: t30 ==> t40 R+',
    ]);
    expect(run.end().findings()).toEqual([]);
  });

  test('B02: without sections each better task that wakes pushes the one before it to a free CPU', () => {
    const run = scheduling(
      4,
      [10, 20, 30, 40].map((prio) => fromCpu0(`t${prio}`, prio, prio / 10, 'mdelay(5);')).join('\n'),
    ).until(5);
    expect(run.moves()).toEqual(['t10 0->1', 't20 0->2', 't30 0->3']);
    expect(run.running()).toEqual(['t40', 't10', 't20', 't30']);
    expect(run.at(2)).toEqual(['CPU0: t10 ==> t20 R+', 't10 0->1', 'CPU1: swapper/1 ==> t10 R']);
  });
});

describe.each(PULLS)('unstacking, rt_push_ipi = %s', (rt_push_ipi) => {
  test('B03, B04, B05: v5_14 does nothing for a pinned runner, nor when it leaves; the next demotion anywhere does', () => {
    const run = scheduling(4, stacked(X50), { rt_push_ipi }).until(7);
    expect(run.at(6), 'B03').toEqual(['CPU1: x50 ==> swapper/1 D']);
    expectStacked(run);
    expect(run.kernel.rq(0).push_busy).toBe(0);
    run.until(9.5);
    expect(run.task('t40').migration_disabled).toBe(0);
    expect(run.at(8), 'B04').toEqual([]);
    expect(run.moves()).toEqual([]);
    run.until(11);
    const moved = run.at(10);
    expect(
      moved.filter((line) => !line.startsWith('CPU1')),
      'B05',
    ).toEqual(['CPU0: t40 ==> migration/0 R+', 't40 0->1', 'CPU0: migration/0 ==> t30 S']);
    expect(
      moved.filter((line) => line.startsWith('CPU1')),
      'B05',
    ).toEqual(['CPU1: x50 ==> swapper/1 X', 'CPU1: swapper/1 ==> t40 R']);
    expect(run.end().findings()).toEqual([]);
  });

  test('B06, B07: v5_11 marks the pinned runner, which goes at the end of its own section', () => {
    const run = scheduling(4, stacked(X50), { rt_push_ipi, migrate_disable: 'v5_11' }).until(7);
    expect(run.switches(0, 6, 6.01), 'B06').toEqual(['t40 ==> migration/0 R+', 'migration/0 ==> t40 S']);
    expect(run.moves()).toEqual([]);
    expect(run.task('t40').migration_flags).toBe(1);
    run.until(8.5);
    const moved = run.at(8);
    expect(
      moved.filter((line) => !line.startsWith('CPU1')),
      'B07',
    ).toEqual(['CPU0: t40 ==> migration/0 R+', 't40 0->1', 'CPU0: migration/0 ==> t30 S']);
    expect(moved).toContain('CPU1: swapper/1 ==> t40 R');
    expect(run.running().slice(0, 2)).toEqual(['t30', 't40']);
    expect(run.task('t40').migration_flags).toBe(0);
    expect(run.end().findings()).toEqual([]);
  });

  test.each(['naive', 'series_v1'])('B08: %s does nothing, now and after the section of the runner', (migrate_disable) => {
    const run = scheduling(4, stacked(X50), { rt_push_ipi, migrate_disable }).until(13);
    expectStacked(run);
    expect(run.switches(0, 4.01, 13)).toEqual([]);
    run.end();
    // T40 has had its 10 ms: T30 follows.
    expect(run.at(14)[0]).toBe('CPU0: t40 ==> t30 X');
    expect(run.findings()).toEqual([]);
  });

  test.each(['v5_14', 'v5_11'])('B09: the runner that is not pinned is pushed away, and both run (%s)', (migrate_disable) => {
    const run = scheduling(
      2,
      [
        fifo('x50', 50, 'mdelay(4); msleep(10);', 'cpu = 1'),
        fifo('l10', 10, `${WIDEN} migrate_disable(); mdelay(8); migrate_enable();`),
        fromCpu0('h30', 30, 2, 'mdelay(8);'),
      ].join('\n'),
      { rt_push_ipi, migrate_disable },
    ).until(5);
    expect(run.at(2)).toEqual(['CPU0: l10 ==> h30 R+']);
    const moved = run.at(4);
    expect(moved.filter((line) => !line.startsWith('CPU1'))).toEqual([
      'CPU0: h30 ==> migration/0 R+',
      'h30 0->1',
      'CPU0: migration/0 ==> l10 S',
    ]);
    expect(moved.filter((line) => line.startsWith('CPU1'))).toEqual(['CPU1: x50 ==> swapper/1 D', 'CPU1: swapper/1 ==> h30 R']);
    expect(run.running()).toEqual(['l10', 'h30']);
    expect(run.end().findings()).toEqual([]);
  });

  test('B10: a runner that is bound to its CPU cannot be pushed: an idle CPU, and a pinned task that waits', () => {
    const run = scheduling(
      2,
      [
        fifo('x50', 50, 'mdelay(4); msleep(10);', 'cpu = 1'),
        fifo('l10', 10, `${WIDEN} migrate_disable(); mdelay(8); migrate_enable();`),
        fifo('h30', 30, 'msleep(2); mdelay(8);'),
      ].join('\n'),
      { rt_push_ipi },
    ).until(5);
    expect(run.at(4)).toEqual(['CPU1: x50 ==> swapper/1 D']);
    expect(run.running()).toEqual(['h30', 'swapper/1']);
    expect(run.pushable(0)).toEqual(['l10']);
    expect(run.moves()).toEqual([]);
  });

  test('B11: a pinned task at the head of the list hides a free one behind it', () => {
    const run = scheduling(
      2,
      [
        fifo('x50', 50, 'mdelay(4); msleep(10);', 'cpu = 1'),
        fromCpu0('t20', 20, 1, PINNED),
        fromCpu0('h30', 30, 2, 'migrate_disable(); mdelay(6); migrate_enable();'),
        fromCpu0('t10', 10, 3, 'mdelay(1);'),
      ].join('\n'),
      { rt_push_ipi },
    ).until(7);
    expect(run.at(4)).toEqual(['CPU1: x50 ==> swapper/1 D']);
    expect(run.pushable(0)).toEqual(['t20', 't10']);
    expect(run.moves()).toEqual([]);
    expect(run.running()).toEqual(['h30', 'swapper/1']);
  });

  test('B15: a fair task that blocks is no demotion, so nobody pulls', () => {
    const run = scheduling(
      2,
      [
        'task f(cpu = 1) { mdelay(4); msleep(10); }',
        fifo('l10', 10, `${WIDEN} migrate_disable(); mdelay(8); migrate_enable();`),
        fifo('h30', 30, 'msleep(2); mdelay(8);'),
      ].join('\n'),
      { rt_push_ipi },
    ).until(5);
    expect(run.at(4)).toEqual(['CPU1: f ==> swapper/1 D']);
    expect(run.running()).toEqual(['h30', 'swapper/1']);
    expect(run.moves()).toEqual([]);
  });

  test('B21: as_preempt makes the higher task wait for the section, and sends the lower one away afterwards', () => {
    const run = scheduling(
      2,
      [
        fifo('x50', 50, 'mdelay(2); msleep(10);', 'cpu = 1'),
        fifo('l10', 10, `${WIDEN} migrate_disable(); mdelay(3); migrate_enable(); mdelay(3);`),
        fromCpu0('h30', 30, 1, 'mdelay(3);'),
      ].join('\n'),
      { rt_push_ipi, migrate_disable: 'as_preempt' },
    ).until(4);
    expect(run.between(0.5, 2.9)).toEqual(['CPU1: x50 ==> swapper/1 D']);
    expect(run.at(3)).toEqual(['CPU0: l10 ==> h30 R+', 'l10 0->1', 'CPU1: swapper/1 ==> l10 R']);
    expect(run.running()).toEqual(['h30', 'l10']);
    expect(run.end().findings()).toEqual([]);
  });
});

describe('where a failed search has moved the cursor (balance_pick = kernel_distribute)', () => {
  test('B07: the search that finds the runner pinned takes CPU 1, its migrate_enable() CPU 2, the push goes to CPU 3', () => {
    const run = scheduling(4, stacked(X50), {
      rt_push_ipi: 'on',
      migrate_disable: 'v5_11',
      balance_pick: 'kernel_distribute',
    });
    // The four changes of affinity have brought the cursor of CPU 0 round to where it began.
    expect(run.until(5).kernel.rq(0).distribute_cursor).toBe(0);
    expect(run.until(7).kernel.rq(0).distribute_cursor).toBe(1);
    // The reference says CPU 2. But the change of mask in migrate_enable() picks a CPU as well, which it does not use here.
    expect(run.until(8.5).moves()).toEqual(['t40 0->3']);
  });
});

describe('placement at wakeup', () => {
  const where = 'printk("%d", raw_smp_processor_id());';

  test('B16: a woken task that does not outrank the running one goes to a free CPU', () => {
    const run = scheduling(2, `${fromCpu0('t10', 10, 2, where)} ${fifo('t20', 20, 'msleep(1); mdelay(5);')}`).end();
    expect(run.at(2)).toEqual(['t10 0->1', 'CPU1: swapper/1 ==> t10 R', 'CPU1: t10 ==> swapper/1 X']);
  });

  test('B17: a real-time task preempts a fair one on its old CPU although another CPU is idle', () => {
    const run = scheduling(2, `${fromCpu0('r10', 10, 2, 'mdelay(1);')} task f(cpu = 0) { mdelay(5); }`).end();
    expect(run.at(2)).toEqual(['CPU0: f ==> r10 R+']);
    expect(run.moves()).toEqual([]);
  });

  test('B18: a task of the same priority does not outrank the running one', () => {
    const run = scheduling(
      2,
      `${fromCpu0('a20', 20, 1, 'migrate_disable(); mdelay(4); migrate_enable();')} ${fromCpu0('b20', 20, 2, 'mdelay(1);')}`,
    ).end();
    expect(run.at(2)).toEqual(['b20 0->1', 'CPU1: swapper/1 ==> b20 R']);
    expect(run.switches(0, 1.01, 4.9)).toEqual([]);
  });

  const three = [
    fifo('waker', 30, 'msleep(2); wake_up_process(sleeper);'),
    // The two changes leave the cursor of kernel_distribute where it began: they pick CPU 2 and then CPU 0.
    fifo(
      't10',
      10,
      `set_cpus_allowed_ptr(current, &even); ${WIDEN} sleeper = current; set_current_state(TASK_UNINTERRUPTIBLE); schedule(); mdelay(1);`,
    ),
    fifo('t20', 20, 'msleep(1); mdelay(5);'),
    'task fair(cpu = 1) { mdelay(6); }',
  ].join('\n');
  test.each(['lowest_index', 'kernel_distribute'])(
    'B19: idle and fair are one level, and the fair task is preempted (%s)',
    (pick) => {
      const run = scheduling(3, `static struct task_struct *sleeper; static const cpumask_t even = 5; ${three}`, {
        balance_pick: pick,
      }).end();
      expect(run.at(2).filter((line) => line.includes('t10'))).toEqual(['t10 0->1', 'CPU1: fair ==> t10 R+']);
    },
  );
});

describe('B14: rostedt_counter', () => {
  const SECTION = 'migrate_disable(); mdelay(8); migrate_enable();';
  const settings = { migrate_disable: 'rostedt_counter' };
  const pair = [fromCpu0('t10', 10, 1, SECTION), fromCpu0('t20', 20, 2, SECTION)].join('\n');

  test('the second task to pin itself goes to the free CPU first, and both run', () => {
    const run = scheduling(2, pair, settings).until(3);
    expect(run.at(2).filter((line) => !line.startsWith('CPU1'))).toEqual([
      'CPU0: t10 ==> t20 R+',
      'CPU0: t20 ==> migration/0 R+',
      't20 0->1',
      'CPU0: migration/0 ==> t10 S',
    ]);
    expect(run.running()).toEqual(['t10', 't20']);
    expect([run.kernel.rq(0).nr_pinned, run.kernel.rq(1).nr_pinned]).toEqual([1, 1]);
    expect(run.end().findings()).toEqual([]);
  });

  test('a third one finds no CPU without a pinned task, and the tasks stack', () => {
    const run = scheduling(2, `${pair} ${fromCpu0('t30', 30, 3, SECTION)}`, settings).until(4);
    expect(run.moves()).toEqual(['t20 0->1']);
    expect(run.running()).toEqual(['t30', 't20']);
    expect(run.pushable(0)).toEqual(['t10']);
    expect(run.kernel.rq(0).nr_pinned).toBe(2);
    expect(run.end().findings()).toEqual([]);
  });

  test('what is stacked stays stacked when a CPU gets free', () => {
    const long = fromCpu0('t30', 30, 3, 'migrate_disable(); mdelay(20); migrate_enable();');
    const run = scheduling(2, `${pair} ${long}`, settings).until(12);
    expect(run.running()).toEqual(['t30', 'swapper/1']);
    expect(run.pushable(0)).toEqual(['t10']);
  });

  const fair = (name: string, body: string) => `task ${name}(cpu = 0, cpus_allowed = 3) { ${body} }`;
  const sleeper = fair('a', 'migrate_disable(); msleep(4); migrate_enable();');
  test('a fair task goes to an idle CPU', () => {
    const run = scheduling(2, `${sleeper} ${fair('b', 'msleep(1); migrate_disable(); mdelay(1); migrate_enable();')}`, settings);
    expect(run.end().moves(1)).toEqual(['b 0->1']);
  });
  test('one that may not be preempted stays', () => {
    const atomic = fair('b', 'msleep(1); preempt_disable(); migrate_disable(); mdelay(1); migrate_enable(); preempt_enable();');
    const run = scheduling(2, `${sleeper} ${atomic}`, settings).end();
    expect(run.moves(1)).toEqual([]);
    expect(run.findings()).toEqual([]);
  });
});

describe('B20: priority inheritance on PREEMPT_RT makes a pinned task worth a push', () => {
  test.each(PULLS)('rt_push_ipi = %s', (rt_push_ipi) => {
    const run = scheduling(
      2,
      [
        'DEFINE_SPINLOCK(s);',
        fifo('l10', 10, `${WIDEN} spin_lock(&s); mdelay(6); spin_unlock(&s); mdelay(1);`),
        fifo('x25', 25, 'mdelay(4); spin_lock(&s); spin_unlock(&s); mdelay(1);', 'cpu = 1, cpus_allowed = 3'),
        fromCpu0('h30', 30, 2, 'mdelay(8);'),
      ].join('\n'),
      { preempt: 'rt', rt_push_ipi },
    ).until(6);
    const boosts = () =>
      run.kernel.events.flatMap((event) =>
        event.type === 'sched_pi_setprio' ? [`${event.task_comm} ${event.oldprio}->${event.newprio}`] : [],
      );
    expect(run.at(2)).toEqual(['CPU0: l10 ==> h30 R+']);
    expect(boosts()).toEqual(['l10 89->74']);
    expect(run.switches(1, 4, 4.01)).toEqual(['x25 ==> swapper/1 D', 'swapper/1 ==> h30 R']);
    expect(run.at(4).filter((line) => !line.startsWith('CPU1'))).toEqual([
      'CPU0: h30 ==> migration/0 R+',
      'h30 0->1',
      'CPU0: migration/0 ==> l10 S',
    ]);
    run.end();
    // L10 has had 2 ms of its 6 before: it unlocks at 8.
    expect(boosts()).toEqual(['l10 89->74', 'l10 74->89']);
    expect(run.at(8)).toEqual(['x25 1->0', 'CPU0: l10 ==> x25 R+']);
    expect(run.findings()).toEqual([]);
  });
});

describe('beside the vectors', () => {
  test('the pushable list is in order of coming to wait: a preempted task stands behind its equal there', () => {
    const run = scheduling(
      2,
      [
        fifo('x50', 50, 'mdelay(20);', 'cpu = 1'),
        fromCpu0('a20', 20, 1, 'mdelay(5);'),
        fromCpu0('b20', 20, 2, 'mdelay(5);'),
        fromCpu0('c30', 30, 3, 'mdelay(5);'),
      ].join('\n'),
    ).until(4);
    expect(run.pushable(0)).toEqual(['b20', 'a20']);
    run.end();
    expect(run.switches(0, 8, 8.01)).toEqual(['c30 ==> a20 X']);
  });

  const requests = (run: Scheduling, from: number, to: number): string[] =>
    run.kernel.events.flatMap(({ type, cpu, time }) =>
      type === 'call_function_single_entry' && time >= from * 1e6 && time < to * 1e6 ? [`CPU${cpu}`] : [],
    );

  test('the request goes round the overloaded CPUs, and each pushes what can go', () => {
    const run = scheduling(
      3,
      [
        fifo('x50', 50, 'mdelay(4); msleep(20);', 'cpu = 2'),
        fifo('h40', 40, 'mdelay(9);', 'cpu = 0'),
        fifo('h41', 41, 'mdelay(9);', 'cpu = 1'),
        fifo('l10', 10, 'mdelay(3);', 'cpu = 0, cpus_allowed = 5'),
        fifo('l20', 20, 'mdelay(3);', 'cpu = 1, cpus_allowed = 6'),
      ].join('\n'),
      { rt_push_ipi: 'on' },
    ).until(5);
    expect(requests(run, 4, 5).slice(0, 2)).toEqual(['CPU0', 'CPU1']);
    // L10 goes first, since its CPU is asked first; L20 outranks it and takes the CPU from it, and L10 is pushed no further.
    expect(run.moves(4, 5).slice(0, 2)).toEqual(['l10 0->2', 'l20 1->2']);
    expect(run.running()).toEqual(['h40', 'h41', 'l20']);
    expect(run.kernel.rootDomain.rto_mask).toBe(4);
    run.end();
    expect(run.findings()).toEqual([]);
  });

  test('a CPU with interrupts off answers the request when it turns them on', () => {
    const run = scheduling(
      2,
      [
        fifo('x50', 50, 'mdelay(4); msleep(20);', 'cpu = 1'),
        fifo('l10', 10, `${WIDEN} migrate_disable(); mdelay(8); migrate_enable();`),
        fromCpu0('h30', 30, 2, 'mdelay(1); local_irq_disable(); mdelay(3); local_irq_enable(); mdelay(5);'),
      ].join('\n'),
      { rt_push_ipi: 'on' },
    ).until(7);
    // The second comes of the counter of requests: it was behind by one when the round began, as in the kernel.
    expect(requests(run, 4, 7)).toEqual(['CPU0', 'CPU0']);
    expect(run.between(4.1, 5.9)).toEqual([]);
    expect(run.at(6)).toContain('h30 0->1');
    expect(run.running()).toEqual(['l10', 'h30']);
  });
});
