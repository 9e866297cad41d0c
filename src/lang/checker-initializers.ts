/** Initialisers: what each part of an object starts with, and whether that is known before the program runs. */
import { type CheckContext, report, sourceText, typed } from './check-context.ts';
import { assignTo } from './checker-conversions.ts';
import { checkValue, constantValue } from './checker-expressions.ts';
import { LENGTH_FROM_INITIALIZER } from './checker-types.ts';
import { CHAR } from './integer-types.ts';
import { didYouMean } from './spelling.ts';
import type { Expression, InitializerItem, InitializerList, StringLiteral } from './tree.ts';
import { ERROR, isScalar, sizeOfType, typeText } from './type-facts.ts';
import type { ArrayType, StructType, Type } from './types.ts';

export interface Initialized {
  initializer: Expression;
  /** The object's type; an array without length has got one. */
  type: Type;
}

/** Checks `written` as the initialiser of an object `name` of type `type`; `fixed`: it must be known before the program runs. */
export function checkInitializer(c: CheckContext, written: Expression, type: Type, name: string, fixed: boolean): Initialized {
  if (type.kind === 'error') return { initializer: checkLoosely(c, written), type };
  if (type.kind === 'array') {
    const text = textFor(type, written);
    if (text) return initializeText(c, text, type, name);
    if (written.kind === 'initializer') return initializeArray(c, written, type, name, fixed);
    const value = checkValue(c, written);
    if (value.type?.kind !== 'error') {
      const chars = isChar(type.of) ? ' or a string' : '';
      report(
        c,
        'badInitializer',
        written,
        `the array '${name}' is initialised by a list in braces${chars}, not by a single value`,
      );
    }
    return { initializer: typed(value, ERROR), type: type.length === LENGTH_FROM_INITIALIZER ? ERROR : type };
  }
  if (written.kind === 'initializer') {
    if (type.kind === 'struct') return { initializer: initializeStruct(c, written, type, name, fixed), type };
    if (written.items.length === 1 && !written.items[0].designator)
      return checkInitializer(c, written.items[0].value, type, name, fixed);
    report(
      c,
      'badInitializer',
      written,
      `'${name}' is a single '${typeText(type)}' and is initialised by one value, without braces`,
    );
    return { initializer: typed(written, ERROR), type };
  }
  const value = assignTo(c, checkValue(c, written), type, { target: `'${name}'` });
  if (fixed && value.type?.kind !== 'error' && !isFixed(value)) {
    report(
      c,
      'notConstant',
      written,
      `'${name}' exists before the program runs, so it can only start with a constant, and '${sourceText(c, written)}' is none`,
    );
  }
  return { initializer: value, type };
}

/** Gives every expression in a list a type when the object has none. */
function checkLoosely(c: CheckContext, e: Expression): Expression {
  if (e.kind !== 'initializer') return checkValue(c, e);
  for (const item of e.items) item.value = checkLoosely(c, item.value);
  return typed(e, ERROR);
}

function isChar(type: Type): boolean {
  return type.kind === 'integer' && type.size === 1 && !type.boolean;
}

/** The string that fills a char array, perhaps in braces. */
function textFor(type: ArrayType, written: Expression): StringLiteral | undefined {
  if (!isChar(type.of)) return undefined;
  if (written.kind === 'string') return written;
  if (written.kind !== 'initializer' || written.items.length !== 1) return undefined;
  const [item] = written.items;
  return item.value.kind === 'string' && !item.designator ? item.value : undefined;
}

function initializeText(c: CheckContext, text: StringLiteral, type: ArrayType, name: string): Initialized {
  const needed = text.value.length + 1;
  if (type.length === LENGTH_FROM_INITIALIZER) {
    const complete: ArrayType = { kind: 'array', of: type.of, length: needed };
    return { initializer: typed(text, complete), type: complete };
  }
  // As in C the final zero byte may fall off.
  if (text.value.length > type.length) {
    report(c, 'badInitializer', text, `this string has ${text.value.length} bytes, and '${name}' holds ${type.length}`);
  }
  return { initializer: typed(text, { kind: 'array', of: CHAR, length: needed }), type };
}

/** `{ 0 }` means zero everywhere, even where the first part is itself an array or struct. */
function isAllZero(c: CheckContext, list: InitializerList): boolean {
  const [only] = list.items;
  if (list.items.length !== 1 || only.designator || only.value.kind !== 'integer') return false;
  return checkValue(c, only.value).constant === 0;
}

