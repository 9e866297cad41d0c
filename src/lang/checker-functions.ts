/** Bodies of functions, tasks and handlers. */
import { certainlyUninitialised } from './assignment-flow.ts';
import { BlockScope, type CheckContext, type FunctionState, report } from './check-context.ts';
import type { CheckedFunction, CheckedVariable } from './checked-program.ts';
import { checkBody } from './checker-statements.ts';
import { declareLocal } from './checker-variables.ts';
import { reachesEnd } from './reachability.ts';
import type { BlockStatement, FunctionSymbol, VariableSymbol } from './tree.ts';

export function checkFunctionBody(
  c: CheckContext,
  kind: CheckedFunction['kind'],
  symbol: FunctionSymbol,
  declaration: CheckedFunction['declaration'],
  statics: CheckedVariable[],
): CheckedFunction {
  const state: FunctionState = {
    name: declaration.name,
    kind,
    userMode: declaration.kind === 'task' && declaration.user,
    returns: symbol.type.returns,
    parameters: [],
    locals: [],
    labels: new Map(),
    gotos: [],
    loops: 0,
    switches: [],
    breakable: 0,
  };
  c.function = state;
  c.block = new BlockScope();
  c.unknownNames = new Set();
  if (declaration.kind === 'function') declareParameters(c, declaration.parameters, state);
  const { body } = declaration;
  if (body && !('skipped' in declaration && declaration.skipped)) {
    checkBody({ c, statics }, body);
    const faulty = c.faulty || c.reporter.diagnostics.some(({ severity }) => severity === 'error');
    if (!faulty) advise(c, state, body);
  }
  c.function = undefined;
  c.block = undefined;
  return { kind, symbol, declaration, source: c.source, parameters: state.parameters, locals: state.locals };
}

function declareParameters(
  c: CheckContext,
  parameters: (CheckedFunction['declaration'] & { kind: 'function' })['parameters'],
  state: FunctionState,
): void {
  parameters.forEach((parameter, index) => {
    if (parameter.name === '') report(c, 'expectedName', parameter, 'the parameters of a function with a body need names');
    const symbol: VariableSymbol = {
      kind: 'variable',
      name: parameter.name,
      type: parameter.typeName.type ?? { kind: 'error' },
      constant:
        parameter.typeName.pointers.length > 0
          ? parameter.typeName.pointers[parameter.typeName.pointers.length - 1].constant
          : parameter.typeName.constant && parameter.typeName.arrays.length === 0,
      storage: { kind: 'parameter', index },
      addressTaken: false,
      declaredAt: parameter.nameRange,
      source: c.source,
    };
    parameter.symbol = symbol;
    state.parameters.push(symbol);
    if (parameter.name !== '') declareLocal(c, symbol);
  });
}

/** What is missing or superfluous in a body that is otherwise correct. */
function advise(c: CheckContext, state: FunctionState, body: BlockStatement): void {
  if (state.returns.kind !== 'void' && reachesEnd(body.body)) {
    const end = { start: body.end - 1, end: body.end };
    report(
      c,
      'missingReturn',
      end,
      `${state.name}() can come to its end without a 'return': add one, or the caller gets a random value`,
    );
  }
  for (const read of certainlyUninitialised(body)) {
    report(c, 'uninitialised', read, `'${read.name}' is read here, and nothing has been stored in it yet`);
  }
  if (c.role === 'program') adviseUnused(c, state);
}

function adviseUnused(c: CheckContext, state: FunctionState): void {
  for (const local of state.locals) {
    if (c.used.has(local) || local.type.kind === 'error' || local.name.startsWith('_')) continue;
    report(c, 'unusedVariable', local.declaredAt, `nothing reads '${local.name}': remove it, or use it`);
  }
}
