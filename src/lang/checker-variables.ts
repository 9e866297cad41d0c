/** Variables of functions: their symbols, storage and initialisers. */
import { BlockScope, type CheckContext, report } from './check-context.ts';
import type { CheckedVariable } from './checked-program.ts';
import { checkInitializer } from './checker-initializers.ts';
import { LENGTH_FROM_INITIALIZER, objectType, resolveType } from './checker-types.ts';
import type { NamedSymbol, VariableDeclaration, VariableSymbol } from './tree.ts';

/** Puts a symbol into the innermost block; a second one of that name is reported. */
export function declareLocal(c: CheckContext, symbol: NamedSymbol & { declaredAt: { start: number; end: number } }): void {
  c.block ??= new BlockScope();
  const { block } = c;
  const other = block.symbols.get(symbol.name);
  if (other && 'declaredAt' in other) {
    // A statement that was misread as a declaration: its unknown type has been reported.
    if ('type' in symbol && symbol.type.kind === 'error') return;
    report(c, 'redeclared', symbol.declaredAt, `'${symbol.name}' is already declared in this block: choose another name`, [
      { uri: c.reporter.uri, range: other.declaredAt, message: 'the first declaration' },
    ]);
    return;
  }
  block.symbols.set(symbol.name, symbol);
}

/** Checks a declaration inside a function. Static locals go to `statics`. */
export function checkLocalVariable(c: CheckContext, declaration: VariableDeclaration, statics: CheckedVariable[]): void {
  const { type, constant } = resolveType(c, declaration.typeName);
  const isStatic = declaration.storage.static;
  if (declaration.storage.extern) {
    report(
      c,
      'misplaced',
      declaration,
      `'extern' stands outside of functions: move the declaration of '${declaration.name}' out`,
    );
  }
  const symbol: VariableSymbol = {
    kind: 'variable',
    name: declaration.name,
    type,
    constant,
    storage: { kind: isStatic ? 'static' : 'local' },
    addressTaken: false,
    declaredAt: declaration.nameRange,
    source: c.source,
  };
  declaration.symbol = symbol;
  if (!declaration.initializer || type.kind !== 'array' || type.length !== LENGTH_FROM_INITIALIZER) {
    symbol.type = objectType(c, type, declaration.name, declaration.nameRange);
  }
  declareLocal(c, symbol);
  if (!isStatic) c.function?.locals.push(symbol);
  if (declaration.initializer) {
    const result = checkInitializer(c, declaration.initializer, symbol.type, declaration.name, isStatic);
    declaration.initializer = result.initializer;
    symbol.type = objectType(c, result.type, declaration.name, declaration.nameRange);
  }
  declaration.typeName.type = symbol.type;
  if (isStatic) statics.push({ symbol, declaration, source: c.source, initializer: declaration.initializer });
}
