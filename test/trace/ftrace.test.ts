import { expect, test } from 'vitest';
import type { EventDetail } from '../../src/kernel/events.ts';
import { ftraceText } from '../../src/trace/ftrace.ts';
import { selectable, selectEvents } from '../../src/trace/select.ts';
import { event, record, recordingWith, STACKING } from './support.ts';

const functions = [
  { name: 'schedule', entry: 4, end: 20 },
  { name: 'worker', entry: 20, end: 40 },
];

/** What stands behind the time. */
function text(detail: EventDetail): string {
  const lines = ftraceText(recordingWith([event(detail, { pc: 6 })], { functions }))
    .trimEnd()
    .split('\n');
  return lines[lines.length - 1].replace(/^.*\d\.\d{6}: /, '');
}

const wake = { wakee_comm: 'hi', wakee_pid: 101, prio: 69, target_cpu: 1 };
const fault = { address: 0xfffb_b000, ip: 'worker', error_code: 2 };
const hrtimer = { vec: 8, action: 'HRTIMER' };

test.each<[EventDetail, string]>([
  [
    {
      type: 'sched_switch',
      prev_comm: 'lo',
      prev_pid: 100,
      prev_prio: 89,
      prev_state: 'R+',
      next_comm: 'hi',
      next_pid: 101,
      next_prio: 69,
    },
    'sched_switch: prev_comm=lo prev_pid=100 prev_prio=89 prev_state=R+ ==> next_comm=hi next_pid=101 next_prio=69',
  ],
  [{ type: 'sched_waking', ...wake }, 'sched_waking: comm=hi pid=101 prio=69 target_cpu=001'],
  [{ type: 'sched_wakeup', ...wake }, 'sched_wakeup: comm=hi pid=101 prio=69 target_cpu=001'],
  [{ type: 'sched_wakeup_new', ...wake }, 'sched_wakeup_new: comm=hi pid=101 prio=69 target_cpu=001'],
  [
    { type: 'sched_migrate_task', task_comm: 'hi', task_pid: 101, prio: 69, orig_cpu: 0, dest_cpu: 1 },
    'sched_migrate_task: comm=hi pid=101 prio=69 orig_cpu=0 dest_cpu=1',
  ],
  [
    { type: 'sched_pi_setprio', task_comm: 'hi', task_pid: 101, oldprio: 89, newprio: 69 },
    'sched_pi_setprio: comm=hi pid=101 oldprio=89 newprio=69',
  ],
  [
    { type: 'sched_process_fork', child_comm: 'kid', child_pid: 102 },
    'sched_process_fork: comm=lo pid=100 child_comm=kid child_pid=102',
  ],
  [{ type: 'sched_process_exit', prio: 120 }, 'sched_process_exit: comm=lo pid=100 prio=120'],
  [{ type: 'irq_handler_entry', irq: 3, name: 'nic' }, 'irq_handler_entry: irq=3 name=nic'],
  [{ type: 'irq_handler_exit', irq: 3, ret: 'handled' }, 'irq_handler_exit: irq=3 ret=handled'],
  [{ type: 'irq_handler_exit', irq: 3, ret: 'unhandled' }, 'irq_handler_exit: irq=3 ret=unhandled'],
  [{ type: 'softirq_raise', ...hrtimer }, 'softirq_raise: vec=8 [action=HRTIMER]'],
  [{ type: 'softirq_entry', ...hrtimer }, 'softirq_entry: vec=8 [action=HRTIMER]'],
  [{ type: 'softirq_exit', ...hrtimer }, 'softirq_exit: vec=8 [action=HRTIMER]'],
  [
    { type: 'preempt_disable', preempt_count: 1, parent: 25 },
    'preempt_disable: caller=schedule+0x8/0x40 parent=worker+0x14/0x50',
  ],
  [{ type: 'irq_enable', parent: -1 }, 'irq_enable: caller=schedule+0x8/0x40 parent=0x0'],
  [{ type: 'page_fault_kernel', ...fault }, 'page_fault_kernel: address=0xfffbb000 ip=worker error_code=0x2'],
  [{ type: 'page_fault_user', ...fault }, 'page_fault_user: address=0xfffbb000 ip=worker error_code=0x2'],
  [{ type: 'contention_begin', lock: 0xc034_5678, name: 's', flags: 5 }, 'contention_begin: c0345678 (flags=SPIN|WRITE)'],
  [{ type: 'contention_end', lock: 0xc034_5678, name: 's', ret: -4 }, 'contention_end: c0345678 (ret=-4)'],
  [{ type: 'local_timer_entry', vector: 16 }, 'local_timer_entry: vector=16'],
  [{ type: 'printk', level: 6, text: 'two\nlines\n' }, 'console: two | lines'],
  [{ type: 'migrate_disable', migration_disabled: 2 }, 'migrate_disable: migration_disabled=2'],
  [
    { type: 'kmap', address: 0xfffb_b000, pfn: 0x373fe, slot: 0, idx: 1, model: 'kmap_local', page: 'letter[1]' },
    'kmap: address=0xfffbb000 pfn=0x373fe slot=0 idx=1 model=kmap_local page=letter[1]',
  ],
  [{ type: 'sys_enter', name: 'sys_fill' }, 'syscall_enter: name=sys_fill'],
])('the text of %o', (detail, expected) => {
  expect(text(detail)).toBe(expected);
});

