/**
 * The interpreter: one micro-step of one CPU. What lives longer than a step is in memory; the fields here never change.
 * The loop is written for speed: one switch, results written in one place, no object made. Registers are words of the frame
 * at `base`; `a`, `b` and `c` are the words of the registers that an instruction names.
 */

import { type Bus, Outcome } from './access.ts';
import { alu, isAlu, NO_TRAP, unsignedHolds } from './alu.ts';
import {
  FRAME_CALLER,
  FRAME_HEADER_WORDS,
  FRAME_META,
  FRAME_RETURN_PC,
  FrameKind,
  META_IF_SHIFT,
  META_KIND_SHIFT,
  NO_REGISTER,
  Op,
  TrapKind,
} from './bytecode.ts';
import { Calls } from './calls.ts';
import { CPU_STATE_BYTES, CpuWord, StepEnd } from './cpu-state.ts';
import type { BetweenSteps } from './hooks.ts';
import type { Machine } from './machine.ts';
import { KERNEL_BASE } from './mmu.ts';
import { PER_CPU_BYTES, PerCpuAccess } from './per-cpu-access.ts';
import { Wide } from './wide.ts';
import { givesPair, operationTrap, wideOperation } from './wide-operations.ts';

/** A micro-step ends after this many instructions, so that nothing hangs. */
export const PRIVATE_INSTRUCTIONS_MAX = 256;

/** What the instruction just executed leaves to be done. */
const After = { value: 0, pair: 1, load: 2, loadSigned8: 3, loadSigned16: 4, store: 5, sharedValue: 6 } as const;

const INVALID_OPCODE = 0xff;

export class Cpu {
  /** Instructions executed since boot; a statistic that is no part of the machine's state. */
  instructions = 0;
  readonly #machine: Machine;
  readonly #bus: Bus;
  readonly #wide = new Wide();
  readonly #code: Int32Array;
  readonly #calls: Calls;
  readonly #perCpu: PerCpuAccess;
  readonly #stateWord: number;
  readonly #kernelStart: number;
  readonly #kernelSize: number;

  constructor(machine: Machine, bus: Bus) {
    this.#machine = machine;
    this.#bus = bus;
    // Behind the last instruction comes one that does not exist, so that nothing runs off the end.
    this.#code = new Int32Array(machine.image.code.length + 2).fill(INVALID_OPCODE);
    this.#code.set(machine.image.code);
    this.#calls = new Calls(machine);
    this.#perCpu = new PerCpuAccess(machine, bus);
    this.#stateWord = machine.plan.region('cpu').offset >>> 2;
    this.#kernelStart = machine.plan.kernelStart;
    this.#kernelSize = machine.plan.kernelSize;
  }

