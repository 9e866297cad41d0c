/** What may stand in the parentheses of tasks and interrupts, checked and documented from one table. */
import { limits } from './limits.ts';

export interface ParameterSpec {
  name: string;
  doc: string;
  value:
    | { kind: 'enum'; values: readonly { name: string; doc: string }[] }
    | { kind: 'integer'; min: number; max: number }
    /** A number with ns, us or ms; kept in ns. */
    | { kind: 'time' };
}

const cpu: ParameterSpec = {
  name: 'cpu',
  doc: 'CPU on which it starts; the only one unless `cpus_allowed` says more.',
  value: { kind: 'integer', min: 0, max: limits.cpus.max - 1 },
};

export const taskParameters: readonly ParameterSpec[] = [
  {
    name: 'policy',
    doc: 'Scheduling policy; without it SCHED_FIFO for tasks with a `prio`, SCHED_NORMAL for the others.',
    value: {
      kind: 'enum',
      values: [
        { name: 'SCHED_NORMAL', doc: 'The fair class; its weight comes from `nice`.' },
        { name: 'SCHED_FIFO', doc: 'Real time: runs until it blocks, yields or a higher priority comes.' },
        { name: 'SCHED_RR', doc: 'Real time with time slices among tasks of the same priority.' },
        {
          name: 'SCHED_DEADLINE',
          doc: 'Has `runtime` in each `period`, and until `deadline`; the earliest deadline goes first.',
        },
      ],
    },
  },
  { name: 'prio', doc: 'Real-time priority, 99 is the highest; 10 unless said.', value: { kind: 'integer', min: 1, max: 99 } },
  { name: 'nice', doc: 'Weight in the fair class, -20 is the heaviest.', value: { kind: 'integer', min: -20, max: 19 } },
  {
    name: 'slice',
    doc: 'Fair class with eevdf: time it asks for at once; one that wakes with a shorter slice need not wait for a longer one. 0.7 ms times 1 + log2(CPUs) unless said.',
    value: { kind: 'time' },
  },
  { name: 'runtime', doc: 'SCHED_DEADLINE: time it may run in each period.', value: { kind: 'time' } },
  {
    name: 'deadline',
    doc: 'SCHED_DEADLINE: time from the start of a period until it needs to have run; the period unless said.',
    value: { kind: 'time' },
  },
  { name: 'period', doc: 'SCHED_DEADLINE: time from one period to the next; the deadline unless said.', value: { kind: 'time' } },
  cpu,
  {
    name: 'cpus_allowed',
    doc: 'Mask of the CPUs on which it may run: bit 0 is CPU 0. With it, `cpu` only says where the task starts.',
    value: { kind: 'integer', min: 1, max: 2 ** limits.cpus.max - 1 },
  },
];

export const irqParameters: readonly ParameterSpec[] = [
  { ...cpu, doc: 'The CPU that takes it; 0 unless said.' },
  {
    name: 'when',
    doc: 'When it is raised.',
    value: { kind: 'enum', values: [{ name: 'any', doc: 'At a moment that the user or the explorer chooses.' }] },
  },
  {
    name: 'threaded',
    doc: 'Whether PREEMPT_RT makes a thread of its handler.',
    value: {
      kind: 'enum',
      values: [
        { name: 'on', doc: 'It does; so unless said.' },
        { name: 'off', doc: 'It does not: requested with IRQF_NO_THREAD.' },
      ],
    },
  },
  { name: 'at', doc: 'Raised once, at this time.', value: { kind: 'time' } },
  { name: 'every', doc: 'Raised again and again with this distance.', value: { kind: 'time' } },
];
