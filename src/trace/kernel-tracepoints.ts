/** The events that the kernel itself has, with its field names and texts (scheduler 9.1, 9.5). */
import type { EventType } from '../kernel/events.ts';
import { textOffset } from './symbols.ts';
import type { EventOf, Shown, TraceField, Tracepoint } from './tracepoint.ts';

type KernelTracepoints = { [T in EventType]?: Tracepoint<EventOf<T>> };

const field = <E>(
  type: TraceField<E>['type'],
  name: string,
  value: TraceField<E>['value'],
  shown?: readonly Shown<E>[],
): TraceField<E> => (shown ? { type, name, value, shown } : { type, name, value });

/** Bits of `prev_state`; 0 is running, 0x100 a preempted task. */
const TASK_STATES: readonly (readonly [letter: string, bit: number])[] = [
  ['S', 0x1],
  ['D', 0x2],
  ['T', 0x4],
  ['t', 0x8],
  ['X', 0x10],
  ['Z', 0x20],
  ['P', 0x40],
  ['I', 0x80],
];
const TASK_REPORT = 0xff;
const TASK_REPORT_MAX = 0x100;

function stateBits(text: string): number {
  const preempted = text.endsWith('+') ? TASK_REPORT_MAX : 0;
  return preempted | (TASK_STATES.find(([letter]) => text.startsWith(letter))?.[1] ?? 0);
}

const hexC = (value: number): string => `0x${value.toString(16)}`;
const pairsC = (pairs: readonly (readonly [text: string, value: number])[]): string =>
  pairs.map(([text, value]) => `{ ${hexC(value)}, "${text}" }`).join(', ');

const schedSwitch: Tracepoint<EventOf<'sched_switch'>> = {
  system: 'sched',
  name: 'sched_switch',
  format: 'prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d',
  fields: [
    field('comm', 'prev_comm', (event) => event.prev_comm),
    field('int', 'prev_pid', (event) => event.prev_pid),
    field('int', 'prev_prio', (event) => event.prev_prio),
    field('long', 'prev_state', (event) => stateBits(event.prev_state), [
      {
        c: `(REC->prev_state & ${hexC(TASK_REPORT)}) ? __print_flags(REC->prev_state & ${hexC(TASK_REPORT)}, "|", ${pairsC(TASK_STATES)}) : "R"`,
        value: (event) => event.prev_state.replace('+', ''),
      },
      {
        c: `REC->prev_state & ${hexC(TASK_REPORT_MAX)} ? "+" : ""`,
        value: (event) => (event.prev_state.endsWith('+') ? '+' : ''),
      },
    ]),
    field('comm', 'next_comm', (event) => event.next_comm),
    field('int', 'next_pid', (event) => event.next_pid),
    field('int', 'next_prio', (event) => event.next_prio),
  ],
};

type Wakeup = 'sched_waking' | 'sched_wakeup' | 'sched_wakeup_new';
const wakeup = (name: Wakeup): Tracepoint<EventOf<Wakeup>> => ({
  system: 'sched',
  name,
  format: 'comm=%s pid=%d prio=%d target_cpu=%03d',
  fields: [
    field('comm', 'comm', (event) => event.wakee_comm),
    field('int', 'pid', (event) => event.wakee_pid),
    field('int', 'prio', (event) => event.prio),
    field('int', 'target_cpu', (event) => event.target_cpu),
  ],
});

const SOFTIRQS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];
type Softirq = 'softirq_entry' | 'softirq_exit' | 'softirq_raise';
const softirq = (name: Softirq): Tracepoint<EventOf<Softirq>> => ({
  system: 'irq',
  name,
  format: 'vec=%u [action=%s]',
  fields: [
    field('uint', 'vec', (event) => event.vec, [
      { c: 'REC->vec', value: (event) => event.vec },
      {
        c: `__print_symbolic(REC->vec, ${pairsC(SOFTIRQS.map((text, vec) => [text, vec]))})`,
        value: (event) => SOFTIRQS[event.vec] ?? event.action,
      },
    ]),
  ],
});

type Vector =
  | 'local_timer_entry'
  | 'local_timer_exit'
  | 'reschedule_entry'
  | 'reschedule_exit'
  | 'call_function_single_entry'
  | 'call_function_single_exit';
const vector = (name: Vector): Tracepoint<EventOf<Vector>> => ({
  system: 'irq_vectors',
  name,
  format: 'vector=%d',
  fields: [field('int', 'vector', (event) => event.vector)],
});

type Toggle = 'irq_disable' | 'irq_enable' | 'preempt_disable' | 'preempt_enable';
const toggle = (name: Toggle): Tracepoint<EventOf<Toggle>> => {
  const place = (of: string, pc: (event: EventOf<Toggle>) => number): TraceField<EventOf<Toggle>> =>
    // Signed, relative to _stext.
    field('int', `${of}_offs`, (event) => textOffset(pc(event)), [
      {
        c: `(void *)((unsigned long)(_stext) + REC->${of}_offs)`,
        value: (event, symbols) => symbols.place(pc(event)),
      },
    ]);
  return {
    system: 'preemptirq',
    name,
    format: 'caller=%pS parent=%pS',
    fields: [place('caller', (event) => event.pc), place('parent', (event) => event.parent)],
  };
};

