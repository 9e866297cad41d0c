/**
 * The frames of a stack at one moment, to be recognised later: by address, function and return address. A function
 * called again from elsewhere may get the same address, but never the same return address with the same caller.
 */
import { FRAME_META, FRAME_RETURN_PC, FrameKind } from '../machine/bytecode.ts';
import { walkFrames } from '../machine/frames.ts';
import type { Machine } from '../machine/machine.ts';

export class FrameChain {
  readonly #machine: Machine;
  readonly #headers = new Map<number, { meta: number; returnPc: number }>();

  /** @param skip innermost frames to leave out: 1 for "out of this function". */
  constructor(machine: Machine, pc: number, fp: number, skip = 0) {
    this.#machine = machine;
    const { words } = machine.memory;
    for (const { address, word } of walkFrames(machine, pc, fp).slice(skip)) {
      this.#headers.set(address | 0, { meta: words[word + FRAME_META], returnPc: words[word + FRAME_RETURN_PC] });
    }
  }

  get empty(): boolean {
    return this.#headers.size === 0;
  }

  /** Whether the frame at address `fp` is one of them. */
  has(fp: number): boolean {
    const header = this.#headers.get(fp | 0);
    if (!header) return false;
    const { words } = this.#machine.memory;
    const word = this.#machine.offsetOf(fp) >>> 2;
    return words[word + FRAME_META] === header.meta && words[word + FRAME_RETURN_PC] === header.returnPc;
  }

  /** Whether an interrupt or NMI lies between the innermost frame and these ones. */
  interruptedAt(pc: number, fp: number): boolean {
    for (const frame of walkFrames(this.#machine, pc, fp)) {
      if (this.has(frame.address)) return false;
      if (frame.kind === FrameKind.interrupt || frame.kind === FrameKind.nmi) return true;
    }
    return false;
  }
}
