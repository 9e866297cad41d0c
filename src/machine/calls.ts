/** Calls: frames for called functions, and intrinsics with the place of their results. */
import {
  FRAME_CALLER,
  FRAME_HEADER_WORDS,
  FRAME_META,
  FRAME_RETURN_PC,
  FUNCTION_BASE,
  NO_REGISTER,
  TrapKind,
} from './bytecode.ts';
import { CpuWord, StepEnd, StopCause } from './cpu-state.ts';
import type { Machine } from './machine.ts';
import type { Memory } from './memory.ts';
import { FaultCode, KERNEL_BASE } from './mmu.ts';

export class Calls {
  /** Words of each function's frame, and its first instruction. */
  readonly frameWords: Int32Array;
  readonly entries: Int32Array;
  readonly #machine: Machine;
  readonly #memory: Memory;
  readonly #code: Int32Array;
  readonly #argumentWords: Int32Array;
  /** Address of a frame to its byte offset in flat memory. */
  readonly #toOffset: number;

  constructor(machine: Machine) {
    const { functions, code } = machine.image;
    this.#machine = machine;
    this.#memory = machine.memory;
    this.#code = code;
    this.frameWords = Int32Array.from(functions, (f) => f.frameWords);
    this.entries = Int32Array.from(functions, (f) => f.entry);
    this.#argumentWords = Int32Array.from(functions, (f) => f.argumentWords);
    this.#toOffset = machine.plan.kernelStart - KERNEL_BASE;
  }

  /** Index of the function whose "address" is `pointer`, or -1. */
  functionAt(pointer: number): number {
    const distance = (pointer - FUNCTION_BASE) >>> 0;
    return (distance & 15) === 0 && distance >>> 4 < this.entries.length ? distance >>> 4 : -1;
  }

  /**
   * Makes a frame for function `callee` below `frame`, with `count` arguments from word `args` on. Its word, or -1 when the
   * stack, whose calls may reach down to word `limit`, has no room.
   */
  makeFrame(frame: number, callee: number, args: number, count: number, returnPc: number, limit: number): number {
    const memory = this.#memory;
    const { words } = memory;
    const inner = frame - this.frameWords[callee];
    if (inner < limit) return -1;
    for (let i = 0; i < count; i++) memory.write(inner + FRAME_HEADER_WORDS + i, words[args + i]);
    memory.write(inner + FRAME_RETURN_PC, returnPc);
    memory.write(inner + FRAME_CALLER, (frame << 2) - this.#toOffset);
    memory.write(inner + FRAME_META, callee);
    return inner;
  }

  /**
   * Runs the intrinsic at `at` and places its result, in the frame of whichever task the CPU runs afterwards. The CPU's
   * state in memory is up to date while it runs, so that it can look at it and change it.
   */
  intrinsic(cpu: number, state: number, at: number, frame: number, option: number): StepEnd {
    const memory = this.#memory;
    const { words } = memory;
    const instruction = this.#code[at];
    const fp = (frame << 2) - this.#toOffset;
    memory.write(state + CpuWord.pc, at + 2);
    if (words[state + CpuWord.fp] !== fp) memory.write(state + CpuWord.fp, fp);
    const args = frame + FRAME_HEADER_WORDS + ((instruction >>> 16) & 255);
    if (!this.#machine.hasIntrinsic(this.#code[at + 1])) {
      this.#machine.requestTrap(TrapKind.bug);
      return StepEnd.trap;
    }
    const result = this.#machine.runIntrinsic(cpu, this.#code[at + 1], args, option);
    if (this.#machine.trapRequested) return StepEnd.trap;
    let register = (instruction >>> 8) & 255;
    let target = frame;
    if (words[state + CpuWord.fp] !== fp || words[state + CpuWord.pc] !== at + 2) {
      target = (words[state + CpuWord.fp] + this.#toOffset) >>> 2;
      register = this.#registerWaiting(words[state + CpuWord.pc], words[target + FRAME_META] & 0xffff);
    }
    if (register !== NO_REGISTER && result !== undefined) {
      this.#machine.storeResult(target + FRAME_HEADER_WORDS + register, result);
    }
    if (words[state + CpuWord.stepEnd] !== StepEnd.intrinsic) memory.write(state + CpuWord.stepEnd, StepEnd.intrinsic);
    return StepEnd.intrinsic;
  }

  /** The register that gets a result when a task goes on at `pc` of function `index`: its first argument if it is new. */
  #registerWaiting(pc: number, index: number): number {
    if (pc === this.entries[index]) return this.#argumentWords[index] > 0 ? 0 : NO_REGISTER;
    return (this.#code[pc - 2] >>> 8) & 255;
  }

  /** Whether there is code at `pc` and a frame at address `fp`: not so after something has overwritten a frame. */
  canRun(pc: number, fp: number): boolean {
    return pc >>> 0 < this.#machine.image.code.length + 1 && this.#machine.isKernelAddress(fp) && (fp & 3) === 0;
  }

  /** The CPU's registers lead nowhere: a fault where there is still a frame, else the end of the machine. */
  derail(cpu: number, state: number, pc: number): StepEnd {
    const memory = this.#memory;
    if (this.canRun(0, memory.words[state + CpuWord.fp])) {
      this.#machine.exception(cpu, TrapKind.pageFault, pc, pc, FaultCode.fetch);
    } else this.#machine.stop(cpu, StopCause.doubleFault);
    memory.write(state + CpuWord.stepEnd, StepEnd.trap);
    return StepEnd.trap;
  }
}
