/** Conditions: jumps on comparisons without making a boolean of them first, and booleans where one is wanted. */
import { Op } from '../../machine/bytecode.ts';
import type { BinaryExpression, Expression } from '../tree.ts';
import type { FunctionContext } from './context.ts';
import { truthRegister } from './convert.ts';
import { type Label, newLabel } from './emitter.ts';
import { effect, value } from './expression.ts';
import { isBoolean, isSigned, isWide } from './type-facts.ts';

type Comparison = '<' | '>' | '<=' | '>=' | '==' | '!=';

const negated: Record<Comparison, Comparison> = { '<': '>=', '>=': '<', '>': '<=', '<=': '>', '==': '!=', '!=': '==' };
const mirrored: Record<Comparison, Comparison> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '==': '==', '!=': '!=' };

export function isComparison(operator: string): operator is Comparison {
  return operator in negated;
}

/** Jumps to `label` if the truth of `e` is `sense`, else falls through. */
export function jumpIf(context: FunctionContext, e: Expression, label: Label, sense: boolean): void {
  const { emitter, frame } = context;
  if (e.constant !== undefined) {
    if ((e.constant !== 0) === sense) emitter.jump(label);
    return;
  }
  if (e.kind === 'unary' && e.operator === '!') {
    jumpIf(context, e.operand, label, !sense);
  } else if ((e.kind === 'convert' || e.kind === 'cast') && keepsTruth(e)) {
    jumpIf(context, e.operand, label, sense);
  } else if (e.kind === 'binary' && (e.operator === '&&' || e.operator === '||')) {
    jumpIfBoth(context, e, label, sense);
  } else if (e.kind === 'binary' && e.operator === ',') {
    effect(context, e.left);
    jumpIf(context, e.right, label, sense);
  } else if (e.kind === 'binary' && isComparison(e.operator)) {
    jumpIfCompared(context, e, e.operator, label, sense);
  } else {
    const mark = frame.mark();
    const register = truthRegister(context, value(context, e), e.type!);
    frame.release(mark);
    emitter.jumpOnZero(sense ? Op.JNZ : Op.JZ, register, label);
  }
}

/** A conversion that never turns zero into something else or the reverse. */
function keepsTruth(e: Expression & { kind: 'convert' | 'cast' }): boolean {
  const from = e.operand.type!;
  const to = e.type!;
  if (isBoolean(to)) return from.kind !== 'struct' && from.kind !== 'array' && from.kind !== 'function';
  const bits = (type: typeof from) => (type.kind === 'integer' ? type.size : 4);
  return (
    (from.kind === 'integer' || from.kind === 'enum' || from.kind === 'pointer') && to.kind !== 'void' && bits(to) >= bits(from)
  );
}

function jumpIfBoth(context: FunctionContext, e: BinaryExpression, label: Label, sense: boolean): void {
  // `a && b` is false as soon as a is; `a || b` is true as soon as a is.
  const decisive = e.operator === '||';
  if (sense === decisive) {
    jumpIf(context, e.left, label, sense);
    jumpIf(context, e.right, label, sense);
    return;
  }
  const skip = newLabel();
  jumpIf(context, e.left, skip, decisive);
  jumpIf(context, e.right, label, sense);
  context.emitter.bind(skip);
}

function jumpIfCompared(
  context: FunctionContext,
  e: BinaryExpression,
  comparison: Comparison,
  label: Label,
  sense: boolean,
): void {
  const { emitter, frame } = context;
  const mark = frame.mark();
  let { left, right } = e;
  let operator = sense ? comparison : negated[comparison];
  if (left.constant !== undefined && right.constant === undefined) {
    [left, right] = [right, left];
    operator = mirrored[operator];
  }
  if (isWide(left.type!) || isWide(right.type!)) {
    const register = compareWide(context, { ...e, left, right }, operator, frame.temporary());
    frame.release(mark);
    emitter.jumpOnZero(Op.JNZ, register, label);
    return;
  }
  const signed = isSigned(left.type!) && isSigned(right.type!);
  const a = value(context, left);
  const immediate = right.constant === undefined ? undefined : immediateForm(operator, right.constant, signed);
  if (immediate) {
    frame.release(mark);
    if (immediate.constant === 0 && immediate.op === Op.JEQI) emitter.jumpOnZero(Op.JZ, a, label);
    else if (immediate.constant === 0 && immediate.op === Op.JNEI) emitter.jumpOnZero(Op.JNZ, a, label);
    else emitter.jumpOnCompare(immediate.op, a, immediate.constant, label);
    return;
  }
  const b = value(context, right);
  frame.release(mark);
  const mirror = operator === '>' || operator === '<=';
  emitter.jumpOnCompare(registerForm(operator, signed), mirror ? b : a, mirror ? a : b, label);
}

