/** Conversions: decay of arrays and functions, arithmetic conversions, and what may be assigned to what. */
import { type CheckContext, report, sourceText } from './check-context.ts';
import { isConstantObject, perCpuRoot } from './checker-lvalues.ts';
import { foldConversion } from './constant-fold.ts';
import type { Range } from './source.ts';
import type { Expression } from './tree.ts';
import { ERROR, isInteger, isScalar, pointerTo, rangeOf, sameType, typeText } from './type-facts.ts';
import type { PointerType, Type } from './types.ts';

/** `e` as a `type`, unconditionally; nothing is inserted where nothing changes. */
export function convert(e: Expression, type: Type): Expression {
  const from = e.type ?? ERROR;
  if (from === type || from.kind === 'error' || type.kind === 'error') return e;
  if (from.kind === type.kind && from.kind !== 'pointer' && sameType(from, type)) return e;
  if (from.kind === 'pointer' && type.kind === 'pointer' && sameType(from, type) && from.constant === type.constant) return e;
  const converted: Expression = { kind: 'convert', operand: e, type, start: e.start, end: e.end };
  foldConversion(converted, e);
  return converted;
}

/** Arrays become pointers to their first element, functions become their address. */
export function decay(e: Expression): Expression {
  const { type } = e;
  if (type?.kind === 'array') return convert(e, pointerTo(type.of, isConstantObject(e) ? { constant: true } : {}));
  if (type?.kind === 'function') return convert(e, pointerTo(type));
  return e;
}

/** The value of an expression that was checked as an object: decayed, and not a per-CPU variable by its bare name. */
export function toValue(c: CheckContext, e: Expression): Expression {
  return decay(checkPlaceAsValue(c, e));
}

/** An object of which the value is wanted, as it stands: not a per-CPU variable by its bare name. */
export function checkPlaceAsValue(c: CheckContext, e: Expression): Expression {
  const root = perCpuRoot(e);
  if (root !== undefined) {
    const text = sourceText(c, e);
    report(
      c,
      'perCpuAccess',
      e,
      `'${root}' exists once per CPU: say which copy, as in this_cpu_read(${text}) or per_cpu(${text}, cpu)`,
    );
    e.type = ERROR;
  }
  return e;
}

/** A condition: any integer or pointer. */
export function toTest(c: CheckContext, e: Expression, what: string): Expression {
  const value = toValue(c, e);
  const type = value.type ?? ERROR;
  if (type.kind === 'error' || isScalar(type)) return value;
  report(
    c,
    'badCondition',
    e,
    type.kind === 'void'
      ? `${what} needs a value, and '${sourceText(c, e)}' has none: it returns nothing`
      : `${what} needs a number or a pointer, not '${typeText(type)}'`,
  );
  value.type = ERROR;
  return value;
}

export function isNull(e: Expression): boolean {
  const type = e.type ?? ERROR;
  return e.constant === 0 && (isInteger(type) || (type.kind === 'pointer' && type.to.kind === 'void'));
}

/** For what a value is wanted; words for the message. */
export interface Purpose {
  /** `'to' of kmap_copy()`, `'p'`, `the result of f()`. */
  target: string;
  range?: Range;
}

/** `e` (a value) as it is assigned to, passed for, or returned as a `target`; faults are reported. */
export function assignTo(c: CheckContext, e: Expression, target: Type, purpose: Purpose): Expression {
  const from = e.type ?? ERROR;
  if (from.kind === 'error' || target.kind === 'error') return e;
  const fault = faultOf(c, e, from, target, purpose.target);
  if (fault) {
    report(c, fault.key, purpose.range ?? e, fault.message);
    return { kind: 'convert', operand: e, type: ERROR, start: e.start, end: e.end };
  }
  if (target.kind === 'pointer' && from.kind === 'pointer' && from.constant && !target.constant && !isFunctionPointer(from)) {
    report(
      c,
      'constDiscarded',
      purpose.range ?? e,
      `${purpose.target} is '${typeText(target)}' and could write through it, but this is '${typeText(from)}': add 'const' there, or cast`,
    );
  }
  if (target.kind === 'integer' && from.kind === 'integer' && e.constant !== undefined) warnOverflow(c, e, target, purpose);
  return convert(e, target);
}

const isFunctionPointer = (type: PointerType): boolean => type.to.kind === 'function';

function warnOverflow(c: CheckContext, e: Expression, target: Type & { kind: 'integer' }, purpose: Purpose): void {
  const value = e.constant ?? 0;
  if (target.size === 8 || target.boolean) return;
  const { max } = rangeOf({ ...target, signed: false });
  const { min } = rangeOf({ ...target, signed: true });
  if (value > max || value < min) {
    report(
      c,
      'constantOverflow',
      e,
      `${value} does not fit into ${purpose.target}, a '${target.name}' (${rangeOf(target).min} to ${rangeOf(target).max})`,
    );
  }
}

