/** `offsetof(type, member)` and `container_of(pointer, type, member)`. */
import { type CheckContext, report, sourceText, typed } from './check-context.ts';
import { integerAt } from './checker-builtins.ts';
import { checkObject, checkValue } from './checker-expressions.ts';
import { resolveType } from './checker-types.ts';
import { CHAR, INT, integerByName } from './integer-types.ts';
import { didYouMean } from './spelling.ts';
import type { CallExpression, CastExpression, Expression } from './tree.ts';
import { ERROR, pointerTo, sameType, sizeOfType, typeText } from './type-facts.ts';
import type { StructType, Type } from './types.ts';

interface Place {
  offset: number;
  type: Type;
}

/** The struct named by a type argument. */
function structArgument(c: CheckContext, argument: Expression, name: string): StructType | undefined {
  let type: Type = ERROR;
  if (argument.kind === 'sizeof' && argument.typeName) type = resolveType(c, argument.typeName).type;
  else if (argument.kind === 'sizeof' && argument.operand) type = checkObject(c, argument.operand).type ?? ERROR;
  if (type.kind === 'struct' && type.members) return type;
  if (type.kind !== 'error')
    report(c, 'badOperands', argument, `${name}() needs a struct that is declared, and this is '${typeText(type)}'`);
  return undefined;
}

/** Offset of `member`, `member.inner` or `member[2]` in a struct. */
function placeOf(c: CheckContext, struct: StructType, member: Expression): Place | undefined {
  if (member.kind === 'name') return memberNamed(c, struct, member.name, member);
  if (member.kind === 'member' && !member.arrow) {
    const outer = placeOf(c, struct, member.object);
    if (outer?.type.kind !== 'struct') return undefined;
    const inner = memberNamed(c, outer.type, member.name, member.nameRange);
    return inner && { offset: outer.offset + inner.offset, type: inner.type };
  }
  if (member.kind === 'index') {
    const outer = placeOf(c, struct, member.object);
    const index = checkValue(c, member.index).constant;
    if (outer?.type.kind === 'array' && index !== undefined)
      return { offset: outer.offset + index * sizeOfType(outer.type.of), type: outer.type.of };
  }
  report(c, 'badOperands', member, `'${sourceText(c, member)}' is not the name of a member of '${typeText(struct)}'`);
  return undefined;
}

function memberNamed(
  c: CheckContext,
  struct: StructType,
  name: string,
  range: { start: number; end: number },
): Place | undefined {
  const members = struct.members ?? [];
  const found = members.find((member) => member.name === name);
  if (found) return found;
  const hint = didYouMean(
    name,
    members.map((member) => member.name),
  );
  report(c, 'unknownMember', range, `'${typeText(struct)}' has no member '${name}'${hint}`);
  return undefined;
}

export function offsetOf(c: CheckContext, e: CallExpression): Expression {
  const struct = structArgument(c, e.args[0], 'offsetof');
  const place = struct && placeOf(c, struct, e.args[1]);
  return place ? integerAt(e, place.offset, integerByName('size_t')) : typed(e, ERROR);
}

/** `(type *)((char *)pointer - offsetof(type, member))` */
export function containerOf(c: CheckContext, e: CallExpression, name: string): Expression {
  const pointer = checkValue(c, e.args[0]);
  const struct = structArgument(c, e.args[1], name);
  const place = struct && placeOf(c, struct, e.args[2]);
  const from = pointer.type ?? ERROR;
  if (!place || from.kind === 'error') return typed(e, ERROR);
  const matches = from.kind === 'pointer' && (from.to.kind === 'void' || sameType(from.to, place.type));
  if (!matches) {
    report(
      c,
      'badConversion',
      pointer,
      `'${sourceText(c, e.args[2])}' is '${typeText(place.type)}', so ${name}() needs '${typeText(pointerTo(place.type))}', and this is '${typeText(from)}'`,
    );
    return typed(e, ERROR);
  }
  const bytes = castTo(pointer, pointerTo(CHAR), e);
  const offset = integerAt(e, place.offset, INT);
  const start: Expression = {
    kind: 'binary',
    operator: '-',
    left: bytes,
    right: offset,
    type: bytes.type,
    start: e.start,
    end: e.end,
  };
  return castTo(place.offset === 0 ? pointer : start, pointerTo(struct), e);
}

function castTo(operand: Expression, type: Type, at: Expression): CastExpression {
  const { start, end } = at;
  const typeName = { base: { kind: 'words' as const, words: [] }, constant: false, pointers: [], arrays: [], type, start, end };
  return { kind: 'cast', typeName, operand, type, start, end };
}
