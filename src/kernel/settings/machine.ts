/** The machine itself: CPUs, preemption model, time, limits. */
import { CPUS_MAX, type KernelSetting } from './kernel-setting.ts';

export const machineSettings: readonly KernelSetting[] = [
  {
    name: 'profile',
    doc: 'Preset of the other settings: teaching replays the arguments of the mails, mainline stays with what kernels did.',
    value: {
      kind: 'enum',
      values: [
        { name: 'teaching', doc: 'Interrupts are on during the switch of the older models, as the discussion assumed.' },
        { name: 'mainline', doc: 'Interrupts are off during the switch, as in released kernels.' },
      ],
    },
    default: 'teaching',
  },
  {
    name: 'cpus',
    doc: 'Number of CPUs. One CPU means a kernel without SMP: migrate_disable() does nothing there.',
    value: { kind: 'integer', min: 1, max: CPUS_MAX },
    default: 2,
  },
  {
    name: 'preempt',
    doc: 'Preemption model (scheduler 1.3).',
    value: {
      kind: 'enum',
      values: [
        { name: 'full', doc: 'Kernel code is preempted at interrupt return and where the preemption count comes to 0.' },
        { name: 'none', doc: 'Kernel code gives way only where it blocks, at cond_resched() and on return to user mode.' },
        { name: 'voluntary', doc: 'As none, and also at might_sleep().' },
        {
          name: 'lazy',
          doc: 'As full, but the fair class asks by a flag that only the tick and the return to user mode look at (6.13).',
        },
        { name: 'rt', doc: 'PREEMPT_RT: as full, spinlocks sleep and lend their priority, interrupt handlers are threads.' },
      ],
    },
    default: 'full',
  },
  {
    name: 'preempt_count',
    doc: 'Whether preempt_disable() counts. auto: on with preempt = full, lazy or rt, with debug_atomic_sleep = on or with debug_lockdep = on.',
    value: {
      kind: 'enum',
      values: [
        { name: 'auto', doc: 'On when the preemption model or a debug option needs it.' },
        { name: 'on', doc: 'Counted in every model, as on kernels that choose the model at boot.' },
        {
          name: 'off',
          doc: 'Not counted; only with preempt = none or voluntary, debug_atomic_sleep = off and debug_lockdep = off.',
        },
      ],
    },
    default: 'auto',
  },
  {
    name: 'threadirqs',
    doc: 'Boot option threadirqs: interrupt handlers are threads also without PREEMPT_RT, and softirqs are left to ksoftirqd (scheduler 5.4).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'tick_ns',
    doc: 'Time between two ticks.',
    value: { kind: 'integer', min: 10_000, max: 100_000_000, unit: 'ns' },
    default: 1_000_000,
  },
  {
    name: 'step_ns',
    doc: 'Time of one micro-step.',
    value: { kind: 'integer', min: 1, max: 100_000, unit: 'ns' },
    default: 100,
  },
  {
    name: 'fault_ns',
    doc: 'Time that the fault of an absent user page sleeps.',
    value: { kind: 'integer', min: 0, max: 1_000_000_000, unit: 'ns' },
    default: 5_000_000,
  },
  {
    name: 'step_follows',
    doc: 'What stepping in the debugger follows.',
    value: {
      kind: 'enum',
      values: [
        { name: 'task', doc: 'The task, wherever and whenever it runs on.' },
        { name: 'cpu', doc: 'The CPU, whatever runs there.' },
      ],
    },
    default: 'task',
  },
  {
    name: 'steps_max',
    doc: 'A run stops with a message after this many micro-steps.',
    value: { kind: 'integer', min: 1_000, max: 1_000_000_000 },
    default: 10_000_000,
  },
];
