/**
 * Struct layouts, declared once and typed: C field names, C offsets, one sentence of documentation each, and marks that
 * say what a field means for the identity of a state. From a declaration come typed views for TypeScript
 * (`task.preempt_count += 1` is a funnel write) and the struct as the language sees it.
 */
import { fromSignedWords, fromWords, highWord, lowWord } from '../util/bits.ts';
import type { Memory } from './memory.ts';

export type ScalarName = 's8' | 'u8' | 'char' | 'bool' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64';

export const SCALAR_SIZE: Record<ScalarName, number> = {
  s8: 1,
  u8: 1,
  char: 1,
  bool: 1,
  s16: 2,
  u16: 2,
  s32: 4,
  u32: 4,
  s64: 8,
  u64: 8,
};

/** What a field means for the identity of a state (DESIGN section 4). */
export interface Marks {
  /** Virtual time, counters, statistics: not part of a state's identity and never read by a decision. */
  ghost?: boolean;
  /** A point in time: identity sees it minus now. */
  relative?: boolean;
  /** Show in hexadecimal. */
  hex?: boolean;
  /** C spelling shown for the type, when it is a typedef (`pte_t`, `cpumask_t`). */
  typedef?: string;
}

export type FieldType =
  | { kind: 'scalar'; scalar: ScalarName }
  /** `to` is a struct tag (`struct task_struct`), a scalar's C name or `void`. Value: kernel virtual address. */
  | { kind: 'pointer'; to: string }
  | { kind: 'array'; of: FieldType; length: number }
  | { kind: 'struct'; layout: StructLayout };

export interface FieldSpec<T = unknown> {
  type: FieldType;
  doc: string;
  marks: Marks;
  /** Only for inference: what a typed view returns. */
  readonly view?: T;
}

export interface LaidOutField {
  name: string;
  type: FieldType;
  doc: string;
  marks: Marks;
  /** Bytes from the start of the struct. */
  offset: number;
  size: number;
}

/** A word array in a struct, read and written through the funnel. */
export interface ArrayView {
  readonly length: number;
  get(index: number): number;
  set(index: number, value: number): void;
}

type Writable<F> = { [K in keyof F as F[K] extends FieldSpec<number> ? K : never]: number };
type Nested<F> = {
  readonly [K in keyof F as F[K] extends FieldSpec<number> ? never : K]: F[K] extends FieldSpec<infer T> ? T : never;
};
/** A typed window on a struct in memory. `$base` is its byte offset in flat memory. */
export type View<F> = Writable<F> & Nested<F> & { readonly $base: number };
export type ViewOf<L> = L extends StructLayout<infer F> ? View<F> : never;

export interface StructLayout<F = Record<string, FieldSpec>> {
  /** The struct tag: `task_struct`. */
  name: string;
  doc: string;
  fields: readonly LaidOutField[];
  /** Bytes, rounded up to the alignment. */
  size: number;
  alignment: number;
  field(name: string): LaidOutField;
  /** A typed view of the struct at byte offset `base` of flat memory. Make it once and keep it. */
  view(memory: Memory, base: number): View<F>;
}

const scalar =
  (name: ScalarName) =>
  (doc: string, marks: Marks = {}): FieldSpec<number> => ({ type: { kind: 'scalar', scalar: name }, doc, marks });
export const s8 = scalar('s8');
export const u8 = scalar('u8');
export const char = scalar('char');
export const bool = scalar('bool');
export const s16 = scalar('s16');
export const u16 = scalar('u16');
export const s32 = scalar('s32');
export const u32 = scalar('u32');
/** 64-bit fields are word pairs; views read and write them as numbers, exact up to 2^53. */
export const s64 = scalar('s64');
export const u64 = scalar('u64');

export function pointer(to: string, doc: string, marks: Marks = {}): FieldSpec<number> {
  return { type: { kind: 'pointer', to }, doc, marks: { hex: true, ...marks } };
}

export function array(element: FieldSpec<number>, length: number, doc: string, marks: Marks = {}): FieldSpec<ArrayView> {
  return { type: { kind: 'array', of: element.type, length }, doc, marks: { ...element.marks, ...marks } };
}

/** An array of structs. Views of its elements are made once. */
export function structs<F>(layout: StructLayout<F>, length: number, doc: string): FieldSpec<readonly View<F>[]> {
  return { type: { kind: 'array', of: { kind: 'struct', layout: layout as unknown as StructLayout }, length }, doc, marks: {} };
}

export function nested<F>(layout: StructLayout<F>, doc: string, marks: Marks = {}): FieldSpec<View<F>> {
  return { type: { kind: 'struct', layout: layout as unknown as StructLayout }, doc, marks };
}

export function sizeOf(type: FieldType): number {
  switch (type.kind) {
    case 'scalar':
      return SCALAR_SIZE[type.scalar];
    case 'pointer':
      return 4;
    case 'array':
      return sizeOf(type.of) * type.length;
    case 'struct':
      return type.layout.size;
  }
}

/** i386 rules: 64-bit scalars in structs are aligned to 4 bytes. */
export function alignmentOf(type: FieldType): number {
  switch (type.kind) {
    case 'scalar':
      return Math.min(4, SCALAR_SIZE[type.scalar]);
    case 'pointer':
      return 4;
    case 'array':
      return alignmentOf(type.of);
    case 'struct':
      return type.layout.alignment;
  }
}

