import { describe, expect, test } from 'vitest';
import { queuesModel, queuesText } from '../../src/views/queues.ts';
import type { TaskSnapshot } from '../../src/views/snapshot.ts';
import { machine } from './machine.ts';

const task = (pid: number, comm: string, prio: number, more: Partial<TaskSnapshot> = {}): Partial<TaskSnapshot> => ({
  pid,
  comm,
  prio,
  cpusMask: 0b11,
  obeyedMask: 0b11,
  ...more,
});
/** Everything on CPU 0: one runs, one waits inside migrate_disable(), one could go, one is bound; CPU 1 is idle. */
const stacked = (more: Partial<TaskSnapshot> = {}) =>
  machine({
    cpus: 2,
    tasks: [
      task(101, 'high', 69, { running: true }),
      task(102, 'pinned', 79, { migrationDisabled: 1, obeyedMask: 0b01, pushablePlace: 1 }),
      task(103, 'free', 84, { pushablePlace: 2, ...more }),
      task(104, 'bound', 89, { cpusMask: 0b01, obeyedMask: 0b01 }),
    ],
    cpu: [{ nrPinned: 1 }],
  });

describe('the run queues', () => {
  test('each waiting task says where it may run, its place among the pushable ones, and why it stays', () => {
    const [cpu] = queuesModel(stacked()).cpus;
    expect(cpu.tasks.map(({ comm, allowed, pushable, stays }) => [comm, allowed, pushable, stays])).toEqual([
      ['high', 'all', 0, ''],
      ['pinned', '0', 1, 'pinned by migrate_disable()'],
      ['free', 'all', 2, ''],
      ['bound', '0', 0, 'bound to this CPU'],
    ]);
  });

  test('an idle CPU says who waits elsewhere and who of them cannot come', () => {
    const [busy, idle] = queuesModel(stacked()).cpus;
    expect(busy.note).toBe('');
    expect(idle).toMatchObject({ idle: true, tasks: [] });
    expect(idle.note).toBe(
      'CPU 1 is idle while pinned waits pinned to another CPU, and cannot come; free waits on another queue, and could come.',
    );
  });

  test('a pinned sleeper is listed where it will have to wake', () => {
    const at = machine({ cpus: 1, tasks: [task(101, 'sleeper', 89, { queued: false, migrationDisabled: 2 })] });
    expect(queuesModel(at).cpus[0].pinnedSleepers).toEqual(['sleeper']);
    expect(queuesText(queuesModel(at))).toContain('asleep and pinned here: sleeper');
  });

  test('what changed since the last stop is marked, and who left is still shown', () => {
    const before = stacked();
    const now = machine({
      cpus: 2,
      tasks: [task(102, 'pinned', 69, { normalPrio: 79, running: true, migrationDisabled: 1, obeyedMask: 0b01 })],
    });
    const [cpu] = queuesModel(now, before).cpus;
    expect(cpu.tasks.map(({ comm, change }) => [comm, change])).toEqual([
      ['pinned', 'changed'],
      ['high', 'gone'],
      ['free', 'gone'],
      ['bound', 'gone'],
    ]);
  });

  test('the text twin says all of it', () => {
    const boosted = queuesText(queuesModel(stacked({ prio: 69, normalPrio: 84 })));
    expect(boosted.split('\n')).toEqual([
      'Run queues at step 10',
      'CPU 0: 4 tasks, nr_pinned 1',
      '     task    policy      prio                 state    pinned  CPUs  pushable',
      '     high    SCHED_FIFO  69                   running          all',
      '     pinned  SCHED_FIFO  79                   waiting  1       0     1, refused: pinned by migrate_disable()',
      '     free    SCHED_FIFO  69 (of its own: 84)  waiting          all   2',
      '     bound   SCHED_FIFO  89                   waiting          0     no: bound to this CPU',
      'CPU 1: nothing to run, idle',
      expect.stringContaining('CPU 1 is idle while'),
    ]);
  });
});
