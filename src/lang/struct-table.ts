/** Structs by tag: those of the machine's layouts and those that the sources declare. */
import type { FieldType, StructLayout } from '../machine/layout.ts';
import { BOOL, CHAR, integerByName, integerFromWords } from './integer-types.ts';
import { pointerTo, VOID } from './type-facts.ts';
import type { StructMember, StructType, Type } from './types.ts';

export class StructTable {
  readonly #layouts = new Map<string, StructLayout>();
  readonly #types = new Map<string, StructType>();
  readonly #pending = new Map<string, () => void>();
  readonly #busy = new Set<string>();
  readonly #typedef: (name: string) => Type | undefined;

  constructor(layouts: readonly StructLayout[], typedef: (name: string) => Type | undefined) {
    this.#typedef = typedef;
    const add = (layout: StructLayout): void => {
      if (this.#layouts.has(layout.name)) return;
      this.#layouts.set(layout.name, layout);
      for (const field of layout.fields) {
        let type = field.type;
        while (type.kind === 'array') type = type.of;
        if (type.kind === 'struct') add(type.layout);
      }
    };
    for (const layout of layouts) add(layout);
  }

  /** Declares a struct whose members `complete` works out when they are needed. */
  declare(name: string, complete: () => void): void {
    this.#pending.set(name, complete);
    this.named(name);
  }

  isPending(name: string): boolean {
    return this.#pending.has(name);
  }

  /** Makes the struct complete if its declaration is waiting. False: it is just being worked out, so it contains itself. */
  complete(name: string): boolean {
    if (this.#busy.has(name)) return false;
    const make = this.#pending.get(name);
    if (!make || this.#types.get(name)?.members) return true;
    this.#busy.add(name);
    make();
    this.#busy.delete(name);
    return true;
  }

  isLayout(name: string): boolean {
    return this.#layouts.has(name);
  }

  /** The struct with this tag, if somebody declares it. */
  find(name: string): StructType | undefined {
    const known = this.#types.get(name);
    if (known) return known;
    const layout = this.#layouts.get(name);
    return layout && this.#fromLayout(layout);
  }

  /** The struct with this tag; one that nobody declares is incomplete and can only be pointed to. */
  named(name: string): StructType {
    const known = this.find(name);
    if (known) return known;
    const type: StructType = { kind: 'struct', name, members: undefined, size: 0, alignment: 1 };
    this.#types.set(name, type);
    return type;
  }

  names(): Iterable<string> {
    return new Set([...this.#layouts.keys(), ...this.#types.keys()]);
  }

  all(): StructType[] {
    for (const name of this.#layouts.keys()) this.find(name);
    return [...this.#types.values()];
  }

  #fromLayout(layout: StructLayout): StructType {
    const type: StructType = {
      kind: 'struct',
      name: layout.name,
      members: undefined,
      size: layout.size,
      alignment: layout.alignment,
      layout,
    };
    // Known before its members are made, as they may point back.
    this.#types.set(layout.name, type);
    type.members = layout.fields.map(
      (field): StructMember => ({
        name: field.name,
        type: this.#fieldType(field.type, field.marks.typedef),
        offset: field.offset,
        doc: field.doc,
      }),
    );
    return type;
  }

  #fieldType(type: FieldType, spelling: string | undefined): Type {
    switch (type.kind) {
      case 'array':
        return { kind: 'array', of: this.#fieldType(type.of, spelling), length: type.length };
      case 'struct':
        return this.named(type.layout.name);
      case 'pointer':
        return (
          (spelling !== undefined && this.#typedef(spelling)) ||
          pointerTo(this.#pointee(type.to), /^const\b/.test(type.to) ? { constant: true } : {})
        );
      case 'scalar': {
        const plain = this.#scalar(type.scalar);
        if (spelling === undefined) return plain;
        const named = this.#typedef(spelling) ?? integerFromWords(spelling.split(/\s+/));
        if (named && named.kind !== 'error') return named;
        const tag = /^enum (\w+)$/.exec(spelling);
        return !tag && plain.kind === 'integer' ? { ...plain, name: spelling } : plain;
      }
    }
  }

  #scalar(name: string): Type {
    if (name === 'char') return CHAR;
    if (name === 'bool') return BOOL;
    return integerByName(name) ?? VOID;
  }

  /** What a layout's pointer points to: `struct x`, a scalar's C name, a typedef, `void`, perhaps with stars of its own. */
  #pointee(text: string): Type {
    const stars = /\*+$/.exec(text.replace(/\s/g, ''))?.[0].length ?? 0;
    const base = text.replace(/[\s*]+$/, '').replace(/^const\s+/, '');
    const tag = /^struct\s+(\w+)$/.exec(base);
    let type: Type = tag
      ? this.named(tag[1])
      : base === 'void'
        ? VOID
        : (this.#typedef(base) ?? integerFromWords(base.split(/\s+/)) ?? (this.#layouts.has(base) ? this.named(base) : VOID));
    for (let i = 0; i < stars; i += 1) type = pointerTo(type);
    return type;
  }
}
