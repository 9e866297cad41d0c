/** `value` as `0x` plus at least `digits` lower-case hex digits, read as an unsigned 32-bit number. */
export function hex(value: number, digits = 8): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
}

/** Rounds `value` up to a multiple of `alignment`, which is a power of two. */
export function alignUp(value: number, alignment: number): number {
  return (value + alignment - 1) & -alignment;
}

/** 2^32: the weight of the high word of a word pair. */
export const WORD = 0x1_0000_0000;

/** The two 32-bit words of an integer from 0 to 2^53, low word first. */
export function lowWord(value: number): number {
  return value | 0;
}

/** The upper word of an integer from -2^53 to 2^53 (floor, so that negative values are two's complement pairs). */
export function highWord(value: number): number {
  return Math.floor(value / WORD) | 0;
}

/** Reads a word pair as an unsigned number; exact up to 2^53 (ns: 104 days). */
export function fromWords(low: number, high: number): number {
  return (high >>> 0) * WORD + (low >>> 0);
}

/** Reads a word pair as a signed number; exact from -2^53 to 2^53. */
export function fromSignedWords(low: number, high: number): number {
  return high * WORD + (low >>> 0);
}

/** Number of bits that are set. */
export function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The exact text of a word pair in base 10 or 16: a double would round what lies above 2^53. */
export function wordsToText(low: number, high: number, base: 10 | 16, signed: boolean): string {
  if (signed && high < 0) return `-${wordsToText(-low | 0, (~high + (low === 0 ? 1 : 0)) | 0, base, false)}`;
  const limbs = [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff];
  let text = '';
  while (limbs.some((limb) => limb !== 0)) {
    let rest = 0;
    for (let i = 0; i < limbs.length; i++) {
      const value = rest * 0x10000 + limbs[i];
      limbs[i] = Math.floor(value / base);
      rest = value % base;
    }
    text = rest.toString(base) + text;
  }
  return text || '0';
}
