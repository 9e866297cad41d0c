/** Scalars as compiled code keeps them, and C's arithmetic on them: the same results as the instructions give. */
import { compareSigned, compareUnsigned, Wide } from '../machine/wide.ts';
import { byteSize, elementType, isBoolean, isSigned, isWide } from './codegen/type-facts.ts';
import type { Type } from './types.ts';

/**
 * A value of an expression. `low` is the register's content (extended by the type), `high` the upper word of 64-bit values,
 * else 0. For structs and arrays `low` is their address.
 */
export interface Value {
  type: Type;
  low: number;
  high: number;
  /** Where the object is, for what can be assigned to. */
  address?: number;
  /** The object is a local kept in whole words. */
  wholeWords?: boolean;
}

/** Why an expression has no value. Caught at the evaluator's edge and handed out as data. */
export class EvaluationFault extends Error {}

const wide = new Wide();

export function scalar(type: Type, low: number, high = 0): Value {
  return { type, low, high };
}

/** A JS number as a value of `type`; exact for safe integers. */
export function fromNumber(type: Type, number: number): Value {
  return normalised(type, number | 0, Math.floor(number / 0x1_0000_0000) | 0);
}

/** The words cut and extended to `type`. */
function normalised(type: Type, low: number, high: number): Value {
  if (isWide(type)) return { type, low, high };
  if (isBoolean(type)) return { type, low: low !== 0 || high !== 0 ? 1 : 0, high: 0 };
  const bits = 32 - 8 * Math.min(4, byteSize(type));
  if (type.kind === 'integer' && bits > 0) {
    return { type, low: type.signed ? (low << bits) >> bits : (low << bits) >>> bits, high: 0 };
  }
  return { type, low, high: 0 };
}

export function converted(value: Value, to: Type): Value {
  const { type: from, low, high } = value;
  if (isWide(to) && !isWide(from)) return { type: to, low, high: isSigned(from) ? low >> 31 : 0 };
  return normalised(to, low, high);
}

export const isTrue = (value: Value): boolean => value.low !== 0 || value.high !== 0;

/** -1, 0 or 1. */
function compared(a: Value, b: Value): number {
  const signed = isSigned(a.type) && isSigned(b.type);
  const order =
    isWide(a.type) || isWide(b.type)
      ? (signed ? compareSigned : compareUnsigned)(a.low, a.high, b.low, b.high)
      : signed
        ? a.low - b.low
        : (a.low >>> 0) - (b.low >>> 0);
  return Math.sign(order);
}

export function comparison(operator: string, a: Value, b: Value): boolean {
  const order = compared(a, b);
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    default:
      return order >= 0;
  }
}

/** `a operator b` in `type`: the operands are of it already, but for pointers and shift counts. */
export function arithmetic(operator: string, type: Type, a: Value, b: Value): Value {
  if (a.type.kind === 'pointer' && b.type.kind === 'pointer') {
    return scalar(type, Math.trunc((a.low - b.low) / byteSize(elementType(a.type))) | 0);
  }
  if (type.kind === 'pointer') {
    const [pointer, index] = a.type.kind === 'pointer' ? [a, b] : [b, a];
    const bytes = Math.imul(index.low, byteSize(elementType(type)));
    return scalar(type, (operator === '-' ? pointer.low - bytes : pointer.low + bytes) | 0);
  }
  return isWide(type) ? arithmeticWide(operator, type, a, b) : arithmeticNarrow(operator, type, a.low, b.low);
}

function arithmeticNarrow(operator: string, type: Type, a: number, b: number): Value {
  const signed = isSigned(type);
  const result = (low: number): Value => scalar(type, low | 0);
  switch (operator) {
    case '+':
      return result(a + b);
    case '-':
      return result(a - b);
    case '*':
      return result(Math.imul(a, b));
    case '/':
    case '%': {
      if (b === 0) throw new EvaluationFault('division by zero');
      if (signed && a === -0x8000_0000 && b === -1) throw new EvaluationFault('the quotient does not fit: division overflow');
      const [x, y] = signed ? [a, b] : [a >>> 0, b >>> 0];
      return result(operator === '/' ? Math.trunc(x / y) : x % y);
    }
    case '&':
      return result(a & b);
    case '|':
      return result(a | b);
    case '^':
      return result(a ^ b);
    case '<<':
      return result(a << (b & 31));
    default:
      return result(signed ? a >> (b & 31) : a >>> (b & 31));
  }
}

function arithmeticWide(operator: string, type: Type, a: Value, b: Value): Value {
  const signed = isSigned(type);
  const pair = (low: number): Value => ({ type, low, high: wide.high });
  switch (operator) {
    case '+':
      return pair(wide.add(a.low, a.high, b.low, b.high));
    case '-':
      return pair(wide.subtract(a.low, a.high, b.low, b.high));
    case '*':
      return pair(wide.multiply(a.low, a.high, b.low, b.high));
    case '/':
    case '%':
      if (!isTrue(b)) throw new EvaluationFault('division by zero');
      if (operator === '/') {
        return pair(signed ? wide.divideSigned(a.low, a.high, b.low, b.high) : wide.divideUnsigned(a.low, a.high, b.low, b.high));
      }
      return pair(
        signed ? wide.remainderSigned(a.low, a.high, b.low, b.high) : wide.remainderUnsigned(a.low, a.high, b.low, b.high),
      );
    case '&':
      return { type, low: a.low & b.low, high: a.high & b.high };
    case '|':
      return { type, low: a.low | b.low, high: a.high | b.high };
    case '^':
      return { type, low: a.low ^ b.low, high: a.high ^ b.high };
    case '<<':
      return pair(wide.shiftLeft(a.low, a.high, b.low));
    default:
      return pair(wide.shiftRight(a.low, a.high, b.low, signed));
  }
}

export function negated(value: Value): Value {
  if (!isWide(value.type)) return scalar(value.type, -value.low | 0);
  const low = wide.negate(value.low, value.high);
  return { type: value.type, low, high: wide.high };
}

export const complemented = (value: Value): Value =>
  isWide(value.type) ? { type: value.type, low: ~value.low, high: ~value.high } : scalar(value.type, ~value.low);
