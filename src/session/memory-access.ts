/** Bytes of the emulated machine by virtual address, as a person looks at them: nothing faults, no TLB is filled. */
import { PAGE_SIZE } from '../machine/memory-plan.ts';
import { NO_TRANSLATION } from '../machine/mmu.ts';
import { hex } from '../util/bits.ts';
import type { Debuggee } from './debuggee.ts';

/** Bytes of one read or write. */
export const ACCESS_MAX = 1 << 20;

/** A run of bytes in flat memory. */
export interface Piece {
  offset: number;
  size: number;
}

/** The bytes from `address` on, up to the first that has no mapping; `unreadable` counts those after it. */
export function readMemory(debuggee: Debuggee, address: number, count: number): { bytes: Uint8Array; unreadable: number } {
  const wanted = Math.max(0, Math.min(Math.floor(count) || 0, ACCESS_MAX));
  const found = pieces(debuggee, address, wanted);
  const bytes = new Uint8Array(found.reduce((sum, piece) => sum + piece.size, 0));
  let at = 0;
  for (const { offset, size } of found) {
    bytes.set(debuggee.machine.memory.bytes.subarray(offset, offset + size), at);
    at += size;
  }
  return { bytes, unreadable: wanted - bytes.length };
}

/** Where `count` bytes from `address` on lie, page by page, up to the first page without a mapping. */
export function pieces(debuggee: Debuggee, address: number, count: number, cpu?: number): Piece[] {
  const result: Piece[] = [];
  for (let done = 0; done < count; ) {
    const at = (address + done) | 0;
    const offset = debuggee.machine.peek(at, cpu);
    if (offset === NO_TRANSLATION) break;
    const size = Math.min(count - done, PAGE_SIZE - (at & (PAGE_SIZE - 1)));
    result.push({ offset, size });
    done += size;
  }
  return result;
}

export function noMapping(address: number): string {
  return `no memory is mapped at ${hex(address)}`;
}
