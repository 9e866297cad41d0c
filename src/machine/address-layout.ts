/**
 * Virtual address layouts, as data (highmem reference 1.2): where the temporary slots, the persistent mappings and the end of low
 * memory lie. Slots of the temporary mappings are fixmap entries: index 0 at the top, addresses descending.
 *
 * The x86 layouts assume the configuration that the reference names. PKMAP_BASE and high_memory follow from the number of CPUs
 * the kernel is built for, NR_CPUS: 4 for machines of up to 4 CPUs, as the reference has it, and 8 beyond.
 */
import { assert } from '../util/assert.ts';
import { PAGE_SHIFT, PAGE_SIZE } from './memory-plan.ts';
import type { WindowSpec } from './mmu.ts';

export type LayoutName =
  | 'x86_2_6_31'
  | 'x86_2_6_37'
  | 'x86_5_9'
  | 'x86_5_11'
  | 'arm_5_11'
  | 'arm_3_10'
  | 'mips'
  | 'powerpc'
  | 'sparc'
  | 'xtensa_5_9'
  | 'xtensa_5_11'
  | 'arc_5_9'
  | 'arc_5_11'
  | 'csky'
  | 'microblaze';

/** What is special to one layout. */
interface LayoutSpec {
  /** FIXADDR_TOP: address of fixmap index 0. For ascending layouts FIXADDR_START. */
  top: number;
  /** 1: addresses go down with the fixmap index (all of today), -1: up (old ARM, old xtensa). */
  direction: 1 | -1;
  /** FIX_KMAP_BEGIN. */
  begin: number;
  /** Slots of one CPU: KM_TYPE_NR or KM_MAX_IDX. */
  strideRelease: number;
  strideDebug: number;
  /** PTEs in one page table page: entries of the persistent window. */
  lastPkmap: number;
  /** Where the persistent window begins; a function where it depends on NR_CPUS. */
  pkmapBase: number | ((nrCpus: number, kmapEnd: number, entries: number) => number);
  /** The same with PAE, where it is no function. */
  pkmapBasePae?: number;
  /** high_memory; from PKMAP_BASE on x86 when absent. */
  highMemory?: number;
  /** The fixmap entry just above FIX_KMAP_BEGIN is the last IO-APIC page. */
  ioApic: boolean;
}

const MIB = 1024 * 1024;
/** PTEs in a page table page of x86: 4 bytes each, with PAE 8. */
const PTRS_PER_PTE = 1024;
const PTRS_PER_PTE_PAE = 512;
const FIX_BTMAPS = 512;
/** Pages of the CPU entry area for one CPU (5.x; counted by hand, reference section 14). */
const CPU_ENTRY_AREA_PAGES = 43;
const VMALLOC_RESERVE = 128 * MIB;

const roundDown = (address: number, to: number): number => address - (address % to);

/**
 * PKMAP_BASE of 5.x and 6.x: below the fixmap with its boot-time part come the CPU entry area and the IDT page, the
 * LDT remap area and the persistent window, each a page down and rounded down to what one page table page maps (PMD_SIZE).
 */
function pkmapBaseX86(nrCpus: number, kmapEnd: number, entries: number): number {
  const pmdSize = entries * PAGE_SIZE;
  const permanentEnd = kmapEnd + 2;
  const fixmapEnd = bootMapEnd(permanentEnd, entries) + 2;
  const fixmapStart = 0xfffff000 - fixmapEnd * PAGE_SIZE;
  const entryArea = roundDown(fixmapStart - (CPU_ENTRY_AREA_PAGES * nrCpus + 2) * PAGE_SIZE, pmdSize);
  const ldt = roundDown(entryArea - PAGE_SIZE, pmdSize);
  return roundDown(ldt - PAGE_SIZE, pmdSize);
}

/** Last index of the boot-time mappings: they must not straddle two page table pages. */
function bootMapEnd(permanentEnd: number, entries: number): number {
  const straddles = ((permanentEnd ^ (permanentEnd + FIX_BTMAPS - 1)) & -entries) !== 0;
  const first = straddles ? permanentEnd + FIX_BTMAPS - (permanentEnd & (FIX_BTMAPS - 1)) : permanentEnd;
  return first + FIX_BTMAPS - 1;
}

