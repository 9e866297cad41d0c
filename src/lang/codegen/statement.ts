/** Statements to code. Whatever can be stepped on begins with STMT: loop conditions and loop steps too. */

import { Op } from '../../machine/bytecode.ts';
import { assert } from '../../util/assert.ts';
import type { Range } from '../source.ts';
import type { Expression, Statement, VariableDeclaration } from '../tree.ts';
import { isScalar } from '../type-facts.ts';
import { markSet } from './assignment.ts';
import { jumpIf } from './condition.ts';
import type { FunctionContext, JumpTargets } from './context.ts';
import { newLabel } from './emitter.ts';
import { effect, value, valueInto } from './expression.ts';
import { initialiseLocal } from './initialise.ts';
import { containsEntry } from './reach.ts';
import { compileSwitch } from './switch.ts';
import { byteSize, isWide, registerWords } from './type-facts.ts';

export function statement(context: FunctionContext, s: Statement): void {
  const { emitter, frame } = context;
  switch (s.kind) {
    case 'block':
      block(context, s.body);
      break;
    case 'expression':
      begin(context, s, s.anchor);
      effect(context, s.expression);
      break;
    case 'declaration':
      for (const variable of s.variables) declare(context, variable, s.variables.length === 1 ? s : variable, s.anchor);
      break;
    case 'if':
      compileIf(context, s);
      break;
    case 'while':
      compileLoop(context, s, s.test, undefined, s.body);
      break;
    case 'do':
      compileDo(context, s);
      break;
    case 'for': {
      const scope = frame.enter();
      const first = context.locals.length;
      if (s.init) statement(context, s.init);
      compileLoop(context, s, s.test, s.step, s.body);
      leaveScope(context, scope, first);
      break;
    }
    case 'switch':
      compileSwitch(context, s);
      break;
    case 'case': {
      const label = context.cases.get(s);
      assert(label !== undefined, 'case outside of a switch');
      emitter.bind(label);
      statement(context, s.body);
      break;
    }
    case 'return':
      begin(context, s, s.anchor);
      compileReturn(context, s.value);
      break;
    case 'break':
      begin(context, s, s.anchor);
      emitter.jump(context.jumps[context.jumps.length - 1].breakTo);
      break;
    case 'continue': {
      begin(context, s, s.anchor);
      const loop = context.jumps.findLast((jump) => jump.continueTo !== undefined);
      emitter.jump(loop!.continueTo!);
      break;
    }
    case 'goto':
      begin(context, s, s.anchor);
      emitter.jump(labelNamed(context, s.label));
      break;
    case 'label':
      emitter.bind(labelNamed(context, s.name), true);
      statement(context, s.body);
      break;
    case 'empty':
      // Also a statement: `for (;;) ;` gets a place to stop at, and its turns are micro-steps.
      begin(context, s, s.anchor);
      break;
  }
}

/** Begins a statement that the user sees as `range`. */
export function begin(context: FunctionContext, range: Range, anchor?: string): void {
  const first = context.lineOf(range.start);
  const last = context.lineOf(Math.max(range.start, range.end - 1));
  const tags: string[] = [];
  for (let line = first; line <= last; line++) tags.push(...(context.tags.get(line) ?? []));
  context.emitter.statement({ source: context.source, start: range.start, end: range.end }, context.index, anchor, tags);
}

function labelNamed(context: FunctionContext, name: string) {
  let label = context.labels.get(name);
  if (!label) {
    label = newLabel();
    context.labels.set(name, label);
  }
  return label;
}

function block(context: FunctionContext, body: Statement[]): void {
  const scope = context.frame.enter();
  const first = context.locals.length;
  for (const inner of body) statement(context, inner);
  leaveScope(context, scope, first);
}

export function leaveScope(context: FunctionContext, scope: { top: number; memory: number }, firstLocal: number): void {
  for (let i = firstLocal; i < context.locals.length; i++) {
    if (context.locals[i].end < 0) context.locals[i].end = context.emitter.here;
  }
  context.frame.leave(scope);
}

function declare(context: FunctionContext, variable: VariableDeclaration, range: Range, anchor?: string): void {
  const { emitter, frame } = context;
  const symbol = variable.symbol;
  if (symbol?.storage.kind !== 'local') return;
  const { type } = symbol;
  // 32- and 64-bit scalars are frame words anyway; smaller ones only while nobody looks at their bytes.
  const inRegister = isScalar(type) && (!symbol.addressTaken || byteSize(type) >= 4);
  const place = inRegister
    ? ({ kind: 'register', register: frame.variable(registerWords(type)) } as const)
    : ({ kind: 'memory', word: frame.memory(byteSize(type)) } as const);
  const flag = context.flags.get(symbol);
  if (variable.initializer || flag !== undefined) begin(context, range, anchor);
  context.places.set(symbol, place);
  if (variable.initializer) {
    const mark = frame.mark();
    if (place.kind === 'register') {
      const initializer = variable.initializer;
      valueInto(context, initializer.kind === 'initializer' ? initializer.items[0].value : initializer, place.register);
    } else {
      initialiseLocal(context, { kind: 'frame', word: place.word, offset: 0 }, type, variable.initializer);
    }
    frame.release(mark);
    markSet(context, { kind: 'name', name: symbol.name, symbol, start: 0, end: 0 });
  } else if (flag !== undefined) {
    emitter.loadConstant(flag, 0);
  }
  const unset = !variable.initializer && isScalar(type) && !symbol.addressTaken && !context.hasLabels;
  context.locals.push({ symbol, place, start: emitter.here, end: -1, setFrom: unset ? -1 : undefined });
}