test('the header block and a line are those of the trace file', () => {
  const sample = event(
    {
      type: 'sched_switch',
      prev_comm: 'lo',
      prev_pid: 100,
      prev_prio: 89,
      prev_state: 'S',
      next_comm: 'swapper/0',
      next_pid: 0,
      next_prio: 120,
    },
    { common_flags: 1, common_preempt_count: 2 },
  );
  expect(ftraceText(recordingWith([sample], { cpus: 4 }))).toBe(
    `# tracer: nop
#
# entries-in-buffer/entries-written: 1/1   #P:4
#
#                                _-----=> irqs-off/BH-disabled
#                               / _----=> need-resched
#                              | / _---=> hardirq/softirq
#                              || / _--=> preempt-depth
#                              ||| / _-=> migrate-disable
#                              |||| /     delay
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
              lo-100     [000] d..2.     0.001006: sched_switch: prev_comm=lo prev_pid=100 prev_prio=89 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120
`,
  );
});

test('every event of a run is one line, and the same run gives the same bytes', () => {
  const recording = record(STACKING);
  const lines = ftraceText(recording).trimEnd().split('\n');
  const body = lines.filter((line) => !line.startsWith('#'));
  expect(body).toHaveLength(recording.events.length);
  for (const line of body) {
    expect(line).toMatch(/^ *\S+-\d+ +\[\d{3}\] [.dbDX][.NnpLlbB][.zZhHs][.0-9a-f][.0-9a-f] +\d+\.\d{6}: \w+: /);
    expect(line).not.toContain('undefined');
  }
  expect(ftraceText(record(STACKING))).toBe(ftraceText(recording));
});

test('a context switch is recorded with interrupts off and preemption disabled twice, as in the kernel', () => {
  const lines = ftraceText(selectEvents(record(STACKING), ['sched_switch'])).split('\n');
  expect(lines.find((line) => line.includes('prev_comm=l10'))).toMatch(/\[000\] d\.\.21 +0\.00\d+: sched_switch/);
});

test('events are chosen by system or by name', () => {
  const recording = record(STACKING);
  expect(selectable(recording)).toEqual(
    expect.arrayContaining(['sched', 'preemptirq', 'emul', 'sched_switch', 'migrate_disable']),
  );
  const types = (wanted: string[]) => [...new Set(selectEvents(recording, wanted).events.map(({ type }) => type))];
  expect(types(['sched_waking', 'emul'])).toEqual(expect.arrayContaining(['sched_waking', 'migrate_disable']));
  expect(types(['sched_waking', 'emul'])).not.toContain('sched_switch');
});