  /**
   * Executes one micro-step of CPU `cpu`, which is not halted; `option` is the choice of an intrinsic that offers one.
   * With `between`, more of them, up to `count`, until one ends with more than private work or an access to memory.
   */
  step(cpu: number, option: number, count = 1, between?: BetweenSteps): StepEnd {
    const { memory } = this.#machine;
    const { words, stamps } = memory;
    let stamp = memory.stamp;
    const code = this.#code;
    const bus = this.#bus;
    const toWord = this.#kernelStart - KERNEL_BASE;
    const state = this.#stateWord + cpu * (CPU_STATE_BYTES >>> 2);

    let pc = words[state + CpuWord.pc];
    let fp = words[state + CpuWord.fp];
    if (pc >>> 0 >= code.length || (fp - KERNEL_BASE) >>> 0 >= this.#kernelSize) return this.#calls.derail(cpu, state, pc);
    let frame = (fp + toWord) >>> 2;
    let base = frame + FRAME_HEADER_WORDS;
    let left = PRIVATE_INSTRUCTIONS_MAX;
    let end: StepEnd = StepEnd.limit;
    let value = 0;
    let trap: number = NO_TRAP;
    let at = pc;
    let todo = count;

    for (;;) {
      run: for (;;) {
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
            // It is executed, and counted, as the first instruction of the next step.
            left++;
            pc = at;
            end = StepEnd.statement;
            break run;
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
          case Op.AND:
            value = words[b] & words[c];
            break;
          case Op.OR:
            value = words[b] | words[c];
            break;
          case Op.XOR:
            value = words[b] ^ words[c];
            break;
          case Op.ADDI:
            value = (words[b] + (instruction >> 24)) | 0;
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
          case Op.JGES:
            pc += words[a] >= words[b] ? code[pc] + 1 : 1;
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
          case Op.JGESI:
            pc += words[a] >= instruction >> 16 ? code[pc] + 1 : 1;
            continue;
          case Op.JLTU:
          case Op.JGEU:
          case Op.JLTUI:
          case Op.JGEUI:
            pc += unsignedHolds(instruction, words[a], words[b]) ? code[pc] + 1 : 1;
            continue;

          case Op.LD8S:
            value = bus.load(cpu, (words[b] + (instruction >> 24)) | 0, 1, frame);
            after = After.loadSigned8;
            break;
          case Op.LD8U:
            value = bus.load(cpu, (words[b] + (instruction >> 24)) | 0, 1, frame);
            after = After.load;
            break;
          case Op.LD16S:
          case Op.LD16U:
            value = bus.load(cpu, (words[b] + (instruction >> 24)) | 0, 2, frame);
            after = (instruction & 255) === Op.LD16S ? After.loadSigned16 : After.load;
            break;
          case Op.LD32:
            value = bus.load(cpu, (words[b] + (instruction >> 24)) | 0, 4, frame);
            after = After.load;
            break;
          case Op.LDX8S:
            value = bus.load(cpu, (words[b] + words[c]) | 0, 1, frame);
            after = After.loadSigned8;
            break;
          case Op.LDX8U:
            value = bus.load(cpu, (words[b] + words[c]) | 0, 1, frame);
            after = After.load;
            break;
          case Op.LDX32:
            value = bus.load(cpu, (words[b] + words[c] * 4) | 0, 4, frame);
            after = After.load;
            break;
          case Op.ST8:
            bus.store(cpu, (words[b] + (instruction >> 24)) | 0, 1, words[a], frame);
            after = After.store;
            break;
          case Op.ST16:
            bus.store(cpu, (words[b] + (instruction >> 24)) | 0, 2, words[a], frame);
            after = After.store;
            break;
          case Op.ST32:
            bus.store(cpu, (words[b] + (instruction >> 24)) | 0, 4, words[a], frame);
            after = After.store;
            break;
          case Op.STX8:
            bus.store(cpu, (words[b] + words[c]) | 0, 1, words[a], frame);
            after = After.store;
            break;
          case Op.STX32:
            bus.store(cpu, (words[b] + words[c] * 4) | 0, 4, words[a], frame);
            after = After.store;
            break;

          case Op.CALL:
          case Op.CALLR: {
            const operand = code[pc++];
            const direct = (instruction & 255) === Op.CALL;
            const callee = direct ? operand : this.#calls.functionAt(words[base + (operand & 255)]);
            if (callee < 0) {
              bus.fetchFault(words[base + (operand & 255)]);
              trap = TrapKind.pageFault;
              break run;
            }
            const limit = (words[state + CpuWord.stackLimit] + toWord) >>> 2;
            const inner = this.#calls.makeFrame(frame, callee, b, direct ? instruction >>> 24 : (operand >>> 8) & 255, pc, limit);
            if (inner < 0) {
              trap = TrapKind.stackOverflow;
              break run;
            }
            frame = inner;
            base = inner + FRAME_HEADER_WORDS;
            pc = this.#calls.entries[callee];
            continue;
          }
          case Op.RET:
          case Op.RET64:
          case Op.RETV: {
            const returnPc = words[frame + FRAME_RETURN_PC];
            if (!this.#calls.canRun(returnPc, words[frame + FRAME_CALLER])) {
              // The first frame of a task, or somebody has overwritten this one.
              bus.fetchFault(words[frame + FRAME_CALLER]);
              trap = TrapKind.pageFault;
              break run;
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
              this.#wide.high = high;
              after = After.pair;
            }
            break;
          }
          case Op.INTR:
            if (left !== PRIVATE_INSTRUCTIONS_MAX - 1 && this.#machine.offersChoice(code[pc])) {
              left++;
              pc = at;
              end = StepEnd.beforeChoice;
              break run;
            }
            end = this.#calls.intrinsic(cpu, state, at, frame, option);
            if (end === StepEnd.trap) {
              pc = at;
              trap = this.#machine.takeTrap();
              break run;
            }
            this.instructions += PRIVATE_INSTRUCTIONS_MAX - left;
            return end;
          case Op.IRET: {
            const meta = words[frame + FRAME_META];
            if (((meta >>> META_KIND_SHIFT) & 15) === FrameKind.nmi) memory.write(state + CpuWord.nmiBlocked, 0);
            this.#machine.interrupts.restoreFlag(cpu, ((meta >>> META_IF_SHIFT) & 1) !== 0);
            pc = words[frame + FRAME_RETURN_PC];
            frame = (words[frame + FRAME_CALLER] + toWord) >>> 2;
            end = StepEnd.interruptReturn;
            break run;
          }
          case Op.DELAY:
            if (words[a] === 0) continue;
            this.#machine.beginDelay(cpu, a, at);
            end = StepEnd.delay;
            break run;
          case Op.CHK:
            if (words[a] !== 0) continue;
            bus.faultAddress = (instruction >>> 16) & 255;
            trap = TrapKind.uninitialised;
            break run;
          case Op.HALT:
            this.#machine.halt(cpu);
            end = StepEnd.halt;
            break run;

          case Op.CUR:
            value = words[state + CpuWord.current];
            break;
          case Op.PCPU:
            value = this.#perCpu.address(cpu, instruction, code[pc++], base);
            after = After.sharedValue;
            break;
          case Op.PCPUN:
            value = this.#perCpu.address(words[c] >>> 0, instruction, code[pc++], base);
            break;
          case Op.PLD: {
            const size = instruction >>> 24;
            value = bus.load(cpu, this.#perCpu.address(cpu, instruction, code[pc++], base), PER_CPU_BYTES[size], frame);
            after = size === 0 ? After.loadSigned8 : size === 2 ? After.loadSigned16 : After.load;
            break;
          }
          case Op.PST: {
            const size = PER_CPU_BYTES[instruction >>> 24];
            bus.store(cpu, this.#perCpu.address(cpu, instruction, code[pc++], base), size, words[a], frame);
            after = After.store;
            break;
          }
          case Op.PRMW:
            value = this.#perCpu.change(cpu, instruction, code[pc++], base, words[a], frame);
            after = After.load;
            break;

          default: {
            const op = instruction & 255;
            trap = operationTrap(op, words, b, c);
            if (trap !== NO_TRAP) break run;
            value = isAlu(op) ? alu(op, words[b], words[c]) : wideOperation(this.#wide, words, op, b, c);
            if (givesPair(op)) after = After.pair;
          }
        }
        if (after >= After.load) {
          if (after === After.sharedValue) end = StepEnd.shared;
          else if (bus.outcome === Outcome.fault) {
            trap = TrapKind.pageFault;
            break;
          } else if (bus.outcome === Outcome.shared) end = StepEnd.shared;
          if (after === After.loadSigned8) value = (value << 24) >> 24;
          else if (after === After.loadSigned16) value = (value << 16) >> 16;
          if (after !== After.store) memory.write(a, value);
          if (end === StepEnd.shared) break;
          continue;
        }
        if (stamps[a] !== stamp) memory.logOld(a);
        words[a] = value;
        if (after === After.pair) memory.write(a + 1, this.#wide.high);
      }
      this.instructions += PRIVATE_INSTRUCTIONS_MAX - left;
      memory.write(state + CpuWord.pc, pc);
      const endFp = (frame << 2) - toWord;
      if (endFp !== fp) memory.write(state + CpuWord.fp, endFp);
      if (trap !== NO_TRAP) {
        this.#machine.exception(cpu, trap, at, bus.faultAddress, bus.faultCode);
        end = StepEnd.trap;
      }
      if (words[state + CpuWord.stepEnd] !== end) memory.write(state + CpuWord.stepEnd, end);
      if (--todo === 0 || end > StepEnd.shared || !between || !between.goOn(pc)) return end;
      this.#machine.beginStep(cpu);
      stamp = memory.stamp;
      fp = endFp;
      left = PRIVATE_INSTRUCTIONS_MAX;
      end = StepEnd.limit;
    }
  }
}
