/** How cases write what WARN and BUG of a mapping model print: `slug: headline`. */
import type { Model } from './misuse-case.ts';

const fileOf = (mapping: Model): string => `mm/${mapping.replaceAll('_', '-')}.klab`;

/** A warning of task a, or of an interrupt on it. */
export const warns = (slug: string, mapping: Model, where: string, cpu = 0): string =>
  `${slug}: WARNING: CPU: ${cpu} PID: 100 at ${fileOf(mapping)}: ${where}`;

export const stops = (slug: string, mapping: Model, where: string): string =>
  `${slug}: kernel BUG at ${fileOf(mapping)}: ${where}!`;

export const faults = (address: string): string => `page_fault: BUG: unable to handle page fault for address: ${address}`;

/** As 2.6.31 prints it. */
export const oldFaults = (address: string): string => `page_fault: BUG: unable to handle kernel paging request at ${address}`;

export const PANIC = 'panic: Kernel panic - not syncing: Fatal exception in interrupt';

/** @param count of the task that sleeps, with the one of the switch */
export const schedulesAtomic = (comm: string, pid: number, count = 2): string =>
  `scheduling_while_atomic: BUG: scheduling while atomic: ${comm}/${pid}/0x${count.toString(16).padStart(8, '0')}`;

export const sleepsAtomic = (place: string): string =>
  `sleeping_in_atomic: BUG: sleeping function called from invalid context at ${place}`;
