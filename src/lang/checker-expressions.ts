/** Expressions: each gets its type, its symbol, its constant value; conversions become visible in the tree. */
import { type CheckContext, lookup, report, sourceText, typed } from './check-context.ts';
import { checkIndex, checkMember, dereference } from './checker-access.ts';
import { checkCall } from './checker-calls.ts';
import { assignTo, convert, isNull, pointersAgree, toTest, toValue } from './checker-conversions.ts';
import { checkModifiable, isConstantObject, isLvalue, markAddressTaken, perCpuRoot } from './checker-lvalues.ts';
import { checkName } from './checker-names.ts';
import { checkBinary, checkShift, hasSize } from './checker-operators.ts';
import { isComplete, resolveType } from './checker-types.ts';
import { foldConversion, foldUnary, wrap } from './constant-fold.ts';
import { CHAR, INT, integerByName, LONG, LONG_LONG, UNSIGNED_INT, UNSIGNED_LONG, UNSIGNED_LONG_LONG } from './integer-types.ts';
import type {
  AssignExpression,
  CastExpression,
  ConditionalExpression,
  Expression,
  IntegerLiteral,
  SizeofExpression,
  StepExpression,
  UnaryExpression,
} from './tree.ts';
import { commonType, ERROR, isInteger, isScalar, pointerTo, promoted, sameType, sizeOfType, typeText } from './type-facts.ts';
import type { IntegerType, Type } from './types.ts';

const SIZE_T = integerByName('size_t') ?? UNSIGNED_INT;

/** Checks an expression and gives its value: arrays and functions have decayed. */
export function checkValue(c: CheckContext, e: Expression): Expression {
  return toValue(c, checkObject(c, e));
}

/** Checks an expression as it stands: an array keeps its type, a per-CPU variable may be meant as a place. */
export function checkObject(c: CheckContext, e: Expression): Expression {
  switch (e.kind) {
    case 'integer':
      e.constant = e.value;
      return typed(e, literalType(e));
    case 'char':
      e.constant = e.value;
      return typed(e, INT);
    case 'string':
      return typed(e, { kind: 'array', of: CHAR, length: e.value.length + 1 });
    case 'name':
      return checkName(c, e);
    case 'unary':
      return checkUnary(c, e);
    case 'step':
      return checkStep(c, e);
    case 'binary':
      return checkBinary(c, e);
    case 'assign':
      return checkAssign(c, e);
    case 'conditional':
      return checkConditional(c, e);
    case 'call':
      return checkCall(c, e);
    case 'member':
      return checkMember(c, e);
    case 'index':
      return checkIndex(c, e);
    case 'cast':
      return checkCast(c, e);
    case 'sizeof':
      return checkSizeof(c, e);
    case 'convert':
      return e;
    case 'initializer':
      report(c, 'misplaced', e, "a list in braces can only initialise a variable: declare one with '= { ... }'");
      return typed(e, ERROR);
    case 'error':
      return typed(e, ERROR);
  }
}

/** The value of an integer constant expression; reported and undefined if it is none. */
export function constantValue(c: CheckContext, e: Expression, what: string): number | undefined {
  const value = checkValue(c, e);
  if (value.type?.kind === 'error') return undefined;
  if (value.constant !== undefined && isInteger(value.type ?? ERROR)) {
    e.constant = value.constant;
    return value.constant;
  }
  report(c, 'notConstant', e, `${what} must be known before the program runs, and '${sourceText(c, e)}' is not a constant`);
  return undefined;
}

/** The first type that can hold the value, as C chooses it. */
function literalType(e: IntegerLiteral): IntegerType {
  const unsigned = e.suffix.includes('U');
  const longs = e.suffix.replace('U', '').length;
  if (longs === 2 || e.value > 0xffff_ffff) return unsigned ? UNSIGNED_LONG_LONG : LONG_LONG;
  if (unsigned || e.value > 0x7fff_ffff) return longs === 1 ? UNSIGNED_LONG : UNSIGNED_INT;
  return longs === 1 ? LONG : INT;
}

