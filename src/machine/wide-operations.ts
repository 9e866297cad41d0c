/** The 64-bit instructions, on register pairs. */
import { InternalError } from '../util/assert.ts';
import { aluTrap, isAlu, NO_TRAP } from './alu.ts';
import { Op, TrapKind } from './bytecode.ts';
import { compareSigned, compareUnsigned, type Wide } from './wide.ts';

/** Whether the result of instruction `op` is a pair. */
export function givesPair(op: number): boolean {
  return (op >= Op.ADD64 && op < Op.EQ64) || (op > Op.LEU64 && op <= Op.MOV64);
}

/** What instruction `op`, one of these or of `alu.ts`, traps on with registers at words `b` and `c`, or NO_TRAP. */
export function operationTrap(op: number, words: Int32Array, b: number, c: number): number {
  if (isAlu(op)) return aluTrap(op, words[b], words[c]);
  if (op < Op.ADD64 || op > Op.MOV64) return TrapKind.bug;
  return op >= Op.DIVS64 && op <= Op.MODU64 && words[c] === 0 && words[c + 1] === 0 ? TrapKind.divide : NO_TRAP;
}

/** Executes 64-bit instruction `op` on the pairs at words `b` and `c`. Returns the low word; the high one is in `wide.high`. */
export function wideOperation(wide: Wide, words: Int32Array, op: number, b: number, c: number): number {
  const bLow = words[b];
  const bHigh = words[b + 1];
  const cLow = words[c];
  const cHigh = words[c + 1];
  switch (op) {
    case Op.ADD64:
      return wide.add(bLow, bHigh, cLow, cHigh);
    case Op.SUB64:
      return wide.subtract(bLow, bHigh, cLow, cHigh);
    case Op.MUL64:
      return wide.multiply(bLow, bHigh, cLow, cHigh);
    case Op.DIVS64:
      return wide.divideSigned(bLow, bHigh, cLow, cHigh);
    case Op.DIVU64:
      return wide.divideUnsigned(bLow, bHigh, cLow, cHigh);
    case Op.MODS64:
      return wide.remainderSigned(bLow, bHigh, cLow, cHigh);
    case Op.MODU64:
      return wide.remainderUnsigned(bLow, bHigh, cLow, cHigh);
    case Op.AND64:
      wide.high = bHigh & cHigh;
      return bLow & cLow;
    case Op.OR64:
      wide.high = bHigh | cHigh;
      return bLow | cLow;
    case Op.XOR64:
      wide.high = bHigh ^ cHigh;
      return bLow ^ cLow;
    case Op.SHL64:
      return wide.shiftLeft(bLow, bHigh, cLow);
    case Op.SHRS64:
      return wide.shiftRight(bLow, bHigh, cLow, true);
    case Op.SHRU64:
      return wide.shiftRight(bLow, bHigh, cLow, false);
    case Op.EQ64:
      return bLow === cLow && bHigh === cHigh ? 1 : 0;
    case Op.NE64:
      return bLow !== cLow || bHigh !== cHigh ? 1 : 0;
    case Op.LTS64:
      return compareSigned(bLow, bHigh, cLow, cHigh) < 0 ? 1 : 0;
    case Op.LTU64:
      return compareUnsigned(bLow, bHigh, cLow, cHigh) < 0 ? 1 : 0;
    case Op.LES64:
      return compareSigned(bLow, bHigh, cLow, cHigh) <= 0 ? 1 : 0;
    case Op.LEU64:
      return compareUnsigned(bLow, bHigh, cLow, cHigh) <= 0 ? 1 : 0;
    case Op.NEG64:
      return wide.negate(bLow, bHigh);
    case Op.NOT64:
      wide.high = ~bHigh;
      return ~bLow;
    case Op.SEXT64:
      wide.high = bLow >> 31;
      return bLow;
    case Op.ZEXT64:
      wide.high = 0;
      return bLow;
    case Op.MOV64:
      wide.high = bHigh;
      return bLow;
    default:
      throw new InternalError(`opcode ${op} does not exist`);
  }
}
