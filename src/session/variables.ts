/** Variables as a person sees them: a line each, unfolded one level at a time. */
import { type EvaluationResult, readObject, type Value } from '../lang/evaluate.ts';
import { formatValue, isHexMember } from '../lang/format-value.ts';
import { sizeOfType, typeText } from '../lang/type-facts.ts';
import type { StructType, Type } from '../lang/types.ts';
import type { Variable } from './api.ts';
import type { Debuggee } from './debuggee.ts';
import { FrameReader } from './reader.ts';
import type { FrameContext } from './stack.ts';

/** Elements of an array listed at once when nobody says how many. */
const ELEMENTS_MAX = 1000;

/** Something that can be unfolded. Arguments: which children. */
type Unfold = (start: number, count: number) => Variable[];

interface Handle {
  unfold: Unfold;
  frame: FrameContext | undefined;
}

interface Named {
  name: string;
  /** C expression that names it; undefined when there is none. */
  expression: string | undefined;
  hex?: boolean;
  readOnly?: boolean;
}

export class Variables {
  readonly #debuggee: Debuggee;
  readonly #handles = new Map<number, Handle>();
  #nextReference = 1;
  /** Texts shown at the present stop and at the one before, by task, function and expression: what changed. */
  #shown = new Map<string, string>();
  #shownBefore = new Map<string, string>();

  constructor(debuggee: Debuggee) {
    this.#debuggee = debuggee;
  }

  /** The machine moved: references mean nothing any more. */
  forget(): void {
    this.#handles.clear();
    this.#shownBefore = this.#shown;
    this.#shown = new Map();
  }

  handle(reference: number): Handle | undefined {
    return this.#handles.get(reference);
  }

  children(reference: number, start = 0, count = ELEMENTS_MAX): Variable[] {
    const handle = this.#handles.get(reference);
    return handle ? handle.unfold(Math.max(0, start), Math.max(0, Math.min(count, ELEMENTS_MAX))) : [];
  }

  /** A reference for a list made when it is unfolded. */
  list(frame: FrameContext | undefined, make: () => Variable[]): number {
    return this.#reference(frame, (start, count) => make().slice(start, start + count));
  }

  #reference(frame: FrameContext | undefined, unfold: Unfold): number {
    const reference = this.#nextReference++;
    this.#handles.set(reference, { unfold, frame });
    return reference;
  }

  /** A line of text that is no object of the language. */
  note(name: string, value: string, type = '', reference = 0): Variable {
    return { name, value, type, reference, changed: this.#changed(undefined, name, value), readOnly: true };
  }

  /** The object of `type` at `address`. */
  object(named: Named, type: Type, address: number, frame: FrameContext | undefined): Variable {
    return this.result(named, readObject(new FrameReader(this.#debuggee, frame), type, address | 0), type, frame);
  }

  /** A value, or the reason why there is none. */
  result(named: Named, result: EvaluationResult, type: Type, frame: FrameContext | undefined): Variable {
    if (result.ok) return this.value(named, result.value, frame);
    const { name, expression } = named;
    return { name, value: `<${result.message}>`, type: typeText(type), expression, reference: 0, changed: false, readOnly: true };
  }

  value(named: Named, value: Value, frame: FrameContext | undefined): Variable {
    const { name, expression, hex } = named;
    const { type, address } = value;
    const reader = new FrameReader(this.#debuggee, frame);
    const text = formatValue(value, { reader, hex, functionName: reader.functionName, objectName: reader.objectName });
    const composite = type.kind === 'struct' || type.kind === 'array';
    return {
      name,
      value: text,
      type: typeText(type),
      expression,
      ...this.#unfolding(type, value.low, expression, frame),
      ...memoryOf(value),
      changed: this.#changed(frame, expression ?? name, text),
      readOnly: named.readOnly ?? (composite || address === undefined),
    };
  }

  #changed(frame: FrameContext | undefined, what: string, text: string): boolean {
    const key = `${frame?.task.index ?? -1}:${frame?.info.function ?? -1}:${what}`;
    const before = this.#shownBefore.get(key);
    this.#shown.set(key, text);
    return before !== undefined && before !== text;
  }

  #unfolding(
    type: Type,
    address: number,
    expression: string | undefined,
    frame: FrameContext | undefined,
  ): { reference: number; named?: number; indexed?: number } {
    if (type.kind === 'struct') return this.#struct(type, address, expression, '.', frame);
    if (type.kind === 'array') {
      const { of, length } = type;
      const size = sizeOfType(of);
      const unfold: Unfold = (start, count) =>
        range(start, Math.min(length, start + count)).map((index) =>
          this.object(
            { name: `[${index}]`, expression: expression && `${expression}[${index}]`, hex: isPte(of) },
            of,
            address + index * size,
            frame,
          ),
        );
      return { reference: this.#reference(frame, unfold), indexed: length };
    }
    if (type.kind === 'pointer' && address !== 0 && !type.perCpu && !type.user) {
      const { to } = type;
      if (to.kind === 'struct') return this.#struct(to, address, expression, '->', frame);
      if (to.kind === 'pointer' || (to.kind === 'integer' && to.name !== 'char') || to.kind === 'enum') {
        const named = { name: '*', expression: expression && `*${parenthesised(expression)}` };
        return { reference: this.#reference(frame, () => [this.object(named, to, address, frame)]), named: 1 };
      }
    }
    return { reference: 0 };
  }

  #struct(
    type: StructType,
    address: number,
    expression: string | undefined,
    access: '.' | '->',
    frame: FrameContext | undefined,
  ) {
    const members = type.members ?? [];
    if (members.length === 0) return { reference: 0 };
    const base = expression && pathOf(expression, access);
    const unfold: Unfold = (start, count) =>
      members.slice(start, start + count).map((member) =>
        this.object(
          {
            name: member.name,
            expression: base && `${base}${member.name}`,
            hex: isHexMember(type, member),
            readOnly: member.constant,
          },
          member.type,
          address + member.offset,
          frame,
        ),
      );
    return { reference: this.#reference(frame, unfold), named: members.length };
  }
}

/** The memory a person wants to see: what a pointer points to, else where the variable lies. */
function memoryOf({ type, low, address }: Value): { address?: number } {
  if (type.kind === 'pointer' && low !== 0) return { address: low >>> 0 };
  return address === undefined ? {} : { address: address >>> 0 };
}

/** `*p` and `.x` make `p->x`; anything that binds less tightly gets parentheses. */
function pathOf(expression: string, access: '.' | '->'): string {
  const dereferenced = /^\*([A-Za-z_]\w*|[A-Za-z_]\w*\([^()]*\))$/.exec(expression);
  if (access === '.' && dereferenced) return `${dereferenced[1]}->`;
  return `${parenthesised(expression)}${access}`;
}

function parenthesised(expression: string): string {
  return /^[\w.>[\]()-]*$/.test(expression) && !/-(?!>)/.test(expression) ? expression : `(${expression})`;
}

function isPte(type: Type): boolean {
  return type.kind === 'integer' && type.name === 'pte_t';
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
