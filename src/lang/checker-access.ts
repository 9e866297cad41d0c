/** Following pointers: `*p`, `p->m`, `s.m`, `p[i]`. */
import { type CheckContext, report, sourceText, typed } from './check-context.ts';
import { convert, toValue } from './checker-conversions.ts';
import { checkObject, checkValue } from './checker-expressions.ts';
import { perCpuRoot } from './checker-lvalues.ts';
import { INT } from './integer-types.ts';
import { closest } from './spelling.ts';
import type { Expression, IndexExpression, MemberExpression, UnaryExpression } from './tree.ts';
import { ERROR, isInteger, typeText } from './type-facts.ts';
import type { PointerType, StructType, Type } from './types.ts';

export function dereference(c: CheckContext, e: UnaryExpression): Expression {
  e.operand = checkValue(c, e.operand);
  const type = e.operand.type ?? ERROR;
  if (type.kind === 'error') return typed(e, ERROR);
  if (type.kind !== 'pointer') {
    report(c, 'notPointer', e, `'*' needs a pointer, and '${sourceText(c, e.operand)}' is '${typeText(type)}'`);
    return typed(e, ERROR);
  }
  return typed(e, followed(c, e, e.operand, type));
}

/** The type behind a pointer that is about to be followed; the error type where that is not allowed. */
function followed(c: CheckContext, e: Expression, pointer: Expression, type: PointerType): Type {
  const text = sourceText(c, pointer);
  if (type.user) {
    report(
      c,
      'userPointer',
      e,
      `'${text}' points to user memory, which kernel code must not follow: use copy_from_user() or copy_to_user()`,
    );
    return ERROR;
  }
  if (type.perCpu) {
    report(
      c,
      'perCpuAccess',
      e,
      `'${text}' is a place in every CPU's copy: say which one, with this_cpu_ptr(${text}) or per_cpu_ptr(${text}, cpu)`,
    );
    return ERROR;
  }
  if (type.to.kind === 'void') {
    report(
      c,
      'voidPointer',
      e,
      `'${text}' is 'void *', which does not say what is there: assign it to a 'char *' or another typed pointer first`,
    );
    return ERROR;
  }
  return type.to;
}

export function checkIndex(c: CheckContext, e: IndexExpression): Expression {
  const object = checkObject(c, e.object);
  e.index = checkValue(c, e.index);
  const root = perCpuRoot(object);
  // An element of a per-CPU array is still a place; whoever uses it as a value is told.
  e.object = object.type?.kind === 'array' && root !== undefined ? decayInPlace(object) : toValue(c, object);
  const [type, index] = [e.object.type ?? ERROR, e.index.type ?? ERROR];
  if (type.kind === 'error' || index.kind === 'error') return typed(e, ERROR);
  if (type.kind !== 'pointer') {
    report(
      c,
      'notPointer',
      e,
      `'[ ]' needs an array or a pointer before it, and '${sourceText(c, object)}' is '${typeText(type)}'`,
    );
    return typed(e, ERROR);
  }
  if (!isInteger(index)) {
    report(c, 'badOperands', e.index, `an index is a number, and this is '${typeText(index)}'`);
    return typed(e, ERROR);
  }
  e.index = convert(e.index, INT);
  checkBounds(c, e, object);
  return typed(e, followed(c, e, e.object, type));
}

function decayInPlace(object: Expression): Expression {
  const { type } = object;
  return type?.kind === 'array' ? convert(object, { kind: 'pointer', to: type.of }) : object;
}

function checkBounds(c: CheckContext, e: IndexExpression, object: Expression): void {
  const { constant } = e.index;
  if (object.type?.kind !== 'array' || constant === undefined) return;
  const { length } = object.type;
  if (constant >= 0 && constant < length) return;
  const text = sourceText(c, object);
  report(
    c,
    'outOfBounds',
    e.index,
    `'${text}' has ${length} element${length === 1 ? '' : 's'}, ${text}[0] to ${text}[${length - 1}]`,
  );
}

export function checkMember(c: CheckContext, e: MemberExpression): Expression {
  const object = checkObject(c, e.object);
  e.object = e.arrow ? toValue(c, object) : object;
  const type = e.object.type ?? ERROR;
  if (type.kind === 'error') return typed(e, ERROR);
  const text = sourceText(c, object);
  const struct = structBehind(c, e, type, text);
  if (!struct) return typed(e, ERROR);
  if (!struct.members) {
    report(c, 'unknownType', e.object, `'${typeText(struct)}' is declared nowhere, so its members are not known`);
    return typed(e, ERROR);
  }
  const member = struct.members.find(({ name }) => name === e.name);
  if (!member) {
    if (e.name === '') return typed(e, ERROR);
    const names = struct.members.map(({ name }) => name);
    const near = closest(e.name, names);
    const hint = near !== undefined ? `; did you mean '${near}'?` : `; it has ${listed(names)}`;
    report(c, 'unknownMember', e.nameRange, `'${typeText(struct)}' has no member '${e.name}'${hint}`);
    return typed(e, ERROR);
  }
  e.offset = member.offset;
  return typed(e, member.type);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} ...` : shown;
}

/** The struct whose member is meant. `.` and `->` mixed up are reported, and read as if they were right. */
function structBehind(c: CheckContext, e: MemberExpression, type: Type, text: string): StructType | undefined {
  const sign = e.arrow ? '->' : '.';
  if (type.kind === 'pointer' && type.to.kind === 'struct') {
    if (!e.arrow) {
      report(c, 'wrongAccess', e, `'${text}' is a pointer: write '${text}->${e.name}'`);
      return undefined;
    }
    const behind = followed(c, e, e.object, type);
    return behind.kind === 'struct' ? behind : undefined;
  }
  if (type.kind === 'struct' && !e.arrow) return type;
  if (type.kind === 'struct') {
    report(c, 'wrongAccess', e, `'${text}' is a struct and no pointer: write '${text}.${e.name}'`);
    return undefined;
  }
  report(
    c,
    'wrongAccess',
    e,
    `'${sign}${e.name}' needs a ${e.arrow ? 'pointer to a struct' : 'struct'}, and '${text}' is '${typeText(type)}'`,
  );
  return undefined;
}
