/**
 * The interpreter: one micro-step of one CPU. All values that live longer than a step are in memory; the fields here are
 * addresses of things that never move.
 *
 * The loop is written for speed: one switch, results written in one place, no object made. Registers are words of the frame at
 * `base`; `a` is the word of register A.
 */

import { type Bus, Outcome } from './access.ts';
import {
  FRAME_CALLER,
  FRAME_HEADER_WORDS,
  FRAME_META,
  FRAME_RETURN_PC,
  FrameKind,
  FUNCTION_BASE,
  META_IF_SHIFT,
  META_KIND_SHIFT,
  NO_REGISTER,
  Op,
  PerCpuChange,
  RETURN_TO_NOTHING,
  TrapKind,
} from './bytecode.ts';
import { CPU_STATE_BYTES, CpuWord, StepEnd } from './cpu-state.ts';
import type { Machine } from './machine.ts';
import type { Memory } from './memory.ts';
import { KERNEL_BASE } from './mmu.ts';
import { Wide } from './wide.ts';
import { dividesByZero, givesPair, wideOperation } from './wide-operations.ts';

/** A micro-step ends after this many instructions, so that nothing hangs. */
export const PRIVATE_INSTRUCTIONS_MAX = 256;

/** Bytes read by each PerCpuSize. */
const PER_CPU_BYTES = [1, 1, 2, 2, 4];

/** What the instruction just executed leaves to be done. */
const After = { value: 0, pair: 1, load: 2, loadSigned8: 3, loadSigned16: 4, store: 5, sharedValue: 6 } as const;

export class Cpu {
  /** Instructions executed since boot; a statistic that is no part of the machine's state. */
  instructions = 0;
  readonly #machine: Machine;
  readonly #memory: Memory;
  readonly #bus: Bus;
  readonly #wide = new Wide();
  readonly #code: Int32Array;
  readonly #frameWords: Int32Array;
  readonly #entries: Int32Array;
  readonly #argumentWords: Int32Array;
  readonly #stateWord: number;
  readonly #kernelStart: number;

  constructor(machine: Machine, bus: Bus) {
    this.#machine = machine;
    this.#memory = machine.memory;
    this.#bus = bus;
    this.#code = machine.image.code;
    this.#frameWords = Int32Array.from(machine.image.functions, (f) => f.frameWords);
    this.#entries = Int32Array.from(machine.image.functions, (f) => f.entry);
    this.#argumentWords = Int32Array.from(machine.image.functions, (f) => f.argumentWords);
    this.#stateWord = machine.plan.region('cpu').offset >>> 2;
    this.#kernelStart = machine.plan.kernelStart;
  }

