import { describe, expect, test } from 'vitest';
import { readSnapshot } from '../../src/views/kernel-reader.ts';
import { locksModel, locksText } from '../../src/views/locks.ts';
import type { LockSnapshot } from '../../src/views/snapshot.ts';
import { boot } from '../support/run-program.ts';
import { machine } from './machine.ts';

/** The locks after so many ns of the run. */
function locksAfter(ns: number, text: string) {
  const run = boot(text);
  while (run.kernel.machine.now < ns && run.stepDefault());
  return locksModel(readSnapshot(run.kernel, run.step));
}

const lock = (name: string, holders: number[], waiters: number[] = [], more: Partial<LockSnapshot> = {}): LockSnapshot => ({
  address: 0xc0001000 + name.charCodeAt(0),
  name,
  kind: 'rt_mutex',
  ofProgram: true,
  holders,
  waiters: waiters.map((task) => ({ task, spins: false })),
  ...more,
});
const tasks = [
  { pid: 101, comm: 'low', prio: 69, normalPrio: 89, running: true },
  { pid: 102, comm: 'mid', prio: 69, normalPrio: 79, queued: false },
  { pid: 103, comm: 'high', prio: 69, queued: false },
];

describe('the locks', () => {
  test('say who holds them, whose priority is lent, and who waits in which order', () => {
    const [row] = locksModel(machine({ tasks, locks: [lock('m', [0], [2, 1])] })).locks;
    expect(row.holders).toMatchObject([{ comm: 'low', prio: 69, normalPrio: 89, state: 'runs' }]);
    expect(row.waiters.map(({ comm, state }) => [comm, state])).toEqual([
      ['high', 'sleeps'],
      ['mid', 'sleeps'],
    ]);
  });

  test('a chain is one sentence, from the one nobody waits behind', () => {
    const at = machine({ tasks, locks: [lock('a', [0], [1]), lock('b', [1], [2])] });
    expect(locksModel(at).chains).toEqual(['high waits for b, held by mid, which waits for a, held by low']);
  });

  test('a circle is called a deadlock', () => {
    const at = machine({ tasks, locks: [lock('a', [0], [1]), lock('b', [1], [0])] });
    expect(locksModel(at).chains).toEqual([
      'mid waits for a, held by low, which waits for b, held by mid: a deadlock',
      'low waits for b, held by mid, which waits for a, held by low: a deadlock',
    ]);
  });

  test('what changed since the last stop is marked, and a lock of the kernel that is out of use is told', () => {
    const before = machine({ tasks, locks: [lock('m', [0]), lock('k', [1], [], { ofProgram: false })] });
    const now = machine({ tasks, locks: [lock('m', [0], [2])] });
    expect(locksModel(now, before).locks.map(({ name, change }) => [name, change])).toEqual([
      ['m', 'changed'],
      ['k', 'gone'],
    ]);
  });

  test('the text twin says all of it', () => {
    const text = locksText(locksModel(machine({ tasks, locks: [lock('m', [0], [2]), lock('n', [])] })));
    expect(text.split('\n')).toEqual([
      'Locks at step 10',
      '     lock  kind      held by                          waiting, in order',
      '     m     rt_mutex  low (prio 69, lent; its own 89)  high (prio 69) sleeps',
      '     n     rt_mutex  free',
      '  high waits for m, held by low.',
    ]);
  });
});

describe('the locks of a program that runs', () => {
  test('an inversion and its cure: the owner has the priority of the first of those who wait', () => {
    const model = locksAfter(
      3_000_000,
      `
      machine { cpus = 1; }
      static DEFINE_RT_MUTEX(m);
      task high(policy = SCHED_FIFO, prio = 30) { msleep(2); rt_mutex_lock(&m); rt_mutex_unlock(&m); }
      task mid(policy = SCHED_FIFO, prio = 20) { msleep(1); rt_mutex_lock(&m); rt_mutex_unlock(&m); }
      task low(policy = SCHED_FIFO, prio = 10) { rt_mutex_lock(&m); mdelay(5); rt_mutex_unlock(&m); }
    `,
    );
    expect(model.locks.find(({ name }) => name === 'm')).toMatchObject({
      kind: 'rt_mutex',
      ofProgram: true,
      holders: [{ comm: 'low', prio: 69, normalPrio: 89, state: 'runs' }],
      waiters: [
        { comm: 'high', state: 'sleeps' },
        { comm: 'mid', state: 'sleeps' },
      ],
    });
    expect(model.chains).toEqual(['high waits for m, held by low', 'mid waits for m, held by low']);
  });

  test('who spins is told from who sleeps, and a lock that nobody uses is free', () => {
    const { locks } = locksAfter(
      2_000_000,
      `
      machine { cpus = 2; }
      static DEFINE_SPINLOCK(s);
      static DEFINE_MUTEX(unused);
      task a(cpu = 0) { spin_lock(&s); mdelay(3); spin_unlock(&s); }
      task b(cpu = 1) { mdelay(1); spin_lock(&s); spin_unlock(&s); }
    `,
    );
    expect(locks.find(({ name }) => name.startsWith('s'))).toMatchObject({
      holders: [{ comm: 'a' }],
      waiters: [{ comm: 'b', state: 'spins' }],
    });
    expect(locks.find(({ name }) => name === 'unused')).toMatchObject({ holders: [], waiters: [], kind: 'mutex' });
  });
});
