/**
 * In which contexts a class was used (`mark_lock()`): a class that an interrupt handler takes must never be held with that interrupt on.
 * Bits 0 to 3: used in hardirqs, for reading in hardirqs, the same of softirqs; bits 4 to 7: held with them on.
 */
import type { LockClasses } from './lock-classes.ts';

const ENABLED_SHIFT = 4;
const READ = 1;
const SOFTIRQ = 2;

/** What the bits mean in reports: W for write, R for read; "ON" is held with the interrupt on, "IN" used in it. */
const BIT_NAMES = [
  'IN-HARDIRQ-W',
  'IN-HARDIRQ-R',
  'IN-SOFTIRQ-W',
  'IN-SOFTIRQ-R',
  'HARDIRQ-ON-W',
  'HARDIRQ-ON-R',
  'SOFTIRQ-ON-W',
  'SOFTIRQ-ON-R',
];

export const bitName = (bit: number): string => BIT_NAMES[bit];

/** Bit of a use in a context: `enabled` when it is held with the interrupt on. */
export const usageBit = (softirq: boolean, enabled: boolean, read: number): number =>
  (softirq ? SOFTIRQ : 0) + (read === 0 ? 0 : READ) + (enabled ? ENABLED_SHIFT : 0);

/** Bits that contradict `bit`; readers do not block readers. */
export function excluded(bit: number): number {
  const other = bit ^ ENABLED_SHIFT;
  const write = other & ~READ;
  return (bit & READ) === 0 ? (1 << write) | (1 << (write | READ)) : 1 << write;
}

/** Whether the bit speaks of softirqs. */
export const isSoftirqBit = (bit: number): boolean => (bit & SOFTIRQ) !== 0;

/** Whether the bit says "used in an interrupt". */
export const isUsedBit = (bit: number): boolean => bit < ENABLED_SHIFT;

/** `{+.+.}`: write and read in hardirqs, then in softirqs; `-` used in it, `+` held with it on, `?` both. */
export function usageText(mask: number): string {
  let text = '';
  for (let bit = 0; bit < ENABLED_SHIFT; bit++) {
    const used = (mask >>> bit) & 1;
    const enabled = (mask >>> (bit + ENABLED_SHIFT)) & 1;
    text += used && enabled ? '?' : enabled ? '+' : used ? '-' : '.';
  }
  return text;
}

/** Marks the class. The bit that contradicts it, if there is one that was set before; undefined: all is well, or it was marked already. */
export function markUsage(classes: LockClasses, index: number, bit: number, ip: number): number | undefined {
  const view = classes.view(index);
  const mask = view.usage_mask;
  if (((mask >>> bit) & 1) !== 0) return undefined;
  view.usage_mask = mask | (1 << bit);
  view.usage_ip.set(bit, ip);
  const wrong = mask & excluded(bit);
  return wrong === 0 ? undefined : 31 - Math.clz32(wrong & -wrong);
}
