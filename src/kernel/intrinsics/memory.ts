/** Page tables and the TLB (highmem 1.2, 1.3), and the marks by which mappings show up in the event stream. */
import { NO_TRANSLATION } from '../../machine/mmu.ts';
import { PKMAP_MODEL } from '../events.ts';
import { pageName } from '../page-names.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const memory: IntrinsicTable = {
  virt_to_kpte: {
    prototype: 'pte_t *virt_to_kpte(unsigned long vaddr)',
    doc: 'Address of the page table entry of a kernel address; NULL where there is no page table. One table serves all CPUs, except with alt_percpu_pgtable: there it is the one of this CPU.',
    context: 'any',
    maySleep: false,
    execute({ machine }, cpu, address) {
      const word = machine.mmu.pteWord(address, cpu);
      return word === NO_TRANSLATION ? 0 : machine.addressOf(word << 2);
    },
  },
  flush_tlb_one_kernel: {
    prototype: 'void flush_tlb_one_kernel(unsigned long addr)',
    doc: 'Drops the translation of one page from this CPU only; the others keep what they have.',
    context: 'any',
    maySleep: false,
    execute: ({ machine }, cpu, address) => void machine.mmu.flushPage(cpu, address),
  },
  flush_tlb_kernel_range: {
    prototype: 'void flush_tlb_kernel_range(unsigned long start, unsigned long end)',
    doc:
      'Drops the pages from start up to end from the TLBs of all CPUs; of more than 33 pages everything, as on x86. One step: the ' +
      'interrupts that carry it to the other CPUs are left out.',
    context: 'any',
    maySleep: false,
    execute: ({ machine }, _cpu, start, end) => void machine.mmu.flushRange(start, end),
  },
  __cpuc_flush_dcache_area: {
    prototype: 'void __cpuc_flush_dcache_area(const void *addr, unsigned long size)',
    doc: 'ARM: writes an area back from the data cache and drops it there. Caches hold no bytes of their own here: it is only seen.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu, address) => void kernel.emit(cpu, { type: 'cache_flush', address: address >>> 0 }),
  },
  flush_cache_all: {
    prototype: 'void flush_cache_all(void)',
    doc: 'Writes the whole data cache back and empties it. Caches hold no bytes of their own here: it is only seen.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu) => void kernel.emit(cpu, { type: 'cache_flush', address: -1 }),
  },
  pfn_to_page: {
    prototype: 'struct page *pfn_to_page(unsigned long pfn)',
    doc: 'The struct page of a frame. For a frame that does not exist: an address where no struct page is.',
    context: 'any',
    maySleep: false,
    execute({ machine, layouts }, _cpu, pfn) {
      const { offset, stride, count } = machine.plan.region('page');
      for (let i = 0; i < count; i++) {
        if (layouts.page.view(machine.memory, offset + i * stride).pfn === pfn) return machine.addressOf(offset + i * stride);
      }
      return (machine.addressOf(offset) + Math.imul(pfn, stride)) | 0;
    },
  },
  trace_kmap: {
    prototype: 'void trace_kmap(unsigned long vaddr, unsigned long pfn, int slot, int idx)',
    doc: 'Records that a page was mapped: slot of this CPU (-1: none needed) and index afterwards.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, pfn, slot, idx) {
      if (slot >= 0) kernel.sanitizers.mapped(cpu, address, pfn);
      kernel.emit(cpu, {
        type: 'kmap',
        address: address >>> 0,
        pfn,
        slot,
        idx,
        model: kernel.profile.mapping,
        page: pageName(kernel, pfn),
      });
      return undefined;
    },
  },
  trace_kmap_restored: {
    prototype: 'void trace_kmap_restored(struct task_struct *p, unsigned long vaddr, unsigned long pfn)',
    doc:
      'Tells the sanitizers that a switch has put a mapping of p back. For a model in which an interrupt may have used the slot in between, ' +
      'in the name of p.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, _cpu, p, address, pfn) => void kernel.sanitizers.restored(kernel.task(p).index, address, pfn),
  },
  trace_kunmap: {
    prototype: 'void trace_kunmap(unsigned long vaddr, int slot, int idx)',
    doc: 'Records that an address was unmapped.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, slot, idx) {
      const pfn = kernel.sanitizers.unmapped(cpu, address);
      kernel.sanitizers.temporaryUnmapOf(cpu, address);
      const page = pfn === undefined ? '' : pageName(kernel, pfn);
      kernel.emit(cpu, { type: 'kunmap', address: address >>> 0, slot, idx, model: kernel.profile.mapping, page });
      return undefined;
    },
  },
  trace_vmap: {
    prototype: 'void trace_vmap(unsigned long vaddr, unsigned long pfn, int slot)',
    doc: 'Records that a page was mapped for everybody: its place in the area of vmap().',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, pfn, slot) {
      const model = kernel.profile.mapping;
      kernel.emit(cpu, { type: 'kmap', address: address >>> 0, pfn, slot, idx: 0, model, page: pageName(kernel, pfn) });
      return undefined;
    },
  },
  trace_vunmap: {
    prototype: 'void trace_vunmap(unsigned long vaddr, unsigned long pfn, int slot)',
    doc: 'Records that such a page was unmapped.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, pfn, slot) {
      const model = kernel.profile.mapping;
      kernel.emit(cpu, { type: 'kunmap', address: address >>> 0, slot, idx: 0, model, page: pageName(kernel, pfn) });
      return undefined;
    },
  },
  trace_kmap_high: {
    prototype: 'void trace_kmap_high(unsigned long vaddr, unsigned long pfn, int nr, int count)',
    doc: 'Records that kmap() has given a page: slot of the persistent window (-1: none needed) and its count afterwards.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, pfn, slot, idx) {
      if (slot >= 0) kernel.sanitizers.persistentlyMapped(slot);
      const page = pageName(kernel, pfn);
      kernel.emit(cpu, { type: 'kmap', address: address >>> 0, pfn, slot, idx, model: PKMAP_MODEL, page });
      return undefined;
    },
  },
  trace_kunmap_high: {
    prototype: 'void trace_kunmap_high(unsigned long vaddr, unsigned long pfn, int nr, int count)',
    doc: 'Records that kunmap() has taken one user away: slot of the persistent window (-1: none) and its count afterwards.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, pfn, slot, idx) {
      const page = pageName(kernel, pfn);
      kernel.emit(cpu, { type: 'kunmap', address: address >>> 0, slot, idx, model: PKMAP_MODEL, page });
      return undefined;
    },
  },
};
