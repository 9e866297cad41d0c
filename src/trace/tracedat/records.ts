/** One event as the bytes of a ring-buffer record. */
import type { KernelEvent } from '../../kernel/events.ts';
import type { Symbols } from '../symbols.ts';
import { FIELD_TYPES, type Tracepoint } from '../tracepoint.ts';
import { Bytes, utf8 } from './bytes.ts';
import { type PlacedField, placeFields } from './formats.ts';

/** Writes the records of one kind of event. */
export class RecordWriter {
  readonly #id: number;
  readonly #symbols: Symbols;
  readonly #fields: readonly PlacedField[];
  readonly #end: number;

  constructor(tracepoint: Tracepoint, id: number, symbols: Symbols) {
    const { placed, end } = placeFields(tracepoint);
    this.#id = id;
    this.#symbols = symbols;
    this.#fields = placed;
    this.#end = end;
  }

  write(event: KernelEvent): Uint8Array {
    const bytes = new Bytes();
    bytes.u16(this.#id).u8(event.common_flags).u8(event.common_preempt_count).u32(event.pid);
    const strings: Uint8Array[] = [];
    let stringsAt = this.#end;
    for (const { field, offset } of this.#fields) {
      bytes.zeros(offset - bytes.length);
      const value = (field as Tracepoint['fields'][number]).value(event, this.#symbols);
      const { size } = FIELD_TYPES[field.type];
      if (field.type === 'comm') bytes.fixed(String(value), size);
      else if (field.type === 'string') {
        const text = utf8(`${value}\0`);
        bytes.u32((text.length << 16) | stringsAt);
        strings.push(text);
        stringsAt += text.length;
      } else if (size === 8) bytes.u64(Number(value));
      else bytes.u32(Number(value));
    }
    for (const text of strings) bytes.raw(text);
    return bytes.pad(4).take();
  }
}
