/** The growing code of the whole program: instructions, labels and the statements they belong to. */
import { encode, encodeImmediate16, encodeOffset24, Op } from '../../machine/bytecode.ts';
import type { StatementInfo } from '../debug-info.ts';
import { limits } from '../limits.ts';
import type { Span } from '../source.ts';

/** A place in the code, known now or later. */
export interface Label {
  position: number;
  uses: { at: number; form: 'off24' | 'imm16' | 'word' }[];
}

export const newLabel = (): Label => ({ position: -1, uses: [] });

export class Emitter {
  readonly code: number[] = [];
  readonly statements: StatementInfo[] = [];
  /** Code behind an unconditional jump or return and before the next label is not emitted. */
  reachable = true;
  /** A jump was too long for its instruction; the function that holds it gets a diagnostic. */
  jumpTooLong = false;

  get here(): number {
    return this.code.length;
  }

  emit(op: Op, a = 0, b = 0, c = 0): void {
    if (this.reachable) this.code.push(encode(op, a, b, c));
  }

  emitImmediate16(op: Op, a: number, immediate: number): void {
    if (this.reachable) this.code.push(encodeImmediate16(op, a, immediate));
  }

  /** An instruction with a following word. */
  emitWithWord(op: Op, a: number, b: number, c: number, word: number): void {
    if (this.reachable) this.code.push(encode(op, a, b, c), word | 0);
  }

  /** r[a] = value, in the shortest form. */
  loadConstant(a: number, value: number): void {
    if (value >= -32768 && value <= 32767) this.emitImmediate16(Op.LDI, a, value);
    else this.emitWithWord(Op.LDC, a, 0, 0, value);
  }

  jump(label: Label): void {
    if (!this.reachable) return;
    this.code.push(encodeOffset24(Op.JMP, 0));
    this.#use(label, 'off24');
    this.reachable = false;
  }

  /** JZ or JNZ. */
  jumpOnZero(op: Op, a: number, label: Label): void {
    if (!this.reachable) return;
    this.code.push(encodeImmediate16(op, a, 0));
    this.#use(label, 'imm16');
  }

  /** JEQ and its family; the immediate ones take `second` as imm16. */
  jumpOnCompare(op: Op, a: number, second: number, label: Label): void {
    if (!this.reachable) return;
    this.code.push(op >= Op.JEQI ? encodeImmediate16(op, a, second) : encode(op, a, second));
    this.code.push(0);
    this.#use(label, 'word');
  }

  /** The label is here. Code is reachable again if something jumps to it (or may: `always`). */
  bind(label: Label, always = false): void {
    label.position = this.here;
    if (always || label.uses.length > 0) this.reachable = true;
    for (const use of label.uses) this.#patch(use.at, use.form, label.position);
    label.uses = [];
  }

  /** Notes that the last word of code jumps to `label`. */
  #use(label: Label, form: 'off24' | 'imm16' | 'word'): void {
    const at = this.here - 1;
    if (label.position >= 0) this.#patch(at, form, label.position);
    else label.uses.push({ at, form });
  }

  #patch(at: number, form: 'off24' | 'imm16' | 'word', target: number): void {
    const distance = target - at - 1;
    if (form === 'word') {
      this.code[at] = distance;
    } else if (form === 'off24') {
      this.code[at] = encodeOffset24(Op.JMP, distance);
    } else {
      if (Math.abs(distance) > limits.jump.max) this.jumpTooLong = true;
      this.code[at] = (this.code[at] & 0xffff) | (distance << 16);
    }
  }

  /** Begins a statement: from here on until the next one, code belongs to it. */
  statement(span: Span, functionIndex: number, anchor: string | undefined, tags: readonly string[]): void {
    if (!this.reachable) return;
    this.statements.push({ start: this.here, end: this.here, span, function: functionIndex, anchor, tags });
    this.code.push(encode(Op.STMT));
  }

  /** Gives each statement from index `first` on its end: the next one's start. */
  closeStatements(first: number): void {
    for (let i = first; i < this.statements.length; i++) this.statements[i].end = this.statements[i + 1]?.start ?? this.here;
  }
}
