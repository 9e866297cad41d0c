/**
 * What a profile says about its mapping model: how many slots a CPU has, which address layout it lies in, and which build options
 * the model's source sees (reference/highmem.md 1.2, 3.1, 4.1, 7.1). Layouts, language environment and boot read this one table.
 */
import type { NamedConstant } from '../lang/environment.ts';
import { type AddressLayout, addressLayout, type LayoutName } from '../machine/address-layout.ts';
import { PTE_KERNEL } from '../machine/mmu.ts';
import { typeConstants } from './km-types.ts';
import { holderOf, isUpTo, type MappingHolder, mappingModel } from './mapping-models.ts';
import type { Profile } from './profile.ts';

/** alt_vmap: pages of its area, and how many may wait for a flush. A kernel has 128 MiB, and lets 32 MiB and more pile up. */
const VMAP_PAGES = 64;
const VMAP_LAZY_MAX = 16;
/** Distance kept between the end of low memory and the area, and the boundary on which that begins. */
const VMALLOC_OFFSET = 8 * 1024 * 1024;

/** PWT: write combining, with the usual table of memory types (PAT). */
const PTE_WRITE_COMBINING = 0x008;

export interface MappingFacts {
  layout: AddressLayout;
  /** Address of fixmap entry FIX_KMAP_BEGIN: that of slot 0 of CPU 0, or the first of its colours. */
  firstSlotAddress: number;
  /** Each CPU has PTEs of its own for the slots, which have the same addresses on all of them (highmem 9.1). */
  perCpuTables: boolean;
  /** Page table entries have 64 bits. */
  pae: boolean;
  /** The area of a model whose mappings are the same on all CPUs. */
  sharedArea: { start: number; pages: number } | undefined;
  /** Whether the kernel has high memory; without, all pages are low ones. */
  highmem: boolean;
  /** What says which slots are in use. */
  holder: MappingHolder;
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

/** KM_TYPE_NR and KM_MAX_IDX (highmem 1.2, 2.2, 3.1). Except on x86 only kmap_local has more slots in debug builds. */
function slotCount(profile: Profile, guards: boolean): number {
  const arm = profile.arch === 'arm';
  const fences = profile.arch === 'x86' && profile.debug_highmem;
  switch (profile.mapping) {
    case 'km_type':
      if (arm) return 14;
      return profile.kernel === 'v2_6_31' ? choose(fences, 19, 39) : choose(fences, 20, 41);
    case 'atomic_stack':
      return arm ? 16 : choose(fences, 20, 41);
    case 'kmap_temporary':
    case 'split_switch':
      return arm ? 16 : choose(fences, 20, 41);
    case 'alt_percpu_idx_switch':
    case 'alt_percpu_pgtable':
    case 'alt_local_lock':
    case 'alt_vmap':
      return choose(fences, 20, 41);
    default:
      return guards ? 33 : 16;
  }
}

const choose = (fences: boolean, release: number, debug: number): number => (fences ? debug : release);

/** 2.6.35 and 3.10 have the layout of 2.6.37, and the others that of the nearest kernel whose layout the reference gives. */
function layoutName(profile: Profile): LayoutName {
  if (profile.arch === 'arm') return isUpTo(profile, 'v3_10') ? 'arm_3_10' : 'arm_5_11';
  if (profile.arch === 'xtensa') return isUpTo(profile, 'v5_10') ? 'xtensa_5_9' : 'xtensa_5_11';
  if (profile.arch === 'arc') return isUpTo(profile, 'v5_10') ? 'arc_5_9' : 'arc_5_11';
  if (profile.arch !== 'x86') return profile.arch;
  if (profile.kernel === 'v2_6_31') return 'x86_2_6_31';
  if (isUpTo(profile, 'v3_10')) return 'x86_2_6_37';
  return isUpTo(profile, 'v5_10') ? 'x86_5_9' : 'x86_5_11';
}

/**
 * What differs by architecture when temporary slots are filled and emptied (highmem 1.3, 2.3, 2.4, 3.3, 3.4, 7.2). `CHECK` and `CLEARS` are
 * asked by the models up to 5.10 only: later ones check and clear everywhere.
 */
function archOptions({ arch, debug_highmem, mapping, cache }: Profile): Record<string, boolean> {
  const oldArm = arch === 'arm' && mapping === 'km_type';
  return {
    CONFIG_ARCH_KMAP_FLUSH_AFTER_MAP: arch !== 'x86' && arch !== 'xtensa' && arch !== 'arc',
    /** ARM of 2.6.31 flushed the page from the data cache whatever the cache; later kernels only from one by virtual address. */
    CONFIG_ARCH_KMAP_FLUSH_CACHE: cache === 'vivt' || oldArm || arch === 'sparc',
    CONFIG_ARCH_KMAP_FLUSH_GLOBAL: arch === 'sparc',
    CONFIG_ARCH_KMAP_CLEARS: ['x86', 'xtensa', 'arc', 'microblaze'].includes(arch) || debug_highmem,
    CONFIG_ARCH_KMAP_CHECK_EMPTY: arch === 'x86' || (debug_highmem && arch !== 'arc'),
    /** PowerPC of 5.9 warns where the others stop. */
    CONFIG_ARCH_KMAP_CHECK_WARNS: arch === 'powerpc' && debug_highmem,
    /** An address that kmap() has given is used again; from 2.6.37 on not in debug builds, unless two addresses of a page would not see each other. */
    CONFIG_ARCH_NEEDS_KMAP_HIGH_GET: arch === 'arm' && (mapping === 'km_type' || cache === 'vivt' || !debug_highmem),
  };
}

/** A learner's own model gets the newest layout and the slots of kmap_local. */
export function mappingFacts(profile: Profile): MappingFacts {
  const model = mappingModel(profile.mapping);
  const local = !model || model.name === 'kmap_local';
  const forceMap =
    local &&
    profile.highmem &&
    (profile.force_map === 'on' || (profile.force_map === 'auto' && profile.arch === 'x86' && profile.debug_highmem));
  const guards = local && (profile.debug_kmap_local || profile.debug_highmem || forceMap);
  const slotsPerCpu = slotCount(profile, guards);
  const increment = guards ? 2 : 1;
  const layout = addressLayout({
    name: layoutName(profile),
    cpus: profile.cpus,
    debug: guards,
    stride: slotsPerCpu,
    lastPkmap: profile.last_pkmap,
    pae: profile.pae,
    colours: profile.cache_colours,
  });

  const options: Readonly<Record<string, boolean>> = {
    CONFIG_HIGHMEM: profile.highmem,
    CONFIG_KMAP_LOCAL: local,
    CONFIG_DEBUG_HIGHMEM: profile.debug_highmem,
    CONFIG_DEBUG_KMAP_LOCAL: guards,
    CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP: forceMap,
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
    CONFIG_KUNMAP_REFUSES_PAGES: !isUpTo(profile, 'v2_6_35'),
    CONFIG_KMAP_POP_EARLY: profile.pop_early,
    CONFIG_FIXMAP_ASCENDS: layout.direction < 0,
    CONFIG_CACHE_COLOURS: profile.cache_colours > 1,
    ...archOptions(profile),
    CONFIG_PROPOSED_STRICT_TYPES: profile.overlay === 'strict_types',
    CONFIG_PROPOSED_DEPTH: profile.overlay === 'depth',
  };
  const names = Object.keys(options);
  const perCpuTables = model?.name === 'alt_percpu_pgtable';
  const vmallocStart = layout.high_memory + VMALLOC_OFFSET - (layout.high_memory % VMALLOC_OFFSET);
  const own = layout.windows.map((window) => (window.name === 'fixmap' ? { ...window, perCpu: perCpuTables } : window));
  const vmap = { name: 'vmap', start: vmallocStart, pages: VMAP_PAGES, wide: profile.pae };
  const shared = model?.holder === 'shared';
  const windows = shared ? [...own, vmap] : own;
  return {
    layout: { ...layout, windows },
    sharedArea: shared ? { start: vmallocStart, pages: VMAP_PAGES } : undefined,
    perCpuTables,
    pae: profile.pae,
    highmem: profile.highmem,
    holder: holderOf(profile),
    firstSlotAddress: layout.fixAddress(layout.FIX_KMAP_BEGIN) | 0,
    slotsPerCpu,
    increment,
    constants: [
      { name: 'KM_TYPE_NR', value: slotsPerCpu, type: 'int', doc: 'Slots of one CPU (models up to 5.10).' },
      { name: 'KM_MAX_IDX', value: slotsPerCpu, type: 'int', doc: 'Slots of one CPU, guards included (5.11 and later).' },
      { name: 'FIXADDR_TOP', value: layout.FIXADDR_TOP, type: 'unsigned long', doc: 'Address of fixmap entry 0.' },
      { name: 'FIX_KMAP_BEGIN', value: layout.FIX_KMAP_BEGIN, type: 'int', doc: 'Fixmap entry of slot 0 of CPU 0.' },
      { name: 'FIX_KMAP_END', value: layout.FIX_KMAP_END, type: 'int', doc: 'Fixmap entry of the last slot of the last CPU.' },
      { name: 'PAGE_KERNEL', value: PTE_KERNEL, type: 'unsigned long', doc: 'Flags of a kernel mapping: 0x163.' },
      {
        name: 'PAGE_KERNEL_WC',
        value: PTE_KERNEL | PTE_WRITE_COMBINING,
        type: 'unsigned long',
        doc: 'The same for device memory: 0x16b.',
      },
      { name: 'VMALLOC_START', value: vmallocStart, type: 'unsigned long', doc: 'alt_vmap: address of its area.' },
      { name: 'VMAP_PAGES', value: VMAP_PAGES, type: 'int', doc: 'alt_vmap: pages of its area.' },
      { name: 'VMAP_LAZY_MAX', value: VMAP_LAZY_MAX, type: 'int', doc: 'alt_vmap: pages that may wait for the global flush.' },
      ...(model?.name === 'km_type' ? typeConstants(profile) : []),
      { name: 'PROPOSED_LIMIT', value: profile.overlay_limit, type: 'int', doc: 'Limit of the depth check proposed in 2009.' },
      {
        name: 'DCACHE_N_COLORS',
        value: profile.cache_colours,
        type: 'int',
        doc: 'Colours of the data cache (xtensa): 1 where it has none.',
      },
      { name: 'KM_INCR', value: increment, type: 'int', doc: 'Slots that one mapping takes: 2 with guard slots.' },
    ],
    enabledOptions: names.filter((name) => options[name]),
    disabledOptions: names.filter((name) => !options[name]),
  };
}