interface Fault {
  key: 'badConversion' | 'userPointer' | 'perCpuAccess' | 'noValue';
  message: string;
}

function faultOf(c: CheckContext, e: Expression, from: Type, target: Type, name: string): Fault | undefined {
  const bad = (message: string): Fault => ({ key: 'badConversion', message });
  if (from.kind === 'void')
    return { key: 'noValue', message: `${name} needs a value, and '${sourceText(c, e)}' has none: it returns nothing` };
  const [have, want] = [typeText(from), typeText(target)];
  if (target.kind === 'struct' || from.kind === 'struct') {
    if (sameType(target, from)) return undefined;
    const address = target.kind === 'pointer' && sameType(target.to, from) ? `: pass its address, ${addressText(c, e)}` : '';
    const content =
      from.kind === 'pointer' && sameType(from.to, target) ? `: write ${contentText(c, e)} for what it points to` : '';
    return bad(`${name} is '${want}', and this is '${have}'${address}${content}`);
  }
  if (isInteger(target)) {
    if (isInteger(from) || (target.kind === 'integer' && target.boolean)) return undefined;
    const content =
      from.kind === 'pointer' && isInteger(from.to) && e.kind !== 'convert'
        ? ` ${contentText(c, e)} for what it points to, or`
        : '';
    return bad(`${name} is '${want}', and this is a pointer, '${have}': write${content} a cast if the address itself is wanted`);
  }
  if (target.kind !== 'pointer') return bad(`${name} is '${want}' and cannot be assigned to`);
  if (isNull(e)) return undefined;
  if (isInteger(from)) {
    const cure = isObject(e) && sameType(from, target.to) ? `pass its address, ${addressText(c, e)}` : 'an address needs a cast';
    return bad(`${name} is a pointer, '${want}', and this is a number, '${have}': ${cure}`);
  }
  if (from.kind !== 'pointer') return bad(`${name} is '${want}', and this is '${have}'`);
  return pointerFault(from, target, name);
}

/** How to write the address of `e`: without its `*` if it has one. */
function addressText(c: CheckContext, e: Expression): string {
  return e.kind === 'unary' && e.operator === '*' ? `'${sourceText(c, e.operand)}'` : `'&${sourceText(c, e)}'`;
}

/** How to write what the pointer `e` points to: without its `&` if it has one. */
function contentText(c: CheckContext, e: Expression): string {
  return e.kind === 'unary' && e.operator === '&' ? `'${sourceText(c, e.operand)}'` : `'*${sourceText(c, e)}'`;
}

function isObject(e: Expression): boolean {
  return e.kind === 'name' || e.kind === 'member' || e.kind === 'index';
}

function pointerFault(from: PointerType, target: PointerType, name: string): Fault | undefined {
  const [have, want] = [typeText(from), typeText(target)];
  if (!from.user !== !target.user) {
    return {
      key: 'userPointer',
      message: from.user
        ? `${name} is a kernel pointer, '${want}', and this points to user memory, '${have}': only copy_from_user() and copy_to_user() may follow it`
        : `${name} is a pointer to user memory, '${want}', and this points to kernel memory, '${have}'`,
    };
  }
  if (!from.perCpu !== !target.perCpu) {
    return {
      key: 'perCpuAccess',
      message: from.perCpu
        ? `this is a place in every CPU's copy, '${have}', and ${name} is one address, '${want}': say which copy, with this_cpu_ptr() or per_cpu_ptr()`
        : `${name} is a place in every CPU's copy, '${want}', and this is one address, '${have}': pass '&' and the name of a per-CPU variable`,
    };
  }
  if (pointeesAgree(from.to, target.to)) return undefined;
  return {
    key: 'badConversion',
    message: `${name} is '${want}', and this is '${have}': a cast would be needed to see one as the other`,
  };
}

/** `void *` goes with everything but functions; integers of one size go with each other. */
function pointeesAgree(a: Type, b: Type): boolean {
  if (sameType(a, b)) return true;
  if (a.kind === 'void' || b.kind === 'void') return a.kind !== 'function' && b.kind !== 'function';
  return a.kind === 'integer' && b.kind === 'integer' && a.size === b.size;
}

/** Whether two pointers may be compared, subtracted or be the two results of `?:`. */
export function pointersAgree(a: PointerType, b: PointerType): boolean {
  return !a.user === !b.user && !a.perCpu === !b.perCpu && pointeesAgree(a.to, b.to);
}
