import { expect, test } from 'vitest';
import { preemptionModel, preemptionText } from '../../src/views/preemption.ts';
import { type MachineSpec, machine } from './machine.ts';

const why = (spec: MachineSpec): string => preemptionModel(machine({ cpus: 1, ...spec })).cpus[0].why;
const running = { running: true };

test.each<[string, MachineSpec, string]>([
  ['nothing forbids it', { tasks: [running] }, 'writer can be preempted: preempt_count is 0 and interrupts are on.'],
  [
    'need_resched is set',
    { tasks: [{ ...running, needResched: true }] },
    'writer can be preempted, and need_resched is set: the next interrupt return or preempt_enable() switches.',
  ],
  [
    'preemption is disabled',
    { tasks: [running], cpu: [{ preemptCount: 2 }] },
    'writer cannot be preempted: preemption is disabled (depth 2).',
  ],
  [
    'preemption is disabled and somebody waits',
    { tasks: [{ ...running, needResched: true }], cpu: [{ preemptCount: 1 }] },
    'writer cannot be preempted: preemption is disabled (depth 1). need_resched is set: it happens at the next chance.',
  ],
  [
    'inside an interrupt over a spinlock',
    { tasks: [running], cpu: [{ preemptCount: 0x10001, irqsEnabled: false }] },
    'writer cannot be preempted: an interrupt is being handled, preemption is disabled (depth 1) and interrupts are off.',
  ],
  [
    'inside an NMI, which counts as an interrupt too',
    { tasks: [running], cpu: [{ preemptCount: 0x110000, irqsEnabled: false }] },
    'writer cannot be preempted: an NMI is being handled and interrupts are off.',
  ],
  [
    'softirqs disabled',
    { tasks: [running], cpu: [{ preemptCount: 0x200 }] },
    'writer cannot be preempted: softirqs are disabled (depth 1).',
  ],
  [
    'a kernel that does not preempt itself',
    { tasks: [running], preempt: 'none' },
    'writer runs in the kernel until it blocks, yields or calls cond_resched(): preempt = none does not preempt kernel code.',
  ],
  [
    'the voluntary model, with somebody waiting',
    { tasks: [{ ...running, needResched: true }], preempt: 'voluntary' },
    'writer runs in the kernel until it blocks, yields, or calls cond_resched() or might_sleep(): preempt = voluntary does not preempt kernel code. need_resched is set and waits for that.',
  ],
  [
    'the lazy flag, which kernel code does not look at',
    { tasks: [{ ...running, needReschedLazy: true }], preempt: 'lazy' },
    'writer can be preempted: preempt_count is 0 and interrupts are on. Only the lazy flag is set: it waits for the next tick or the return to user mode.',
  ],
  [
    'PREEMPT_RT, where softirqs are kept away by a lock',
    { tasks: [running], cpu: [{ preemptCount: 0, softirqCount: 0x200 }], preempt: 'rt' },
    'writer can be preempted: preempt_count is 0 and interrupts are on.',
  ],
  ['the idle task', { tasks: [] }, 'The idle task runs: nobody is runnable on CPU 0.'],
  [
    'the idle task while somebody waits',
    { tasks: [{ comm: 'reader' }] },
    'The idle task still runs, and reader waits for CPU 0.',
  ],
])('says why: %s', (_name, spec, text) => {
  expect(why(spec)).toBe(text);
});

test('the run queue has the running task first and marks who came and who left', () => {
  const before = machine({ cpus: 1, tasks: [running, { pid: 101, comm: 'reader' }] });
  const now = machine({ cpus: 1, step: 11, tasks: [running, { pid: 102, comm: 'late' }] });
  const [cpu] = preemptionModel(now, before).cpus;
  expect(cpu.queue.map(({ comm, running: r, change }) => [comm, r, change])).toEqual([
    ['writer', true, ''],
    ['late', false, 'new'],
    ['reader', false, 'gone'],
  ]);
});

test('fields that differ from the stop before are named', () => {
  const before = machine({ cpus: 1, tasks: [running] });
  const now = machine({ cpus: 1, step: 11, tasks: [running], cpu: [{ preemptCount: 1 }] });
  expect(preemptionModel(now, before).cpus[0].changed).toEqual(['countRaw', 'preemptible']);
});

test('the text twin', () => {
  const tasks = [
    { ...running, migrationDisabled: 1 },
    { pid: 101, comm: 'reader', policy: 'SCHED_NORMAL', prio: 120 },
  ];
  const before = machine({ tasks });
  const now = machine({ step: 11, tasks, cpu: [{ preemptCount: 0x10000, irqsEnabled: false, nrPinned: 1 }] });
  expect(preemptionText(preemptionModel(now, before))).toMatchInlineSnapshot(`
    "Preemption at step 11 (preempt = full)
    CPU 0
      ~ writer cannot be preempted: an interrupt is being handled and interrupts are off.
        current             writer (pid 100), SCHED_FIFO prio 89
      ~ context             hardirq
      ~ preempt_count       0x00010000 (hardirq 1)
      ~ interrupts          off
        need_resched        clear
        migration_disabled  1
        pagefault_disabled  0
      ~ nr_pinned           1
        2 tasks in the run queue
           task    class         prio  state
           writer  SCHED_FIFO    89    running  pinned
           reader  SCHED_NORMAL  120   waiting
    CPU 1
        The idle task runs: nobody is runnable on CPU 1.
        current             swapper/1 (idle)
        context             task
        preempt_count       0x00000000 (all parts 0)
        interrupts          on
        need_resched        clear
        migration_disabled  0
        pagefault_disabled  0
        nr_pinned           0
        run queue empty"
  `);
});
