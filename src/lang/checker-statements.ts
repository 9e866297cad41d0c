/** Statements: blocks and scopes, conditions, jumps, switch. */
import { adviseCondition, adviseEmptyBody, adviseUnusedValue } from './advice.ts';
import { BlockScope, type CheckContext, report } from './check-context.ts';
import type { CheckedVariable } from './checked-program.ts';
import { assignTo, convert, toTest } from './checker-conversions.ts';
import { checkObject, checkValue, constantValue } from './checker-expressions.ts';
import { checkLocalVariable } from './checker-variables.ts';
import { wrap } from './constant-fold.ts';
import { closest } from './spelling.ts';
import type { BlockStatement, CaseStatement, Expression, ReturnStatement, Statement, SwitchStatement } from './tree.ts';
import { ERROR, isInteger, promoted, typeText } from './type-facts.ts';

export interface StatementContext {
  c: CheckContext;
  /** Static locals found on the way. */
  statics: CheckedVariable[];
}

/** Checks a function's body; its parameters are in the current block already. */
export function checkBody(s: StatementContext, body: BlockStatement): void {
  collectLabels(s.c, body.body);
  for (const statement of body.body) checkStatement(s, statement);
  checkJumps(s.c);
}

function checkStatement(s: StatementContext, statement: Statement): void {
  const { c } = s;
  switch (statement.kind) {
    case 'expression':
      statement.expression = checkValue(c, statement.expression);
      adviseUnusedValue(c, statement.expression);
      break;
    case 'declaration':
      for (const variable of statement.variables) checkLocalVariable(c, variable, s.statics);
      break;
    case 'block':
      inBlock(s, () => {
        for (const inner of statement.body) checkStatement(s, inner);
      });
      break;
    case 'if':
      statement.test = condition(c, statement.test, "the condition of 'if'");
      adviseEmptyBody(c, statement);
      inBlock(s, () => checkStatement(s, statement.then));
      if (statement.otherwise) {
        const { otherwise } = statement;
        inBlock(s, () => checkStatement(s, otherwise));
      }
      break;
    case 'while':
      statement.test = condition(c, statement.test, "the condition of 'while'");
      inLoop(s, statement.body);
      break;
    case 'do':
      inLoop(s, statement.body);
      statement.test = condition(c, statement.test, "the condition of 'while'");
      break;
    case 'for':
      inBlock(s, () => {
        if (statement.init) checkStatement(s, statement.init);
        if (statement.test) statement.test = condition(c, statement.test, "the condition of 'for'");
        if (statement.step) statement.step = checkValue(c, statement.step);
        inLoop(s, statement.body);
      });
      break;
    case 'switch':
      checkSwitch(s, statement);
      break;
    case 'case':
      checkCase(s, statement);
      break;
    case 'return':
      checkReturn(c, statement);
      break;
    case 'break':
      if ((c.function?.breakable ?? 0) === 0)
        report(c, 'strayJump', statement, "'break' leaves a loop or a switch, and here is none to leave");
      break;
    case 'continue':
      if ((c.function?.loops ?? 0) === 0) report(c, 'strayJump', statement, "'continue' goes on with a loop, and here is none");
      break;
    case 'goto':
      if (statement.label !== '') c.function?.gotos.push({ label: statement.label, range: statement.labelRange });
      break;
    case 'label':
      checkStatement(s, statement.body);
      break;
    case 'empty':
      break;
  }
}

function inBlock(s: StatementContext, check: () => void): void {
  const outer = s.c.block;
  s.c.block = new BlockScope(outer);
  check();
  s.c.block = outer;
}

function inLoop(s: StatementContext, body: Statement): void {
  const state = s.c.function;
  if (state) {
    state.loops += 1;
    state.breakable += 1;
  }
  inBlock(s, () => checkStatement(s, body));
  if (state) {
    state.loops -= 1;
    state.breakable -= 1;
  }
}

function condition(c: CheckContext, e: Expression, what: string): Expression {
  adviseCondition(c, e);
  return toTest(c, checkObject(c, e), what);
}

