/**
 * What a profile says about its mapping model: how many slots a CPU has, which address layout it lies in, and which build options
 * the model's source sees (reference/highmem.md 1.2, 3.1, 4.1, 7.1). Layouts, language environment and boot read this one table.
 */
import type { NamedConstant } from '../lang/environment.ts';
import { type AddressLayout, addressLayout } from '../machine/address-layout.ts';
import { PTE_KERNEL } from '../machine/mmu.ts';
import type { Profile } from './profile.ts';

export interface MappingFacts {
  layout: AddressLayout;
  /** Address of slot 0 of CPU 0. */
  firstSlotAddress: number;
  /** Slots of one CPU: KM_TYPE_NR of the older models, KM_MAX_IDX of kmap_local. Length of `kmap_ctrl.pteval`, stride of addresses. */
  slotsPerCpu: number;
  /** Slots taken by one mapping: 2 where every second slot is a guard. */
  increment: number;
  constants: readonly NamedConstant[];
  /** Options of the kernel's build, and of the model, that are on. */
  enabledOptions: readonly string[];
  /** The same options as far as they are off. */
  disabledOptions: readonly string[];
}

const SLOTS = { release: 20, debug: 41 };
const LOCAL_SLOTS = { release: 16, debug: 33 };

/** A learner's own model gets the newest layout and the slots of kmap_local. */
export function mappingFacts(profile: Profile): MappingFacts {
  const older = profile.mapping === 'kmap_temporary' || profile.mapping === 'split_switch';
  const forceMap = !older && (profile.force_map === 'on' || (profile.force_map === 'auto' && profile.debug_highmem));
  const guards = !older && (profile.debug_kmap_local || profile.debug_highmem || forceMap);
  const slots = older ? SLOTS : LOCAL_SLOTS;
  const slotsPerCpu = (older ? profile.debug_highmem : guards) ? slots.debug : slots.release;
  const increment = guards ? 2 : 1;

  const options: Readonly<Record<string, boolean>> = {
    CONFIG_HIGHMEM: true,
    CONFIG_KMAP_LOCAL: !older,
    CONFIG_DEBUG_HIGHMEM: profile.debug_highmem,
    CONFIG_DEBUG_KMAP_LOCAL: guards,
    CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP: forceMap,
    CONFIG_KERNEL_V5_11: profile.kernel === 'v5_11',
    /** 2.6.x asked for the context in kunmap() by BUG_ON(in_interrupt()), 5.9 and later by might_sleep(). */
    CONFIG_KUNMAP_BUG_IN_INTERRUPT: /^v[23]_/.test(profile.kernel),
    CONFIG_KMAP_FLUSH_JUNK: profile.flush_junk,
    CONFIG_KMAP_EMPTINESS_CHECK: profile.emptiness_check,
    CONFIG_KMAP_SWITCH_AFTER_CURRENT: profile.switch_call === 'after_current',
    CONFIG_KMAP_CHECK_FORK: profile.check_at_fork === 'always',
    CONFIG_KMAP_NO_CHECK_FORK: profile.check_at_fork === 'never',
    CONFIG_KMAP_CHECK_EXIT: profile.check_at_exit === 'always',
    CONFIG_KMAP_CHECK_USER: profile.check_at_user_return === 'always',
    CONFIG_KMAP_NO_CHECK_USER: profile.check_at_user_return === 'never',
    CONFIG_KMAP_PIN_MIGRATE: profile.pin === 'migrate',
    CONFIG_KMAP_PIN_PREEMPT: profile.pin === 'preempt',
  };
  const names = Object.keys(options);
  const debug = slotsPerCpu === slots.debug;
  const layout = addressLayout({
    name: older ? 'x86_5_9' : 'x86_5_11',
    cpus: profile.cpus,
    debug,
    stride: slotsPerCpu,
    lastPkmap: profile.last_pkmap,
  });
  return {
    layout,
    firstSlotAddress: layout.slotAddress(0, 0) | 0,
    slotsPerCpu,
    increment,
    constants: [
      { name: 'KM_TYPE_NR', value: slotsPerCpu, type: 'int', doc: 'Slots of one CPU (models up to 5.10).' },
      { name: 'KM_MAX_IDX', value: slotsPerCpu, type: 'int', doc: 'Slots of one CPU, guards included (5.11 and later).' },
      { name: 'FIXADDR_TOP', value: layout.FIXADDR_TOP, type: 'unsigned long', doc: 'Address of fixmap entry 0.' },
      { name: 'FIX_KMAP_BEGIN', value: layout.FIX_KMAP_BEGIN, type: 'int', doc: 'Fixmap entry of slot 0 of CPU 0.' },
      { name: 'FIX_KMAP_END', value: layout.FIX_KMAP_END, type: 'int', doc: 'Fixmap entry of the last slot of the last CPU.' },
      { name: 'PAGE_KERNEL', value: PTE_KERNEL, type: 'unsigned long', doc: 'Flags of a kernel mapping: 0x163.' },
      { name: 'KM_INCR', value: increment, type: 'int', doc: 'Slots that one mapping takes: 2 with guard slots.' },
    ],
    enabledOptions: names.filter((name) => options[name]),
    disabledOptions: names.filter((name) => !options[name]),
  };
}
