/** Names in expressions: what they stand for, and help when they stand for nothing. */
import { type CheckContext, lookup, report, typed } from './check-context.ts';
import { BOOL } from './integer-types.ts';
import { didYouMean } from './spelling.ts';
import type { Expression, NamedSymbol, NameExpression } from './tree.ts';
import { ERROR, pointerTo, VOID } from './type-facts.ts';

const constants: ReadonlyMap<string, NamedSymbol> = new Map<string, NamedSymbol>([
  ['NULL', { kind: 'constant', name: 'NULL', value: 0, type: pointerTo(VOID), doc: 'The address of nothing.' }],
  ['true', { kind: 'constant', name: 'true', value: 1, type: BOOL, doc: '' }],
  ['false', { kind: 'constant', name: 'false', value: 0, type: BOOL, doc: '' }],
]);

/** `NULL`, `true`, `false`, `current`. */
export function isBuiltinConstant(name: string): boolean {
  return constants.has(name) || name === 'current';
}

export function checkName(c: CheckContext, e: NameExpression): Expression {
  const symbol = lookup(c, e.name) ?? constants.get(e.name);
  if (!symbol) {
    if (e.name === 'current') {
      e.builtin = 'current';
      return typed(e, pointerTo(c.program.structs.named('task_struct')));
    }
    reportUnknown(c, e);
    return typed(e, ERROR);
  }
  e.symbol = symbol;
  switch (symbol.kind) {
    case 'constant':
      e.constant = symbol.value;
      return typed(e, symbol.type);
    case 'variable':
      c.used.add(symbol);
      return typed(e, symbol.type);
    case 'function': {
      const kind = symbol.definition?.kind;
      if (kind === 'task' || kind === 'irq') {
        report(c, 'notValue', e, `'${e.name}' is a ${kind === 'task' ? 'task' : 'non-maskable interrupt'} and has no value`);
        return typed(e, ERROR);
      }
      c.program.noteUse(symbol, { source: c.source, range: e });
      return typed(e, symbol.type);
    }
  }
}

/** Reports an undeclared name, once per function. */
export function reportUnknown(c: CheckContext, e: NameExpression, call = false): void {
  if (c.skippedNames.has(e.name) || c.unknownNames.has(e.name)) return;
  c.unknownNames.add(e.name);
  const models = c.program.environment.functionModels.get(e.name);
  if (models) {
    const list = models.map((model) => `mapping = ${model}`).join(' or ');
    report(c, 'wrongModel', e, `${e.name}() does not exist in the mapping model chosen here: it needs ${list}`);
    return;
  }
  const struct = !call && c.program.struct(e.name) !== undefined ? `; 'struct ${e.name}' is a type` : '';
  const names = [...(c.block?.names() ?? []), ...c.program.names(c.source), ...constants.keys(), 'current'];
  report(
    c,
    'unknownName',
    e,
    `there is no ${call ? 'function' : 'variable or constant'} '${e.name}'${struct || didYouMean(e.name, names)}`,
  );
}
