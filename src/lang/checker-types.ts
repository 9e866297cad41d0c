/** From types as written to types. */
import { type CheckContext, report } from './check-context.ts';
import { constantValue } from './checker-expressions.ts';
import { INT, integerFromWords } from './integer-types.ts';
import { limits } from './limits.ts';
import type { Range } from './source.ts';
import { closest, didYouMean } from './spelling.ts';
import { keywords } from './tokens.ts';
import type { Expression, Parameter, TypeName } from './tree.ts';
import { ERROR, pointerTo, sizeOfType, typeText, VOID } from './type-facts.ts';
import type { FunctionType, Qualified, Type } from './types.ts';

/** What stands where an array's length is missing (`int a[]`). */
export const LENGTH_FROM_INITIALIZER = -1;

/** Resolves a type and notes it in the tree. A type that does not exist is reported once and is the error type. */
export function resolveType(c: CheckContext, written: TypeName): Qualified {
  let type = resolveBase(c, written);
  let constant = written.constant;
  for (const pointer of written.pointers) {
    type = pointerTo(type, {
      ...(constant ? { constant: true as const } : {}),
      ...(pointer.user ? { user: true as const } : {}),
      ...(pointer.perCpu ? { perCpu: true as const } : {}),
    });
    constant = pointer.constant;
  }
  if (written.functionParameters) {
    type = pointerTo({ kind: 'function', returns: type, parameters: resolveParameters(c, written.functionParameters) });
    constant = false;
  }
  for (let index = written.arrays.length - 1; index >= 0; index -= 1) {
    const length = written.arrays[index];
    if (!length && index > 0)
      report(c, 'badArray', written, "only the first '[]' of an array may be empty: write the other lengths");
    type = arrayOf(c, type, length, written);
  }
  written.type = type;
  return { type, constant };
}

function resolveBase(c: CheckContext, written: TypeName): Type {
  const { base } = written;
  if (base.kind === 'struct') {
    const known = c.program.struct(base.name);
    if (!known) return unknownStruct(c, base.name, base.range);
    if (written.pointers.length > 0 || written.functionParameters || c.program.structs.complete(base.name)) return known;
    report(c, 'recursiveType', base.range, `'struct ${base.name}' cannot contain itself: use a pointer, 'struct ${base.name} *'`);
    return ERROR;
  }
  if (base.kind === 'enum') {
    if (base.name === '') return INT;
    const known = c.program.enumeration(base.name);
    if (known) return known;
    report(c, 'unknownType', base.range, `there is no 'enum ${base.name}'${didYouMean(base.name, c.program.enumNames())}`);
    return ERROR;
  }
  const text = base.words.join(' ');
  if (base.words.length === 0) return ERROR;
  if (text === 'void') return VOID;
  const integer = integerFromWords(base.words);
  if (integer) return integer;
  if (base.words.length === 1) {
    const type = c.program.typedef(base.words[0]);
    if (type) return type;
    if (!c.skippedNames.has(base.words[0])) reportUnknownType(c, base.words[0], written);
    return ERROR;
  }
  report(c, 'unknownType', written, `'${text}' is not a type: these words do not go together`);
  return ERROR;
}

/** A tag that nobody declares; reported once, and an incomplete struct from then on. */
function unknownStruct(c: CheckContext, name: string, range: Range): Type {
  const known = [...c.program.structs.names()];
  const type = c.program.structs.named(name);
  if (c.skippedNames.has(name)) return ERROR;
  const near = closest(name, known);
  report(c, 'unknownType', range, `there is no 'struct ${name}'${near ? `; did you mean 'struct ${near}'?` : ''}`);
  return type;
}

