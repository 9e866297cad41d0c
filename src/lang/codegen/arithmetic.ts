/** Arithmetic on scalars and pointers. */

import { Op } from '../../machine/bytecode.ts';
import { assert } from '../../util/assert.ts';
import type { AssignExpression, BinaryExpression, Expression } from '../tree.ts';
import type { Type } from '../types.ts';
import type { FunctionContext } from './context.ts';
import { value } from './expression.ts';
import { addConstant, emitScale } from './lvalue.ts';
import { byteSize, elementType, isSigned, isWide, registerWords } from './type-facts.ts';

export type ArithmeticOperator = Exclude<AssignExpression['operator'], ''>;

const commutative = new Set(['+', '*', '&', '^', '|']);

/** A binary expression that is neither a comparison nor logical nor a comma. */
export function arithmetic(context: FunctionContext, e: BinaryExpression, target?: number): number {
  const { frame } = context;
  const type = e.type!;
  const operator = e.operator as ArithmeticOperator;
  const result = target ?? frame.temporary(registerWords(type));
  const mark = frame.mark();
  const own = frame.isTemporary(result);
  let { left, right } = e;
  const leftPointer = left.type!.kind === 'pointer' || left.type!.kind === 'array';
  const rightPointer = right.type!.kind === 'pointer' || right.type!.kind === 'array';
  if (leftPointer && rightPointer) {
    assert(operator === '-', 'two pointers can only be subtracted');
    pointerDifference(context, left, right, result);
    frame.release(mark);
    return result;
  }
  if (
    (rightPointer && operator === '+') ||
    (left.constant !== undefined && right.constant === undefined && commutative.has(operator))
  ) {
    [left, right] = [right, left];
  }
  const leftRegister = value(context, left, own ? result : undefined);
  if (right.constant !== undefined && Number.isSafeInteger(right.constant)) {
    if (operateConstant(context, operator, type, result, leftRegister, right.constant)) {
      frame.release(mark);
      return result;
    }
  }
  const rightRegister = value(context, right);
  operate(context, operator, type, result, leftRegister, rightRegister);
  frame.release(mark);
  return result;
}

/** r[result] = r[left] operator constant, in an immediate form if there is one. False: nothing was emitted. */
export function operateConstant(
  context: FunctionContext,
  operator: ArithmeticOperator,
  type: Type,
  result: number,
  left: number,
  constant: number,
): boolean {
  const { emitter } = context;
  if (isWide(type)) return false;
  if (type.kind === 'pointer') {
    const size = byteSize(elementType(type));
    addConstant(context, result, left, (operator === '-' ? -constant : constant) * size);
    return true;
  }
  const power = constant > 0 && Number.isInteger(Math.log2(constant)) ? Math.log2(constant) : -1;
  switch (operator) {
    case '+':
    case '-':
      addConstant(context, result, left, operator === '-' ? -constant : constant);
      return true;
    case '&':
      if (constant < 0 || constant > 255) return false;
      emitter.emit(Op.ANDI, result, left, constant);
      return true;
    case '<<':
    case '>>':
      if (constant < 0 || constant > 31) return false;
      emitter.emit(operator === '<<' ? Op.SHLI : isSigned(type) ? Op.SHRSI : Op.SHRUI, result, left, constant);
      return true;
    case '*':
      if (power >= 0 && power < 32) emitter.emit(Op.SHLI, result, left, power);
      else if (constant >= 0 && constant <= 255) emitter.emit(Op.MULI, result, left, constant);
      else return false;
      return true;
    case '/':
      if (isSigned(type) || power < 0) return false;
      emitter.emit(Op.SHRUI, result, left, power);
      return true;
    case '%':
      if (isSigned(type) || power < 0 || power > 8) return false;
      emitter.emit(Op.ANDI, result, left, constant - 1);
      return true;
    default:
      return false;
  }
}

/** r[result] = r[left] operator r[right] in `type`; with a pointer type the right operand is scaled. */
export function operate(
  context: FunctionContext,
  operator: ArithmeticOperator,
  type: Type,
  result: number,
  left: number,
  right: number,
): void {
  const { emitter, frame } = context;
  if (type.kind === 'pointer') {
    const size = byteSize(elementType(type));
    let scaled = right;
    if (size !== 1) {
      scaled = frame.temporary();
      emitScale(context, scaled, right, size);
    }
    emitter.emit(operator === '-' ? Op.SUB : Op.ADD, result, left, scaled);
    return;
  }
  emitter.emit(operation(operator, isWide(type), isSigned(type)), result, left, right);
}

function operation(operator: ArithmeticOperator, wide: boolean, signed: boolean): Op {
  switch (operator) {
    case '+':
      return wide ? Op.ADD64 : Op.ADD;
    case '-':
      return wide ? Op.SUB64 : Op.SUB;
    case '*':
      return wide ? Op.MUL64 : Op.MUL;
    case '/':
      if (wide) return signed ? Op.DIVS64 : Op.DIVU64;
      return signed ? Op.DIVS : Op.DIVU;
    case '%':
      if (wide) return signed ? Op.MODS64 : Op.MODU64;
      return signed ? Op.MODS : Op.MODU;
    case '&':
      return wide ? Op.AND64 : Op.AND;
    case '|':
      return wide ? Op.OR64 : Op.OR;
    case '^':
      return wide ? Op.XOR64 : Op.XOR;
    case '<<':
      return wide ? Op.SHL64 : Op.SHL;
    case '>>':
      if (wide) return signed ? Op.SHRS64 : Op.SHRU64;
      return signed ? Op.SHRS : Op.SHRU;
  }
}

function pointerDifference(context: FunctionContext, left: Expression, right: Expression, result: number): void {
  const { emitter, frame } = context;
  const size = byteSize(elementType(left.type!));
  const a = value(context, left);
  const b = value(context, right);
  emitter.emit(Op.SUB, result, a, b);
  if (size === 1) return;
  const shift = Math.log2(size);
  if (Number.isInteger(shift)) {
    // Exact division: pointers into one array differ by whole elements.
    emitter.emit(Op.SHRSI, result, result, shift);
    return;
  }
  const divisor = frame.temporary();
  emitter.loadConstant(divisor, size);
  emitter.emit(Op.DIVS, result, result, divisor);
}