function checkUnary(c: CheckContext, e: UnaryExpression): Expression {
  if (e.operator === '&') return checkAddress(c, e);
  if (e.operator === '*') return dereference(c, e);
  if (e.operator === '!') {
    e.operand = toTest(c, checkObject(c, e.operand), "'!'");
    e.type = INT;
    foldUnary(e);
    return e;
  }
  e.operand = checkValue(c, e.operand);
  const type = e.operand.type ?? ERROR;
  if (type.kind === 'error') return typed(e, ERROR);
  if (!isInteger(type)) {
    report(c, 'badOperands', e, `'${e.operator}' needs a number, not '${typeText(type)}'`);
    return typed(e, ERROR);
  }
  e.operand = convert(e.operand, promoted(type));
  e.type = promoted(type);
  foldUnary(e);
  return e;
}

function checkAddress(c: CheckContext, e: UnaryExpression): Expression {
  e.operand = checkObject(c, e.operand);
  const { operand } = e;
  const type = operand.type ?? ERROR;
  if (type.kind === 'error') return typed(e, ERROR);
  if (type.kind === 'function') return typed(e, pointerTo(type));
  if (!isLvalue(operand)) {
    report(c, 'notAssignable', e, `'${sourceText(c, operand)}' is a value and has no address: keep it in a variable first`);
    return typed(e, ERROR);
  }
  markAddressTaken(c, operand);
  return typed(
    e,
    pointerTo(type, {
      ...(isConstantObject(operand) ? { constant: true as const } : {}),
      ...(perCpuRoot(operand) !== undefined ? { perCpu: true as const } : {}),
    }),
  );
}

function checkStep(c: CheckContext, e: StepExpression): Expression {
  e.operand = checkObject(c, e.operand);
  if (!checkModifiable(c, e.operand, e.operator === '++' ? 'incremented' : 'decremented')) return typed(e, ERROR);
  const type = e.operand.type ?? ERROR;
  if (type.kind === 'pointer') return typed(e, hasSize(c, e, type.to) ? type : ERROR);
  if (isInteger(type)) return typed(e, type);
  report(c, 'badOperands', e, `'${e.operator}' needs a number or a pointer, not '${typeText(type)}'`);
  return typed(e, ERROR);
}

function checkAssign(c: CheckContext, e: AssignExpression): Expression {
  const before = e.target.kind === 'name' ? lookup(c, e.target.name) : undefined;
  const unused = before?.kind === 'variable' && !c.used.has(before);
  e.target = checkObject(c, e.target);
  // To store in a variable is not to use it.
  const { target } = e;
  if (e.operator === '' && unused) c.used.delete(before);
  e.value = checkValue(c, e.value);
  if (!checkModifiable(c, target, 'assigned to')) return typed(e, ERROR);
  const type = target.type ?? ERROR;
  const name = `'${sourceText(c, target)}'`;
  if (e.operator === '') {
    e.value = assignTo(c, e.value, type, { target: name });
    return typed(e, type);
  }
  return typed(e, checkCompound(c, e, type));
}

function checkCompound(c: CheckContext, e: AssignExpression, type: Type): Type {
  const from = e.value.type ?? ERROR;
  if (from.kind === 'error') return type;
  if (type.kind === 'pointer' && (e.operator === '+' || e.operator === '-') && isInteger(from)) {
    if (!hasSize(c, e, type.to)) return ERROR;
    e.value = convert(e.value, INT);
    return type;
  }
  if (!isInteger(type) || !isInteger(from)) {
    report(c, 'badOperands', e, `'${e.operator}=' cannot work on '${typeText(type)}' and '${typeText(from)}'`);
    return ERROR;
  }
  if (e.operator === '<<' || e.operator === '>>') {
    e.operationType = promoted(type);
    e.value = convert(e.value, INT);
    checkShift(c, e.value, promoted(type).size * 8);
    return type;
  }
  const common = commonType(type, from);
  e.operationType = common;
  e.value = convert(e.value, common);
  if ((e.operator === '/' || e.operator === '%') && e.value.constant === 0) {
    report(c, 'divisionByZero', e.value, `'${e.operator}=' by zero: the divisor is always 0 here`);
  }
  return type;
}