/** From the keyword to the end of its parenthesis: what is highlighted while the condition is evaluated. */
function header(context: FunctionContext, s: Range, test: Expression): Range {
  const text = context.program.sources[context.source].text;
  const close = text.indexOf(')', test.end);
  return { start: s.start, end: close >= 0 && close < s.end && /^\s*$/.test(text.slice(test.end, close)) ? close + 1 : test.end };
}

function compileIf(context: FunctionContext, s: Statement & { kind: 'if' }): void {
  const { emitter } = context;
  const known = s.test.constant;
  if (known !== undefined && !containsEntry(s)) {
    const alive = known !== 0 ? s.then : s.otherwise;
    if (alive) statement(context, alive);
    return;
  }
  begin(context, header(context, s, s.test), s.anchor);
  const otherwise = newLabel();
  condition(context, s.test, otherwise, false);
  statement(context, s.then);
  if (!s.otherwise) {
    emitter.bind(otherwise);
    return;
  }
  const end = newLabel();
  emitter.jump(end);
  emitter.bind(otherwise);
  statement(context, s.otherwise);
  emitter.bind(end);
}

function condition(context: FunctionContext, test: Expression, label: ReturnType<typeof newLabel>, sense: boolean): void {
  const mark = context.frame.mark();
  jumpIf(context, test, label, sense);
  context.frame.release(mark);
}

function inLoop(context: FunctionContext, jumps: JumpTargets, body: Statement): void {
  context.jumps.push(jumps);
  statement(context, body);
  context.jumps.pop();
}

/** `while` and `for`: the condition stands at the bottom, so that each turn takes one jump. */
function compileLoop(
  context: FunctionContext,
  s: Statement & { kind: 'while' | 'for' },
  test: Expression | undefined,
  step: Expression | undefined,
  body: Statement,
): void {
  const { emitter } = context;
  if (test?.constant === 0 && !containsEntry(body)) return;
  context.loopStarts.push(emitter.here);
  const start = newLabel();
  const testLabel = newLabel();
  const stepLabel = newLabel();
  const end = newLabel();
  const endless = test === undefined || (test.constant !== undefined && test.constant !== 0);
  if (endless) {
    // `while (1)` has no condition to stop at, but the loop itself is a place.
    if (s.kind === 'while') begin(context, header(context, s, test!), s.anchor);
  } else {
    emitter.jump(testLabel);
  }
  emitter.bind(start, true);
  inLoop(context, { breakTo: end, continueTo: step || endless ? stepLabel : testLabel }, body);
  emitter.bind(stepLabel);
  if (step) {
    begin(context, step);
    effect(context, step);
  }
  if (endless) {
    emitter.jump(start);
  } else {
    emitter.bind(testLabel);
    begin(context, s.kind === 'while' ? header(context, s, test) : test, s.anchor);
    condition(context, test, start, true);
  }
  emitter.bind(end);
  context.loopStarts.pop();
}

function compileDo(context: FunctionContext, s: Statement & { kind: 'do' }): void {
  const { emitter } = context;
  context.loopStarts.push(emitter.here);
  const start = newLabel();
  const testLabel = newLabel();
  const end = newLabel();
  emitter.bind(start, true);
  inLoop(context, { breakTo: end, continueTo: testLabel }, s.body);
  emitter.bind(testLabel);
  if (s.test.constant === undefined) begin(context, s.test, s.anchor);
  condition(context, s.test, start, true);
  emitter.bind(end);
  context.loopStarts.pop();
}

function compileReturn(context: FunctionContext, result: Expression | undefined): void {
  const { frame } = context;
  const mark = frame.mark();
  const register = result && result.type!.kind !== 'void' ? value(context, result) : undefined;
  if (result && register === undefined) effect(context, result);
  emitReturn(context, register);
  frame.release(mark);
}

/** Leaves the function. */
export function emitReturn(context: FunctionContext, register: number | undefined): void {
  const { emitter } = context;
  if (context.asmlinkage) emitter.emit(Op.IRET);
  else if (register === undefined) emitter.emit(Op.RETV);
  else emitter.emit(isWide(context.returns) ? Op.RET64 : Op.RET, register);
  emitter.reachable = false;
}
