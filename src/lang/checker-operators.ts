/** Operators on values: types of operands and results, scaling of pointers, conversions. */
import { type CheckContext, report, sourceText } from './check-context.ts';
import { convert, isNull, pointersAgree, toTest, toValue } from './checker-conversions.ts';
import { checkObject } from './checker-expressions.ts';
import { isComplete } from './checker-types.ts';
import { foldBinary } from './constant-fold.ts';
import { INT } from './integer-types.ts';
import type { BinaryExpression, Expression } from './tree.ts';
import { commonType, ERROR, isInteger, promoted, typeText } from './type-facts.ts';
import type { Type } from './types.ts';

type Operator = BinaryExpression['operator'];

export function checkBinary(c: CheckContext, e: BinaryExpression): Expression {
  if (e.operator === ',') {
    e.left = toValue(c, checkObject(c, e.left));
    e.right = toValue(c, checkObject(c, e.right));
    e.type = e.right.type;
    return e;
  }
  if (e.operator === '&&' || e.operator === '||') {
    e.left = toTest(c, checkObject(c, e.left), `'${e.operator}'`);
    e.right = toTest(c, checkObject(c, e.right), `'${e.operator}'`);
    e.type = INT;
    foldBinary(e);
    return e;
  }
  e.left = toValue(c, checkObject(c, e.left));
  e.right = toValue(c, checkObject(c, e.right));
  const type = operate(c, e);
  e.type = type;
  if (type.kind !== 'error') foldBinary(e);
  return e;
}

/** Converts the operands of `e` and gives the type of the result; reports what does not go together. */
function operate(c: CheckContext, e: BinaryExpression): Type {
  const left = e.left.type ?? ERROR;
  const right = e.right.type ?? ERROR;
  if (left.kind === 'error' || right.kind === 'error') return ERROR;
  const { operator } = e;
  if (isInteger(left) && isInteger(right)) {
    if (operator === '<<' || operator === '>>') {
      const type = promoted(left);
      e.left = convert(e.left, type);
      e.right = convert(e.right, INT);
      checkShift(c, e.right, type.size * 8);
      return type;
    }
    const common = commonType(left, right);
    e.left = convert(e.left, common);
    e.right = convert(e.right, common);
    if ((operator === '/' || operator === '%') && e.right.constant === 0) {
      report(c, 'divisionByZero', e.right, `'${operator}' by zero: the divisor is always 0 here`);
    }
    return isComparison(operator) ? INT : common;
  }
  if (left.kind === 'pointer' || right.kind === 'pointer') return operateOnPointers(c, e, left, right);
  return mismatch(c, e);
}

function isComparison(operator: Operator): boolean {
  return ['<', '>', '<=', '>=', '==', '!='].includes(operator);
}

export function checkShift(c: CheckContext, count: Expression, bits: number): void {
  if (count.constant !== undefined && (count.constant < 0 || count.constant >= bits)) {
    report(
      c,
      'badShift',
      count,
      `a shift by ${count.constant} is out of range: the value has ${bits} bits, so 0 to ${bits - 1} are allowed`,
    );
  }
}

function operateOnPointers(c: CheckContext, e: BinaryExpression, left: Type, right: Type): Type {
  const { operator } = e;
  if (operator === '+' && isInteger(left) && right.kind === 'pointer') {
    [e.left, e.right] = [e.right, e.left];
    return pointerPlus(c, e, right);
  }
  if (left.kind === 'pointer' && isInteger(right) && (operator === '+' || operator === '-')) return pointerPlus(c, e, left);
  if (left.kind === 'pointer' && right.kind === 'pointer') {
    if (operator === '-' || isComparison(operator)) {
      if (!pointersAgree(left, right) && !(isNull(e.left) || isNull(e.right))) {
        report(
          c,
          'badOperands',
          e,
          `'${operator}' needs pointers to the same type, and these are '${typeText(left)}' and '${typeText(right)}'`,
        );
        return ERROR;
      }
      if (operator === '-' && !hasSize(c, e, left.to)) return ERROR;
      return INT;
    }
  } else if (isComparison(operator)) {
    const [pointer, number] = left.kind === 'pointer' ? [left, e.right] : [right, e.left];
    if (isNull(number) && (operator === '==' || operator === '!=')) {
      e.left = convert(e.left, pointer);
      e.right = convert(e.right, pointer);
      return INT;
    }
    report(
      c,
      'badOperands',
      e,
      `'${operator}' compares a pointer, '${typeText(pointer)}', with a number: cast one of them, or compare with NULL`,
    );
    return ERROR;
  }
  return mismatch(c, e);
}

/** pointer + integer; the compiler scales by the size of what it points to. */
function pointerPlus(c: CheckContext, e: BinaryExpression, pointer: Type & { kind: 'pointer' }): Type {
  if (!hasSize(c, e, pointer.to)) return ERROR;
  e.right = convert(e.right, INT);
  return pointer;
}

/** As in the kernel, `void` and functions count as one byte. */
export function hasSize(c: CheckContext, e: Expression, to: Type): boolean {
  if (to.kind === 'error') return false;
  if (isComplete(to)) return true;
  report(c, 'badOperands', e, `the size of '${typeText(to)}' is not known, so there is no next one to go to`);
  return false;
}

function mismatch(c: CheckContext, e: BinaryExpression): Type {
  const [left, right] = [e.left.type ?? ERROR, e.right.type ?? ERROR];
  const empty = left.kind === 'void' ? e.left : right.kind === 'void' ? e.right : undefined;
  if (empty) {
    report(c, 'noValue', empty, `'${e.operator}' needs a value, and '${sourceText(c, empty)}' has none: it returns nothing`);
    return ERROR;
  }
  report(c, 'badOperands', e, `'${e.operator}' cannot work on '${typeText(left)}' and '${typeText(right)}'`);
  return ERROR;
}