  /** Executes one micro-step of CPU `cpu`, which is not halted. `option` is the choice of an intrinsic that offers one. */
  step(cpu: number, option: number): StepEnd {
    const memory = this.#memory;
    const words = memory.words;
    const stamps = memory.stamps;
    const stamp = memory.stamp;
    const code = this.#code;
    const bus = this.#bus;
    const wide = this.#wide;
    const frameWords = this.#frameWords;
    const toWord = this.#kernelStart - KERNEL_BASE;
    const state = this.#stateWord + cpu * (CPU_STATE_BYTES >>> 2);

    let pc = words[state + CpuWord.pc];
    let frame = (words[state + CpuWord.fp] + toWord) >>> 2;
    let base = frame + FRAME_HEADER_WORDS;
    let left = PRIVATE_INSTRUCTIONS_MAX;
    let end: StepEnd = StepEnd.limit;
    let value = 0;
    let trap = -1;
    let at = pc;

    for (;;) {
      if (left === 0) break;
      left--;
      at = pc;
      const instruction = code[pc++];
      let a = base + ((instruction >>> 8) & 255);
      const b = base + ((instruction >>> 16) & 255);
      const c = base + (instruction >>> 24);
      let after: number = After.value;
      switch (instruction & 255) {
        case Op.STMT:
          if (left === PRIVATE_INSTRUCTIONS_MAX - 1) continue;
          pc = at;
          end = StepEnd.statement;
          break;
        case Op.LDI:
          value = instruction >> 16;
          break;
        case Op.LDC:
          value = code[pc++];
          break;
        case Op.MOV:
          value = words[b];
          break;
        case Op.LEA:
          value = ((frame + (instruction >>> 16)) << 2) - toWord;
          break;
        case Op.ADD:
          value = (words[b] + words[c]) | 0;
          break;
        case Op.SUB:
          value = (words[b] - words[c]) | 0;
          break;
        case Op.MUL:
          value = Math.imul(words[b], words[c]);
          break;
        case Op.DIVS:
        case Op.MODS: {
          const dividend = words[b];
          const divisor = words[c];
          if (divisor === 0 || (divisor === -1 && dividend === -0x80000000)) trap = TrapKind.divide;
          else value = (instruction & 255) === Op.DIVS ? (dividend / divisor) | 0 : (dividend % divisor) | 0;
          break;
        }
        case Op.DIVU:
        case Op.MODU: {
          const dividend = words[b] >>> 0;
          const divisor = words[c] >>> 0;
          if (divisor === 0) trap = TrapKind.divide;
          else value = (instruction & 255) === Op.DIVU ? Math.floor(dividend / divisor) | 0 : (dividend % divisor) | 0;
          break;
        }
        case Op.AND:
          value = words[b] & words[c];
          break;
        case Op.OR:
          value = words[b] | words[c];
          break;
        case Op.XOR:
          value = words[b] ^ words[c];
          break;
        case Op.SHL:
          value = words[b] << words[c];
          break;
        case Op.SHRS:
          value = words[b] >> words[c];
          break;
        case Op.SHRU:
          value = (words[b] >>> words[c]) | 0;
          break;
        case Op.EQ:
          value = words[b] === words[c] ? 1 : 0;
          break;
        case Op.NE:
          value = words[b] !== words[c] ? 1 : 0;
          break;
        case Op.LTS:
          value = words[b] < words[c] ? 1 : 0;
          break;
        case Op.LTU:
          value = words[b] >>> 0 < words[c] >>> 0 ? 1 : 0;
          break;
        case Op.LES:
          value = words[b] <= words[c] ? 1 : 0;
          break;
        case Op.LEU:
          value = words[b] >>> 0 <= words[c] >>> 0 ? 1 : 0;
          break;
        case Op.ADDI:
          value = (words[b] + (instruction >> 24)) | 0;
          break;
        case Op.NEG:
          value = -words[b] | 0;
          break;
        case Op.NOT:
          value = ~words[b];
          break;
        case Op.LNOT:
          value = words[b] === 0 ? 1 : 0;
          break;
        case Op.BOOL:
          value = words[b] !== 0 ? 1 : 0;
          break;
        case Op.SEXT8:
          value = (words[b] << 24) >> 24;
          break;
        case Op.SEXT16:
          value = (words[b] << 16) >> 16;
          break;
        case Op.ZEXT8:
          value = words[b] & 0xff;
          break;
        case Op.ZEXT16:
          value = words[b] & 0xffff;
          break;
        case Op.ANDI:
          value = words[b] & (instruction >>> 24);
          break;
        case Op.SHLI:
          value = words[b] << (instruction >>> 24);
          break;
        case Op.SHRSI:
          value = words[b] >> (instruction >>> 24);
          break;
        case Op.SHRUI:
          value = (words[b] >>> (instruction >>> 24)) | 0;
          break;
        case Op.MULI:
          value = Math.imul(words[b], instruction >>> 24);
          break;

        case Op.JMP:
          pc += instruction >> 8;
          continue;
        case Op.JZ:
          if (words[a] === 0) pc += instruction >> 16;
          continue;
        case Op.JNZ:
          if (words[a] !== 0) pc += instruction >> 16;
          continue;
        case Op.JEQ:
          pc += words[a] === words[b] ? code[pc] + 1 : 1;
          continue;
        case Op.JNE:
          pc += words[a] !== words[b] ? code[pc] + 1 : 1;
          continue;
        case Op.JLTS:
          pc += words[a] < words[b] ? code[pc] + 1 : 1;
          continue;
        case Op.JLTU:
          pc += words[a] >>> 0 < words[b] >>> 0 ? code[pc] + 1 : 1;
          continue;
        case Op.JGES:
          pc += words[a] >= words[b] ? code[pc] + 1 : 1;
          continue;
        case Op.JGEU:
          pc += words[a] >>> 0 >= words[b] >>> 0 ? code[pc] + 1 : 1;
          continue;
        case Op.JEQI:
          pc += words[a] === instruction >> 16 ? code[pc] + 1 : 1;
          continue;
        case Op.JNEI:
          pc += words[a] !== instruction >> 16 ? code[pc] + 1 : 1;
          continue;
        case Op.JLTSI:
          pc += words[a] < instruction >> 16 ? code[pc] + 1 : 1;
          continue;
        case Op.JLTUI:
          pc += words[a] >>> 0 < (instruction >> 16) >>> 0 ? code[pc] + 1 : 1;
          continue;
        case Op.JGESI:
          pc += words[a] >= instruction >> 16 ? code[pc] + 1 : 1;
          continue;
        case Op.JGEUI:
          pc += words[a] >>> 0 >= (instruction >> 16) >>> 0 ? code[pc] + 1 : 1;
          continue;

        case Op.LD8S:
          value = this.#load(cpu, words[b] + (instruction >> 24), 1, frame);
          after = After.loadSigned8;
          break;
        case Op.LD8U:
          value = this.#load(cpu, words[b] + (instruction >> 24), 1, frame);
          after = After.load;
          break;
        case Op.LD16S:
          value = this.#load(cpu, words[b] + (instruction >> 24), 2, frame);
          after = After.loadSigned16;
          break;
        case Op.LD16U:
          value = this.#load(cpu, words[b] + (instruction >> 24), 2, frame);
          after = After.load;
          break;
        case Op.LD32:
          value = this.#load(cpu, words[b] + (instruction >> 24), 4, frame);
          after = After.load;
          break;
        case Op.LDX8S:
          value = this.#load(cpu, words[b] + words[c], 1, frame);
          after = After.loadSigned8;
          break;
        case Op.LDX8U:
          value = this.#load(cpu, words[b] + words[c], 1, frame);
          after = After.load;
          break;
        case Op.LDX32:
          value = this.#load(cpu, words[b] + words[c] * 4, 4, frame);
          after = After.load;
          break;
        case Op.ST8:
          this.#store(cpu, words[b] + (instruction >> 24), 1, words[a], frame);
          after = After.store;
          break;
        case Op.ST16:
          this.#store(cpu, words[b] + (instruction >> 24), 2, words[a], frame);
          after = After.store;
          break;
        case Op.ST32:
          this.#store(cpu, words[b] + (instruction >> 24), 4, words[a], frame);
          after = After.store;
          break;
        case Op.STX8:
          this.#store(cpu, words[b] + words[c], 1, words[a], frame);
          after = After.store;
          break;
        case Op.STX32:
          this.#store(cpu, words[b] + words[c] * 4, 4, words[a], frame);
          after = After.store;
          break;

        case Op.CALL:
        case Op.CALLR: {
          const operand = code[pc++];
          let callee = operand;
          let count = instruction >>> 24;
          if ((instruction & 255) === Op.CALLR) {
            callee = this.#functionAt(words[base + (operand & 255)]);
            count = operand >>> 8;
          }
          if (callee < 0) {
            bus.faultAddress = words[base + (operand & 255)];
            bus.faultCode = 0x10;
            trap = TrapKind.pageFault;
            break;
          }
          const inner = frame - frameWords[callee];
          if (inner < (words[state + CpuWord.stackLimit] + toWord) >>> 2) {
            trap = TrapKind.stackOverflow;
            break;
          }
          for (let i = 0; i < count; i++) {
            const to = inner + FRAME_HEADER_WORDS + i;
            if (stamps[to] !== stamp) memory.logOld(to);
            words[to] = words[b + i];
          }
          memory.write(inner + FRAME_RETURN_PC, pc);
          memory.write(inner + FRAME_CALLER, (frame << 2) - toWord);
          memory.write(inner + FRAME_META, callee);
          frame = inner;
          base = inner + FRAME_HEADER_WORDS;
          pc = this.#entries[callee];
          continue;
        }
        case Op.RET:
        case Op.RET64:
        case Op.RETV: {
          const returnPc = words[frame + FRAME_RETURN_PC];
          if (returnPc === RETURN_TO_NOTHING) {
            trap = TrapKind.bug;
            break;
          }
          const low = words[a];
          const high = words[a + 1];
          pc = returnPc;
          frame = (words[frame + FRAME_CALLER] + toWord) >>> 2;
          base = frame + FRAME_HEADER_WORDS;
          const result = (code[pc - 2] >>> 8) & 255;
          if (result === NO_REGISTER || (instruction & 255) === Op.RETV) continue;
          a = base + result;
          value = low;
          if ((instruction & 255) === Op.RET64) {
            wide.high = high;
            after = After.pair;
          }
          break;
        }
        case Op.INTR:
          if (left !== PRIVATE_INSTRUCTIONS_MAX - 1 && this.#machine.offersChoice(code[pc])) {
            pc = at;
            end = StepEnd.beforeChoice;
            break;
          }
          end = this.#intrinsic(cpu, state, at, frame, option);
          if (end === StepEnd.trap) {
            pc = at;
            trap = this.#machine.takeTrap();
          } else {
            this.instructions += PRIVATE_INSTRUCTIONS_MAX - left;
            return end;
          }
          break;
        case Op.IRET: {
          const meta = words[frame + FRAME_META];
          if (((meta >>> META_KIND_SHIFT) & 15) === FrameKind.nmi) memory.write(state + CpuWord.nmiBlocked, 0);
          memory.write(state + CpuWord.irqsEnabled, (meta >>> META_IF_SHIFT) & 1);
          pc = words[frame + FRAME_RETURN_PC];
          frame = (words[frame + FRAME_CALLER] + toWord) >>> 2;
          end = StepEnd.interruptReturn;
          break;
        }
        case Op.DELAY:
          if (words[a] === 0) continue;
          this.#machine.beginDelay(cpu, a, at);
          end = StepEnd.delay;
          break;
        case Op.CHK:
          if (words[a] !== 0) continue;
          bus.faultAddress = (instruction >>> 16) & 255;
          trap = TrapKind.uninitialised;
          break;
        case Op.HALT:
          this.#machine.halt(cpu);
          end = StepEnd.halt;
          break;

        case Op.CUR:
          value = words[state + CpuWord.current];
          break;
        case Op.PCPU:
          value = this.#perCpuAddress(cpu, instruction, code[pc++], base);
          after = After.sharedValue;
          break;
        case Op.PCPUN: {
          const wanted = words[c] >>> 0;
          value = this.#perCpuAddress(wanted, instruction, code[pc++], base);
          break;
        }
        case Op.PLD: {
          const size = instruction >>> 24;
          value = this.#load(cpu, this.#perCpuAddress(cpu, instruction, code[pc++], base), PER_CPU_BYTES[size], frame);
          after = size === 0 ? After.loadSigned8 : size === 2 ? After.loadSigned16 : After.load;
          break;
        }
        case Op.PST: {
          const size = PER_CPU_BYTES[instruction >>> 24];
          this.#store(cpu, this.#perCpuAddress(cpu, instruction, code[pc++], base), size, words[a], frame);
          after = After.store;
          break;
        }
        case Op.PRMW:
          value = this.#perCpuChange(cpu, instruction, code[pc++], base, frame, words[a]);
          after = After.load;
          break;

        default:
          if (dividesByZero(instruction & 255, words, c)) {
            trap = TrapKind.divide;
            break;
          }
          value = wideOperation(wide, words, instruction & 255, b, c);
          if (givesPair(instruction & 255)) after = After.pair;
      }
      if (trap >= 0) break;
      if (end !== StepEnd.limit) break;
      if (after >= After.load) {
        if (after === After.sharedValue) end = StepEnd.shared;
        else if (bus.outcome === Outcome.fault) {
          trap = TrapKind.pageFault;
          break;
        } else if (bus.outcome === Outcome.shared) end = StepEnd.shared;
        if (after === After.loadSigned8) value = (value << 24) >> 24;
        else if (after === After.loadSigned16) value = (value << 16) >> 16;
        if (after === After.store) {
          if (end === StepEnd.shared) break;
          continue;
        }
      }
      if (stamps[a] !== stamp) memory.logOld(a);
      words[a] = value;
      if (after === After.pair) memory.write(a + 1, wide.high);
      if (end === StepEnd.shared) break;
    }
    this.instructions += PRIVATE_INSTRUCTIONS_MAX - left;
    memory.write(state + CpuWord.pc, pc);
    const fp = (frame << 2) - toWord;
    if (words[state + CpuWord.fp] !== fp) memory.write(state + CpuWord.fp, fp);
    if (trap >= 0) {
      this.#machine.exception(cpu, trap, at, bus.faultAddress, bus.faultCode);
      end = StepEnd.trap;
    }
    if (words[state + CpuWord.stepEnd] !== end) memory.write(state + CpuWord.stepEnd, end);
    return end;
  }