type Fault = 'page_fault_user' | 'page_fault_kernel';
const fault = (name: Fault): Tracepoint<EventOf<Fault>> => ({
  system: 'exceptions',
  name,
  format: 'address=%ps ip=%ps error_code=0x%lx',
  fields: [
    field('ulong', 'address', (event) => event.address, [{ c: '(void *)REC->address', value: (event) => hexC(event.address) }]),
    field('ulong', 'ip', (event, symbols) => symbols.addressOf(event.ip), [
      { c: '(void *)REC->ip', value: (event, symbols) => (symbols.addressOf(event.ip) === 0 ? '0x0' : event.ip) },
    ]),
    field('ulong', 'error_code', (event) => event.error_code),
  ],
});

/** LCB_F_*. */
const CONTENTION_FLAGS: readonly (readonly [text: string, bit: number])[] = [
  ['SPIN', 1],
  ['READ', 2],
  ['WRITE', 4],
  ['RT', 8],
  ['PERCPU', 16],
  ['MUTEX', 32],
];

export const kernelTracepoints: KernelTracepoints = {
  sched_switch: schedSwitch,
  sched_waking: wakeup('sched_waking'),
  sched_wakeup: wakeup('sched_wakeup'),
  sched_wakeup_new: wakeup('sched_wakeup_new'),
  sched_migrate_task: {
    system: 'sched',
    name: 'sched_migrate_task',
    format: 'comm=%s pid=%d prio=%d orig_cpu=%d dest_cpu=%d',
    fields: [
      field('comm', 'comm', (event) => event.task_comm),
      field('int', 'pid', (event) => event.task_pid),
      field('int', 'prio', (event) => event.prio),
      field('int', 'orig_cpu', (event) => event.orig_cpu),
      field('int', 'dest_cpu', (event) => event.dest_cpu),
    ],
  },
  sched_pi_setprio: {
    system: 'sched',
    name: 'sched_pi_setprio',
    format: 'comm=%s pid=%d oldprio=%d newprio=%d',
    fields: [
      field('comm', 'comm', (event) => event.task_comm),
      field('int', 'pid', (event) => event.task_pid),
      field('int', 'oldprio', (event) => event.oldprio),
      field('int', 'newprio', (event) => event.newprio),
    ],
  },
  sched_process_fork: {
    system: 'sched',
    name: 'sched_process_fork',
    format: 'comm=%s pid=%d child_comm=%s child_pid=%d',
    fields: [
      field('comm', 'parent_comm', (event) => event.comm),
      field('int', 'parent_pid', (event) => event.pid),
      field('comm', 'child_comm', (event) => event.child_comm),
      field('int', 'child_pid', (event) => event.child_pid),
    ],
  },
  sched_process_exit: {
    system: 'sched',
    name: 'sched_process_exit',
    format: 'comm=%s pid=%d prio=%d',
    fields: [
      field('comm', 'comm', (event) => event.comm),
      field('int', 'pid', (event) => event.pid),
      field('int', 'prio', (event) => event.prio),
    ],
  },
  irq_handler_entry: {
    system: 'irq',
    name: 'irq_handler_entry',
    format: 'irq=%d name=%s',
    fields: [field('int', 'irq', (event) => event.irq), field('string', 'name', (event) => event.name)],
  },
  irq_handler_exit: {
    system: 'irq',
    name: 'irq_handler_exit',
    format: 'irq=%d ret=%s',
    fields: [
      field('int', 'irq', (event) => event.irq),
      field('int', 'ret', (event) => Number(event.ret === 'handled'), [
        { c: 'REC->ret ? "handled" : "unhandled"', value: (event) => event.ret },
      ]),
    ],
  },
  softirq_raise: softirq('softirq_raise'),
  softirq_entry: softirq('softirq_entry'),
  softirq_exit: softirq('softirq_exit'),
  local_timer_entry: vector('local_timer_entry'),
  local_timer_exit: vector('local_timer_exit'),
  reschedule_entry: vector('reschedule_entry'),
  reschedule_exit: vector('reschedule_exit'),
  call_function_single_entry: vector('call_function_single_entry'),
  call_function_single_exit: vector('call_function_single_exit'),
  irq_disable: toggle('irq_disable'),
  irq_enable: toggle('irq_enable'),
  preempt_disable: toggle('preempt_disable'),
  preempt_enable: toggle('preempt_enable'),
  page_fault_user: fault('page_fault_user'),
  page_fault_kernel: fault('page_fault_kernel'),
  contention_begin: {
    system: 'lock',
    name: 'contention_begin',
    format: '%p (flags=%s)',
    fields: [
      field('pointer', 'lock_addr', (event) => event.lock),
      field('uint', 'flags', (event) => event.flags, [
        {
          c: `__print_flags(REC->flags, "|", ${pairsC(CONTENTION_FLAGS)})`,
          value: ({ flags }) => CONTENTION_FLAGS.flatMap(([text, bit]) => ((flags & bit) !== 0 ? [text] : [])).join('|'),
        },
      ]),
    ],
  },
  contention_end: {
    system: 'lock',
    name: 'contention_end',
    format: '%p (ret=%d)',
    fields: [field('pointer', 'lock_addr', (event) => event.lock), field('int', 'ret', (event) => event.ret)],
  },
  printk: {
    system: 'printk',
    name: 'console',
    format: '%s',
    fields: [field('string', 'msg', (event) => oneLine(event.text))],
  },
};

/** A record is one line of the trace. */
export const oneLine = (text: string): string => text.trimEnd().replace(/\s*\n\s*/g, ' | ');
