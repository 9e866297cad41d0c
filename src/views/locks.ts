/** *Locks*: who holds which lock, who waits for it in which order, whose priority was lent, and the chains that follow. */
import { CHANGE_MARK, type Change, changeOf } from './change.ts';
import type { LockSnapshot, MachineSnapshot, TaskSnapshot } from './snapshot.ts';
import { indent, listOf, table } from './text.ts';

export interface LockTask {
  pid: number;
  comm: string;
  /** Priority in force, and what it would be without boosting. */
  prio: number;
  normalPrio: number;
  cpu: number;
  /** `runs`, `waits for CPU 0`, `sleeps`, `spins`. */
  state: string;
}

export interface LockRow {
  address: number;
  name: string;
  kind: string;
  /** A variable of the program; the kernel's own locks are listed only while they are used. */
  ofProgram: boolean;
  holders: LockTask[];
  /** In the order of their turn. */
  waiters: LockTask[];
  change: Change;
}

export interface LocksModel {
  view: 'locks';
  step: number;
  time: number;
  locks: LockRow[];
  /** `high waits for m, held by mid, which waits for n, held by low`. */
  chains: string[];
  /** lockdep is on: also locks without an owner word say who holds them. */
  lockdep: boolean;
}

const ROW_FIELDS = ['holding', 'waiting'] as const;

export function locksModel(now: MachineSnapshot, before?: MachineSnapshot): LocksModel {
  const old = before && rowsOf(before);
  const locks = rowsOf(now).map((row) => {
    const match = old?.find(({ address }) => address === row.address);
    return { ...row, change: changeOf(essence(row), match && essence(match), old !== undefined, ROW_FIELDS) };
  });
  const gone = (old ?? []).filter(({ address }) => !locks.some((row) => row.address === address));
  return {
    view: 'locks',
    step: now.step,
    time: now.time,
    locks: [...locks, ...gone.map((row) => ({ ...row, holders: [], waiters: [], change: 'gone' as Change }))],
    chains: chainsOf(now),
    lockdep: now.lockdep,
  };
}

const essence = ({ holders, waiters }: LockRow) => ({
  holding: holders.map(({ pid, prio }) => `${pid} ${prio}`).join(),
  waiting: waiters.map(({ pid }) => pid).join(),
});

function rowsOf(at: MachineSnapshot): LockRow[] {
  return at.locks.map(({ address, name, kind, ofProgram, holders, waiters }) => ({
    address,
    name,
    kind,
    ofProgram,
    holders: holders.flatMap((index) => lockTask(at.tasks[index], false)),
    waiters: waiters.flatMap(({ task, spins }) => lockTask(at.tasks[task], spins)),
    change: '' as Change,
  }));
}

function lockTask(task: TaskSnapshot | undefined, spins: boolean): LockTask[] {
  if (!task) return [];
  const { pid, comm, prio, normalPrio, cpu, running, queued } = task;
  const state = spins ? 'spins' : running ? 'runs' : queued ? `waits for CPU ${cpu}` : 'sleeps';
  return [{ pid, comm, prio, normalPrio, cpu, state }];
}

/** One sentence for each waiter that nobody else waits behind: the longest chains. */
function chainsOf(at: MachineSnapshot): string[] {
  const lockOf = (task: number): LockSnapshot | undefined =>
    at.locks.find(({ waiters }) => waiters.some((waiter) => waiter.task === task));
  const ends = at.locks.flatMap(({ waiters }) => waiters.map(({ task }) => task));
  const inside = new Set(ends.flatMap((task) => lockOf(task)?.holders ?? []));
  const starts = ends.filter((task) => !inside.has(task));
  // In a cycle everybody is inside; then each of them tells it.
  return (starts.length > 0 ? starts : ends).map((start) => chain(at, start, lockOf));
}

function chain(at: MachineSnapshot, start: number, lockOf: (task: number) => LockSnapshot | undefined): string {
  const seen = new Set<number>();
  let text = at.tasks[start].comm;
  let task = start;
  for (let lock = lockOf(task); lock; lock = lockOf(task)) {
    seen.add(task);
    const [holder] = lock.holders;
    text += `${task === start ? '' : ', which'} waits for ${lock.name}`;
    if (holder === undefined) return `${text}, which is free or on its way to a waiter`;
    text += `, held by ${listOf(lock.holders.map((index) => at.tasks[index].comm))}`;
    if (seen.has(holder)) return `${text}: a deadlock`;
    task = holder;
  }
  return text;
}

/** `low (prio 69, lent; its own 89)`. */
export const lockTaskText = ({ comm, prio, normalPrio }: LockTask): string =>
  `${comm} (prio ${prio}${prio === normalPrio ? '' : `, lent; its own ${normalPrio}`})`;

export const holdersText = ({ holders, change }: LockRow): string =>
  holders.length === 0 ? (change === 'gone' ? 'not used any more' : 'free') : listOf(holders.map(lockTaskText));

export const waiterText = (waiter: LockTask): string => `${lockTaskText(waiter)} ${waiter.state}`;

export function locksText(model: LocksModel): string {
  const lines = [`Locks at step ${model.step}`];
  if (model.locks.length === 0) lines.push(indent('the program has no lock, and nobody holds or waits for one'));
  else {
    const rows = model.locks.map((row) => [
      CHANGE_MARK[row.change],
      row.name,
      row.kind,
      holdersText(row),
      row.waiters.map(waiterText).join(', '),
    ]);
    lines.push(indent(table([' ', 'lock', 'kind', 'held by', 'waiting, in order'], rows)));
  }
  for (const sentence of model.chains) lines.push(indent(`${sentence}.`));
  return lines.join('\n');
}