function checkSwitch(s: StatementContext, statement: SwitchStatement): void {
  const { c } = s;
  statement.value = checkValue(c, statement.value);
  const type = statement.value.type ?? ERROR;
  if (isInteger(type)) statement.value = convert(statement.value, promoted(type));
  else if (type.kind !== 'error') {
    report(c, 'badOperands', statement.value, `'switch' chooses by a number, and this is '${typeText(type)}'`);
    statement.value.type = ERROR;
  }
  const state = c.function;
  if (!state) return;
  state.switches.push({ type: statement.value.type ?? ERROR, values: new Map() });
  state.breakable += 1;
  inBlock(s, () => checkStatement(s, statement.body));
  state.breakable -= 1;
  state.switches.pop();
}

function checkCase(s: StatementContext, statement: CaseStatement): void {
  const { c } = s;
  const here = c.function?.switches.at(-1);
  const word = statement.value ? 'case' : 'default';
  const range = { start: statement.start, end: statement.value?.end ?? statement.start + word.length };
  if (!here) report(c, 'strayJump', range, `'${word}' belongs into a 'switch'`);
  if (statement.value) {
    const constant = constantValue(c, statement.value, "the value of a 'case'");
    if (constant !== undefined && here && here.type.kind !== 'error') {
      const value = wrap(BigInt(constant), here.type) ?? constant;
      statement.value.constant = value;
      statement.value.type = here.type;
      const other = here.values.get(value);
      if (other) {
        report(c, 'duplicateCase', range, `this switch has a 'case ${value}' already: only the first could ever be taken`, [
          { uri: c.reporter.uri, range: other, message: 'the first one' },
        ]);
      } else here.values.set(value, range);
    }
  } else if (here) {
    if (here.default) {
      report(c, 'duplicateCase', range, "this switch has a 'default' already", [
        { uri: c.reporter.uri, range: here.default, message: 'the first one' },
      ]);
    } else here.default = range;
  }
  checkStatement(s, statement.body);
}

function checkReturn(c: CheckContext, statement: ReturnStatement): void {
  const state = c.function;
  if (statement.value) statement.value = checkValue(c, statement.value);
  if (!state) return;
  const { value } = statement;
  if (state.returns.kind === 'void') {
    if (value && value.type?.kind !== 'error' && value.type?.kind !== 'void') {
      const what =
        state.kind === 'task'
          ? 'a task'
          : state.kind === 'irq' || state.kind === 'nmi'
            ? 'an interrupt handler'
            : `${state.name}()`;
      report(c, 'badReturn', value, `${what} returns nothing: write 'return;'`);
    }
    return;
  }
  if (!value) {
    if (state.returns.kind !== 'error')
      report(c, 'badReturn', statement, `${state.name}() returns '${typeText(state.returns)}': add the value`);
    return;
  }
  statement.value = assignTo(c, value, state.returns, { target: `the result of ${state.name}()` });
}

/** Labels are known in the whole function, also before they stand. */
function collectLabels(c: CheckContext, statements: readonly (Statement | undefined)[]): void {
  for (const statement of statements) {
    if (!statement) continue;
    switch (statement.kind) {
      case 'label': {
        const other = c.function?.labels.get(statement.name);
        if (other) {
          report(c, 'redeclared', statement.nameRange, `this function has a label '${statement.name}' already`, [
            { uri: c.reporter.uri, range: other, message: 'the first one' },
          ]);
        } else c.function?.labels.set(statement.name, statement.nameRange);
        collectLabels(c, [statement.body]);
        break;
      }
      case 'block':
        collectLabels(c, statement.body);
        break;
      case 'if':
        collectLabels(c, [statement.then, statement.otherwise]);
        break;
      case 'while':
      case 'do':
      case 'for':
      case 'switch':
      case 'case':
        collectLabels(c, [statement.body]);
        break;
    }
  }
}

function checkJumps(c: CheckContext): void {
  const state = c.function;
  if (!state) return;
  for (const { label, range } of state.gotos) {
    if (state.labels.has(label)) continue;
    const near = closest(label, state.labels.keys());
    report(
      c,
      'unknownLabel',
      range,
      `this function has no label '${label}'${near ? `; did you mean '${near}'?` : `: write '${label}:' before the statement to go to`}`,
    );
  }
}
