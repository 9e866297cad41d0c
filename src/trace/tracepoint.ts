/** A kind of event as trace files describe it: its fields in the binary record, and how they print. */
import type { EventType, KernelEvent } from '../kernel/events.ts';
import type { Symbols } from './symbols.ts';

/** Narrowed also where one variant of the union stands for several types. */
export type EventOf<T extends EventType> = KernelEvent & { type: T };

/** C declaration, bytes and sign of a field. `string` lies behind the record, `__data_loc` says where. */
export const FIELD_TYPES = {
  comm: { c: 'char', suffix: '[16]', size: 16, align: 1, signed: 0 },
  int: { c: 'int', suffix: '', size: 4, align: 4, signed: 1 },
  uint: { c: 'unsigned int', suffix: '', size: 4, align: 4, signed: 0 },
  long: { c: 'long', suffix: '', size: 8, align: 8, signed: 1 },
  ulong: { c: 'unsigned long', suffix: '', size: 8, align: 8, signed: 0 },
  pointer: { c: 'void *', suffix: '', size: 8, align: 8, signed: 0 },
  string: { c: '__data_loc char[]', suffix: '', size: 4, align: 4, signed: 0 },
} as const;

/** An argument of the print format: in C over the record, and what it is for one event. */
export interface Shown<E> {
  c: string;
  value: (event: E, symbols: Symbols) => number | string;
}

export interface TraceField<E> {
  name: string;
  type: keyof typeof FIELD_TYPES;
  value: (event: E, symbols: Symbols) => number | string;
  /** Arguments of the print format that come from this field; default: the field itself. */
  shown?: readonly Shown<E>[];
}

export interface Tracepoint<E = KernelEvent> {
  system: string;
  name: string;
  /** As the kernel's `TP_printk`. */
  format: string;
  fields: readonly TraceField<E>[];
}

/** The arguments of the format, in order. */
export function shownBy<E>(tracepoint: Tracepoint<E>): Shown<E>[] {
  return tracepoint.fields.flatMap(({ name, type, value, shown }) => {
    if (shown) return shown;
    return [{ c: type === 'string' ? `__get_str(${name})` : `REC->${name}`, value }];
  });
}

/** What ftrace prints behind the name of the event. */
export function tracepointText<E>(tracepoint: Tracepoint<E>, event: E, symbols: Symbols): string {
  const values = shownBy(tracepoint).map(({ value }) => value(event, symbols));
  let at = 0;
  return tracepoint.format.replace(/%(0\d)?(?:ll|l)?([dsuxp])(S|s)?/g, (_, width: string | undefined, kind: string) => {
    const value = values[at++];
    if (typeof value === 'string') return value;
    const text = kind === 'x' || kind === 'p' ? unsigned(value).toString(16) : String(value);
    return width ? text.padStart(Number(width), '0') : kind === 'p' ? text.padStart(8, '0') : text;
  });
}

/** Addresses are 32-bit here and unsigned. */
const unsigned = (value: number): number => (value < 0 ? value >>> 0 : value);
