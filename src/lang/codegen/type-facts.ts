/** What the code generator and the evaluator ask of a type, beside `lang/type-facts.ts`. */
import { assert } from '../../util/assert.ts';
import { commonType, isInteger } from '../type-facts.ts';
import type { StructType, Type } from '../types.ts';

/** Bytes of a value of `type` in memory; 1 for void and functions, as pointer arithmetic on them counts bytes. */
export function byteSize(type: Type): number {
  switch (type.kind) {
    case 'integer':
      return type.size;
    case 'pointer':
    case 'enum':
      return 4;
    case 'array':
      return type.length * byteSize(type.of);
    case 'struct':
      return type.size;
    default:
      return 1;
  }
}

/** A value that takes a register pair. */
export function isWide(type: Type): boolean {
  return type.kind === 'integer' && type.size === 8;
}

/** Whether comparison, division, right shift and widening of `type` are the signed ones. Pointers and bool are unsigned. */
export function isSigned(type: Type): boolean {
  return type.kind === 'enum' || (type.kind === 'integer' && type.signed);
}

export function isBoolean(type: Type): boolean {
  return type.kind === 'integer' && type.boolean === true;
}

export function registerWords(type: Type): number {
  return isWide(type) ? 2 : 1;
}

/** The element type of a pointer or array. */
export function elementType(type: Type): Type {
  assert(type.kind === 'pointer' || type.kind === 'array', `no element type in ${type.kind}`);
  return type.kind === 'pointer' ? type.to : type.of;
}

/** Type in which `value` and `other` are added, for compound assignments and steps. A pointer stays what it is. */
export function operationType(value: Type, other: Type): Type {
  return isInteger(value) && isInteger(other) ? commonType(value, other) : value;
}

/** Members of a struct that the checker found complete. */
export function membersOf(type: StructType): NonNullable<StructType['members']> {
  return type.members ?? [];
}

/** Whether every value of `from` is its own representation in a register of type `to` (both at most 32 bits). */
export function fitsUnchanged(from: Type, to: Type): boolean {
  const fromSize = byteSize(from);
  const toSize = byteSize(to);
  if (toSize >= 4) return true;
  if (isBoolean(to)) return isBoolean(from);
  if (isSigned(from) === isSigned(to)) return fromSize <= toSize;
  return !isSigned(from) && fromSize < toSize;
}
