/** Spelling of code addresses in the protocol. Code is counted in words from 0; the base leaves room for entries before it. */

const INSTRUCTION_BASE = 0x100000;

export const toInstructionReference = (pc: number): string => `0x${(INSTRUCTION_BASE + pc).toString(16)}`;

/** Undefined when `text` is no number. */
export function fromInstructionReference(text: string): number | undefined {
  const value = parseAddress(text);
  return value === undefined ? undefined : value - INSTRUCTION_BASE;
}

/** A decimal or 0x number up to 2^53; undefined for anything else. */
export function parseAddress(text: string): number | undefined {
  if (!/^\s*(0[xX][0-9a-fA-F]{1,13}|\d{1,15})\s*$/.test(text)) return undefined;
  return Number(text);
}
