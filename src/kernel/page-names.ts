/** Names of the program's pages, for people: `packet`, `letter[1]`. */
import { IO_APIC_PFN } from './boot-pages.ts';
import type { Kernel } from './kernel.ts';

const cache = new WeakMap<Kernel, ReadonlyMap<number, string>>();

/** Page names by pfn. The pages of a program never change, so this is worked out once. */
export function pageNames(kernel: Kernel): ReadonlyMap<number, string> {
  const known = cache.get(kernel);
  if (known) return known;
  const names = new Map<number, string>();
  const data = kernel.machine.plan.region('data').offset;
  const pageAt = kernel.layouts.page.field('pfn').offset;
  for (const global of kernel.built.debug.globals) {
    if (global.storage !== 'page') continue;
    const variable = kernel.built.image.variables.find(({ name }) => name === global.name);
    if (!variable) continue;
    const count = variable.size / 4;
    for (let i = 0; i < count; i++) {
      const pointer = kernel.machine.memory.words[(data + variable.offset + i * 4) >>> 2];
      if (!kernel.machine.isKernelAddress(pointer)) continue;
      const pfn = kernel.machine.memory.words[(kernel.machine.offsetOf(pointer) + pageAt) >>> 2];
      names.set(pfn, global.type.kind === 'array' ? `${global.name}[${i}]` : global.name);
    }
  }
  names.set(IO_APIC_PFN, 'IO-APIC');
  cache.set(kernel, names);
  return names;
}

/** Name of the page whose `struct page` lies at `address`; undefined when none lies there. */
export function pageNameAt(kernel: Kernel, address: number): string | undefined {
  const { machine, layouts } = kernel;
  if (!machine.isKernelAddress(address)) return undefined;
  const { offset, stride, count } = machine.plan.region('page');
  const inside = machine.offsetOf(address) - offset;
  if (inside < 0 || inside >= stride * count || inside % stride !== 0) return undefined;
  return pageName(kernel, machine.memory.words[(offset + inside + layouts.page.field('pfn').offset) >>> 2]);
}

/** Name of one page, or its frame number. */
export function pageName(kernel: Kernel, pfn: number): string {
  return pageNames(kernel).get(pfn) ?? `pfn 0x${pfn.toString(16)}`;
}
