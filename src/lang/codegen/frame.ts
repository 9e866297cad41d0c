/**
 * Registers and frame memory of the function being compiled. Variables and temporaries form one stack: a block's
 * variables below, the temporaries of the running expression above them. Frame memory (arrays, structs, small variables
 * whose address is taken) lies behind the registers; where that is, is known when the function is done.
 */
import { encode, FRAME_HEADER_WORDS, Op } from '../../machine/bytecode.ts';
import { limits } from '../limits.ts';
import type { Emitter } from './emitter.ts';

export class Frame {
  #top = 0;
  #registers = 1;
  #memoryTop = 0;
  #memory = 0;
  /** Registers below this one belong to variables, the others are temporaries. */
  variablesTop = 0;
  #fixups: { at: number; memoryWord: number; register: number }[] = [];

  /** A variable's register (pair). Only between statements. */
  variable(words: number): number {
    const register = this.temporary(words);
    this.variablesTop = this.#top;
    return register;
  }

  temporary(words = 1): number {
    const register = this.#top;
    this.#top += words;
    if (this.#top > this.#registers) this.#registers = this.#top;
    return register;
  }

  isTemporary(register: number): boolean {
    return register >= this.variablesTop;
  }

  /** Frame memory of `bytes`; the result is its word behind the registers. */
  memory(bytes: number): number {
    const word = this.#memoryTop;
    this.#memoryTop += Math.ceil(bytes / 4);
    this.#memory = Math.max(this.#memory, this.#memoryTop);
    return word;
  }

  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  /** Opens a block; hand the result to `leave`. */
  enter(): { top: number; memory: number } {
    return { top: this.#top, memory: this.#memoryTop };
  }

  leave(scope: { top: number; memory: number }): void {
    this.#top = scope.top;
    this.variablesTop = scope.top;
    this.#memoryTop = scope.memory;
  }

  /** r[register] = address of word `memoryWord` of frame memory; filled in by `finish`. */
  emitAddress(emitter: Emitter, register: number, memoryWord: number): void {
    if (!emitter.reachable) return;
    this.#fixups.push({ at: emitter.here, memoryWord, register });
    emitter.emit(Op.LEA, register);
  }

  /** Word from fp of frame memory word `memoryWord`; valid when the function is done. */
  frameWordOfMemory(memoryWord: number): number {
    return FRAME_HEADER_WORDS + this.#registers + memoryWord;
  }

  get tooManyRegisters(): boolean {
    return this.#registers > limits.registers.max;
  }

  get tooMuchMemory(): boolean {
    return this.#memory * 4 > limits.frameMemory.max;
  }

  /** Fills in the addresses; returns the size of the frame in words. */
  finish(emitter: Emitter): number {
    for (const { at, memoryWord, register } of this.#fixups) {
      const word = this.frameWordOfMemory(memoryWord);
      emitter.code[at] = encode(Op.LEA, register, word & 0xff, (word >>> 8) & 0xff);
    }
    return FRAME_HEADER_WORDS + this.#registers + this.#memory;
  }
}

/** Word from fp of a register. */
export const frameWordOfRegister = (register: number): number => FRAME_HEADER_WORDS + register;
