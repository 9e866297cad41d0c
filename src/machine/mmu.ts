/**
 * Address translation (highmem reference 1.1 to 1.3): the kernel area, the direct map of low memory, and windows whose
 * pages are mapped one by one through PTEs. The PTE arrays lie in the kernel area and are shared by all CPUs, but for the one
 * alternative that gives each CPU its own; each CPU has a
 * TLB of its own that keeps what it has seen until it is flushed. Installing a PTE changes no TLB.
 *
 * Left out: page directories (every window's PTE page exists), large pages, execution rights.
 */
import { assert } from '../util/assert.ts';
import { hex } from '../util/bits.ts';
import type { MachineHooks } from './hooks.ts';
import type { Memory } from './memory.ts';
import { type MemoryPlan, PAGE_SHIFT, PAGE_SIZE, type RegionRequest } from './memory-plan.ts';

/** A range of virtual addresses whose pages are mapped by PTEs; `start` is its lowest address. */
export interface WindowSpec {
  name: string;
  start: number;
  pages: number;
  /** User memory: reached only by the copy functions. */
  user?: true;
  /** Each CPU has PTEs of its own for it; otherwise all share them, as in every released kernel. */
  perCpu?: boolean;
  /** Entries of 8 bytes (x86 with PAE), low word first. What decides is in the low word: no frame lies above 4 GiB here. */
  wide?: boolean;
}

export const KERNEL_BASE = 0xc1000000 | 0;
export const PAGE_OFFSET = 0xc0000000 | 0;

export const PteFlag = { present: 0x001, writable: 0x002, user: 0x004, accessed: 0x020, dirty: 0x040, global: 0x100 } as const;
/** The flags of a kernel mapping: present, writable, accessed, dirty, global. */
export const PTE_KERNEL = 0x163;
/** High word of a wide entry for data: bit 63, no execution. */
const PTE_NX_HIGH = 0x80000000 | 0;

/** Bits of a page fault's error code. */
export const FaultCode = { protection: 1, write: 2, user: 4, reserved: 8, fetch: 16 } as const;

/** A range of more pages than this is flushed by emptying the TLBs (x86). */
export const FLUSH_RANGE_PAGES_MAX = 33;

/** What `translate` and `peek` answer when there is no translation. */
export const NO_TRANSLATION = -1;

/** Marks a CPU's own view in `peek`: none, the page tables only. */
const NO_CPU = -1;

interface Window extends WindowSpec {
  /** First word of the PTE array; entry i maps `start + i * 4096`. Words from one CPU's to the next: 0 where they share one. */
  pteWord: number;
  pteStride: number;
  /** Words of one PTE as a power of two: 0 or 1. */
  pteShift: number;
  /** First TLB word of CPU 0, and words from one CPU to the next. */
  tlbWord: number;
  tlbStride: number;
}

/** The regions that `windows` need: one PTE array each (or one per CPU), and one TLB each per CPU. */
export function windowRegions(windows: readonly WindowSpec[], cpus: number): RegionRequest[] {
  return windows.flatMap((window): RegionRequest[] => {
    const table = { name: `pte:${window.name}`, area: 'kernel', size: window.pages * (window.wide ? 8 : 4) } as const;
    return [
      { name: `tlb:${window.name}`, area: 'hardware', size: window.pages * 4, count: cpus, owner: 'cpu' },
      window.perCpu ? { ...table, count: cpus, owner: 'cpu' } : { ...table, owner: 'shared' },
    ];
  });
}

export class Mmu {
  /** Error code of the last `translate` that found nothing. */
  faultCode = 0;
  /** Whether the last `translate` went through a window, and there through a TLB entry that differs from the PTE. */
  throughWindow = false;
  hitStale = false;
  readonly windows: readonly Window[];
  readonly #memory: Memory;
  readonly #hooks: MachineHooks;
  readonly #cpus: number;
  readonly #kernelStart: number;
  readonly #kernelSize: number;
  /** pfn >>> 10 to a block of 1,024 frame offsets in `#frameBlocks`; block 0 is all -1. */
  readonly #frameTop = new Int32Array(1024);
  readonly #frameBlocks: Int32Array;
  readonly #lowmemEnd: number;
  readonly #pteFirst: number;
  readonly #pteEnd: number;

