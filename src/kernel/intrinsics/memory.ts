/** Page tables and the TLB (highmem 1.2, 1.3), and the marks by which mappings show up in the event stream. */
import { NO_TRANSLATION } from '../../machine/mmu.ts';
import { pageName } from '../page-names.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const memory: IntrinsicTable = {
  virt_to_kpte: {
    prototype: 'pte_t *virt_to_kpte(unsigned long vaddr)',
    doc: 'Address of the page table entry of a kernel address; NULL where there is no page table. One table serves all CPUs.',
    context: 'any',
    maySleep: false,
    execute({ machine }, _cpu, address) {
      const word = machine.mmu.pteWord(address);
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
  trace_kunmap: {
    prototype: 'void trace_kunmap(unsigned long vaddr, int slot, int idx)',
    doc: 'Records that an address was unmapped.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, address, slot, idx) {
      const pfn = kernel.sanitizers.unmapped(cpu, address);
      const page = pfn === undefined ? '' : pageName(kernel, pfn);
      kernel.emit(cpu, { type: 'kunmap', address: address >>> 0, slot, idx, model: kernel.profile.mapping, page });
      return undefined;
    },
  },
};