const x86 = { top: 0xfffff000, direction: 1, lastPkmap: PTRS_PER_PTE, ioApic: true } as const;

/**
 * What the reference leaves to the platform or does not work out is chosen here: the addresses of MIPS, xtensa, ARC, C-SKY and Microblaze,
 * the windows of persistent mappings of PowerPC and SPARC, and high_memory. Low memory begins at 0xc0000000 on all of them, so the areas of
 * xtensa and ARC, which lie below it, do so too.
 */
const others = { strideRelease: 16, strideDebug: 33, lastPkmap: 1024, highMemory: 0xef800000, ioApic: false } as const;

const LAYOUTS: Record<LayoutName, LayoutSpec> = {
  x86_2_6_31: { ...x86, begin: 69, strideRelease: 19, strideDebug: 39, pkmapBase: 0xff800000, pkmapBasePae: 0xffa00000 },
  x86_2_6_37: { ...x86, begin: 69, strideRelease: 20, strideDebug: 41, pkmapBase: 0xff800000, pkmapBasePae: 0xffc00000 },
  x86_5_9: { ...x86, begin: 68, strideRelease: 20, strideDebug: 41, pkmapBase: pkmapBaseX86 },
  x86_5_11: { ...x86, begin: 68, strideRelease: 16, strideDebug: 33, pkmapBase: pkmapBaseX86 },
  arm_5_11: {
    top: 0xffeff000,
    direction: 1,
    begin: 1,
    strideRelease: 16,
    strideDebug: 33,
    lastPkmap: 512,
    pkmapBase: 0xbfe00000,
    highMemory: 0xef800000,
    ioApic: false,
  },
  arm_3_10: {
    top: 0xfff00000,
    direction: -1,
    begin: 0,
    strideRelease: 16,
    strideDebug: 16,
    lastPkmap: 512,
    pkmapBase: 0xbfe00000,
    highMemory: 0xef800000,
    ioApic: false,
  },
  mips: { ...others, top: 0xfffe0000, direction: 1, begin: 17, pkmapBase: 0xfe000000 },
  powerpc: { ...others, top: 0xfffff000, direction: 1, begin: 32, pkmapBase: 0xff800000 },
  sparc: { ...others, top: 0xfcfff000, direction: 1, begin: 1, pkmapBase: 0xfc400000 },
  xtensa_5_9: { ...others, top: 0xbfc00000, direction: -1, begin: 0, pkmapBase: 0xbf400000 },
  xtensa_5_11: { ...others, top: 0xbffff000, direction: 1, begin: 0, pkmapBase: 0xbf800000 },
  arc_5_9: { ...others, top: 0xbf800000, direction: -1, begin: 0, pkmapBase: 0xbfc00000 },
  arc_5_11: { ...others, top: 0xbfbff000, direction: 1, begin: 0, pkmapBase: 0xbfc00000 },
  csky: { ...others, top: 0xffffc000, direction: 1, begin: 1, pkmapBase: 0xff800000 },
  microblaze: { ...others, top: 0xfffff000, direction: 1, begin: 1, pkmapBase: 0xff400000 },
};

/** A layout worked out for one machine. Addresses are unsigned numbers. */
export interface AddressLayout {
  name: LayoutName;
  /** CPUs the kernel is built for. */
  nrCpus: number;
  FIXADDR_TOP: number;
  direction: 1 | -1;
  FIX_KMAP_BEGIN: number;
  FIX_KMAP_END: number;
  /** Slots of one CPU. */
  stride: number;
  /** Addresses of one slot, one for each colour of the data cache: a page appears at that of its own colour. */
  colours: number;
  PKMAP_BASE: number;
  LAST_PKMAP: number;
  VMALLOC_END: number;
  high_memory: number;
  /** First pfn of high memory. */
  highmemStart: number;
  /** Address of the page of the last IO-APIC, next to slot 0 of CPU 0; undefined where another thing lies there. */
  ioApicPage: number | undefined;
  /** Windows of mapped addresses for the MMU: `fixmap` (slots of all CPUs and the entry before them) and `pkmap`. */
  windows: readonly WindowSpec[];
  /** Address of fixmap entry `index`. */
  fixAddress(index: number): number;
  /** Address of local slot `slot` of CPU `cpu`, for pages of colour `colour`. */
  slotAddress(slot: number, cpu: number, colour?: number): number;
}