  /** @param lowmemEnd first pfn that the direct map does not reach. */
  constructor(
    memory: Memory,
    plan: MemoryPlan,
    windows: readonly WindowSpec[],
    pfns: readonly number[],
    lowmemEnd: number,
    cpus: number,
    hooks: MachineHooks,
  ) {
    this.#memory = memory;
    this.#hooks = hooks;
    this.#cpus = cpus;
    this.#kernelStart = plan.kernelStart;
    this.#kernelSize = plan.kernelSize;
    this.#lowmemEnd = lowmemEnd;
    this.windows = windows.map((window) => {
      const tlb = plan.region(`tlb:${window.name}`);
      const pte = plan.region(`pte:${window.name}`);
      return {
        ...window,
        start: window.start | 0,
        pteWord: pte.offset >>> 2,
        pteStride: window.perCpu ? pte.stride >>> 2 : 0,
        pteShift: window.wide ? 1 : 0,
        tlbWord: tlb.offset >>> 2,
        tlbStride: tlb.stride >>> 2,
      };
    });
    this.#pteFirst = Math.min(...this.windows.map((window) => window.pteWord));
    this.#pteEnd = Math.max(
      0,
      ...this.windows.map((window) => window.pteWord + (window.pages << window.pteShift) + window.pteStride * (cpus - 1)),
    );
    const blocks = new Set(pfns.map((pfn) => pfn >>> 10));
    this.#frameBlocks = new Int32Array((blocks.size + 1) * 1024).fill(NO_TRANSLATION);
    let next = 1;
    for (const block of blocks) this.#frameTop[block] = next++ * 1024;
    pfns.forEach((pfn, index) => {
      const at = this.#frameTop[pfn >>> 10] + (pfn & 1023);
      assert(pfn >= 0 && pfn < 1 << 20, `page frame ${hex(pfn)} is out of range`);
      assert(this.#frameBlocks[at] === NO_TRANSLATION, `page frame ${hex(pfn)} is listed twice`);
      this.#frameBlocks[at] = plan.framesStart + index * PAGE_SIZE;
    });
  }

  /** Byte offset in flat memory of frame `pfn`, or NO_TRANSLATION: no such memory. */
  frameOffset(pfn: number): number {
    return this.#frameBlocks[this.#frameTop[(pfn >>> 10) & 1023] + (pfn & 1023)];
  }

  /**
   * Translates for an access of CPU `cpu` and fills its TLB (rule 1). NO_TRANSLATION: nothing happened, `faultCode`
   * says why. The access must not cross a page.
   */
  translate(cpu: number, address: number, write: boolean): number {
    const window = this.windowOf(address);
    this.throughWindow = window !== undefined;
    this.hitStale = false;
    if (!window) {
      const fixed = this.#fixed(address);
      return fixed === NO_TRANSLATION ? this.#fault(0, write) : fixed;
    }
    const page = (address - window.start) >>> PAGE_SHIFT;
    const tlbWord = window.tlbWord + cpu * window.tlbStride + page;
    const pteWord = window.pteWord + cpu * window.pteStride + (page << window.pteShift);
    let pte = this.#memory.words[tlbWord];
    const filled = pte !== 0;
    if (!filled) pte = this.#memory.words[pteWord];
    if ((pte & PteFlag.present) === 0) return this.#fault(0, write);
    if (write && (pte & PteFlag.writable) === 0) return this.#fault(FaultCode.protection, write);
    const frame = this.frameOffset(pte >>> PAGE_SHIFT);
    if (frame === NO_TRANSLATION) return this.#fault(FaultCode.protection | FaultCode.reserved, write);
    if (filled) this.hitStale = pte !== this.#memory.words[pteWord];
    else {
      this.#memory.write(tlbWord, pte);
      this.#hooks.tlbFilled?.(cpu, address & -PAGE_SIZE, pte);
    }
    return frame + (address & (PAGE_SIZE - 1));
  }

  /** Like `translate` without any effect: no TLB fill, no hook. For checks beforehand and for people who look. */
  probe(cpu: number, address: number, write: boolean): number {
    const pte = this.#visiblePte(cpu, address);
    if (pte === undefined) return this.#fixed(address);
    if ((pte & PteFlag.present) === 0) return this.#fault(0, write);
    if (write && (pte & PteFlag.writable) === 0) return this.#fault(FaultCode.protection, write);
    const frame = this.frameOffset(pte >>> PAGE_SHIFT);
    if (frame === NO_TRANSLATION) return this.#fault(FaultCode.protection | FaultCode.reserved, write);
    return frame + (address & (PAGE_SIZE - 1));
  }

  /**
   * Byte offset in flat memory that `address` means now: for `cpu`, what an access of that CPU would reach (its TLB first);
   * without a CPU, what the page tables say. Never changes anything.
   */
  peek(address: number, cpu: number = NO_CPU): number {
    const code = this.faultCode;
    const offset = this.probe(cpu, address | 0, false);
    this.faultCode = code;
    return offset;
  }

  /** Whether CPU `cpu` reaches `address` through a TLB entry that no longer says what the PTE says. */
  isStale(cpu: number, address: number): boolean {
    const cached = this.tlbEntry(cpu, address);
    return cached !== 0 && cached !== this.pte(address, cpu);
  }

  /** The TLB entry of CPU `cpu` for the page of `address`: a PTE value, 0 for none. */
  tlbEntry(cpu: number, address: number): number {
    const window = this.windowOf(address);
    if (!window) return 0;
    return this.#memory.words[window.tlbWord + cpu * window.tlbStride + ((address - window.start) >>> PAGE_SHIFT)];
  }

  /** The PTE, of a wide one its low word, that CPU `cpu` has for the page of `address`; 0 when it is empty or outside of every window. */
  pte(address: number, cpu = 0): number {
    const word = this.pteWord(address, cpu);
    return word === NO_TRANSLATION ? 0 : this.#memory.words[word];
  }

