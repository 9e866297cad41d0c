/** Values of constant expressions, with C's wrap-around. BigInt only here, so that 64-bit arithmetic is exact. */
import type { BinaryExpression, Expression, UnaryExpression } from './tree.ts';
import { isInteger } from './type-facts.ts';
import type { Type } from './types.ts';

/** `value` as a `type` keeps it; undefined where a JS number cannot say the result exactly. */
export function wrap(value: bigint, type: Type): number | undefined {
  if (type.kind === 'pointer' || type.kind === 'enum') {
    return Number(type.kind === 'enum' ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value));
  }
  if (type.kind !== 'integer') return undefined;
  if (type.boolean) return value === 0n ? 0 : 1;
  const bits = type.size * 8;
  const wrapped = Number(type.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
  return Number.isSafeInteger(wrapped) ? wrapped : undefined;
}

/** Sets `constant` of a converted, cast or otherwise re-typed expression from its operand's. */
export function foldConversion(target: Expression, operand: Expression): void {
  if (operand.constant === undefined || !target.type) return;
  const from = operand.type;
  if (!from || !(isInteger(from) || from.kind === 'pointer')) return;
  const value = wrap(BigInt(operand.constant), target.type);
  if (value !== undefined) target.constant = value;
}

/** Sets `constant` of an operator whose operands have been converted already. Division by zero has none. */
export function foldBinary(e: BinaryExpression): void {
  const { left, right } = e;
  if (e.operator === '&&' || e.operator === '||') {
    const decides = e.operator === '||' ? 1 : 0;
    if (left.constant !== undefined && (left.constant !== 0 ? 1 : 0) === decides) e.constant = decides;
    else if (left.constant !== undefined && right.constant !== undefined) e.constant = right.constant !== 0 ? 1 : 0;
    return;
  }
  if (left.constant === undefined || right.constant === undefined || e.operator === ',') return;
  if (left.type?.kind === 'pointer' && !['==', '!='].includes(e.operator)) return;
  const value = calculate(e.operator, BigInt(left.constant), BigInt(right.constant));
  if (value !== undefined && e.type) e.constant = wrap(value, e.type);
}

function calculate(operator: BinaryExpression['operator'], a: bigint, b: bigint): bigint | undefined {
  const truth = (condition: boolean): bigint => (condition ? 1n : 0n);
  switch (operator) {
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '<<':
      return b < 0n || b > 63n ? undefined : a << b;
    case '>>':
      return b < 0n || b > 63n ? undefined : a >> b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    default:
      return undefined;
  }
}

export function foldUnary(e: UnaryExpression): void {
  const { constant } = e.operand;
  if (constant === undefined || !e.type) return;
  const value = BigInt(constant);
  switch (e.operator) {
    case '-':
      e.constant = wrap(-value, e.type);
      break;
    case '+':
      e.constant = wrap(value, e.type);
      break;
    case '~':
      e.constant = wrap(~value, e.type);
      break;
    case '!':
      e.constant = value === 0n ? 1 : 0;
      break;
  }
}
