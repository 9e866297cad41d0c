/** Page frames of a program: where they lie, their struct page, and the variables that name them. */
import type { CheckedPage } from '../lang/checked-program.ts';
import type { Image } from '../machine/bytecode.ts';
import type { FrameSpec, Machine } from '../machine/machine.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../machine/memory-plan.ts';
import { PAGE_OFFSET, PTE_KERNEL, PteFlag, type WindowSpec } from '../machine/mmu.ts';
import { assert } from '../util/assert.ts';
import type { KernelLayouts } from './layouts.ts';
import type { MappingFacts } from './mapping-facts.ts';

export const PG_HIGHMEM = 1;
export const PG_USER = 2;
/** First frame given to `page low`. */
const LOW_PFN = 0x100;
/** Frame of the registers of the IO-APIC: memory of a device, far above all RAM. */
export const IO_APIC_PFN = 0xfec3f;
/** Where user memory begins in the address space of every process. */
export const USER_BASE = 0x08048000;

export interface PlannedPage {
  /** Variable that names it, and its place in an array of pages. */
  name: string;
  index: number;
  pfn: number;
  low: boolean;
  user: boolean;
  absent: boolean;
  text: string;
  /** Address in user memory of a user page. */
  userAddress: number;
}

/** Frames in the order of declaration: high ones from the end of low memory up, low ones from pfn 0x100 up. */
export function planPages(pages: readonly CheckedPage[], facts: MappingFacts): PlannedPage[] {
  let high = facts.layout.highmemStart;
  let low = LOW_PFN;
  let userPages = 0;
  return pages.flatMap(({ declaration, count, texts }) =>
    Array.from({ length: count }, (_, index): PlannedPage => {
      const { name, user, absent } = declaration;
      const isLow = declaration.low || !facts.highmem;
      return {
        name,
        index,
        pfn: isLow ? low++ : high++,
        low: isLow,
        user,
        absent,
        text: texts[index] ?? '',
        userAddress: user ? USER_BASE + userPages++ * PAGE_SIZE : 0,
      };
    }),
  );
}

/** The window of user memory; none for a program without user pages. */
export function userWindow(pages: readonly PlannedPage[], wide: boolean): WindowSpec[] {
  const count = pages.filter(({ user }) => user).length;
  return count === 0 ? [] : [{ name: 'user', start: USER_BASE, pages: count, user: true, wide }];
}

export function frameSpecs(pages: readonly PlannedPage[], ioApic: boolean): FrameSpec[] {
  const frames = pages.map(({ pfn, text }): FrameSpec => ({ pfn, data: bytesOf(text) }));
  return ioApic ? [...frames, { pfn: IO_APIC_PFN, data: bytesOf('IO-APIC') }] : frames;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text.slice(0, PAGE_SIZE - 1), (character) => character.charCodeAt(0) & 0xff);
}

/** Writes struct pages, PTEs of user memory and of the IO-APIC, and the variables of the program. */
export function installPages(
  machine: Machine,
  image: Image,
  layouts: KernelLayouts,
  facts: MappingFacts,
  pages: readonly PlannedPage[],
  ioApic: boolean,
): void {
  pages.forEach((page, number) => {
    const offset = machine.offsetIn('page', number);
    const view = layouts.page.view(machine.memory, offset);
    view.flags = (page.low ? 0 : PG_HIGHMEM) | (page.user ? PG_USER : 0);
    view.pfn = page.pfn;
    view.virtual = page.low ? PAGE_OFFSET + page.pfn * PAGE_SIZE : 0;
    view._refcount = 1;
    if (page.user && !page.absent) setPte(machine, page.userAddress, page.pfn, PteFlag.user | PteFlag.present | PteFlag.writable);
    const variable = image.variables.find((one) => one.name === page.name);
    assert(variable, `the page ${page.name} has no variable in the image`);
    const word = (machine.plan.region('data').offset + variable.offset) >>> 2;
    machine.memory.write(word + page.index, page.user ? page.userAddress : machine.addressOf(offset));
  });
  const { ioApicPage } = facts.layout;
  if (!ioApic || ioApicPage === undefined) return;
  for (let cpu = 0; cpu < machine.cpuCount; cpu++) setPte(machine, ioApicPage, IO_APIC_PFN, PTE_KERNEL, cpu);
}

function setPte(machine: Machine, address: number, pfn: number, flags: number, cpu = 0): void {
  machine.mmu.writePte(address | 0, (pfn << PAGE_SHIFT) | flags, cpu);
}
