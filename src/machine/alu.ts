/** The 32-bit instructions that are too rare for the interpreter's own switch: division, shifts, comparison, extension. */
import { Op, TrapKind as Trap, type TrapKind } from './bytecode.ts';

/** No trap. */
export const NO_TRAP = -1;

/** What `op` traps on with these operands, or NO_TRAP. */
export function aluTrap(op: number, b: number, c: number): TrapKind | typeof NO_TRAP {
  if (op < Op.DIVS || op > Op.MODU) return NO_TRAP;
  if (c === 0) return Trap.divide;
  const overflows = (op === Op.DIVS || op === Op.MODS) && c === -1 && b === -0x80000000;
  return overflows ? Trap.divide : NO_TRAP;
}

/** Whether `op` is one of these instructions. */
export function isAlu(op: number): boolean {
  return (
    (op >= Op.DIVS && op <= Op.MODU) || (op >= Op.SHL && op <= Op.LEU) || (op >= Op.NEG && op <= Op.ZEXT16) || op === Op.BOOL
  );
}

/** The result of `op` with the values of registers B and C; it does not trap. */
export function alu(op: number, b: number, c: number): number {
  switch (op) {
    case Op.DIVS:
      return (b / c) | 0;
    case Op.DIVU:
      return Math.floor((b >>> 0) / (c >>> 0)) | 0;
    case Op.MODS:
      return (b % c) | 0;
    case Op.MODU:
      return ((b >>> 0) % (c >>> 0)) | 0;
    case Op.SHL:
      return b << c;
    case Op.SHRS:
      return b >> c;
    case Op.SHRU:
      return (b >>> c) | 0;
    case Op.EQ:
      return b === c ? 1 : 0;
    case Op.NE:
      return b !== c ? 1 : 0;
    case Op.LTS:
      return b < c ? 1 : 0;
    case Op.LTU:
      return b >>> 0 < c >>> 0 ? 1 : 0;
    case Op.LES:
      return b <= c ? 1 : 0;
    case Op.LEU:
      return b >>> 0 <= c >>> 0 ? 1 : 0;
    case Op.NEG:
      return -b | 0;
    case Op.NOT:
      return ~b;
    case Op.LNOT:
      return b === 0 ? 1 : 0;
    case Op.BOOL:
      return b !== 0 ? 1 : 0;
    case Op.SEXT8:
      return (b << 24) >> 24;
    case Op.SEXT16:
      return (b << 16) >> 16;
    case Op.ZEXT8:
      return b & 0xff;
    default:
      return b & 0xffff;
  }
}

/** Whether the condition of an unsigned compare-and-branch holds; `a` and `b` are the values of its registers. */
export function unsignedHolds(instruction: number, a: number, b: number): boolean {
  switch (instruction & 255) {
    case Op.JLTU:
      return a >>> 0 < b >>> 0;
    case Op.JGEU:
      return a >>> 0 >= b >>> 0;
    case Op.JLTUI:
      return a >>> 0 < (instruction >> 16) >>> 0;
    default:
      return a >>> 0 >= (instruction >> 16) >>> 0;
  }
}
