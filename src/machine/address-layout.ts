/**
 * Where the windows of mapped addresses lie on x86-32 (reference/highmem.md 1.2), as data. All layouts share the shape: fixmap at
 * the top with entry 0 highest, below it the CPU entry area, the LDT remap and the pkmap window. Numbers assume the
 * configuration that the reference names; sizes depend on the number of CPUs that the kernel is built for.
 */
import { PAGE_SIZE } from './memory-plan.ts';
import { PAGE_OFFSET, type WindowSpec } from './mmu.ts';

export type AddressLayoutName = 'x86_5_9' | 'x86_5_11';

export interface AddressLayout {
  name: AddressLayoutName;
  /** CPUs that the kernel is built for: 4, or 8 for machines with more. */
  nrCpus: number;
  /** Address of fixmap entry 0; entry n lies n pages below. */
  fixaddrTop: number;
  /** Fixmap entry of slot 0 of CPU 0, and of the last slot of the last CPU. */
  fixKmapBegin: number;
  fixKmapEnd: number;
  /** Slots from one CPU to the next. */
  stride: number;
  pkmapBase: number;
  lastPkmap: number;
  /** End of the direct map; pages from here on are high memory. */
  highMemory: number;
}

const FIXADDR_TOP = 0xfffff000 | 0;
const FIX_KMAP_BEGIN: Record<AddressLayoutName, number> = { x86_5_9: 68, x86_5_11: 68 };
/** The mappings of the boot phase come behind the permanent ones. */
const BOOT_FIXMAPS = 512;
/** CPU entry area: pages of one CPU, and the page of the IDT. */
const ENTRY_PAGES = 43;
const LAST_PKMAP = 1024;
const PMD_SIZE = 1 << 22;
const VMALLOC_RESERVE = 128 << 20;

/** One page down from `address`, then down to a PMD. */
const below = (address: number): number => (address - PAGE_SIZE) & -PMD_SIZE;

/** @param stride slots of one CPU. @param cpus CPUs of the machine, 1 to 8. */
export function addressLayout(name: AddressLayoutName, stride: number, cpus: number): AddressLayout {
  const nrCpus = cpus <= 4 ? 4 : 8;
  const fixKmapBegin = FIX_KMAP_BEGIN[name];
  const fixKmapEnd = fixKmapBegin + stride * nrCpus - 1;
  const fixmapStart = FIXADDR_TOP - (fixKmapEnd + BOOT_FIXMAPS) * PAGE_SIZE;
  const entryArea = below(fixmapStart - (ENTRY_PAGES * nrCpus + 1) * PAGE_SIZE);
  const pkmapBase = below(below(entryArea));
  return {
    name,
    nrCpus,
    fixaddrTop: FIXADDR_TOP,
    fixKmapBegin,
    fixKmapEnd,
    stride,
    pkmapBase,
    lastPkmap: LAST_PKMAP,
    highMemory: (pkmapBase - 2 * PAGE_SIZE - VMALLOC_RESERVE) | 0,
  };
}

/** Address of fixmap entry `index`. */
export function fixmapAddress(layout: AddressLayout, index: number): number {
  return (layout.fixaddrTop - index * PAGE_SIZE) | 0;
}

/** Address of local slot `slot` of CPU `cpu`. */
export function slotAddress(layout: AddressLayout, slot: number, cpu: number): number {
  return fixmapAddress(layout, layout.fixKmapBegin + slot + layout.stride * cpu);
}

/** The page above slot 0 of CPU 0: the last IO-APIC page, which an index of -1 hits. */
export function ioApicAddress(layout: AddressLayout): number {
  return fixmapAddress(layout, layout.fixKmapBegin - 1);
}

/** First page frame that the direct map does not reach. */
export function highmemStart(layout: AddressLayout): number {
  return (layout.highMemory - PAGE_OFFSET) / PAGE_SIZE;
}

/** The slots of all CPUs and the IO-APIC page above them, as one window. */
export function fixmapWindow(layout: AddressLayout): WindowSpec {
  const start = fixmapAddress(layout, layout.fixKmapEnd);
  return { name: 'fixmap', start, pages: layout.fixKmapEnd - layout.fixKmapBegin + 2 };
}
