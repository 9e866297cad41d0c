/** The pages of one CPU's ring buffer: records with the time since the one before (scheduler 9.5, item 12). */
import { Bytes } from './bytes.ts';

export const PAGE_BYTES = 4096;
/** Time stamp and commit count. */
const PAGE_HEADER = 16;
/** Data of up to 28 words is counted in the record's first word, longer data in a word of its own. */
const SHORT_DATA_MAX = 28 * 4;
const TIME_EXTEND = 30;
const DELTA_BITS = 27;
const DELTA_MAX = 2 ** DELTA_BITS - 1;

export class RingBuffer {
  readonly #done: Uint8Array[] = [];
  #page: Bytes | undefined;
  #last = 0;

  /** @param data a whole number of words; @param time ns, not before that of the record before */
  add(data: Uint8Array, time: number): void {
    const length = data.length <= SHORT_DATA_MAX ? 4 + data.length : 8 + data.length;
    // A time extend of 8 bytes may come before it.
    if (this.#page && this.#page.length + 8 + length > PAGE_BYTES) this.#finish();
    if (!this.#page) {
      this.#page = new Bytes().u64(time).u64(0);
      this.#last = time;
    }
    const page = this.#page;
    const delta = time - this.#last;
    this.#last = time;
    let inRecord = delta;
    if (delta > DELTA_MAX) {
      inRecord = delta % 2 ** DELTA_BITS;
      page.u32(entry(TIME_EXTEND, inRecord)).u32(Math.floor(delta / 2 ** DELTA_BITS));
      inRecord = 0;
    }
    if (data.length <= SHORT_DATA_MAX) page.u32(entry(data.length / 4, inRecord));
    else page.u32(entry(0, inRecord)).u32(data.length + 4);
    page.raw(data);
  }

  /** All pages, each `PAGE_BYTES` long. */
  pages(): Uint8Array[] {
    this.#finish();
    return this.#done;
  }

  #finish(): void {
    const page = this.#page;
    if (!page) return;
    page.setU64(8, page.length - PAGE_HEADER);
    this.#done.push(page.pad(PAGE_BYTES).take());
    this.#page = undefined;
  }
}

const entry = (typeLen: number, delta: number): number => (typeLen | (delta << 5)) >>> 0;
