/** Assignments, compound assignments, `++` and `--`, copies of structs. */
import { Op } from '../../machine/bytecode.ts';
import { INT } from '../integer-types.ts';
import type { AssignExpression, Expression, StepExpression } from '../tree.ts';
import type { Type } from '../types.ts';
import { type ArithmeticOperator, operate, operateConstant } from './arithmetic.ts';
import type { FunctionContext } from './context.ts';
import { convertRegister } from './convert.ts';
import { newLabel } from './emitter.ts';
import { constant, value, valueInto } from './expression.ts';
import { addressOf, load, locate, nearby, store, storeTruncates } from './lvalue.ts';
import { byteSize, isWide, operationType, registerWords } from './type-facts.ts';

/** Structs up to this size are copied word by word in a row, larger ones in a loop. */
const UNROLLED_WORDS = 16;

/** Code for an assignment; its value is the target's new value. */
export function assign(context: FunctionContext, e: AssignExpression, target?: number): number {
  if (e.operator !== '') return assignCompound(context, e, e.operator, true, target);
  const type = e.target.type!;
  if (type.kind === 'struct') return assignStruct(context, e, type, target);
  const variable = registerOf(context, e.target);
  if (variable !== undefined) {
    valueInto(context, e.value, variable);
    markSet(context, e.target);
    return variable;
  }
  const result = target ?? context.frame.temporary(registerWords(type));
  const mark = context.frame.mark();
  // The value comes first, as compilers do it when it contains a call.
  const register = value(context, e.value, context.frame.isTemporary(result) ? result : undefined);
  const location = locate(context, e.target);
  store(context, location, type, register);
  context.frame.release(mark);
  return settle(context, register, result, type);
}

/** Code for an assignment whose value nobody wants: the conversion to a narrow type is left to the store. */
export function assignUnused(context: FunctionContext, e: AssignExpression): void {
  const type = e.target.type!;
  const simple = e.operator === '' && type.kind !== 'struct' && registerOf(context, e.target) === undefined;
  const inner = e.value;
  if (simple && inner.kind === 'convert' && inner.constant === undefined && isPlainNarrowing(inner.operand.type!, type)) {
    const register = value(context, inner.operand);
    const location = locate(context, e.target);
    const truncated = storeTruncates(location, type) ? register : convertRegister(context, register, inner.operand.type!, type);
    store(context, location, type, truncated);
  } else if (e.operator === '') {
    assign(context, e);
  } else {
    assignCompound(context, e, e.operator, false);
  }
}

const isPlainNarrowing = (from: Type, to: Type) =>
  from.kind === 'integer' && from.size === 4 && to.kind === 'integer' && to.size < 4;

/** The register of a local that lives in one. */
function registerOf(context: FunctionContext, e: Expression): number | undefined {
  if (e.kind !== 'name' || e.symbol?.kind !== 'variable') return undefined;
  const place = context.places.get(e.symbol);
  return place?.kind === 'register' ? place.register : undefined;
}

/** The local has a value now. */
export function markSet(context: FunctionContext, e: Expression): void {
  if (e.kind !== 'name' || e.symbol?.kind !== 'variable') return;
  const { symbol } = e;
  const local = context.locals.findLast((each) => each.symbol === symbol);
  if (local?.setFrom === -1) {
    // In a loop that began after the declaration, the next turn sees the value from the loop's first instruction on.
    local.setFrom = context.loopStarts.find((start) => start >= local.start) ?? context.emitter.here;
  }
  const flag = context.flags.get(symbol);
  if (flag !== undefined) context.emitter.loadConstant(flag, 1);
}

/** The result that the caller may keep: `register` if nobody else will overwrite it, else moved to `result`. */
function settle(context: FunctionContext, register: number, result: number, type: Type): number {
  if (register === result || !context.frame.isTemporary(register)) return register;
  context.emitter.emit(isWide(type) ? Op.MOV64 : Op.MOV, result, register);
  return result;
}

function assignCompound(
  context: FunctionContext,
  e: AssignExpression,
  operator: ArithmeticOperator,
  wanted: boolean,
  target?: number,
): number {
  const type = e.target.type!;
  const shift = operator === '<<' || operator === '>>';
  const operation = e.operationType ?? type;
  const operand = (to: Type): Operand => {
    const { constant: known } = e.value;
    if (known !== undefined && Number.isSafeInteger(known)) return { constant: known };
    const register = value(context, e.value);
    if (shift || operation.kind === 'pointer') return { register };
    return { register: convertRegister(context, register, e.value.type!, to) };
  };
  return modify(context, { object: e.target, operator, operation, operand, wanted }, target);
}

