/** What changed in memory since some moment: for views, which ask after each stop and redraw only that. */
import { COMPONENT_SHIFT, type Memory } from '../machine/memory.ts';

/** A moment of memory: take one with `mark`, hand it to `changedSince`. */
export interface MemoryMark {
  stamp: number;
}

/** Notes the present moment. Only between steps. */
export function mark(memory: Memory): MemoryMark {
  // What is written later in this very stamp counts as changed.
  return { stamp: memory.stamp - 1 };
}

/**
 * Components with at least one word written, undone or restored since `since`, ascending. A component in which everything was
 * put back is named all the same; one that is not named is certainly unchanged. Only while recording.
 */
export function changedSince(memory: Memory, since: MemoryMark): number[] {
  const changed: number[] = [];
  const { changedAt } = memory;
  for (let c = 0; c < changedAt.length; c++) if (changedAt[c] > since.stamp) changed.push(c);
  return changed;
}

/** Whether any byte from `offset` on, `size` of them, may have changed since `since`. */
export function mayHaveChanged(memory: Memory, since: MemoryMark, offset: number, size: number): boolean {
  const first = offset >>> (COMPONENT_SHIFT + 2);
  const last = (offset + Math.max(size, 1) - 1) >>> (COMPONENT_SHIFT + 2);
  for (let c = first; c <= last; c++) if (memory.changedAt[c] > since.stamp) return true;
  return false;
}

/** A copy of some bytes at one moment; says later which of them differ. */
export class WatchedBytes {
  readonly #memory: Memory;
  readonly #offset: number;
  #bytes: Uint8Array;
  #mark: MemoryMark;

  constructor(memory: Memory, offset: number, size: number) {
    this.#memory = memory;
    this.#offset = offset;
    this.#bytes = memory.bytes.slice(offset, offset + size);
    this.#mark = mark(memory);
  }

  /** Whether any byte differs from what it was at the last look. */
  get changed(): boolean {
    if (!mayHaveChanged(this.#memory, this.#mark, this.#offset, this.#bytes.length)) return false;
    return this.#bytes.some((byte, i) => byte !== this.#memory.bytes[this.#offset + i]);
  }

  /** The bytes as they are now are what later looks compare with. */
  look(): void {
    this.#bytes = this.#memory.bytes.slice(this.#offset, this.#offset + this.#bytes.length);
    this.#mark = mark(this.#memory);
  }
}
