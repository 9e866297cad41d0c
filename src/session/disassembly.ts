/** Instructions as text. What each opcode does is written in `machine/bytecode.ts`; here only its operands are spelled. */
import { encode, FUNCTION_BASE, type Image, instructionWords, NO_REGISTER, Op } from '../machine/bytecode.ts';
import { hex } from '../util/bits.ts';

const NAMES = new Map<number, string>(Object.entries(Op).map(([name, value]) => [value, name.toLowerCase()]));

/** How the operands are laid out; the rest is three registers. */
const IMMEDIATE: readonly number[] = [Op.ANDI, Op.SHLI, Op.SHRSI, Op.SHRUI, Op.MULI];
const TWO_REGISTERS: readonly number[] = [
  Op.MOV,
  Op.NEG,
  Op.NOT,
  Op.LNOT,
  Op.SEXT8,
  Op.SEXT16,
  Op.ZEXT8,
  Op.ZEXT16,
  Op.NEG64,
  Op.NOT64,
  Op.SEXT64,
  Op.ZEXT64,
  Op.MOV64,
  Op.BOOL,
];
const ONE_REGISTER: readonly number[] = [Op.CUR, Op.RET, Op.RET64, Op.DELAY];
const NO_OPERAND: readonly number[] = [Op.STMT, Op.RETV, Op.IRET, Op.HALT];

export interface DisassemblyNames {
  function(index: number): string;
  intrinsic(index: number): string;
}

/** Code addresses at which instructions begin, rising: code is a chain of one- and two-word instructions. */
export function instructionStarts(image: Image): number[] {
  const starts: number[] = [];
  for (let pc = 0; pc < image.code.length; pc += instructionWords(image.code[pc] & 0xff)) starts.push(pc);
  return starts;
}

/** The instruction at `pc`, such as `ld32 r3, [r2+8]`. */
export function instructionText(image: Image, pc: number, names: DisassemblyNames): string {
  const word = image.code[pc];
  const extra = image.code[pc + 1];
  const op = word & 0xff;
  const name = NAMES.get(op);
  if (name === undefined) return `.word ${hex(word)}`;
  const a = (word >>> 8) & 0xff;
  const b = (word >>> 16) & 0xff;
  const c = word >>> 24;
  const target = (from: number, offset: number) => `to ${hex(from + offset, 1)}`;
  const r = (register: number) => `r${register}`;
  switch (op) {
    case Op.LDI:
      return `${name} ${r(a)}, ${word >> 16}`;
    case Op.LDC:
      return `${name} ${r(a)}, ${hex(extra)}${functionComment(extra, names)}`;
    case Op.LEA:
      return `${name} ${r(a)}, frame word ${(c << 8) | b}`;
    case Op.ADDI:
      return `${name} ${r(a)}, ${r(b)}, ${word >> 24}`;
    case Op.JMP:
      return `${name} ${target(pc + 1, word >> 8)}`;
    case Op.JZ:
    case Op.JNZ:
      return `${name} ${r(a)}, ${target(pc + 1, word >> 16)}`;
    case Op.CALL:
      return `${name} ${names.function(extra)}${result(a)}`;
    case Op.CALLR:
      return `${name} ${r(extra & 0xff)}${result(a)}`;
    case Op.INTR:
      return `${name} ${names.intrinsic(extra)}${result(a)}`;
    case Op.CHK:
      return `${name} ${r(a)}, local ${b}`;
    default:
      break;
  }
  if (op >= Op.LD8S && op <= Op.ST32) return `${name} ${r(a)}, [${r(b)}${signed(word >> 24)}]`;
  if (op >= Op.LDX8S && op <= Op.STX32) return `${name} ${r(a)}, [${r(b)} + ${r(c)}]`;
  if (op >= Op.JEQ && op <= Op.JGEU) return `${name} ${r(a)}, ${r(b)}, ${target(pc + 2, extra)}`;
  if (op >= Op.JEQI && op <= Op.JGEUI) return `${name} ${r(a)}, ${word >> 16}, ${target(pc + 2, extra)}`;
  if (op >= Op.PCPU && op <= Op.PRMW) {
    const index = b === NO_REGISTER ? '' : ` + ${r(b)}`;
    return `${name} ${r(a)}, per-CPU ${hex(extra, 1)}${index}`;
  }
  if (IMMEDIATE.includes(op)) return `${name} ${r(a)}, ${r(b)}, ${c}`;
  if (TWO_REGISTERS.includes(op)) return `${name} ${r(a)}, ${r(b)}`;
  if (ONE_REGISTER.includes(op)) return `${name} ${r(a)}`;
  if (NO_OPERAND.includes(op) && word === encode(op as Op)) return name;
  return NO_OPERAND.includes(op) ? name : `${name} ${r(a)}, ${r(b)}, ${r(c)}`;
}

function result(register: number): string {
  return register === NO_REGISTER ? '' : ` -> r${register}`;
}

function signed(offset: number): string {
  if (offset === 0) return '';
  return offset > 0 ? `+${offset}` : `${offset}`;
}

function functionComment(value: number, names: DisassemblyNames): string {
  const distance = (value - FUNCTION_BASE) | 0;
  const index = distance >> 4;
  if (distance < 0 || (distance & 15) !== 0 || index > 0xffff) return '';
  const name = names.function(index);
  return name ? ` <${name}>` : '';
}
