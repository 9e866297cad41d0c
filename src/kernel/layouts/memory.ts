/** struct page. */
import { defineStruct, nested, pointer, s32, u32 } from '../../machine/layout.ts';

export const ioMapping = defineStruct('io_mapping', 'Memory of a device, mapped page by page.', {
  base: u32('Physical address.', { hex: true }),
  size: u32('Bytes.', { hex: true }),
  prot: u32('Flags of its page table entries.', { hex: true }),
});

export const pageLayout = defineStruct('page', 'A page frame.', {
  flags: u32('PG_highmem 0x1 (zone), PG_user 0x2: belongs to user memory.', { hex: true }),
  pfn: u32('Page frame number. The kernel works it out from the place of the struct in mem_map.', { hex: true }),
  virtual: pointer('void', 'page_address(): direct-map address; NULL for a high page without a persistent mapping.'),
  _refcount: s32('Users of the frame; 0: it is free.'),
  next: pointer('struct page', 'Next page of the list that it is on: free pages of a CPU or of the zone, or slabs with room.'),
  slab_cache: pointer('struct kmem_cache', 'Cache whose objects fill the page; NULL: it is no slab.'),
  freelist: pointer('void', 'First free object of a slab that belongs to no CPU; each one holds the address of the next.'),
});

export const folioLayout = defineStruct('folio', 'Page frames that belong together, by the first of them.', {
  page: nested(pageLayout, 'The first page; the others follow it.'),
});