  /** The high word of that PTE; 0 where entries have one word. */
  pteHigh(address: number, cpu = 0): number {
    const word = this.windowOf(address)?.wide ? this.pteWord(address, cpu) : NO_TRANSLATION;
    return word === NO_TRANSLATION ? 0 : this.#memory.words[word + 1];
  }

  /** Word index of the PTE (its low word) that CPU `cpu` has for the page of `address`, or NO_TRANSLATION outside of the windows. */
  pteWord(address: number, cpu = 0): number {
    const window = this.windowOf(address);
    if (!window) return NO_TRANSLATION;
    return window.pteWord + cpu * window.pteStride + (((address - window.start) >>> PAGE_SHIFT) << window.pteShift);
  }

  /** Puts an entry for data in, as boot code does; a wide one says that there is no code. `pte` is its low word. */
  writePte(address: number, pte: number, cpu = 0): void {
    const word = this.pteWord(address, cpu);
    assert(word !== NO_TRANSLATION, `no page table entry is for ${hex(address)}`);
    if (this.windowOf(address)?.wide) this.#memory.write(word + 1, PTE_NX_HIGH);
    this.#memory.write(word, pte);
  }

  /** Page address that the PTE in `word` maps, or NO_TRANSLATION when `word` is no PTE, or the high word of one. */
  addressOfPte(word: number): number {
    if (word < this.#pteFirst || word >= this.#pteEnd) return NO_TRANSLATION;
    for (const window of this.windows) {
      const from = word - window.pteWord;
      const cpu = window.pteStride > 0 ? Math.min(Math.floor(from / window.pteStride), this.#cpus - 1) : 0;
      const at = from - cpu * window.pteStride;
      const page = at >> window.pteShift;
      if (page < 0 || page >= window.pages) continue;
      return page << window.pteShift === at ? (window.start + (page << PAGE_SHIFT)) | 0 : NO_TRANSLATION;
    }
    return NO_TRANSLATION;
  }

  /** The window that holds `address`. */
  windowOf(address: number): Window | undefined {
    for (const window of this.windows) {
      if ((address - window.start) >>> 0 < window.pages << PAGE_SHIFT) return window;
    }
    return undefined;
  }

  /** Drops one page's translation from one CPU's TLB (rule 3). */
  flushPage(cpu: number, address: number): void {
    const window = this.windowOf(address);
    const pte = this.#drop(cpu, window, address);
    this.#hooks.tlbFlushed?.(cpu, address & -PAGE_SIZE, pte, 'page');
  }

  /** Drops the pages from `start` up to `end` from every CPU's TLB (rule 4); everything when they are many. */
  flushRange(start: number, end: number): void {
    if ((end - start) >>> PAGE_SHIFT > FLUSH_RANGE_PAGES_MAX) {
      for (let cpu = 0; cpu < this.#cpus; cpu++) this.flushAll(cpu);
      return;
    }
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      for (let at = start & -PAGE_SIZE; at >>> 0 < end >>> 0; at = (at + PAGE_SIZE) | 0) {
        this.#drop(cpu, this.windowOf(at), at);
        if (at === (-PAGE_SIZE | 0)) break;
      }
      this.#hooks.tlbFlushed?.(cpu, start & -PAGE_SIZE, 0, 'range');
    }
  }

  /** Empties the TLB of one CPU. */
  flushAll(cpu: number): void {
    for (const window of this.windows) {
      for (let page = 0; page < window.pages; page++) this.#drop(cpu, window, window.start + (page << PAGE_SHIFT));
    }
    this.#hooks.tlbFlushed?.(cpu, -1, 0, 'all');
  }

  #drop(cpu: number, window: Window | undefined, address: number): number {
    if (!window) return 0;
    const word = window.tlbWord + cpu * window.tlbStride + ((address - window.start) >>> PAGE_SHIFT);
    const pte = this.#memory.words[word];
    if (pte !== 0) this.#memory.write(word, 0);
    return pte;
  }

  /** Kernel area and direct map: translations that never change and need no TLB entry. */
  #fixed(address: number): number {
    const inKernel = (address - KERNEL_BASE) >>> 0;
    if (inKernel < this.#kernelSize) return this.#kernelStart + inKernel;
    const physical = (address - PAGE_OFFSET) >>> 0;
    const pfn = physical >>> PAGE_SHIFT;
    if (address < 0 && address >= PAGE_OFFSET && pfn < this.#lowmemEnd) {
      const frame = this.frameOffset(pfn);
      return frame === NO_TRANSLATION ? this.#fault(0, false) : frame + (physical & (PAGE_SIZE - 1));
    }
    return this.#fault(0, false);
  }

  /** TLB entry or, where there is none, PTE; undefined outside of the windows. */
  #visiblePte(cpu: number, address: number): number | undefined {
    if (!this.windowOf(address)) return undefined;
    const cached = cpu === NO_CPU ? 0 : this.tlbEntry(cpu, address);
    return cached !== 0 ? cached : this.pte(address, cpu === NO_CPU ? 0 : cpu);
  }

  #fault(code: number, write: boolean): number {
    this.faultCode = code | (write ? FaultCode.write : 0);
    return NO_TRANSLATION;
  }
}
