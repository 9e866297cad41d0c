/** Debug builds of the kernel. */
import type { KernelSetting } from './kernel-setting.ts';

export const debugSettings: readonly KernelSetting[] = [
  { name: 'debug_highmem', doc: 'CONFIG_DEBUG_HIGHMEM: guard slots and checks.', value: { kind: 'flag' }, default: false },
  {
    name: 'debug_kmap_local',
    doc: 'CONFIG_DEBUG_KMAP_LOCAL: guard slots for kmap_local.',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'force_map',
    doc: 'CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP: low pages go through the slots too. auto: with debug_highmem, as on x86.',
    value: {
      kind: 'enum',
      values: [
        { name: 'auto', doc: 'On with debug_highmem.' },
        { name: 'on', doc: 'On; selects debug_kmap_local.' },
        { name: 'off', doc: 'Off.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'debug_preempt',
    doc: 'CONFIG_DEBUG_PREEMPT: smp_processor_id() checks, unbalanced counts.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'debug_atomic_sleep',
    doc: 'CONFIG_DEBUG_ATOMIC_SLEEP: might_sleep() reports atomic context.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'debug_spinlock',
    doc: 'CONFIG_DEBUG_SPINLOCK: a spinlock that is taken twice by one task, or released by another one, is reported (scheduler 11, D26).',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'debug_lockdep',
    doc: 'CONFIG_PROVE_LOCKING: lockdep checks the order and the context of locks, whatever happens this time (scheduler 7).',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'debug_raw_nesting',
    doc: 'CONFIG_PROVE_RAW_LOCK_NESTING: with debug_lockdep, a spinlock_t inside a raw spinlock is reported on every model (scheduler 7.1). Default since 6.13.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'debug_lockdep_go_on',
    doc: 'Lock checks go on after their first report. Kernels switch them off there.',
    value: { kind: 'flag' },
    default: false,
  },
];
