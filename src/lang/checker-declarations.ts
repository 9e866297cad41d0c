/** File-level declarations: names of all files first, then types, then functions and variables. */
import { type CheckContext, report, typed } from './check-context.ts';
import type { CheckedVariable } from './checked-program.ts';
import { isBuiltinName } from './checker-builtins.ts';
import { checkValue, constantValue } from './checker-expressions.ts';
import { checkInitializer } from './checker-initializers.ts';
import { isBuiltinConstant } from './checker-names.ts';
import { completeStruct } from './checker-structs.ts';
import { LENGTH_FROM_INITIALIZER, objectType, resolveParameters, resolveType } from './checker-types.ts';
import { INT, integerByName } from './integer-types.ts';
import { type Lazy, lazy } from './program-scope.ts';
import type { Range } from './source.ts';
import type {
  ConstantSymbol,
  EnumDeclaration,
  FunctionDeclaration,
  FunctionSymbol,
  NamedSymbol,
  SourceFile,
  TypedefDeclaration,
  VariableDeclaration,
  VariableSymbol,
} from './tree.ts';
import { ERROR, isInteger, sameType, typeText } from './type-facts.ts';
import type { EnumType, FunctionType, Type } from './types.ts';

/** Types and constants of a file: only their names become known. */
export function registerTypes(c: CheckContext, file: SourceFile): void {
  for (const declaration of file.declarations) {
    switch (declaration.kind) {
      case 'typedef':
        registerTypedef(c, declaration);
        break;
      case 'struct':
        if (c.program.structs.isLayout(declaration.name) || c.program.structs.isPending(declaration.name)) {
          const where = c.program.structs.isLayout(declaration.name) ? 'the kernel has a' : 'there is already a';
          report(c, 'redeclared', declaration.nameRange, `${where} 'struct ${declaration.name}': choose another name`);
        } else c.program.structs.declare(declaration.name, () => completeStruct(c, declaration));
        break;
      case 'enum':
        registerEnum(c, declaration);
        break;
    }
  }
}

/** Works out every type and constant of a file, so that faults in unused ones show too. */
export function resolveTypes(c: CheckContext, file: SourceFile): void {
  for (const declaration of file.declarations) {
    if (declaration.kind === 'typedef') c.program.typedef(declaration.name);
    else if (declaration.kind === 'struct') c.program.structs.complete(declaration.name);
    else if (declaration.kind === 'enum') for (const { name } of declaration.constants) c.program.symbol(name, c.source);
  }
}

function registerTypedef(c: CheckContext, declaration: TypedefDeclaration): void {
  const { name } = declaration;
  const again = c.program.hasTypedef(name) || integerByName(name) !== undefined;
  const type: Lazy<Type> = lazy(() => resolveType(c, declaration.typeName).type);
  const named: Lazy<Type> = lazy(
    () => {
      const found = type.resolve() ?? ERROR;
      return found.kind === 'integer' ? { ...found, name } : found;
    },
    () => report(c, 'recursiveType', declaration.nameRange, `the type '${name}' is made of itself`),
  );
  if (!again) {
    c.program.defineTypedef(name, named);
    return;
  }
  c.program.later(() => {
    const [first, second] = [c.program.typedef(name) ?? ERROR, type.resolve() ?? ERROR];
    if (!sameType(first, second))
      report(c, 'redeclared', declaration.nameRange, `the type '${name}' is declared already, as '${typeText(first)}'`);
  });
}