  /**
   * Runs the intrinsic at `at` and places its result, in the frame of whichever task the CPU runs afterwards. The state
   * in memory is up to date while it runs, so that it can look at it and change it.
   */
  #intrinsic(cpu: number, state: number, at: number, frame: number, option: number): StepEnd {
    const memory = this.#memory;
    const { words } = memory;
    const instruction = this.#code[at];
    const fp = (frame << 2) - this.#kernelStart + KERNEL_BASE;
    memory.write(state + CpuWord.pc, at + 2);
    if (words[state + CpuWord.fp] !== fp) memory.write(state + CpuWord.fp, fp);
    const args = frame + FRAME_HEADER_WORDS + ((instruction >>> 16) & 255);
    const result = this.#machine.runIntrinsic(cpu, this.#code[at + 1], args, option);
    if (this.#machine.trapRequested) return StepEnd.trap;
    let register = (instruction >>> 8) & 255;
    let target = frame;
    if (words[state + CpuWord.fp] !== fp || words[state + CpuWord.pc] !== at + 2) {
      target = (words[state + CpuWord.fp] - KERNEL_BASE + this.#kernelStart) >>> 2;
      register = this.#registerWaiting(words[state + CpuWord.pc], words[target + FRAME_META] & 0xffff);
    }
    if (register !== NO_REGISTER && result !== undefined)
      this.#machine.storeResult(target + FRAME_HEADER_WORDS + register, result);
    if (words[state + CpuWord.stepEnd] !== StepEnd.intrinsic) memory.write(state + CpuWord.stepEnd, StepEnd.intrinsic);
    return StepEnd.intrinsic;
  }

  /** The register that gets a result when a task goes on at `pc` of function `index`: its first argument if it is new. */
  #registerWaiting(pc: number, index: number): number {
    if (pc === this.#entries[index]) return this.#argumentWords[index] > 0 ? 0 : NO_REGISTER;
    return (this.#code[pc - 2] >>> 8) & 255;
  }

  #load(cpu: number, address: number, size: number, frame: number): number {
    const frameEnd = frame + this.#frameWords[this.#memory.words[frame + FRAME_META] & 0xffff];
    return this.#bus.load(cpu, address | 0, size, frame, frameEnd);
  }

  #store(cpu: number, address: number, size: number, value: number, frame: number): void {
    const frameEnd = frame + this.#frameWords[this.#memory.words[frame + FRAME_META] & 0xffff];
    this.#bus.store(cpu, address | 0, size, value, frame, frameEnd);
  }