function checkConditional(c: CheckContext, e: ConditionalExpression): Expression {
  e.test = toTest(c, checkObject(c, e.test), "'?:'");
  e.then = checkValue(c, e.then);
  e.otherwise = checkValue(c, e.otherwise);
  const [a, b] = [e.then.type ?? ERROR, e.otherwise.type ?? ERROR];
  const type = conditionalType(e, a, b);
  if (!type) {
    report(c, 'badOperands', e, `the two results of '?:' do not go together: '${typeText(a)}' and '${typeText(b)}'`);
    return typed(e, ERROR);
  }
  e.type = type;
  if (type.kind !== 'error' && type.kind !== 'void') {
    e.then = convert(e.then, type);
    e.otherwise = convert(e.otherwise, type);
  }
  const { constant } = e.test;
  const chosen = constant === undefined ? undefined : constant !== 0 ? e.then : e.otherwise;
  if (chosen?.constant !== undefined) e.constant = chosen.constant;
  return e;
}

function conditionalType(e: ConditionalExpression, a: Type, b: Type): Type | undefined {
  if (a.kind === 'error' || b.kind === 'error') return ERROR;
  if (isInteger(a) && isInteger(b)) return commonType(a, b);
  if (a.kind === 'pointer' && (isNull(e.otherwise) || (b.kind === 'pointer' && b.to.kind === 'void' && pointersAgree(a, b))))
    return a;
  if (b.kind === 'pointer' && (isNull(e.then) || (a.kind === 'pointer' && a.to.kind === 'void' && pointersAgree(a, b)))) return b;
  if (a.kind === 'pointer' && b.kind === 'pointer' && pointersAgree(a, b)) return b.constant ? b : a;
  return a.kind === b.kind && sameType(a, b) ? a : undefined;
}

function checkCast(c: CheckContext, e: CastExpression): Expression {
  const { type } = resolveType(c, e.typeName);
  e.operand = checkValue(c, e.operand);
  const from = e.operand.type ?? ERROR;
  if (from.kind === 'error' || type.kind === 'error') return typed(e, type);
  if (type.kind === 'void') return typed(e, type);
  if (!isScalar(type) || !isScalar(from)) {
    if (type.kind === 'struct' && sameType(type, from)) return typed(e, type);
    report(
      c,
      'badConversion',
      e,
      from.kind === 'void'
        ? `'${sourceText(c, e.operand)}' returns nothing that could be cast`
        : `'${typeText(from)}' cannot be cast to '${typeText(type)}'`,
    );
    return typed(e, ERROR);
  }
  e.type = type;
  foldConversion(e, e.operand);
  return e;
}

function checkSizeof(c: CheckContext, e: SizeofExpression): Expression {
  let type: Type = ERROR;
  // A lone name may be a typedef of another file, which the parser could not know.
  if (e.operand?.kind === 'name' && !c.block?.find(e.operand.name) && !c.program.symbol(e.operand.name, c.source)) {
    type = c.program.typedef(e.operand.name) ?? ERROR;
  }
  if (e.typeName) type = resolveType(c, e.typeName).type;
  else if (e.operand && type.kind === 'error') {
    e.operand = checkObject(c, e.operand);
    type = e.operand.type ?? ERROR;
  }
  e.type = SIZE_T;
  if (type.kind === 'error') return e;
  if (type.kind === 'function' || type.kind === 'void' || !isComplete(type)) {
    report(c, 'badOperands', e, `the size of '${typeText(type)}' is not known`);
    return typed(e, ERROR);
  }
  e.constant = wrap(BigInt(sizeOfType(type)), SIZE_T);
  return e;
}
