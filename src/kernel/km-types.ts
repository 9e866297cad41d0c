/** The types of the oldest mapping model: one slot of each CPU for each (highmem 2.2). */
import type { NamedConstant } from '../lang/environment.ts';
import type { Profile } from './profile.ts';

type Row = readonly [name: string, doc: string];

const common: readonly Row[] = [
  ['KM_BOUNCE_READ', 'Bounce buffers of block reads; interrupts must be off.'],
  ['KM_SKB_SUNRPC_DATA', 'sunrpc copies packet data to pages; softirq.'],
  ['KM_SKB_DATA_SOFTIRQ', 'Network drivers read packet fragments; softirq.'],
  ['KM_USER0', 'Process context, first mapping.'],
  ['KM_USER1', 'Process context, second mapping.'],
  ['KM_BIO_SRC_IRQ', 'Block I/O, source; interrupts must be off.'],
  ['KM_BIO_DST_IRQ', 'Block I/O, destination; interrupts must be off.'],
  ['KM_PTE0', 'Page-table page in high memory, outer level.'],
  ['KM_PTE1', 'Page-table page in high memory, nested level.'],
  ['KM_IRQ0', 'Interrupt handlers, or anything with interrupts off.'],
  ['KM_IRQ1', 'Second slot of interrupt handlers.'],
  ['KM_SOFTIRQ0', 'Softirqs, or code with softirqs or interrupts disabled.'],
  ['KM_SOFTIRQ1', 'Second slot of softirqs.'],
];

/** Not on ARM: its shorter list has no types for NMIs. */
const x86: readonly Row[] = [
  ['KM_SYNC_ICACHE', 'Cache maintenance of an architecture.'],
  ['KM_SYNC_DCACHE', 'Cache maintenance of an architecture.'],
  ['KM_UML_USERCOPY', 'Copies of user-mode Linux.'],
  ['KM_IRQ_PTE', 'Page-table page while in a hardirq.'],
  ['KM_NMI', 'NMI.'],
  ['KM_NMI_PTE', 'Page-table page while in an NMI.'],
];

const kdb: readonly Row[] = [['KM_KDB', 'Only while the debugger is active.']];

/** Names of the types of a profile, by number: each is the slot of a CPU, without counting fences. */
export function typeNames(profile: Profile): string[] {
  return rows(profile).map(([name]) => name);
}

function rows({ arch, kernel }: Profile): Row[] {
  if (arch === 'arm') return [...common];
  return kernel === 'v2_6_31' ? [...common, ...x86] : [...common, ...x86, ...kdb];
}

/** With fences (x86, DEBUG_HIGHMEM) each type has a slot before it that is never mapped, so that its number is 2n + 1. */
export function hasFences({ arch, debug_highmem, mapping }: Profile): boolean {
  return mapping === 'km_type' && arch === 'x86' && debug_highmem;
}

/** Types that the checks name although not every list has them. */
const OPTIONAL = ['KM_IRQ_PTE', 'KM_NMI', 'KM_NMI_PTE', 'KM_KDB'];

/** The types as the language knows them. */
export function typeConstants(profile: Profile): NamedConstant[] {
  const fences = hasFences(profile);
  const types = rows(profile).map(([name, doc], n) => ({ name, value: fences ? 2 * n + 1 : n, type: 'int', doc }));
  const own = OPTIONAL.map((name) => ({
    name: `__${name}`,
    value: types.find((type) => type.name === name)?.value ?? -1,
    type: 'int',
    doc: `Number of ${name}; -1 where the list has no such type.`,
  }));
  return [...types, ...own];
}

/** Name of slot `slot` of a CPU: `KM_USER0`, `fence`, or nothing where no type is. */
export function slotTypeName(profile: Profile, slot: number): string {
  const fences = hasFences(profile);
  if (fences && slot % 2 === 0) return 'fence';
  return typeNames(profile)[fences ? (slot - 1) / 2 : slot] ?? '';
}