function initializeArray(c: CheckContext, list: InitializerList, type: ArrayType, name: string, fixed: boolean): Initialized {
  const size = sizeOfType(type.of);
  const open = type.length === LENGTH_FROM_INITIALIZER;
  let index = 0;
  let length = 0;
  if (!isScalar(type.of) && isAllZero(c, list)) list.items = [];
  for (const item of list.items) {
    if (item.designator?.member !== undefined) {
      report(
        c,
        'badInitializer',
        item.designator.range,
        `'${name}' is an array: its elements are named '[index]', not '.${item.designator.member}'`,
      );
    } else if (item.designator?.index) {
      const wanted = constantValue(c, item.designator.index, 'an index in an initialiser');
      if (wanted !== undefined) index = wanted;
    }
    if (index < 0 || (!open && index >= type.length)) {
      report(
        c,
        'badInitializer',
        item.value,
        `'${name}' has ${type.length} element${type.length === 1 ? '' : 's'}, and this is number ${index + 1}`,
      );
      item.value = checkLoosely(c, item.value);
      continue;
    }
    item.offset = index * size;
    item.value = checkInitializer(c, item.value, type.of, `${name}[${index}]`, fixed).initializer;
    index += 1;
    length = Math.max(length, index);
  }
  if (open && length === 0) report(c, 'badArray', list, `the array '${name}' needs a length, as its list is empty`);
  const complete: Type = open ? (length === 0 ? ERROR : { kind: 'array', of: type.of, length }) : type;
  return { initializer: typed(list, complete), type: complete };
}

function initializeStruct(c: CheckContext, list: InitializerList, type: StructType, name: string, fixed: boolean): Expression {
  const members = type.members ?? [];
  let index = 0;
  if (members[0] && !isScalar(members[0].type) && isAllZero(c, list)) list.items = [];
  for (const item of list.items) {
    if (item.designator) index = memberIndex(c, item, type, name);
    const member = members[index];
    if (!member) {
      if (index >= 0)
        report(
          c,
          'badInitializer',
          item.value,
          `'${typeText(type)}' has only ${members.length} members, and this value is one more`,
        );
      item.value = checkLoosely(c, item.value);
      index = -1;
      continue;
    }
    item.offset = member.offset;
    item.value = checkInitializer(c, item.value, member.type, `${name}.${member.name}`, fixed).initializer;
    index += 1;
  }
  return typed(list, type);
}

/** Index of the member that a designator names; -1, reported, if there is none. */
function memberIndex(c: CheckContext, item: InitializerItem, type: StructType, name: string): number {
  const members = type.members ?? [];
  const wanted = item.designator?.member;
  const range = item.designator?.range ?? item.value;
  if (wanted === undefined) {
    report(c, 'badInitializer', range, `'${name}' is a struct: its members are named '.name', not '[index]'`);
    return -1;
  }
  const found = members.findIndex((member) => member.name === wanted);
  if (found < 0) {
    const names = members.map((member) => member.name);
    report(c, 'unknownMember', range, `'${typeText(type)}' has no member '${wanted}'${didYouMean(wanted, names)}`);
  }
  return found;
}

/** Whether a checked value is known before the program runs: a number, or the address of something static. */
export function isFixed(e: Expression): boolean {
  if (e.constant !== undefined) return true;
  switch (e.kind) {
    case 'string':
      return true;
    case 'convert':
    case 'cast':
      return isFixed(e.operand) || isStaticObject(e.operand, true);
    case 'unary':
      return e.operator === '&' && isStaticObject(e.operand, false);
    case 'binary':
      return (e.operator === '+' || e.operator === '-') && isFixed(e.left) && e.right.constant !== undefined;
    case 'initializer':
      return e.items.every((item) => isFixed(item.value));
    default:
      return false;
  }
}

/** An object with a fixed address; `decayed`: only arrays and functions, whose name alone is an address. */
function isStaticObject(e: Expression, decayed: boolean): boolean {
  if (decayed && e.type?.kind !== 'array' && e.type?.kind !== 'function') return false;
  switch (e.kind) {
    case 'string':
      return true;
    case 'name':
      return (
        e.symbol?.kind === 'function' || (e.symbol?.kind === 'variable' && ['static', 'perCpu'].includes(e.symbol.storage.kind))
      );
    case 'member':
      return e.arrow ? isFixed(e.object) : isStaticObject(e.object, false);
    case 'index':
      return e.index.constant !== undefined && e.object.kind === 'convert' && isStaticObject(e.object.operand, false);
    default:
      return false;
  }
}
