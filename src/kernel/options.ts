/** Which CONFIG_ options of the kernel's build a profile switches on, besides those of the mapping models. */
import type { Profile } from './profile.ts';
import { countsPreemption } from './resolve-profile.ts';

export function options(profile: Profile): { enabled: string[]; disabled: string[] } {
  const older = profile.mapping === 'kmap_temporary' || profile.mapping === 'split_switch';
  const state: Readonly<Record<string, boolean>> = {
    CONFIG_SMP: profile.cpus > 1,
    CONFIG_PREEMPT_NONE: profile.preempt === 'none',
    CONFIG_PREEMPT_VOLUNTARY: profile.preempt === 'voluntary',
    CONFIG_PREEMPT: profile.preempt === 'full',
    CONFIG_PREEMPTION: profile.preempt === 'full',
    CONFIG_PREEMPT_RCU: profile.preempt === 'full',
    CONFIG_PREEMPT_RT: false,
    CONFIG_PREEMPT_COUNT: countsPreemption(profile),
    CONFIG_DEBUG_PREEMPT: profile.debug_preempt,
    CONFIG_DEBUG_ATOMIC_SLEEP: profile.debug_atomic_sleep,
    /** Interrupts are on during the switch: the older models in the teaching profile only (highmem 4.5). */
    CONFIG_INTERRUPTS_ON_CTXSW: older && profile.irqs_during_switch,
    CONFIG_KERNEL_V5_15: profile.kernel === 'v5_15',
    CONFIG_KERNEL_V6_1: profile.kernel === 'v6_1',
    CONFIG_KERNEL_V6_18: profile.kernel === 'v6_18',
  };
  const names = Object.keys(state);
  return { enabled: names.filter((name) => state[name]), disabled: names.filter((name) => !state[name]) };
}
