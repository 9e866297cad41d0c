/** Whether the end of a function's body can be reached, by the shape of its statements and constant conditions. */
import type { Expression, Statement } from './tree.ts';

/** Functions after which nothing runs. */
const noReturn: ReadonlySet<string> = new Set([
  'BUG',
  'panic',
  'do_exit',
  'make_task_dead',
  'do_task_dead',
  'unreachable',
  'cpu_startup_entry',
]);

interface Jumps {
  /** A `break` that leaves the statement at hand was met. */
  breaks: boolean;
}

/** Whether control can come to the place behind `statements`. Labels count as reachable. */
export function reachesEnd(statements: readonly Statement[], jumps: Jumps = { breaks: false }): boolean {
  let live = true;
  for (const statement of statements) {
    if (!live && !hasEntry(statement)) continue;
    live = passes(statement, jumps);
  }
  return live;
}

function passes(statement: Statement, jumps: Jumps): boolean {
  switch (statement.kind) {
    case 'block':
      return reachesEnd(statement.body, jumps);
    case 'if': {
      const { constant } = statement.test;
      const then = passes(statement.then, jumps);
      const otherwise = statement.otherwise ? passes(statement.otherwise, jumps) : true;
      if (constant !== undefined) return constant !== 0 ? then : otherwise;
      return then || otherwise;
    }
    case 'while':
    case 'for':
    case 'do': {
      const inner: Jumps = { breaks: false };
      const body = passes(statement.body, inner);
      const forever = statement.test === undefined || (statement.test.constant !== undefined && statement.test.constant !== 0);
      if (statement.kind === 'do' && !body && !inner.breaks && !hasContinue(statement.body)) return false;
      return !forever || inner.breaks;
    }
    case 'switch': {
      const inner: Jumps = { breaks: false };
      const end = passes(statement.body, inner);
      return end || inner.breaks || !hasDefault(statement.body);
    }
    case 'case':
    case 'label':
      return passes(statement.body, jumps);
    case 'return':
    case 'goto':
    case 'continue':
      return false;
    case 'break':
      jumps.breaks = true;
      return false;
    case 'expression':
      return !neverReturns(statement.expression);
    default:
      return true;
  }
}

function neverReturns(e: Expression): boolean {
  return e.kind === 'call' && e.callee.kind === 'name' && noReturn.has(e.callee.name);
}

/** Whether control can come into `statement` from elsewhere: a label or a case inside. */
function hasEntry(statement: Statement): boolean {
  return some(statement, (inner) => inner.kind === 'label' || inner.kind === 'case');
}

function hasContinue(statement: Statement): boolean {
  return some(statement, (inner) => inner.kind === 'continue');
}

function hasDefault(statement: Statement): boolean {
  return some(statement, (inner) => inner.kind === 'case' && inner.value === undefined);
}

function some(statement: Statement, test: (statement: Statement) => boolean): boolean {
  if (test(statement)) return true;
  switch (statement.kind) {
    case 'block':
      return statement.body.some((inner) => some(inner, test));
    case 'if':
      return some(statement.then, test) || (statement.otherwise !== undefined && some(statement.otherwise, test));
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
    case 'case':
    case 'label':
      return some(statement.body, test);
    default:
      return false;
  }
}
