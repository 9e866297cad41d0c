/** Scheduling and allocation (scheduler 2, 3, 8). */
import { MIGRATE_DISABLE_VARIANTS } from '../migrate-variants.ts';
import type { KernelSetting } from './kernel-setting.ts';

export const schedulingSettings: readonly KernelSetting[] = [
  {
    name: 'migrate_disable',
    doc: 'What migrate_disable() does, and what the balancer does about pinned tasks (scheduler 3).',
    value: { kind: 'enum', values: MIGRATE_DISABLE_VARIANTS },
    default: 'v5_14',
  },
  {
    name: 'rt_push_ipi',
    doc: 'RT_PUSH_IPI: a CPU that wants real-time work asks the overloaded CPUs by interrupt, instead of taking their locks (scheduler 2.5).',
    value: {
      kind: 'enum',
      values: [
        { name: 'auto', doc: 'On with preempt = rt, off otherwise, as in 6.12.' },
        { name: 'on', doc: 'The overloaded CPUs push, one after the other.' },
        { name: 'off', doc: 'The CPU pulls: it takes the lock of each overloaded run queue.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'alloc_policy',
    doc: 'What an allocation from raw context may do (scheduler 8): the four options of August 2020, and what the kernel did.',
    value: {
      kind: 'enum',
      values: [
        {
          name: 'kernel',
          doc: 'No new flag. kvfree_rcu() never allocates in place: its pages are fetched beforehand, by a thread.',
        },
        { name: 'prohibit', doc: 'No allocation in raw context, as it was before. The allocator of 2020.' },
        { name: 'no_locks_flag', doc: '__GFP_NO_LOCKS: a page of the list of this CPU, or NULL. The allocator of 2020.' },
        {
          name: 'reuse_flags_rt',
          doc: 'PREEMPT_RT only: GFP_NOWAIT and GFP_ATOMIC in raw context take no lock, and give NULL instead. The allocator of 2020.',
        },
        {
          name: 'lockdep_forgive',
          doc: 'lockdep allows a spinlock_t inside a raw spinlock with preempt = none. The allocator of 2020.',
        },
      ],
    },
    default: 'kernel',
  },
  {
    name: 'alloc_strict',
    doc: 'alloc_policy = prohibit reports at the call, not only when the list of this CPU has run empty.',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'report_pinned_waits',
    doc: 'Reports a pinned task that waits for its CPU, two ticks in a row, while another CPU idles: an observation, not an error (scheduler 10).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'zone_pages',
    doc: 'Pages that the allocator has, a quarter of them as clean cache that reclaim can free. A program that never allocates has none.',
    value: { kind: 'integer', min: 8, max: 256 },
    default: 32,
  },
  {
    name: 'fair',
    doc: 'How the fair class picks (scheduler 2.6).',
    value: {
      kind: 'enum',
      values: [
        { name: 'eevdf', doc: '6.6 and later: the eligible task with the earliest virtual deadline.' },
        { name: 'cfs', doc: 'Before 6.6: the smallest virtual run time.' },
      ],
    },
    default: 'eevdf',
  },
  {
    name: 'nohz',
    doc: 'CONFIG_NO_HZ_IDLE: an idle CPU has no tick, and so fetches no task by itself until it is woken (scheduler 5.5).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'hrtick',
    doc: 'SCHED_DEADLINE: a budget ends to the nanosecond (feature HRTICK_DL). Off, as in kernels by default: it ends at the next tick.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'balance_pick',
    doc: 'Which of several equally good CPUs is taken (scheduler 2.4).',
    value: {
      kind: 'enum',
      values: [
        { name: 'lowest_index', doc: 'The lowest number: stable when a scenario grows.' },
        { name: 'kernel_distribute', doc: 'The next one after the last choice, as the kernel does.' },
      ],
    },
    default: 'lowest_index',
  },
];