function registerEnum(c: CheckContext, declaration: EnumDeclaration): void {
  const values = new Map<string, number>();
  const type: EnumType = { kind: 'enum', name: declaration.name, constants: values };
  if (declaration.name !== '' && !declaration.macro) {
    if (c.program.enumeration(declaration.name))
      report(c, 'redeclared', declaration.nameRange, `there is already an 'enum ${declaration.name}'`);
    else c.program.defineEnumeration(type);
  }
  let previous: Lazy<ConstantSymbol> | undefined;
  for (const constant of declaration.constants) {
    const before = previous;
    const symbol = lazy<ConstantSymbol>(() => {
      let value = before ? (before.resolve()?.value ?? -1) + 1 : 0;
      let of: Type = INT;
      if (constant.value) {
        const found = constantValue(c, constant.value, `the value of '${constant.name}'`);
        value = found ?? 0;
        const own = checkedType(c, constant.value);
        if (found === undefined) of = ERROR;
        else if (isInteger(own) && (declaration.macro || own.kind !== 'enum')) of = own;
      }
      values.set(constant.name, value);
      return { kind: 'constant', name: constant.name, value, type: of, doc: '' };
    });
    previous = symbol;
    if (isReserved(c, constant.name, constant.nameRange)) continue;
    if (c.program.declares(constant.name, c.source)) {
      report(c, 'redeclared', constant.nameRange, `'${constant.name}' is declared already: choose another name`);
    } else c.program.defineConstant(constant.name, symbol);
  }
}

/** Type of a constant's value; the node was checked a moment ago, its value form may have replaced it. */
function checkedType(c: CheckContext, e: EnumDeclaration['constants'][number]['value']): Type {
  return e ? (e.type ?? checkValue(c, e).type ?? INT) : INT;
}

/** Declares a function; prototypes and the definition share one symbol. */
export function declareFunction(c: CheckContext, declaration: FunctionDeclaration): void {
  const { name, nameRange, body } = declaration;
  const returns = resolveType(c, declaration.returns).type;
  let result = returns;
  if (returns.kind === 'struct') {
    report(
      c,
      'unsupported',
      declaration.returns,
      `${name}() cannot return a struct: return a pointer, or fill one that the caller passes`,
    );
    result = ERROR;
  }
  const type: FunctionType = { kind: 'function', returns: result, parameters: resolveParameters(c, declaration.parameters) };
  if (declaration.variadic) {
    type.variadic = true;
    if (body)
      report(
        c,
        'unsupported',
        nameRange,
        `${name}() cannot have '...': only printk() and its family take any number of arguments`,
      );
  }
  const isStatic = declaration.specifiers.includes('static');
  if (isReserved(c, name, nameRange)) return;
  const existing = c.program.existing(name, isStatic ? c.source : undefined);
  if (existing?.kind === 'function') {
    declaration.symbol = existing;
    joinFunction(c, declaration, existing, type);
    return;
  }
  if (existing) {
    reportTaken(c, name, nameRange, existing);
    return;
  }
  const symbol: FunctionSymbol = {
    kind: 'function',
    name,
    type,
    ...(body ? { definition: declaration } : {}),
    syscall: declaration.specifiers.includes('SYSCALL'),
    source: c.source,
    declaredAt: nameRange,
  };
  declaration.symbol = symbol;
  c.program.define(name, symbol, isStatic ? c.source : undefined);
}

/** One more declaration of a known function. */
function joinFunction(c: CheckContext, declaration: FunctionDeclaration, symbol: FunctionSymbol, type: FunctionType): void {
  const { name, nameRange, body } = declaration;
  if (body && (symbol.definition || symbol.intrinsic !== undefined)) {
    declaration.symbol = undefined;
    reportTaken(c, name, nameRange, symbol);
    return;
  }
  if (!sameType(symbol.type, type)) {
    report(
      c,
      'conflicting',
      nameRange,
      `${name}() is declared twice with different types: '${typeText(symbol.type, name)}' and '${typeText(type, name)}'`,
      where(c, symbol),
    );
  }
  if (body) {
    symbol.definition = declaration;
    symbol.type = type;
    symbol.source = c.source;
    symbol.declaredAt = nameRange;
  }
  if (declaration.specifiers.includes('SYSCALL')) symbol.syscall = true;
}