function reportUnknownType(c: CheckContext, name: string, written: TypeName): void {
  const at = c.text.indexOf(name, written.start);
  const range: Range = at >= 0 && at < written.end ? { start: at, end: at + name.length } : written;
  if (c.unknownNames.has(`type ${name}`)) return;
  c.unknownNames.add(`type ${name}`);
  const keyword = closest(name, keywords);
  const hint = c.program.struct(name)
    ? `; it is a struct: write 'struct ${name}'`
    : keyword !== undefined && !['int', 'char', 'long', 'void', 'bool', 'short'].includes(keyword)
      ? `; did you mean '${keyword}'?`
      : didYouMean(name, c.program.typeNames());
  report(c, 'unknownType', range, `there is no type '${name}'${hint}`);
}

function arrayOf(c: CheckContext, of: Type, length: Expression | undefined, written: TypeName): Type {
  if (of.kind === 'error') return ERROR;
  if (of.kind === 'void' || of.kind === 'function' || (of.kind === 'struct' && !isComplete(of))) {
    report(c, 'badArray', written, `an array cannot have elements of type '${typeText(of)}', as their size is not known`);
    return ERROR;
  }
  if (!length) return { kind: 'array', of, length: LENGTH_FROM_INITIALIZER };
  const count = constantValue(c, length, 'the length of an array');
  if (count === undefined) return ERROR;
  if (count <= 0) {
    report(c, 'badArray', length, `an array has at least one element, and this length is ${count}`);
    return ERROR;
  }
  if (count * sizeOfType(of) > limits.objectSize.max) {
    report(c, 'limit', length, limits.objectSize.message);
    return ERROR;
  }
  return { kind: 'array', of, length: count };
}

export function isComplete(type: Type): boolean {
  if (type.kind === 'array') return isComplete(type.of);
  return type.kind !== 'struct' || type.members !== undefined;
}

/** Types of parameters as the function sees them: arrays are pointers. */
export function resolveParameters(c: CheckContext, parameters: readonly Parameter[]): FunctionType['parameters'] {
  if (parameters.length > limits.parameters.max) {
    report(c, 'limit', parameters[limits.parameters.max], limits.parameters.message);
  }
  return parameters.map((parameter) => {
    const { type, constant } = resolveType(c, parameter.typeName);
    return { name: parameter.name, type: parameterType(c, parameter, type, constant) };
  });
}

/** @param constant whether what is declared is constant: for an array its elements. */
function parameterType(c: CheckContext, parameter: Parameter, type: Type, constant: boolean): Type {
  if (type.kind === 'array') {
    const pointer = pointerTo(type.of, constant ? { constant: true } : {});
    parameter.typeName.type = pointer;
    return pointer;
  }
  if (type.kind === 'void') {
    report(c, 'badType', parameter, "a parameter cannot be 'void': write 'void *' for a pointer to anything");
    return ERROR;
  }
  if (type.kind === 'struct') {
    report(
      c,
      'unsupported',
      parameter,
      `a struct is passed by its address: write '${typeText(pointerTo(type))}${parameter.name}'`,
    );
    return ERROR;
  }
  return type;
}

/** Complains about objects that cannot exist: void, incomplete structs, arrays without length. Gives the type or the error type. */
export function objectType(c: CheckContext, type: Type, name: string, range: Range): Type {
  if (type.kind === 'void') {
    report(c, 'badType', range, `'${name}' cannot be 'void': only functions return nothing, and 'void *' points to anything`);
    return ERROR;
  }
  if (type.kind === 'struct' && !isComplete(type)) {
    const known = [...c.program.structs.names()].filter((other) => c.program.struct(other)?.members);
    report(
      c,
      'unknownType',
      range,
      `'${typeText(type)}' is declared nowhere, so '${name}' has no size${didYouMean(type.name, known)}`,
    );
    return ERROR;
  }
  if (type.kind === 'array' && type.length === LENGTH_FROM_INITIALIZER) {
    report(c, 'badArray', range, `the array '${name}' needs a length, or an initialiser that gives it one`);
    return ERROR;
  }
  if (sizeOfType(type) > limits.objectSize.max) {
    report(c, 'limit', range, limits.objectSize.message);
    return ERROR;
  }
  return type;
}