/** `>` and `<=` are `<` and `>=` with the operands exchanged. */
function registerForm(operator: Comparison, signed: boolean): Op {
  if (operator === '==') return Op.JEQ;
  if (operator === '!=') return Op.JNE;
  if (operator === '<' || operator === '>') return signed ? Op.JLTS : Op.JLTU;
  return signed ? Op.JGES : Op.JGEU;
}

/** The immediate instruction for `r operator constant`; `<=` and `>` go over the next number. */
function immediateForm(operator: Comparison, constant: number, signed: boolean): { op: Op; constant: number } | undefined {
  const bound = operator === '<=' || operator === '>' ? constant + 1 : constant;
  // Equality sees bits: 0xffffffff and -1 are one pattern. Unsigned order with a negative bound is left to registers.
  const bits = operator === '==' || operator === '!=' ? bound | 0 : bound;
  if (bits < -32768 || bits > 32767 || (!signed && bits < 0 && operator !== '==' && operator !== '!=')) return undefined;
  switch (operator) {
    case '==':
      return { op: Op.JEQI, constant: bits };
    case '!=':
      return { op: Op.JNEI, constant: bits };
    case '<':
    case '<=':
      return { op: signed ? Op.JLTSI : Op.JLTUI, constant: bits };
    case '>':
    case '>=':
      return { op: signed ? Op.JGESI : Op.JGEUI, constant: bits };
  }
}

/** r[result] = pair compared with pair. */
function compareWide(context: FunctionContext, e: BinaryExpression, operator: Comparison, result: number): number {
  const signed = isSigned(e.left.type!) && isSigned(e.right.type!);
  const a = value(context, e.left);
  const b = value(context, e.right);
  const { emitter } = context;
  if (operator === '==') emitter.emit(Op.EQ64, result, a, b);
  else if (operator === '!=') emitter.emit(Op.NE64, result, a, b);
  else if (operator === '<') emitter.emit(signed ? Op.LTS64 : Op.LTU64, result, a, b);
  else if (operator === '>') emitter.emit(signed ? Op.LTS64 : Op.LTU64, result, b, a);
  else if (operator === '<=') emitter.emit(signed ? Op.LES64 : Op.LEU64, result, a, b);
  else emitter.emit(signed ? Op.LES64 : Op.LEU64, result, b, a);
  return result;
}

/** 0 or 1 in a register: `!e`, a comparison, `&&`, `||`. */
export function truthValue(context: FunctionContext, e: Expression, target?: number): number {
  const { emitter, frame } = context;
  const result = target ?? frame.temporary();
  const mark = frame.mark();
  if (e.kind === 'unary') {
    const operand = e.operand;
    const register = value(context, operand, frame.isTemporary(result) && !isWide(operand.type!) ? result : undefined);
    emitter.emit(Op.LNOT, result, truthRegister(context, register, operand.type!));
  } else if (e.kind === 'binary' && isComparison(e.operator)) {
    compareInto(context, e, e.operator, result);
  } else {
    const isFalse = newLabel();
    const end = newLabel();
    jumpIf(context, e, isFalse, false);
    emitter.loadConstant(result, 1);
    emitter.jump(end);
    emitter.bind(isFalse);
    emitter.loadConstant(result, 0);
    emitter.bind(end);
  }
  frame.release(mark);
  return result;
}

function compareInto(context: FunctionContext, e: BinaryExpression, operator: Comparison, result: number): void {
  const { emitter, frame } = context;
  if (isWide(e.left.type!) || isWide(e.right.type!)) {
    compareWide(context, e, operator, result);
    return;
  }
  const signed = isSigned(e.left.type!) && isSigned(e.right.type!);
  const a = value(context, e.left, frame.isTemporary(result) ? result : undefined);
  if (e.right.constant === 0 && (operator === '==' || operator === '!=')) {
    emitter.emit(operator === '==' ? Op.LNOT : Op.BOOL, result, a);
    return;
  }
  const b = value(context, e.right);
  if (operator === '==') emitter.emit(Op.EQ, result, a, b);
  else if (operator === '!=') emitter.emit(Op.NE, result, a, b);
  else if (operator === '<') emitter.emit(signed ? Op.LTS : Op.LTU, result, a, b);
  else if (operator === '>') emitter.emit(signed ? Op.LTS : Op.LTU, result, b, a);
  else if (operator === '<=') emitter.emit(signed ? Op.LES : Op.LEU, result, a, b);
  else emitter.emit(signed ? Op.LES : Op.LEU, result, b, a);
}
