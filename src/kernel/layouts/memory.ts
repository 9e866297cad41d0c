/** struct page. */
import { defineStruct, pointer, s32, u32 } from '../../machine/layout.ts';

export const ioMapping = defineStruct('io_mapping', 'Memory of a device, mapped page by page.', {
  base: u32('Physical address.', { hex: true }),
  size: u32('Bytes.', { hex: true }),
  prot: u32('Flags of its page table entries.', { hex: true }),
});

export const pageLayout = defineStruct('page', 'A page frame.', {
  flags: u32('PG_highmem 0x1 (zone), PG_user 0x2: belongs to user memory.', { hex: true }),
  pfn: u32('Page frame number. The kernel works it out from the place of the struct in mem_map.', { hex: true }),
  virtual: pointer('void', 'page_address(): direct-map address; NULL for a high page without a persistent mapping.'),
  _refcount: s32('Users of the frame.'),
});
