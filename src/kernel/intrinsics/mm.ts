/**
 * What mapping models ask of the hardware, and what they tell the event stream. Everything else that they do is kernel source
 * (klab/mm). Addresses are kernel virtual addresses as signed 32-bit words.
 */
import { pageName } from '../page-names.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const mmIntrinsics: IntrinsicTable = {
  virt_to_kpte: {
    prototype: 'pte_t *virt_to_kpte(unsigned long vaddr)',
    doc: 'Address of the page table entry that maps the kernel address vaddr. NULL where no page table is.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, _cpu, vaddr) {
      const word = kernel.machine.mmu.pteWord(vaddr);
      return word < 0 ? 0 : kernel.machine.addressOf(word * 4);
    },
  },
  flush_tlb_one_kernel: {
    prototype: 'void flush_tlb_one_kernel(unsigned long addr)',
    doc: 'Drops the translation of one page from the TLB of this CPU only; the other CPUs keep what they have.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, addr) {
      kernel.machine.mmu.flushPage(cpu, addr);
      return undefined;
    },
  },
  trace_kmap: {
    prototype: 'void trace_kmap(unsigned long vaddr, unsigned long pfn, int slot, int idx)',
    doc: 'Tells the event stream of a finished map call. slot is the slot within its CPU, -1 for an address of the direct map; idx the index now.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, vaddr, pfn, slot, idx) {
      const { mapping } = kernel.profile;
      if (slot >= 0) kernel.sanitizers.mapped(cpu, vaddr, pfn);
      kernel.emit(cpu, { type: 'kmap', address: vaddr >>> 0, pfn, slot, idx, model: mapping, page: pageName(kernel, pfn) });
      return undefined;
    },
  },
  trace_kunmap: {
    prototype: 'void trace_kunmap(unsigned long vaddr, int slot, int idx)',
    doc: 'Tells the event stream of a finished unmap call: the address given, the slot that was really cleared (-1: none), the index now.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, vaddr, slot, idx) {
      const page = kernel.sanitizers.unmapped(cpu, vaddr);
      const name = page === undefined ? '' : pageName(kernel, page);
      kernel.emit(cpu, { type: 'kunmap', address: vaddr >>> 0, slot, idx, model: kernel.profile.mapping, page: name });
      return undefined;
    },
  },
};
