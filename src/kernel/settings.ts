/**
 * Every setting of `machine { }`: its values, its default and its place in the Profile. The reference pages spell them with
 * dashes and dots (`kmap-local`, `debug.preempt`); here they are C identifiers.
 */
import type { SettingSpec } from '../lang/environment.ts';
import { MAPPING_MODELS } from './mapping-models.ts';
import { MIGRATE_DISABLE_VARIANTS } from './migrate-variants.ts';
import type { Profile } from './profile.ts';

export { MAPPING_MODELS } from './mapping-models.ts';

export const CPUS_MAX = 8;

/** A setting of the language that belongs to the Profile field of the same name. */
export type KernelSetting = SettingSpec & { name: keyof Profile };

export const settings: readonly KernelSetting[] = [
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
    name: 'mapping',
    doc: 'Mapping model, or the path of your own.',
    value: { kind: 'enum-or-path', values: MAPPING_MODELS.map(({ name, doc }) => ({ name, doc })) },
    default: 'kmap_local',
  },
  {
    name: 'irqs_during_switch',
    doc: 'Maskable interrupts are on while the older models switch mappings (highmem 4.5). kmap_local ignores it: there they are off until the run queue is unlocked.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'last_pkmap',
    doc: 'LAST_PKMAP: slots of kmap(), a power of two; of each colour with cache_colours. Kernels have 1024; with 4 the pool is full at once (highmem 8).',
    value: { kind: 'integer', min: 4, max: 1024 },
    default: 1024,
  },
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
    name: 'pin',
    doc: 'split_switch: what keeps a task with mappings on its CPU (highmem 5).',
    value: {
      kind: 'enum',
      values: [
        { name: 'none', doc: 'Nothing: the migration bug shows.' },
        { name: 'migrate', doc: 'migrate_disable() while mapped.' },
        { name: 'preempt', doc: 'preempt_disable() while mapped.' },
      ],
    },
    default: 'none',
  },
  {
    name: 'flush_junk',
    doc: 'kmap_temporary: the flush in the switch gets an address that was never set, as posted (highmem 4.4).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'emptiness_check',
    doc: 'kmap_temporary: BUG when the slot that is about to be used is not empty.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'switch_call',
    doc: 'kmap_temporary: where the switch call stands.',
    value: {
      kind: 'enum',
      values: [
        { name: 'before_current', doc: 'Before `current` changes, as posted.' },
        { name: 'after_current', doc: 'After `current` has changed (direction 2 of highmem 4.5).' },
      ],
    },
    default: 'before_current',
  },
  {
    name: 'check_at_fork',
    doc: 'Whether a fork looks for mappings, and takes them from the child (highmem 7.9, 9.5).',
    value: {
      kind: 'enum',
      values: [
        { name: 'auto', doc: 'What the model itself does: kmap_local looks, the others do not.' },
        { name: 'always', doc: 'Whatever the model: asked for by Torvalds, September 2020; our reading of his mail.' },
        { name: 'never', doc: 'Not at all.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'check_at_exit',
    doc: 'Whether the exit of a task looks for mappings (highmem 7.9, 9.5).',
    value: {
      kind: 'enum',
      values: [
        { name: 'auto', doc: 'As in every kernel: nobody looks.' },
        { name: 'always', doc: 'Whatever the model: asked for by Torvalds, September 2020; our reading of his mail.' },
        { name: 'never', doc: 'Not at all.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'check_at_user_return',
    doc: 'Whether the return to user mode looks for mappings (highmem 7.9, 9.5).',
    value: {
      kind: 'enum',
      values: [
        { name: 'auto', doc: 'What the model itself does: kmap_local looks, the others do not.' },
        { name: 'always', doc: 'Whatever the model: asked for by Torvalds, September 2020; our reading of his mail.' },
        { name: 'never', doc: 'Not at all.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'kernel',
    doc: 'Kernel whose code is followed where versions differ. Each mapping model knows the kernels that had it.',
    value: {
      kind: 'enum',
      values: [
        {
          name: 'auto',
          doc: 'By model: v2_6_31 for km_type, v5_9 for atomic_stack, kmap_temporary and split_switch, v6_18 for kmap_local.',
        },
        { name: 'v6_18', doc: 'kmap_local: 6.18.' },
        { name: 'v6_1', doc: 'kmap_local: 6.1.' },
        { name: 'v5_15', doc: 'kmap_local: 5.15.' },
        { name: 'v5_11', doc: 'kmap_local: 5.11, with its guard test that looks at the wrong option (highmem 7.5).' },
        { name: 'v5_10', doc: 'atomic_stack: 5.10, the last kernel with it.' },
        { name: 'v5_9', doc: 'atomic_stack: 5.9; also the base of the postings of September 2020.' },
        { name: 'v3_10', doc: 'atomic_stack: 3.10; disabling page faults counts as disabling preemption (highmem 1.6).' },
        { name: 'v2_6_37', doc: 'atomic_stack: 2.6.37, the first kernel with it; the debug check of the depth is off by one.' },
        { name: 'v2_6_35', doc: 'km_type: 2.6.35, with the corrected check of contexts (highmem 2.5).' },
        { name: 'v2_6_31', doc: 'km_type: 2.6.31.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'arch',
    doc: 'Architecture, as far as mapping differs (highmem 1.2, 1.3). The alternatives are followed on x86 only.',
    value: {
      kind: 'enum',
      values: [
        { name: 'x86', doc: '32-bit x86, without PAE unless `pae` is on: no flush after a map, every unmap clears its slot.' },
        {
          name: 'arm',
          doc: 'Caches by physical address. A flush after every map; up to 5.10 release builds leave the slot filled at unmap. The address that kmap() gave a page is used again.',
        },
        { name: 'mips', doc: 'As arm, without using addresses of kmap() again; the addresses of one platform.' },
        { name: 'powerpc', doc: 'As mips; debug builds of 5.9 warn where the others stop.' },
        { name: 'sparc', doc: 'As mips, but each flush is one of the TLBs of all CPUs.' },
        { name: 'xtensa', doc: 'As x86, with slots below low memory; up to 5.10 their addresses go up. From atomic_stack on.' },
        { name: 'arc', doc: 'As xtensa; up to 5.10 an unmap warns in all builds when the order is wrong. From atomic_stack on.' },
        { name: 'csky', doc: 'As mips, from atomic_stack on; addresses chosen by us.' },
        { name: 'microblaze', doc: 'As csky, but every unmap clears its slot; addresses chosen by us.' },
      ],
    },
    default: 'x86',
  },
  {
    name: 'cache',
    doc: 'ARM: how data caches find what they hold (highmem 1.3).',
    value: {
      kind: 'enum',
      values: [
        { name: 'vipt', doc: 'By physical address: nothing has to be flushed for a mapping.' },
        {
          name: 'vivt',
          doc: 'By virtual address, on one CPU only: the cache is flushed before every unmap, and debug builds too use the address that kmap() gave.',
        },
      ],
    },
    default: 'vipt',
  },
  {
    name: 'cache_colours',
    doc: 'xtensa: colours of the data cache, 1, 2 or 4. A page is only mapped at addresses of its own colour (highmem 1.2, 7.8, 8.1).',
    value: { kind: 'integer', min: 1, max: 4 },
    default: 1,
  },
  {
    name: 'pae',
    doc: 'CONFIG_X86_PAE, on x86 only: page table entries of 64 bits, written in two stores; 512 slots for kmap(); low memory ends elsewhere (highmem 1.2).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'highmem',
    doc: 'CONFIG_HIGHMEM. Off: all pages are low ones, map calls return their address, most misuse shows nothing (highmem 1.7).',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'pop_early',
    doc: 'atomic_stack: the unmap gives its index back before it clears the slot, as first merged in 2010 (highmem 3.4).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'overlay',
    doc: 'km_type and atomic_stack: a check proposed in June 2009 and never merged; our reading of mail, not of code (highmem 2.7).',
    value: {
      kind: 'enum',
      values: [
        { name: 'none', doc: 'None.' },
        {
          name: 'strict_types',
          doc: 'km_type: unmaps must name the types in the reverse order of the maps (Zijlstra, proposed 2009).',
        },
        { name: 'depth', doc: 'Counts how deep each context maps, and adds the four maxima up (Molnar, proposed 2009).' },
      ],
    },
    default: 'none',
  },
  {
    name: 'overlay_limit',
    doc: 'overlay = depth: the sum of the four maxima has to stay below it; no more than the slots of a CPU.',
    value: { kind: 'integer', min: 1, max: 64 },
    default: 20,
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
    name: 'io_apic',
    doc: 'The IO-APIC page just above the first slot exists (highmem 1.2).',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'steps_max',
    doc: 'A run stops with a message after this many micro-steps.',
    value: { kind: 'integer', min: 1_000, max: 1_000_000_000 },
    default: 10_000_000,
  },
];

/** What `profile = mainline` changes; a setting that is written out wins over its preset. */
export const presets: Readonly<Record<Profile['profile'], Partial<Profile>>> = {
  teaching: {},
  mainline: { irqs_during_switch: false },
};
