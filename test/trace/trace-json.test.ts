import { expect, test } from 'vitest';
import { traceJson } from '../../src/trace/trace-json.ts';
import { record, STACKING } from './support.ts';

interface Row {
  ph: string;
  name?: string;
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  id?: number;
  args?: Record<string, unknown>;
}
const rowsOf = (text: string): Row[] => (JSON.parse(text) as { traceEvents: Row[] }).traceEvents;

const PROGRAM = `machine { cpus = 1; mapping = kmap_local; }
page a = "a";
task w(policy = SCHED_FIFO, prio = 10, cpu = 0) { char *p = kmap_local_page(a); msleep(2); kunmap_local(p); }
task x(policy = SCHED_FIFO, prio = 5, cpu = 0) { mdelay(3); }
irq nic(cpu = 0, at = 1500us) { udelay(100); }
`;

test('what a CPU runs follows one another without overlap, in microseconds', () => {
  const slices = rowsOf(traceJson(record(PROGRAM))).filter(({ ph, pid }) => ph === 'X' && pid === 1);
  expect(slices.length).toBeGreaterThan(3);
  expect(new Set(slices.map(({ name }) => name))).toEqual(new Set(['w', 'x']));
  for (const [index, { ts = 0, dur = 0 }] of slices.entries()) {
    expect(dur).toBeGreaterThan(0);
    const next = slices[index + 1];
    if (next) expect(ts + dur).toBeLessThanOrEqual((next.ts ?? 0) + 1e-6);
  }
});

test('begins and ends are paired in every row, and nest', () => {
  const depth = new Map<string, number>();
  for (const { ph, pid, tid } of rowsOf(traceJson(record(PROGRAM)))) {
    if (ph !== 'B' && ph !== 'E') continue;
    const row = `${pid}:${tid}`;
    const now = (depth.get(row) ?? 0) + (ph === 'B' ? 1 : -1);
    expect(now).toBeGreaterThanOrEqual(0);
    depth.set(row, now);
  }
  expect(depth.size).toBeGreaterThan(0);
  expect([...depth.values()]).toEqual([...depth.values()].map(() => 0));
});

test('the interrupt lies on its CPU and takes its time', () => {
  const rows = rowsOf(traceJson(record(PROGRAM)));
  const begin = rows.findIndex(({ ph, name }) => ph === 'B' && name === 'nic');
  const end = rows.findIndex(({ ph, tid }, index) => index > begin && ph === 'E' && tid === 0);
  expect((rows[end].ts ?? 0) - (rows[begin].ts ?? 0)).toBeGreaterThanOrEqual(100);
  expect((rows[end].ts ?? 0) - (rows[begin].ts ?? 0)).toBeLessThan(110);
});

test('every arrow of a wake-up ends where its task begins to run', () => {
  const rows = rowsOf(traceJson(record(PROGRAM)));
  const starts = rows.filter(({ ph }) => ph === 's');
  const ends = rows.filter(({ ph }) => ph === 'f');
  expect(starts.length).toBeGreaterThan(0);
  expect(ends.map(({ id }) => id)).toEqual(starts.map(({ id }) => id));
  for (const { tid, ts } of ends)
    expect(rows.some((row) => row.ph === 'X' && row.pid === 1 && row.tid === tid && row.ts === ts)).toBe(true);
});

test('rows have names; only tasks that did something have rows', () => {
  const rows = rowsOf(traceJson(record(STACKING))).filter(({ ph }) => ph === 'M');
  const named = rows.map(({ name, pid, args }) => `${name} ${pid} ${String(args?.name)}`);
  expect(named).toEqual(
    expect.arrayContaining(['process_name 1 CPUs', 'thread_name 1 CPU 1', 'thread_name 2 l10', 'thread_name 3 l10']),
  );
  expect(traceJson(record(STACKING))).toBe(traceJson(record(STACKING)));
});
