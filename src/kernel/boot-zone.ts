/** The pages of the allocator at boot: low ones behind those that the program names, all free but the ones that hold clean page cache. */
import type { FrameSpec, Machine } from '../machine/machine.ts';
import { PAGE_SIZE } from '../machine/memory-plan.ts';
import { PAGE_OFFSET } from '../machine/mmu.ts';
import type { BuiltProgram } from './build.ts';

/** Frame of the first one. */
const FIRST_PFN = 0x200;

/** How many there are: none in a program that does not name the allocator. */
export const zonePages = ({ allocates, profile }: BuiltProgram): number => (allocates ? profile.zone_pages : 0);

export function zoneFrames(count: number): FrameSpec[] {
  return Array.from({ length: count }, (_, i) => ({ pfn: FIRST_PFN + i, data: new Uint8Array(0) }));
}

/** @param first number of the first struct page. */
export function installZone(machine: Machine, built: BuiltProgram, first: number, count: number): void {
  const variable = built.image.variables.find(({ name }) => name === 'zone_normal');
  if (count === 0 || !variable) return;
  const zone = built.layouts.zone.view(machine.memory, machine.offsetIn('data') + variable.offset);
  const cached = count >>> 2;
  for (let i = count - 1; i >= 0; i--) {
    const offset = machine.offsetIn('page', first + i);
    const page = built.layouts.page.view(machine.memory, offset);
    page.pfn = FIRST_PFN + i;
    page.virtual = PAGE_OFFSET + page.pfn * PAGE_SIZE;
    const isCache = i >= count - cached;
    page._refcount = isCache ? 1 : 0;
    page.next = isCache ? zone.inactive_list : zone.free_list;
    if (isCache) zone.inactive_list = machine.addressOf(offset);
    else zone.free_list = machine.addressOf(offset);
  }
  zone.nr_inactive = cached;
  zone.nr_free = count - cached;
  zone.watermark_min = Math.max(2, count >>> 3);
}
