/** A growing run of little-endian bytes. */
import { highWord, lowWord } from '../../util/bits.ts';

export class Bytes {
  #data = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#room(1);
    this.#data[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value).u8(value >>> 8);
  }

  u32(value: number): this {
    return this.u16(value).u16(value >>> 16);
  }

  /** From -2^53 to 2^53. */
  u64(value: number): this {
    return this.u32(lowWord(value)).u32(highWord(value));
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#data.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** UTF-8 with an end mark. */
  string(text: string): this {
    return this.raw(utf8(text)).u8(0);
  }

  /** UTF-8 in exactly `size` bytes, the last of which is an end mark. */
  fixed(text: string, size: number): this {
    const bytes = utf8(text).subarray(0, size - 1);
    return this.raw(bytes).zeros(size - bytes.length);
  }

  zeros(count: number): this {
    return this.raw(new Uint8Array(count));
  }

  /** Up to a multiple of `alignment`. */
  pad(alignment: number): this {
    return this.zeros((alignment - (this.#length % alignment)) % alignment);
  }

  /** Writes over what stands at `at`. */
  setU64(at: number, value: number): void {
    const view = new DataView(this.#data.buffer);
    view.setUint32(at, lowWord(value) >>> 0, true);
    view.setUint32(at + 4, highWord(value) >>> 0, true);
  }

  /** A copy. */
  take(): Uint8Array {
    return this.#data.slice(0, this.#length);
  }

  #room(count: number): void {
    if (this.#length + count <= this.#data.length) return;
    const larger = new Uint8Array(Math.max(this.#data.length * 2, this.#length + count));
    larger.set(this.#data.subarray(0, this.#length));
    this.#data = larger;
  }
}

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);
