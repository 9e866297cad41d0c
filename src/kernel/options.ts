/** Which CONFIG_ options of the kernel's build a profile switches on, besides those of the mapping models. */
import { forcesIrqThreads } from './irq-threads.ts';
import { isUpTo, KERNEL_ERAS, mappingModel } from './mapping-models.ts';
import { MIGRATE_DISABLE_VARIANTS } from './migrate-variants.ts';
import type { Profile } from './profile.ts';
import { countsPreemption, preemptsKernel, preemptsReaders } from './resolve-profile.ts';

export function options(profile: Profile): { enabled: string[]; disabled: string[] } {
  const older =
    profile.mapping === 'kmap_temporary' || profile.mapping === 'split_switch' || profile.mapping === 'alt_percpu_idx_switch';
  const state: Readonly<Record<string, boolean>> = {
    CONFIG_SMP: profile.cpus > 1,
    CONFIG_PREEMPT_NONE: profile.preempt === 'none',
    CONFIG_PREEMPT_VOLUNTARY: profile.preempt === 'voluntary',
    CONFIG_PREEMPT: profile.preempt === 'full',
    CONFIG_PREEMPT_LAZY: profile.preempt === 'lazy',
    CONFIG_PREEMPT_RT: profile.preempt === 'rt',
    CONFIG_PREEMPTION: preemptsKernel(profile),
    CONFIG_PREEMPT_RCU: preemptsReaders(profile),
    /** force_irqthreads(): handlers are threads, with the boot option threadirqs or PREEMPT_RT. */
    CONFIG_IRQ_FORCED_THREADING: forcesIrqThreads(profile),
    CONFIG_PREEMPT_COUNT: countsPreemption(profile),
    CONFIG_DEBUG_PREEMPT: profile.debug_preempt,
    CONFIG_DEBUG_ATOMIC_SLEEP: profile.debug_atomic_sleep,
    CONFIG_DEBUG_SPINLOCK: profile.debug_spinlock,
    CONFIG_ALLOC_2020: profile.alloc_policy !== 'kernel',
    CONFIG_ALLOC_NO_LOCKS_FLAG: profile.alloc_policy === 'no_locks_flag',
    CONFIG_ALLOC_REUSE_FLAGS: profile.alloc_policy === 'reuse_flags_rt',
    CONFIG_ALLOC_PROHIBIT: profile.alloc_policy === 'prohibit',
    CONFIG_ALLOC_STRICT: profile.alloc_policy === 'prohibit' && profile.alloc_strict,
    CONFIG_LOCKDEP: profile.debug_lockdep,
    CONFIG_PROVE_RAW_LOCK_NESTING: profile.debug_lockdep && profile.debug_raw_nesting,
    /** Interrupts are on during the switch: the older models in the teaching profile only (highmem 4.5), and a learner's own. */
    CONFIG_INTERRUPTS_ON_CTXSW: (older || mappingModel(profile.mapping) === undefined) && profile.irqs_during_switch,
    CONFIG_X86: profile.arch === 'x86',
    CONFIG_X86_PAE: profile.pae,
    CONFIG_ARM: profile.arch === 'arm',
    CONFIG_MIPS: profile.arch === 'mips',
    CONFIG_PPC32: profile.arch === 'powerpc',
    CONFIG_SPARC32: profile.arch === 'sparc',
    CONFIG_XTENSA: profile.arch === 'xtensa',
    CONFIG_ARC: profile.arch === 'arc',
    CONFIG_CSKY: profile.arch === 'csky',
    CONFIG_MICROBLAZE: profile.arch === 'microblaze',
    CONFIG_CPU_CACHE_VIVT: profile.cache === 'vivt',
    /** Up to 4.1 pagefault_disable() was preempt_disable() under another name (highmem 1.6). */
    CONFIG_PAGEFAULT_COUNTS_PREEMPT: isUpTo(profile, 'v3_10'),
    /** The balancer makes room for pinned tasks (scheduler 3.4). */
    CONFIG_PUSH_AWAY: profile.migrate_disable === 'v5_14' || profile.migrate_disable === 'v5_11',
    CONFIG_RT_PUSH_IPI: profile.rt_push_ipi === 'auto' ? profile.preempt === 'rt' : profile.rt_push_ipi === 'on',
    ...Object.fromEntries(
      MIGRATE_DISABLE_VARIANTS.map(({ name }) => [
        `CONFIG_MIGRATE_DISABLE_${name.toUpperCase()}`,
        profile.migrate_disable === name,
      ]),
    ),
    ...Object.fromEntries(KERNEL_ERAS.map((era) => [`CONFIG_KERNEL_${era.toUpperCase()}`, profile.kernel === era])),
  };
  const names = Object.keys(state);
  return { enabled: names.filter((name) => state[name]), disabled: names.filter((name) => !state[name]) };
}
