/** The data segment and the per-CPU segment while they grow: variables, their initial bytes, string literals. */

import { DATA_BASE, type ImageVariable } from '../../machine/bytecode.ts';
import { alignUp } from '../../util/bits.ts';
import type { VariableSymbol } from '../tree.ts';
import { alignmentOfType } from '../type-facts.ts';
import { byteSize } from './type-facts.ts';

/** Where a variable with static storage lies. */
export interface StaticPlace {
  perCpu: boolean;
  /** Bytes from the start of its segment. */
  offset: number;
}

export class DataSegment {
  readonly variables: ImageVariable[] = [];
  readonly #places = new Map<VariableSymbol, StaticPlace>();
  readonly #strings = new Map<string, number>();
  #data = new Uint8Array(1024);
  #dataEnd = 0;
  #perCpu = new Uint8Array(256);
  #perCpuEnd = 0;

  /** Reserves room for `symbol` under the image's variable name `name`. */
  place(symbol: VariableSymbol, name: string): StaticPlace {
    const known = this.#places.get(symbol);
    if (known) return known;
    const perCpu = symbol.storage.kind === 'perCpu';
    const size = Math.max(1, byteSize(symbol.type));
    const offset = this.#reserve(perCpu, size, alignmentOfType(symbol.type));
    const place = { perCpu, offset };
    this.#places.set(symbol, place);
    this.variables.push({ name, offset, size, perCpu });
    return place;
  }

  placeOf(symbol: VariableSymbol): StaticPlace | undefined {
    return this.#places.get(symbol);
  }

  /** Virtual address of a NUL-terminated string; equal texts share one. */
  string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const bytes = [...encodeText(text), 0];
    const offset = this.#reserve(false, bytes.length, 1);
    this.#data.set(bytes, offset);
    const address = (DATA_BASE + offset) | 0;
    this.#strings.set(text, address);
    return address;
  }

  /** Sets initial bytes: the low `size` (1, 2, 4) bytes of `value`, at `place` plus `offset`. */
  initialise(place: StaticPlace, offset: number, size: number, value: number): void {
    const bytes = place.perCpu ? this.#perCpu : this.#data;
    for (let i = 0; i < size; i++) bytes[place.offset + offset + i] = (value >>> (8 * i)) & 0xff;
  }

  get data(): Uint8Array {
    return this.#data.slice(0, alignUp(this.#dataEnd, 4));
  }

  get perCpuData(): Uint8Array {
    return this.#perCpu.slice(0, alignUp(this.#perCpuEnd, 4));
  }

  #reserve(perCpu: boolean, size: number, alignment: number): number {
    const end = perCpu ? this.#perCpuEnd : this.#dataEnd;
    const offset = alignUp(end, alignment);
    if (perCpu) {
      this.#perCpuEnd = offset + size;
      this.#perCpu = grown(this.#perCpu, this.#perCpuEnd + 4);
    } else {
      this.#dataEnd = offset + size;
      this.#data = grown(this.#data, this.#dataEnd + 4);
    }
    return offset;
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(length, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

/** UTF-8, as a C compiler stores string literals; code points below 256 that came from `\x` escapes of a literal stay one byte. */
export function encodeText(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x100) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}
