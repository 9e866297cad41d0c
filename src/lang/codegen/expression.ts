/**
 * Expressions to code, destination-driven: `value` is told where the result is wanted and says where it is. A register
 * variable is used where it lies; only the last instruction of an expression writes to a variable that is its target.
 */

import { Op } from '../../machine/bytecode.ts';
import { assert } from '../../util/assert.ts';
import type { Expression } from '../tree.ts';
import type { Type } from '../types.ts';
import { arithmetic } from './arithmetic.ts';
import { assign, assignUnused, step } from './assignment.ts';
import { call } from './call.ts';
import { isComparison, jumpIf, truthValue } from './condition.ts';
import type { FunctionContext } from './context.ts';
import { convertRegister } from './convert.ts';
import { newLabel } from './emitter.ts';
import { addressOf, load, locate } from './lvalue.ts';
import { byteSize, isBoolean, isWide, registerWords } from './type-facts.ts';

/**
 * Code for `e`; the register (pair) that holds its value afterwards. `target` is a wish: the result is there unless it
 * already lies in a register. Structs and arrays give their address.
 */
export function value(context: FunctionContext, e: Expression, target?: number): number {
  const type = e.type;
  assert(type !== undefined, `expression without type: ${e.kind}`);
  if (e.constant !== undefined && isExactConstant(type, e.constant)) return constant(context, e.constant, type, target);
  switch (e.kind) {
    case 'integer':
    case 'char':
      return constant(context, e.value, type, target);
    case 'string':
      return constant(context, context.program.data.string(e.value), type, target);
    case 'name':
      return name(context, e, target);
    case 'member':
    case 'index':
      return read(context, e, target);
    case 'unary':
      return unary(context, e, target);
    case 'step':
      return step(context, e, true, target);
    case 'binary':
      return binary(context, e, target);
    case 'assign':
      return assign(context, e, target);
    case 'conditional':
      return conditional(context, e, target);
    case 'call':
      return call(context, e, target);
    case 'cast':
    case 'convert':
      return convert(context, e.operand, type, target);
    case 'sizeof':
      return constant(context, byteSize(e.typeName?.type ?? e.operand?.type ?? type), type, target);
    default:
      throw new Error(`expression ${e.kind} reached the compiler`);
  }
}

/** Like `value`, but the result is in `target` for certain. */
export function valueInto(context: FunctionContext, e: Expression, target: number): void {
  const register = value(context, e, target);
  if (register !== target) context.emitter.emit(isWide(e.type!) ? Op.MOV64 : Op.MOV, target, register);
}

/** Code for `e` whose value nobody wants. */
export function effect(context: FunctionContext, e: Expression): void {
  const mark = context.frame.mark();
  switch (e.kind) {
    case 'step':
      step(context, e, false);
      break;
    case 'assign':
      assignUnused(context, e);
      break;
    case 'cast':
    case 'convert':
      effect(context, e.operand);
      break;
    case 'binary':
      if (e.operator === ',') {
        effect(context, e.left);
        effect(context, e.right);
      } else if (e.operator === '&&' || e.operator === '||') {
        const end = newLabel();
        jumpIf(context, e.left, end, e.operator === '||');
        effect(context, e.right);
        context.emitter.bind(end);
      } else {
        value(context, e);
      }
      break;
    case 'conditional': {
      const otherwise = newLabel();
      const end = newLabel();
      jumpIf(context, e.test, otherwise, false);
      effect(context, e.then);
      context.emitter.jump(end);
      context.emitter.bind(otherwise);
      effect(context, e.otherwise);
      context.emitter.bind(end);
      break;
    }
    default:
      value(context, e);
  }
  context.frame.release(mark);
}

/** Whether a JS number says the constant exactly. */
function isExactConstant(type: Type, constant: number): boolean {
  return (type.kind === 'integer' || type.kind === 'enum' || type.kind === 'pointer') && Number.isSafeInteger(constant);
}

/** Loads a constant; for a pair the two's complement words of the number. */
export function constant(context: FunctionContext, number: number, type: Type, target?: number): number {
  const { emitter, frame } = context;
  const result = target ?? frame.temporary(registerWords(type));
  emitter.loadConstant(result, number | 0);
  if (isWide(type)) emitter.loadConstant(result + 1, Math.floor(number / 0x1_0000_0000) | 0);
  return result;
}

function name(context: FunctionContext, e: Expression & { kind: 'name' }, target?: number): number {
  const { emitter, frame } = context;
  const symbol = e.symbol;
  if (e.builtin === 'current') {
    const result = target ?? frame.temporary();
    emitter.emit(Op.CUR, result);
    return result;
  }
  assert(symbol !== undefined, `name ${e.name} without symbol`);
  if (symbol.kind === 'constant') return constant(context, symbol.value, e.type!, target);
  if (symbol.kind === 'function') return addressOf(context, locate(context, e), target);
  if (context.uncertain.has(e)) {
    const flag = context.flags.get(symbol);
    if (flag !== undefined) emitter.emit(Op.CHK, flag, debugNumberOf(context, e.name));
  }
  const aggregate = symbol.type.kind === 'array' || symbol.type.kind === 'struct';
  const location = locate(context, e);
  if (aggregate) return addressOf(context, location, target);
  return load(context, location, symbol.type, target);
}

