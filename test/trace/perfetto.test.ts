/** Perfetto itself cannot be run here: its import is unexecuted. Lines are held against the expression that its importer uses. */
import { expect, test } from 'vitest';
import { contextFlags } from '../../src/trace/line-header.ts';
import { lineHeader, perfettoText } from '../../src/trace/perfetto.ts';
import { event, record, recordingWith, STACKING } from './support.ts';

/** `task-PID (TGID) [CPU] FLAGS TIME: event:`, scheduler 9.4: at most four flag characters. */
const IMPORTED = /-(\d+)\s+\(?\s*(\d+|-+)?\)?\s?\[(\d+)\]\s*[a-zA-Z0-9.]{0,4}\s+(\d+\.\d+):\s+(\S+):/;

const bodyOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const context = { common_flags: 0x25, common_preempt_count: 0x21 };

test('T06: the record of T05 has four flag characters, and its line is one that Perfetto imports (unexecuted)', () => {
  const record = event({ type: 'sched_waking', wakee_comm: 'hi', wakee_pid: 101, prio: 69, target_cpu: 1 }, context);
  const [line] = bodyOf(perfettoText(recordingWith([record])));
  expect(line).toBe(
    '              lo-100     (    100) [000] dN.1     0.001006000: sched_waking: comm=hi pid=101 prio=69 target_cpu=001',
  );
  expect(IMPORTED.exec(line)?.slice(1)).toEqual(['100', '100', '000', '0.001006000', 'sched_waking']);
  // With the fifth character the same line would be dropped.
  expect(IMPORTED.test(line.replace('dN.1 ', `${contextFlags(context)} `))).toBe(false);
});

test('every line of a run is one that Perfetto imports (unexecuted)', () => {
  const lines = bodyOf(perfettoText(record(STACKING)));
  expect(lines.length).toBeGreaterThan(50);
  for (const line of lines) expect(line).toMatch(IMPORTED);
  expect(lineHeader(event({ type: 'nmi_entry' }, { pid: 0, comm: 'swapper/0' }))).toMatch(/^ +<idle>-0 +\(-------\) \[000\]/);
});

test('a section is a pair of atrace marks of its task, and mappings are a counter', () => {
  const program = `machine { cpus = 2; mapping = kmap_local; }
    page a = "a"; page b = "b";
    task t(cpu = 0) { migrate_disable(); migrate_enable(); char *p = kmap_local_page(a); char *q = kmap_local_page(b); kunmap_local(q); kunmap_local(p); }`;
  const marks = bodyOf(perfettoText(record(program))).flatMap((line) => line.split('tracing_mark_write: ')[1] ?? []);
  expect(marks).toEqual([
    'B|100|migrate_disable',
    'E|100',
    'B|100|migrate_disable',
    'C|100|kmap_depth|1',
    'C|100|kmap_depth|2',
    'C|100|kmap_depth|1',
    'C|100|kmap_depth|0',
    'E|100',
  ]);
});

test('a new task gets the one event of a wake-up that Perfetto reads', () => {
  const fresh = event({ type: 'sched_wakeup_new', wakee_comm: 'kid', wakee_pid: 102, prio: 120, target_cpu: 0 });
  const names = bodyOf(perfettoText(recordingWith([fresh]))).map((line) => IMPORTED.exec(line)?.[5]);
  expect(names).toEqual(['sched_waking', 'sched_wakeup_new']);
});
