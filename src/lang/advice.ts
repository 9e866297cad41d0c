/** Warnings for what is allowed and hardly ever meant. None of them fires on correct kernel code. */
import { type CheckContext, report, sourceText } from './check-context.ts';
import type { Expression, IfStatement } from './tree.ts';

/** `if (a = b)`; with a second pair of parentheses it is meant. */
export function adviseCondition(c: CheckContext, e: Expression): void {
  if (e.kind !== 'assign' || e.operator !== '' || c.text[e.start] === '(') return;
  report(
    c,
    'assignmentAsCondition',
    e,
    `this stores into '${sourceText(c, e.target)}' instead of comparing: write '==', or another pair of parentheses if it is meant`,
  );
}

/** `if (x);` followed by something else. */
export function adviseEmptyBody(c: CheckContext, statement: IfStatement): void {
  const { then } = statement;
  if (then.kind !== 'empty' || statement.otherwise || c.text[then.start] !== ';') return;
  const line = c.text.slice(statement.test.end, then.start);
  if (line.includes('\n')) return;
  report(c, 'emptyBody', then, "this ';' is all that the 'if' governs: remove it");
}

/** Expression statements that do nothing, and mappings whose address is lost. */
export function adviseUnusedValue(c: CheckContext, checked: Expression): void {
  let e = checked;
  while (e.kind === 'convert') e = e.operand;
  if (e.type?.kind === 'error') return;
  if (e.kind === 'call') {
    const name = e.callee.kind === 'name' ? e.callee.name : '';
    if (e.type?.kind === 'pointer' && /^k?map_|^kmap$/.test(name)) {
      report(
        c,
        'mappingLost',
        e,
        `the address that ${name}() returns is lost, so nobody can use or unmap this mapping: keep it in a variable`,
      );
    }
    return;
  }
  const text = sourceText(c, e);
  if (e.kind === 'binary' && e.operator === '==') {
    report(c, 'noEffect', e, `'${text}' compares and forgets the answer: write '=' to store`);
    return;
  }
  const idle =
    e.kind === 'binary'
      ? !['&&', '||', ','].includes(e.operator)
      : ['name', 'member', 'index', 'integer', 'char', 'string', 'sizeof'].includes(e.kind);
  if (!idle || e.constant !== undefined) return;
  const isFunction = e.type?.kind === 'pointer' && e.type.to.kind === 'function' && e.kind === 'name';
  report(
    c,
    'noEffect',
    e,
    isFunction
      ? `'${text}' names a function and does not call it: write '${text}()'`
      : `'${text}' has no effect: its value is not used`,
  );
}