/** Number of the innermost local of that name in the function's debug info. */
function debugNumberOf(context: FunctionContext, wanted: string): number {
  for (let i = context.locals.length - 1; i >= 0; i--) if (context.locals[i].symbol.name === wanted) return i & 0xff;
  return 0;
}

/** A member, element or `*p`; arrays and structs give their address. */
function read(context: FunctionContext, e: Expression, target?: number): number {
  const { frame } = context;
  const type = e.type!;
  const aggregate = type.kind === 'array' || type.kind === 'struct' || type.kind === 'function';
  const result = target ?? frame.temporary(aggregate ? 1 : registerWords(type));
  const mark = frame.mark();
  const location = locate(context, e);
  const register = aggregate ? addressOf(context, location, result) : load(context, location, type, result);
  frame.release(mark);
  if (register === result || !frame.isTemporary(register)) return register;
  context.emitter.emit(Op.MOV, result, register);
  return result;
}

function unary(context: FunctionContext, e: Expression & { kind: 'unary' }, target?: number): number {
  const { emitter, frame } = context;
  const type = e.type!;
  switch (e.operator) {
    case '+':
      return value(context, e.operand, target);
    case '*':
      if (type.kind === 'function') return value(context, e.operand, target);
      return read(context, e, target);
    case '&': {
      const result = target ?? frame.temporary();
      const mark = frame.mark();
      const register = addressOf(context, locate(context, e.operand), result);
      frame.release(mark);
      if (register === result || !frame.isTemporary(register)) return register;
      emitter.emit(Op.MOV, result, register);
      return result;
    }
    case '!':
      return truthValue(context, e, target);
    default: {
      const wide = isWide(type);
      const result = target ?? frame.temporary(wide ? 2 : 1);
      const mark = frame.mark();
      const operand = value(context, e.operand, frame.isTemporary(result) ? result : undefined);
      const op = e.operator === '-' ? (wide ? Op.NEG64 : Op.NEG) : wide ? Op.NOT64 : Op.NOT;
      emitter.emit(op, result, operand);
      frame.release(mark);
      return result;
    }
  }
}

function binary(context: FunctionContext, e: Expression & { kind: 'binary' }, target?: number): number {
  if (e.operator === ',') {
    effect(context, e.left);
    return value(context, e.right, target);
  }
  if (e.operator === '&&' || e.operator === '||' || isComparison(e.operator)) return truthValue(context, e, target);
  return arithmetic(context, e, target);
}

function conditional(context: FunctionContext, e: Expression & { kind: 'conditional' }, target?: number): number {
  const { emitter, frame } = context;
  if (e.test.constant !== undefined) return value(context, e.test.constant !== 0 ? e.then : e.otherwise, target);
  const wanted = e.type!.kind !== 'void';
  const result = target ?? frame.temporary(registerWords(e.type!));
  const mark = frame.mark();
  const otherwise = newLabel();
  const end = newLabel();
  jumpIf(context, e.test, otherwise, false);
  if (wanted) valueInto(context, e.then, result);
  else effect(context, e.then);
  emitter.jump(end);
  emitter.bind(otherwise);
  if (wanted) valueInto(context, e.otherwise, result);
  else effect(context, e.otherwise);
  emitter.bind(end);
  frame.release(mark);
  return result;
}

function convert(context: FunctionContext, operand: Expression, to: Type, target?: number): number {
  const { frame } = context;
  const from = operand.type!;
  if (to.kind === 'void') {
    effect(context, operand);
    return target ?? frame.temporary();
  }
  if (from.kind === 'array' || from.kind === 'function' || from.kind === 'struct') return value(context, operand, target);
  if (isBoolean(to) && yieldsTruth(operand)) return value(context, operand, target);
  if (isWide(from) && !isWide(to)) return narrow(context, operand, to, target);
  const result = target ?? frame.temporary(registerWords(to));
  const mark = frame.mark();
  const register = value(context, operand, frame.isTemporary(result) ? result : undefined);
  const converted = convertRegister(context, register, from, to, result);
  frame.release(mark);
  if (converted === result || !frame.isTemporary(converted)) return converted;
  context.emitter.emit(isWide(to) ? Op.MOV64 : Op.MOV, result, converted);
  return result;
}

/** Whether the value is 0 or 1 whatever its type. */
function yieldsTruth(e: Expression): boolean {
  switch (e.kind) {
    case 'binary':
      return isComparison(e.operator) || e.operator === '&&' || e.operator === '||';
    case 'unary':
      return e.operator === '!';
    case 'convert':
      return (e.operand.type!.kind === 'integer' && yieldsTruth(e.operand)) || isBoolean(e.operand.type!);
    default:
      return isBoolean(e.type!);
  }
}

/** A pair becomes a single register: its low word, extended. */
function narrow(context: FunctionContext, operand: Expression, to: Type, target?: number): number {
  const { frame } = context;
  const mark = frame.mark();
  // Room for the pair lies above the target.
  const pair = value(context, operand);
  const converted = convertRegister(context, pair, operand.type!, to);
  if (target === undefined && !frame.isTemporary(converted)) {
    frame.release(mark);
    return converted;
  }
  frame.release(mark);
  const result = target ?? frame.temporary();
  if (converted !== result) context.emitter.emit(Op.MOV, result, converted);
  return result;
}
