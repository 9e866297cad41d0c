/** Questions about types: size, text, equality, the conversions of arithmetic. */
import { INT, LONG, LONG_LONG, UNSIGNED_INT, UNSIGNED_LONG, UNSIGNED_LONG_LONG } from './integer-types.ts';
import type { EnumType, FunctionType, IntegerType, PointerType, StructType, Type } from './types.ts';

export const VOID: Type = { kind: 'void' };
export const ERROR: Type = { kind: 'error' };

export function pointerTo(to: Type, marks: { user?: true; constant?: true; perCpu?: true } = {}): PointerType {
  return { kind: 'pointer', to, ...marks };
}

/** Bytes; 0 for types without a size. */
export function sizeOfType(type: Type): number {
  switch (type.kind) {
    case 'integer':
      return type.size;
    case 'enum':
    case 'pointer':
      return 4;
    case 'array':
      return type.length * sizeOfType(type.of);
    case 'struct':
      return type.size;
    default:
      return 0;
  }
}

/** i386: 64-bit integers in structs are aligned to 4 bytes. */
export function alignmentOfType(type: Type): number {
  if (type.kind === 'array') return alignmentOfType(type.of);
  if (type.kind === 'struct') return type.alignment;
  return Math.max(1, Math.min(4, sizeOfType(type)));
}

export function isInteger(type: Type): type is IntegerType | EnumType {
  return type.kind === 'integer' || type.kind === 'enum';
}

/** What can be tested, compared with zero and kept in a register. */
export function isScalar(type: Type): boolean {
  return isInteger(type) || type.kind === 'pointer';
}

/** Integer promotion: what is smaller than int becomes int. */
export function promoted(type: IntegerType | EnumType): IntegerType {
  if (type.kind === 'enum') return INT;
  return type.size < 4 ? INT : type;
}

/** The usual arithmetic conversions. Equal types keep their name. */
export function commonType(left: IntegerType | EnumType, right: IntegerType | EnumType): IntegerType {
  const a = promoted(left);
  const b = promoted(right);
  if (a.size === b.size && a.signed === b.signed) return rankOf(b) > rankOf(a) ? b : a;
  if (a.size !== b.size) return a.size > b.size ? a : b;
  const [signed, unsigned] = a.signed ? [a, b] : [b, a];
  return unsigned === UNSIGNED_INT && signed === LONG ? UNSIGNED_LONG : unsigned;
}

/** Among types of one size, the one whose name survives arithmetic. */
function rankOf(type: IntegerType): number {
  if (type === LONG_LONG || type === UNSIGNED_LONG_LONG) return 2;
  return type === INT || type === UNSIGNED_INT ? 0 : 1;
}

/** Same representation and meaning; names of typedefs, and `long` against `int`, make no difference. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b || a.kind === 'error' || b.kind === 'error') return true;
  if (isInteger(a) && isInteger(b)) {
    const [x, y] = [a.kind === 'enum' ? INT : a, b.kind === 'enum' ? INT : b];
    return x.size === y.size && x.signed === y.signed && x.boolean === y.boolean;
  }
  switch (a.kind) {
    case 'pointer':
      return b.kind === 'pointer' && !a.user === !b.user && !a.perCpu === !b.perCpu && sameType(a.to, b.to);
    case 'array':
      return b.kind === 'array' && a.length === b.length && sameType(a.of, b.of);
    case 'struct':
      return b.kind === 'struct' && a.name === b.name;
    case 'function':
      return b.kind === 'function' && sameFunction(a, b);
    default:
      return a.kind === b.kind;
  }
}

function sameFunction(a: FunctionType, b: FunctionType): boolean {
  return (
    sameType(a.returns, b.returns) &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((parameter, index) => sameType(parameter.type, b.parameters[index].type))
  );
}

/** The type in C's spelling: `const char __user *`, `int [4]`, `void (*)(int)`. */
export function typeText(type: Type, declarator = ''): string {
  const join = (base: string): string => (declarator === '' ? base : `${base} ${declarator}`);
  switch (type.kind) {
    case 'integer':
      return join(type.name);
    case 'void':
      return join('void');
    case 'struct':
      return join(structText(type));
    case 'enum':
      return join(type.name === '' ? 'enum' : type.name.startsWith('typedef ') ? type.name.slice(8) : `enum ${type.name}`);
    case 'error':
      return join('?');
    case 'array': {
      const inner = declarator.startsWith('*') ? `(${declarator})` : declarator;
      return typeText(type.of, `${inner}[${type.length}]`);
    }
    case 'function': {
      const list = type.parameters.map((parameter) => typeText(parameter.type)).join(', ') || 'void';
      const inner = declarator.startsWith('*') ? `(${declarator})` : declarator;
      return typeText(type.returns, `${inner}(${list}${type.variadic ? ', ...' : ''})`);
    }
    case 'pointer': {
      const address = `${type.user ? '__user ' : ''}${type.perCpu ? '__percpu ' : ''}`;
      // `T *const *`: what it points to is a pointer that does not change.
      if (type.constant && type.to.kind === 'pointer') return typeText(type.to, `const ${address}*${declarator}`);
      const text = typeText(type.to, `${address}*${declarator}`);
      return type.constant && type.to.kind !== 'function' ? `const ${text}` : text;
    }
  }
}

function structText(type: StructType): string {
  return type.name.startsWith('typedef ') ? type.name.slice('typedef '.length) : `struct ${type.name}`;
}

/** The smallest and largest value, for types up to 32 bits and bool. */
export function rangeOf(type: IntegerType): { min: number; max: number } {
  if (type.boolean) return { min: 0, max: 1 };
  const bits = type.size * 8;
  return type.signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 };
}
