/** What the code generator and the evaluator ask of a type. */
import { assert } from '../../util/assert.ts';
import type { IntegerType, StructType, Type } from '../types.ts';

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

export function byteAlignment(type: Type): number {
  switch (type.kind) {
    case 'array':
      return byteAlignment(type.of);
    case 'struct':
      return type.alignment;
    default:
      return Math.min(4, byteSize(type));
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

/** Fits a register or a pair: integers, enums, pointers. */
export function isScalar(type: Type): boolean {
  return type.kind === 'integer' || type.kind === 'enum' || type.kind === 'pointer';
}

export function registerWords(type: Type): number {
  return isWide(type) ? 2 : 1;
}

/** The element type of a pointer or array. */
export function elementType(type: Type): Type {
  assert(type.kind === 'pointer' || type.kind === 'array', `no element type in ${type.kind}`);
  return type.kind === 'pointer' ? type.to : type.of;
}

export const INT: IntegerType = { kind: 'integer', name: 'int', size: 4, signed: true };
export const UNSIGNED_INT: IntegerType = { kind: 'integer', name: 'unsigned int', size: 4, signed: false };
export const BOOL: IntegerType = { kind: 'integer', name: 'bool', size: 1, signed: false, boolean: true };
const LONG_LONG: IntegerType = { kind: 'integer', name: 's64', size: 8, signed: true };
const UNSIGNED_LONG_LONG: IntegerType = { kind: 'integer', name: 'u64', size: 8, signed: false };

/** Integer promotion. */
export function promoted(type: Type): Type {
  if (type.kind === 'enum') return INT;
  return type.kind === 'integer' && type.size < 4 ? INT : type;
}

/** The usual arithmetic conversions; a pointer wins over an integer. */
export function commonType(left: Type, right: Type): Type {
  const a = promoted(left);
  const b = promoted(right);
  if (a.kind !== 'integer') return a;
  if (b.kind !== 'integer') return b;
  if (a.size === 8 || b.size === 8) {
    const unsigned = (a.size === 8 && !a.signed) || (b.size === 8 && !b.signed);
    return unsigned ? UNSIGNED_LONG_LONG : LONG_LONG;
  }
  return a.signed && b.signed ? INT : UNSIGNED_INT;
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
