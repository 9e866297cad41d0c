/** Whether a CPU has a translation for an address, and whether it is the one in the page table. */
export type TlbState = 'none' | 'fresh' | 'stale';

/** @param word what the TLB holds for the page, 0: nothing. */
export function tlbState(word: number, pte: number): TlbState {
  if (word === 0) return 'none';
  return word === pte ? 'fresh' : 'stale';
}