export function readScalar(memory: Memory, offset: number, name: ScalarName): number {
  const { words, bytes } = memory;
  switch (name) {
    case 's8':
    case 'char':
      return (bytes[offset] << 24) >> 24;
    case 'u8':
    case 'bool':
      return bytes[offset];
    case 's16':
      return ((bytes[offset] | (bytes[offset + 1] << 8)) << 16) >> 16;
    case 'u16':
      return bytes[offset] | (bytes[offset + 1] << 8);
    case 's32':
      return words[offset >>> 2];
    case 'u32':
      return words[offset >>> 2] >>> 0;
    case 's64':
      return fromSignedWords(words[offset >>> 2], words[(offset >>> 2) + 1]);
    case 'u64':
      return fromWords(words[offset >>> 2], words[(offset >>> 2) + 1]);
  }
}

export function writeScalar(memory: Memory, offset: number, name: ScalarName, value: number): void {
  switch (SCALAR_SIZE[name]) {
    case 1:
      memory.writeByte(offset, name === 'bool' ? Number(value !== 0) : value);
      break;
    case 2:
      memory.writeHalf(offset, value);
      break;
    case 4:
      memory.write(offset >>> 2, value | 0);
      break;
    default:
      memory.write(offset >>> 2, lowWord(value));
      memory.write((offset >>> 2) + 1, highWord(value));
  }
}

/** Lays out `specs` in declaration order by C's rules. */
export function defineStruct<
  F extends Record<string, FieldSpec<never> | FieldSpec<number> | FieldSpec<ArrayView> | FieldSpec<object>>,
>(name: string, doc: string, specs: F): StructLayout<F> {
  let offset = 0;
  let alignment = 4;
  const fields: LaidOutField[] = [];
  for (const [fieldName, spec] of Object.entries(specs) as [string, FieldSpec][]) {
    const align = alignmentOf(spec.type);
    const size = sizeOf(spec.type);
    alignment = Math.max(alignment, align);
    offset = Math.ceil(offset / align) * align;
    fields.push({ name: fieldName, type: spec.type, doc: spec.doc, marks: spec.marks, offset, size });
    offset += size;
  }
  const byName = new Map(fields.map((field) => [field.name, field]));
  const ViewClass = makeViewClass(fields);
  return {
    name,
    doc,
    fields,
    alignment,
    size: Math.ceil(offset / alignment) * alignment,
    field(wanted) {
      const found = byName.get(wanted);
      if (!found) throw new Error(`struct ${name} has no field ${wanted}`);
      return found;
    },
    view: (memory, base) => new ViewClass(memory, base) as unknown as View<F>,
  };
}

function makeViewClass(fields: readonly LaidOutField[]): new (memory: Memory, base: number) => object {
  class StructView {
    readonly $memory: Memory;
    readonly $base: number;
    constructor(memory: Memory, base: number) {
      this.$memory = memory;
      this.$base = base;
    }
  }
  for (const { name, type, offset } of fields) {
    if (type.kind === 'scalar' || type.kind === 'pointer') {
      const kind: ScalarName = type.kind === 'pointer' ? 'u32' : type.scalar;
      Object.defineProperty(StructView.prototype, name, {
        get(this: StructView) {
          return readScalar(this.$memory, this.$base + offset, kind);
        },
        set(this: StructView, value: number) {
          writeScalar(this.$memory, this.$base + offset, kind, value);
        },
      });
    } else if (type.kind === 'struct') {
      Object.defineProperty(StructView.prototype, name, {
        get(this: StructView) {
          // Made once: the nested struct never moves.
          const value = type.layout.view(this.$memory, this.$base + offset);
          Object.defineProperty(this, name, { value });
          return value;
        },
      });
    } else {
      Object.defineProperty(StructView.prototype, name, {
        get(this: StructView) {
          const base = this.$base + offset;
          const { of, length } = type;
          const value =
            of.kind === 'struct'
              ? Array.from({ length }, (_, i) => of.layout.view(this.$memory, base + i * of.layout.size))
              : arrayView(this.$memory, base, of, length);
          Object.defineProperty(this, name, { value });
          return value;
        },
      });
    }
  }
  return StructView;
}

function arrayView(memory: Memory, base: number, of: FieldType, length: number): ArrayView {
  const kind: ScalarName = of.kind === 'scalar' ? of.scalar : 'u32';
  const size = sizeOf(of);
  return {
    length,
    get: (index) => readScalar(memory, base + index * size, kind),
    set: (index, value) => writeScalar(memory, base + index * size, kind, value),
  };
}

/** Reads a NUL-terminated string of at most `length` bytes. */
export function readString(memory: Memory, offset: number, length: number): string {
  let text = '';
  for (let i = 0; i < length && memory.bytes[offset + i] !== 0; i++) text += String.fromCharCode(memory.bytes[offset + i]);
  return text;
}

/** Writes `text` cut to `length - 1` bytes and NUL-terminated. */
export function writeString(memory: Memory, offset: number, length: number, text: string): void {
  for (let i = 0; i < length; i++) memory.writeByte(offset + i, i < length - 1 && i < text.length ? text.charCodeAt(i) : 0);
}
