/** `min(a, b)`, `max(a, b)`, `min_t(type, a, b)`, `max_t(type, a, b)`: a comparison and a choice. */
import { type CheckContext, report, sourceText, typed } from './check-context.ts';
import { isPure } from './checker-builtins.ts';
import { convert } from './checker-conversions.ts';
import { checkValue } from './checker-expressions.ts';
import { resolveType } from './checker-types.ts';
import { foldBinary } from './constant-fold.ts';
import { INT } from './integer-types.ts';
import type { BinaryExpression, CallExpression, Expression } from './tree.ts';
import { commonType, ERROR, isInteger, typeText } from './type-facts.ts';
import type { IntegerType } from './types.ts';

export function minimum(c: CheckContext, e: CallExpression, name: string): Expression {
  const typedForm = name.endsWith('_t');
  const written = typedForm ? e.args[0] : undefined;
  const rest = typedForm ? e.args.slice(1) : e.args;
  const [left, right] = rest.map((argument) => checkValue(c, argument));
  const [a, b] = [left.type ?? ERROR, right.type ?? ERROR];
  if (a.kind === 'error' || b.kind === 'error') return typed(e, ERROR);
  if (!isInteger(a) || !isInteger(b)) {
    report(c, 'badOperands', e, `${name}() compares numbers, and these are '${typeText(a)}' and '${typeText(b)}'`);
    return typed(e, ERROR);
  }
  const impure = [left, right].find((argument) => !isPure(argument));
  if (impure) {
    report(c, 'unsupported', impure, `'${sourceText(c, impure)}' would run twice in ${name}(): put it into a variable first`);
    return typed(e, ERROR);
  }
  let type: IntegerType = commonType(a, b);
  if (written?.kind === 'sizeof' && written.typeName) {
    const wanted = resolveType(c, written.typeName).type;
    if (wanted.kind !== 'integer') {
      if (wanted.kind !== 'error')
        report(c, 'badOperands', written, `${name}() needs an integer type, and this is '${typeText(wanted)}'`);
      return typed(e, ERROR);
    }
    type = wanted;
  }
  const [x, y] = [convert(left, type), convert(right, type)];
  const operator = name.startsWith('min') ? '<' : '>';
  const test: BinaryExpression = { kind: 'binary', operator, left: x, right: y, type: INT, start: e.start, end: e.end };
  foldBinary(test);
  const chosen: Expression = { kind: 'conditional', test, then: x, otherwise: y, type, start: e.start, end: e.end };
  if (test.constant !== undefined) chosen.constant = (test.constant ? x : y).constant;
  return chosen;
}
