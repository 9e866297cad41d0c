/**
 * The kernel's macros that are statements: `wait_event(wq, condition);`, `for_each_possible_cpu(cpu) body`, `kfree_rcu(pointer, member);`. Each is a template in the
 * language itself; the copy that takes its place has the range of the macro's use, so that the debugger shows that line.
 */

import { parseStatementText } from './parser.ts';
import { parseAssignment } from './parser-expressions.ts';
import type { Range } from './source.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Expression, Statement } from './tree.ts';

interface StatementMacro {
  /** Number of arguments, `$1`, `$2` ... in the template. */
  parameters: number;
  /** `$body;` stands for the statement behind the parentheses, if the macro governs one. */
  template: string;
}

const forEachCpu: StatementMacro = { parameters: 1, template: 'for ($1 = 0; $1 < nr_cpu_ids; $1++) $body;' };

function waitEvent(state: string): StatementMacro {
  return {
    parameters: 2,
    template: `{
      struct wait_queue_entry __wait;
      init_wait(&__wait);
      for (;;) {
        prepare_to_wait(&$1, &__wait, ${state});
        if ($2)
          break;
        schedule();
      }
      finish_wait(&$1, &__wait);
    }`,
  };
}

const freeLater: StatementMacro = { parameters: 2, template: 'kvfree_call_rcu(&($1)->$2, $1);' };

export const statementMacros: Readonly<Record<string, StatementMacro>> = {
  kfree_rcu: freeLater,
  kvfree_rcu: freeLater,
  for_each_possible_cpu: forEachCpu,
  for_each_online_cpu: forEachCpu,
  wait_event: waitEvent('TASK_UNINTERRUPTIBLE'),
};

/** Whether a statement macro is used here. */
export function startsStatementMacro(p: TokenCursor): boolean {
  return p.token.kind === 'name' && Object.hasOwn(statementMacros, p.token.text) && p.isAt(1, '(');
}

/** Reads the use of a macro and gives what it stands for. `body` reads the statement that it governs, `end` its semicolon. */
export function parseStatementMacro(p: TokenCursor, body: () => Statement, end: () => void): Statement {
  const name = p.next();
  const macro = statementMacros[name.text];
  p.next();
  const args: Expression[] = [];
  while (!p.is(')') && !p.atEnd && !p.panic) {
    args.push(parseAssignment(p));
    if (p.panic || !p.accept(',')) break;
  }
  if (!p.panic) p.expect(')', `to close ${name.text}(`);
  if (p.panic) p.recoverTo(')');
  else if (args.length !== macro.parameters) {
    const range = p.rangeFrom(name.start);
    p.note(
      'argumentCount',
      range,
      `${name.text}() takes ${macro.parameters} argument${macro.parameters === 1 ? '' : 's'}, and this one has ${args.length}`,
    );
  }
  const head = p.rangeFrom(name.start);
  let governed: Statement | undefined;
  if (macro.template.includes('$body')) governed = body();
  else end();
  const whole = p.rangeFrom(name.start);
  if (args.length !== macro.parameters) return governed ?? { kind: 'empty', ...whole };
  return expand(parseStatementText(macro.template), args, governed, head, whole);
}

function cloned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloned(inner)])) as T;
}

/** A copy of the template with arguments and body in place. Every other node has the range of the macro's head. */
function expand(
  template: Statement,
  args: readonly Expression[],
  body: Statement | undefined,
  head: Range,
  whole: Range,
): Statement {
  const used = new Set<number>();
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    const node = value as { kind?: string; name?: string; expression?: { name?: string } };
    if (node.kind === 'expression' && node.expression?.name === '$body' && body) return body;
    const argument = node.kind === 'name' ? /^\$(\d)$/.exec(node.name ?? '') : null;
    if (argument) {
      const index = Number(argument[1]) - 1;
      // The first use is the argument itself, the others are copies: each node is checked once.
      if (!used.has(index)) {
        used.add(index);
        return args[index];
      }
      return cloned(args[index]);
    }
    const result: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value)) result[key] = copy(inner);
    if ('start' in result && 'end' in result) Object.assign(result, head);
    const member = node.kind === 'member' ? /^\$(\d)$/.exec(node.name ?? '') : null;
    const named = member && args[Number(member[1]) - 1];
    if (named?.kind === 'name') Object.assign(result, { name: named.name, nameRange: { start: named.start, end: named.end } });
    return result;
  };
  return Object.assign(copy(template) as Statement, whole);
}
