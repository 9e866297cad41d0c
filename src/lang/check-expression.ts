/** Single expressions of a person: watches, breakpoint conditions, log points. Checked like code at the place where they look from. */
import { assert } from '../util/assert.ts';
import { BlockScope, type CheckContext } from './check-context.ts';
import type { CheckedFunction, CheckedProgram } from './checked-program.ts';
import { checkPlaceAsValue } from './checker-conversions.ts';
import { checkObject } from './checker-expressions.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { LanguageEnvironment } from './environment.ts';
import { parseExpressionText } from './parser.ts';
import { ProgramScope } from './program-scope.ts';
import { Reporter } from './reporter.ts';
import type { Range } from './source.ts';
import type { Expression, NamedSymbol, Statement, VariableSymbol } from './tree.ts';
import type { Type } from './types.ts';

/** The names that an expression can use. */
export interface ExpressionScope {
  program: CheckedProgram;
  /** Source whose static functions and variables are in reach. */
  source?: number;
  /** Locals and parameters of the place, and whatever else the caller supplies (fields of an event); they win over the program's. */
  locals: ReadonlyMap<string, NamedSymbol>;
}

/** Checks `text`. The expression is complete (types, symbols) when no diagnostic is an error; an array keeps its type. */
export function checkExpression(
  text: string,
  scope: ExpressionScope,
  environment: LanguageEnvironment,
): { expression: Expression; diagnostics: Diagnostic[] } {
  const uri = 'expression';
  const parsed = parseExpressionText({ uri, text, role: 'kernel' });
  const { names } = scope.program;
  assert(
    names instanceof ProgramScope && names.environment === environment,
    'an expression is checked in the environment of its program',
  );
  const block = new BlockScope();
  for (const [name, symbol] of scope.locals) block.symbols.set(name, symbol);
  const c: CheckContext = {
    program: names,
    source: scope.source ?? -1,
    role: 'kernel',
    text,
    reporter: new Reporter(uri),
    skippedNames: new Set(),
    faulty: false,
    unknownNames: new Set(),
    block,
    used: new Set(),
  };
  const expression = checkPlaceAsValue(c, checkObject(c, parsed.expression));
  return { expression, diagnostics: [...parsed.diagnostics, ...c.reporter.diagnostics] };
}

/** The scope at a statement of a function; without one, the file-level names alone. */
export function expressionScope(
  program: CheckedProgram,
  functionName?: string,
  place?: Range & { source: number },
): ExpressionScope {
  const locals = new Map<string, NamedSymbol>();
  const found = program.functions.find(
    ({ symbol, source }) => symbol.name === functionName && (place === undefined || source === place.source),
  );
  if (found) for (const symbol of visibleLocals(found, place)) locals.set(symbol.name, symbol);
  return { program, ...(found ? { source: found.source } : {}), locals };
}

/** A value that the caller supplies under a name: a field of the event in a condition. */
export function fieldSymbol(name: string, type: Type): VariableSymbol {
  const declaredAt = { start: 0, end: 0 };
  return {
    kind: 'variable',
    name,
    type,
    constant: true,
    storage: { kind: 'field' },
    addressTaken: false,
    declaredAt,
    source: -1,
  };
}

/** Parameters, and the locals of the blocks around `place` that are declared before its end. Inner ones come last. */
function visibleLocals({ declaration, parameters }: CheckedFunction, place?: Range): VariableSymbol[] {
  const visible = [...parameters];
  if (!declaration.body || !place) return visible;
  const walk = (statement: Statement): void => {
    switch (statement.kind) {
      case 'declaration':
        for (const variable of statement.variables) {
          if (variable.symbol && variable.start <= place.start) visible.push(variable.symbol);
        }
        break;
      case 'block':
        if (contains(statement, place)) statement.body.forEach(walk);
        break;
      case 'if':
        walk(statement.then);
        if (statement.otherwise) walk(statement.otherwise);
        break;
      case 'for':
        if (statement.init && contains(statement, place)) walk(statement.init);
        walk(statement.body);
        break;
      case 'while':
      case 'do':
      case 'switch':
      case 'case':
      case 'label':
        walk(statement.body);
        break;
    }
  };
  walk(declaration.body);
  return visible;
}

function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