/** Names that the language itself gives a meaning cannot be declared. Reports and answers true for them. */
export function isReserved(c: CheckContext, name: string, range: Range): boolean {
  if (!isBuiltinName(name) && !isBuiltinConstant(name)) return false;
  report(c, 'redeclared', range, `'${name}' has a meaning in the language already: choose another name`);
  return true;
}

/** The name is in use already: by the kernel, or by something else in the text. */
export function reportTaken(c: CheckContext, name: string, range: Range, other: NamedSymbol): void {
  const ofKernel = 'source' in other && other.source !== c.source && c.role === 'program';
  const what = other.kind === 'function' ? 'function' : other.kind === 'constant' ? 'constant' : 'variable';
  report(
    c,
    'redeclared',
    range,
    ofKernel ? `the kernel has a ${what} '${name}' already: choose another name` : `'${name}' is declared already, as a ${what}`,
    where(c, other),
  );
}

function where(c: CheckContext, other: NamedSymbol): { uri: string; range: Range; message: string }[] | undefined {
  if (other.kind === 'constant' || other.source < 0) return undefined;
  return [{ uri: c.program.uris[other.source] ?? '', range: other.declaredAt, message: 'the other declaration' }];
}

/** Declares a variable of the file; its initialiser is checked later, when all names are known. */
export function declareGlobal(c: CheckContext, declaration: VariableDeclaration): void {
  const { name, nameRange, storage } = declaration;
  const { type: written, constant } = resolveType(c, declaration.typeName);
  let type = written;
  if (!(type.kind === 'array' && type.length === LENGTH_FROM_INITIALIZER && (declaration.initializer || storage.extern))) {
    type = objectType(c, type, name, nameRange);
  }
  const onlyHere = storage.static ? c.source : undefined;
  if (isReserved(c, name, nameRange)) return;
  const existing = c.program.existing(name, onlyHere);
  if (existing?.kind === 'variable' && existing.storage.kind !== 'page' && (storage.extern || c.program.isExtern(existing))) {
    if (!sameType(existing.type, type) && !(existing.type.kind === 'array' && type.kind === 'array')) {
      report(
        c,
        'conflicting',
        nameRange,
        `'${name}' is declared twice with different types: '${typeText(existing.type)}' and '${typeText(type)}'`,
        where(c, existing),
      );
    }
    declaration.symbol = existing;
    if (!storage.extern) {
      Object.assign(existing, { type, constant, declaredAt: nameRange, source: c.source });
      c.program.markDefined(existing);
    }
    return;
  }
  if (existing) {
    reportTaken(c, name, nameRange, existing);
    return;
  }
  const symbol: VariableSymbol = {
    kind: 'variable',
    name,
    type,
    constant,
    storage: { kind: storage.perCpu ? 'perCpu' : 'static' },
    addressTaken: false,
    declaredAt: nameRange,
    source: c.source,
  };
  declaration.symbol = symbol;
  if (storage.extern) c.program.markExtern(symbol, nameRange);
  c.program.define(name, symbol, onlyHere);
}

/** Checks the initialiser and gives what the compiler places; nothing for `extern`. */
export function checkGlobal(c: CheckContext, declaration: VariableDeclaration): CheckedVariable | undefined {
  const { symbol, name } = declaration;
  if (!symbol || declaration.storage.extern) {
    if (declaration.initializer) declaration.initializer = typed(checkLoose(c, declaration.initializer), ERROR);
    return undefined;
  }
  if (declaration.initializer) {
    const result = checkInitializer(c, declaration.initializer, symbol.type, name, true);
    declaration.initializer = result.initializer;
    symbol.type = result.type;
  }
  declaration.typeName.type = symbol.type;
  return { symbol, declaration, source: c.source, ...(declaration.initializer ? { initializer: declaration.initializer } : {}) };
}

function checkLoose(
  c: CheckContext,
  e: NonNullable<VariableDeclaration['initializer']>,
): NonNullable<VariableDeclaration['initializer']> {
  return e.kind === 'initializer' ? e : checkValue(c, e);
}