export interface LayoutRequest {
  name: LayoutName;
  /** CPUs of the machine. */
  cpus: number;
  /** Debug builds have other strides. */
  debug: boolean;
  /** Slots of one CPU, where a mapping model has its own number. */
  stride?: number;
  /** LAST_PKMAP (of each colour), where a machine wants fewer; never more than the layout has. */
  lastPkmap?: number;
  /** x86 with PAE: page table entries of 8 bytes, half as many in a page. */
  pae?: boolean;
  /** Cache colours (xtensa). */
  colours?: number;
}

/** CPUs that a kernel for a machine of `cpus` CPUs is built for. */
export const nrCpusFor = (cpus: number): number => (cpus <= 4 ? 4 : 8);

export function addressLayout({ name, cpus, debug, stride, lastPkmap, pae = false, colours = 1 }: LayoutRequest): AddressLayout {
  const spec = LAYOUTS[name];
  const nrCpus = nrCpusFor(cpus);
  const slots = stride ?? (debug ? spec.strideDebug : spec.strideRelease);
  const begin = spec.begin;
  const end = begin + slots * nrCpus * colours - 1;
  const fixAddress = (index: number): number => spec.top - spec.direction * index * PAGE_SIZE;
  const entries = pae ? PTRS_PER_PTE_PAE : spec.lastPkmap;
  const fixedBase = (pae ? spec.pkmapBasePae : undefined) ?? spec.pkmapBase;
  // Each colour beyond the first needs a page table page more for kmap().
  const moreTables = (colours - 1) * entries * PAGE_SIZE;
  const pkmapBase = (typeof fixedBase === 'number' ? fixedBase : fixedBase(nrCpus, end, entries)) - moreTables;
  const vmallocEnd = pkmapBase - 2 * PAGE_SIZE;
  const highMemory = spec.highMemory ?? vmallocEnd - VMALLOC_RESERVE;
  const pkmapPages = Math.min(lastPkmap ?? entries, entries) * colours;
  assert(pkmapPages >= 1, 'LAST_PKMAP is at least 1');
  // One entry on each side belongs to the window, as misuse runs into it: BEGIN-1 and END+1.
  const edges = [fixAddress(begin === 0 ? 0 : begin - 1), fixAddress(end + 1)];
  const start = Math.min(...edges);
  const pages = (Math.max(...edges) - start) / PAGE_SIZE + 1;
  return {
    name,
    nrCpus,
    FIXADDR_TOP: spec.top,
    direction: spec.direction,
    FIX_KMAP_BEGIN: begin,
    FIX_KMAP_END: end,
    stride: slots,
    colours,
    PKMAP_BASE: pkmapBase,
    LAST_PKMAP: pkmapPages,
    VMALLOC_END: vmallocEnd,
    high_memory: highMemory,
    highmemStart: (highMemory - 0xc0000000) >>> PAGE_SHIFT,
    ioApicPage: spec.ioApic ? fixAddress(begin - 1) : undefined,
    windows: [
      { name: 'fixmap', start, pages, wide: pae },
      { name: 'pkmap', start: pkmapBase, pages: pkmapPages, wide: pae },
    ],
    fixAddress,
    slotAddress(slot, cpu, colour = 0) {
      // Colours go up with the address, whichever way the fixmap goes.
      const within = spec.direction > 0 ? colours - 1 - colour : colour;
      return fixAddress(begin + (slot + slots * cpu) * colours + within);
    },
  };
}
