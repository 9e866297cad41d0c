/** The settings of one machine, resolved. Names are the language's; values come from `settings.ts`'s table. */
import type { KernelEra } from './mapping-models.ts';
import type { MigrateDisableVariant } from './migrate-variants.ts';

export interface Profile {
  /** 1 to 8. One CPU means a kernel without SMP. */
  cpus: number;
  preempt: 'none' | 'voluntary' | 'full' | 'lazy' | 'rt';
  preempt_count: 'auto' | 'on' | 'off';
  /** Interrupt handlers are threads also without PREEMPT_RT. */
  threadirqs: boolean;
  /** Name of a shipped mapping model, or the URI of the learner's own. */
  mapping: string;
  profile: 'teaching' | 'mainline';
  /** Whether maskable interrupts are on during the older models' context switch (highmem 4.5). */
  irqs_during_switch: boolean;
  /** LAST_PKMAP: slots of persistent mappings, a power of two. */
  last_pkmap: number;
  /** CONFIG_HIGHMEM. Off: all pages of the program are low ones. */
  highmem: boolean;
  /** CONFIG_DEBUG_HIGHMEM and CONFIG_DEBUG_KMAP_LOCAL. */
  debug_highmem: boolean;
  debug_kmap_local: boolean;
  /** CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP; `auto`: with debug_highmem. */
  force_map: 'auto' | 'on' | 'off';
  /** `split_switch`: what keeps a holder on its CPU. */
  pin: 'none' | 'migrate' | 'preempt';
  /** `kmap_temporary`: option of highmem 4.4, the flush of an address never assigned. */
  flush_junk: boolean;
  /** `kmap_temporary`: BUG when the slot's PTE is not empty. */
  emptiness_check: boolean;
  /** `kmap_temporary`: the switch call is made before or after the change of `current`. */
  switch_call: 'before_current' | 'after_current';
  /** Leak checks of highmem 9.5; `auto`: those that the model has. */
  check_at_fork: 'auto' | 'always' | 'never';
  check_at_exit: 'auto' | 'always' | 'never';
  check_at_user_return: 'auto' | 'always' | 'never';
  /** Kernel whose code is followed where versions differ; one that had the model. */
  kernel: KernelEra;
  /** Architecture, as far as mapping differs. */
  arch: 'x86' | 'arm' | 'mips' | 'powerpc' | 'sparc' | 'xtensa' | 'arc' | 'csky' | 'microblaze';
  /** ARM: data caches by physical or by virtual address. */
  cache: 'vipt' | 'vivt';
  /** xtensa: cache colours (DCACHE_N_COLORS), 1, 2 or 4. */
  cache_colours: number;
  /** x86: CONFIG_X86_PAE, page table entries of 64 bits. */
  pae: boolean;
  /** `atomic_stack`: the pop comes before the clear, as first merged (highmem 3.4). */
  pop_early: boolean;
  /** `km_type`, `atomic_stack`: a check proposed in 2009 (highmem 2.7), and the limit of its sum of depths. */
  overlay: 'none' | 'strict_types' | 'depth';
  overlay_limit: number;
  debug_preempt: boolean;
  debug_atomic_sleep: boolean;
  debug_spinlock: boolean;
  /** CONFIG_PROVE_LOCKING and CONFIG_PROVE_RAW_LOCK_NESTING; the second only counts with the first. */
  debug_lockdep: boolean;
  debug_raw_nesting: boolean;
  /** Lock checks go on after their first report. */
  debug_lockdep_go_on: boolean;
  /** What an allocation from raw context may do (scheduler 8). */
  alloc_policy: 'kernel' | 'prohibit' | 'no_locks_flag' | 'reuse_flags_rt' | 'lockdep_forgive';
  alloc_strict: boolean;
  /** Pages of the allocator, in a program that allocates. */
  zone_pages: number;
  /** What migrate_disable() does, and what the balancer does about pinned tasks (scheduler 3). */
  migrate_disable: MigrateDisableVariant;
  /** RT_PUSH_IPI; `auto`: with preempt = rt. */
  rt_push_ipi: 'auto' | 'on' | 'off';
  /** A pinned task that waits while a CPU idles is a finding. */
  report_pinned_waits: boolean;
  fair: 'eevdf' | 'cfs';
  /** Idle CPUs have no tick. */
  nohz: boolean;
  /** SCHED_DEADLINE: a budget ends by a timer of its own (HRTICK_DL), not at the next tick. */
  hrtick: boolean;
  balance_pick: 'lowest_index' | 'kernel_distribute';
  tick_ns: number;
  step_ns: number;
  fault_ns: number;
  step_follows: 'task' | 'cpu';
  /** The IO-APIC page next to the first slot exists (highmem vector 30). */
  io_apic: boolean;
  /** Default limit of a run, in micro-steps; the run stops with a message. */
  steps_max: number;
}