  /** Index of the function whose "address" is `pointer`, or -1. */
  #functionAt(pointer: number): number {
    const index = (pointer - FUNCTION_BASE) >>> 4;
    return ((pointer - FUNCTION_BASE) & 15) === 0 && index < this.#entries.length ? index : -1;
  }

  #perCpuAddress(cpu: number, instruction: number, offset: number, base: number): number {
    const register = (instruction >>> 16) & 255;
    const index = register === NO_REGISTER ? 0 : this.#memory.words[base + register];
    return (this.#machine.perCpuBase(cpu) + offset + index) | 0;
  }

  /** PRMW: read, change and write with nothing in between. */
  #perCpuChange(cpu: number, instruction: number, offset: number, base: number, frame: number, operand: number): number {
    const kind = (instruction >>> 24) & 15;
    const change = instruction >>> 28;
    const size = PER_CPU_BYTES[kind];
    const address = this.#perCpuAddress(cpu, instruction, offset, base);
    const old = this.#load(cpu, address, size, frame);
    if (this.#bus.outcome === Outcome.fault) return 0;
    let changed = operand;
    if (change === PerCpuChange.add) changed = (old + operand) | 0;
    else if (change === PerCpuChange.or) changed = old | operand;
    else if (change === PerCpuChange.and) changed = old & operand;
    this.#store(cpu, address, size, changed, frame);
    const result = change === PerCpuChange.xchg ? old : changed;
    if (size === 4) return result;
    const shift = 32 - 8 * size;
    return (kind & 1) === 0 ? (result << shift) >> shift : (result << shift) >>> shift;
  }
}