/** `++x`, `x--`; `wanted`: somebody uses the value. */
export function step(context: FunctionContext, e: StepExpression, wanted: boolean, target?: number): number {
  const type = e.operand.type!;
  const operation = operationType(type, INT);
  const operator = e.operator === '++' ? '+' : '-';
  const { emitter, frame } = context;
  const change: Change = { object: e.operand, operator, operation, operand: () => ({ constant: 1 }), wanted };
  if (e.prefix || !wanted) return modify(context, change, target);
  // The old value is kept apart before the object changes.
  const result = target ?? frame.temporary(registerWords(type));
  const mark = frame.mark();
  const kept = frame.isTemporary(result) ? result : frame.temporary(registerWords(type));
  modify(context, { ...change, wanted: false }, undefined, kept);
  if (kept !== result) emitter.emit(isWide(type) ? Op.MOV64 : Op.MOV, result, kept);
  frame.release(mark);
  return result;
}

type Operand = { constant: number } | { register: number };

/** object = (type of object)(object operator operand) */
interface Change {
  object: Expression;
  operator: ArithmeticOperator;
  /** In which the operation is done. */
  operation: Type;
  /** Makes the right side in that type. */
  operand: (type: Type) => Operand;
  /** Somebody uses the new value. */
  wanted: boolean;
}

/** Code for a change, the object located once. `keepOld`: register that receives the old value. */
function modify(context: FunctionContext, change: Change, target: number | undefined, keepOld?: number): number {
  const { object, operator, operation, operand, wanted } = change;
  const { emitter, frame } = context;
  const type = object.type!;
  const variable = registerOf(context, object);
  const result = variable ?? target ?? frame.temporary(registerWords(type));
  const mark = frame.mark();
  const right = operand(operation);
  const location = nearby(context, locate(context, object));
  const old = load(context, location, type);
  if (keepOld !== undefined) emitter.emit(isWide(type) ? Op.MOV64 : Op.MOV, keepOld, old);
  const left = convertRegister(context, old, type, operation);
  // A narrow variable changes only once, after the conversion.
  const direct = variable !== undefined && sameRepresentation(type, operation);
  const computed = direct ? variable : frame.temporary(registerWords(operation));
  const done = 'constant' in right && operateConstant(context, operator, operation, computed, left, right.constant);
  if (!done) {
    const register =
      'register' in right ? right.register : constant(context, right.constant, shiftOperand(operator) ? INT : operation);
    operate(context, operator, operation, computed, left, register);
  }
  const final = convertRegister(context, computed, operation, type, direct ? undefined : variable);
  store(context, location, type, final);
  frame.release(mark);
  if (variable !== undefined) markSet(context, object);
  return variable ?? (wanted ? settle(context, final, result, type) : final);
}

const shiftOperand = (operator: ArithmeticOperator) => operator === '<<' || operator === '>>';

const sameRepresentation = (a: Type, b: Type) => a.kind !== 'struct' && byteSize(a) >= 4 && byteSize(a) === byteSize(b);

function assignStruct(context: FunctionContext, e: AssignExpression, type: Type, target?: number): number {
  const { frame } = context;
  const result = target ?? frame.temporary();
  const mark = frame.mark();
  const from = addressOf(context, locate(context, e.value));
  const to = addressOf(context, locate(context, e.target), frame.isTemporary(result) ? result : undefined);
  copyBytes(context, to, from, byteSize(type));
  frame.release(mark);
  return settle(context, to, result, { kind: 'pointer', to: type });
}

/** Copies `size` bytes between word-aligned objects: words, then the bytes that are left. */
export function copyBytes(context: FunctionContext, to: number, from: number, size: number): void {
  const { emitter, frame } = context;
  const words = size >>> 2;
  const scratch = frame.temporary();
  if (words <= UNROLLED_WORDS) {
    for (let i = 0; i < words; i++) {
      emitter.emit(Op.LD32, scratch, from, 4 * i);
      emitter.emit(Op.ST32, scratch, to, 4 * i);
    }
  } else {
    const index = frame.temporary();
    const again = newLabel();
    emitter.loadConstant(index, 0);
    emitter.bind(again);
    emitter.emit(Op.LDX32, scratch, from, index);
    emitter.emit(Op.STX32, scratch, to, index);
    emitter.emit(Op.ADDI, index, index, 1);
    if (words <= 32767) emitter.jumpOnCompare(Op.JLTSI, index, words, again);
  }
  for (let i = words * 4; i < size; i++) {
    const place = { kind: 'memory', base: from, offset: i } as const;
    const byte = { kind: 'integer', name: 'u8', size: 1, signed: false } as const;
    store(context, { ...place, base: to }, byte, load(context, place, byte, scratch));
  }
}
