/** Conversions between scalar types, in registers. */
import { Op } from '../../machine/bytecode.ts';
import type { Type } from '../types.ts';
import type { FunctionContext } from './context.ts';
import { byteSize, fitsUnchanged, isBoolean, isSigned, isWide } from './type-facts.ts';

/**
 * The value in `register` (pair) of type `from` as one of type `to`. Returns `register` itself where nothing is to be done,
 * else a register written now: `target`, or a new temporary.
 */
export function convertRegister(context: FunctionContext, register: number, from: Type, to: Type, target?: number): number {
  const { emitter, frame } = context;
  if (isBoolean(to)) {
    if (isBoolean(from)) return register;
    const result = target ?? frame.temporary();
    emitter.emit(Op.BOOL, result, truthRegister(context, register, from, result));
    return result;
  }
  if (isWide(to)) {
    if (isWide(from)) return register;
    const result = target ?? frame.temporary(2);
    emitter.emit(isSigned(from) ? Op.SEXT64 : Op.ZEXT64, result, register);
    return result;
  }
  if (fitsUnchanged(from, to)) return register;
  const result = target ?? frame.temporary();
  const narrow = byteSize(to) === 1;
  if (isSigned(to)) emitter.emit(narrow ? Op.SEXT8 : Op.SEXT16, result, register);
  else emitter.emit(narrow ? Op.ZEXT8 : Op.ZEXT16, result, register);
  return result;
}

/** A register that is zero exactly when the value is. For pairs the words are merged, into `scratch` if given. */
export function truthRegister(context: FunctionContext, register: number, type: Type, scratch?: number): number {
  if (!isWide(type)) return register;
  const merged = scratch !== undefined && context.frame.isTemporary(scratch) ? scratch : context.frame.temporary();
  context.emitter.emit(Op.OR, merged, register, register + 1);
  return merged;
}
