/** Calls: of functions, intrinsics, function pointers, and of the names that the language knows itself. */
import { type CheckContext, lookup, report, sourceText, typed } from './check-context.ts';
import { checkBuiltin, isBuiltinName } from './checker-builtins.ts';
import { assignTo, convert, toTest, toValue } from './checker-conversions.ts';
import { checkObject, checkValue } from './checker-expressions.ts';
import { reportUnknown } from './checker-names.ts';
import { checkFormat } from './format-check.ts';
import { BOOL } from './integer-types.ts';
import type { CallExpression, Expression, FunctionSymbol } from './tree.ts';
import { ERROR, isInteger, promoted, typeText } from './type-facts.ts';
import type { FunctionType, Type } from './types.ts';

export function checkCall(c: CheckContext, e: CallExpression): Expression {
  const { callee } = e;
  if (callee.kind === 'name' && !lookup(c, callee.name)) {
    if (isBuiltinName(callee.name)) return checkBuiltin(c, e, callee.name);
    reportUnknown(c, callee, true);
    for (let index = 0; index < e.args.length; index += 1) e.args[index] = checkValue(c, e.args[index]);
    return typed(e, ERROR);
  }
  const symbol = callee.kind === 'name' ? lookup(c, callee.name) : undefined;
  if (callee.kind === 'name' && symbol?.kind === 'function' && symbol.definition && symbol.definition.kind !== 'function') {
    const task = symbol.definition.kind === 'task';
    report(
      c,
      'notFunction',
      callee,
      task
        ? `'${callee.name}' is a task: it runs by itself and cannot be called`
        : `'${callee.name}' is an interrupt: only the hardware calls it`,
    );
    for (let index = 0; index < e.args.length; index += 1) e.args[index] = checkValue(c, e.args[index]);
    return typed(e, ERROR);
  }
  e.callee = checkObject(c, callee);
  const type = functionType(e.callee.type ?? ERROR);
  if (!type) {
    for (let index = 0; index < e.args.length; index += 1) e.args[index] = checkValue(c, e.args[index]);
    if (e.callee.type?.kind !== 'error') reportNotFunction(c, e.callee);
    return typed(e, ERROR);
  }
  e.callee = e.callee.type?.kind === 'function' ? e.callee : toValue(c, e.callee);
  const called = symbol?.kind === 'function' ? symbol : undefined;
  if (called) checkPlace(c, e, called);
  checkArguments(c, e, type, called);
  return typed(e, type.returns);
}

function functionType(type: Type): FunctionType | undefined {
  if (type.kind === 'function') return type;
  return type.kind === 'pointer' && type.to.kind === 'function' ? type.to : undefined;
}

function reportNotFunction(c: CheckContext, callee: Expression): void {
  const text = sourceText(c, callee);
  const irq = callee.kind === 'name' && callee.symbol?.kind === 'constant' && callee.symbol.doc.startsWith('Interrupt');
  report(
    c,
    'notFunction',
    callee,
    irq
      ? `'${text}' is an interrupt: write raise_irq(${text}) to raise it`
      : `'${text}' is '${typeText(callee.type ?? ERROR)}' and no function: it cannot be called`,
  );
}

/** Whether the call may stand here at all: kernel-only intrinsics, bodies of user tasks. */
function checkPlace(c: CheckContext, e: CallExpression, symbol: FunctionSymbol): void {
  const intrinsic = symbol.intrinsic ? c.program.intrinsic(symbol.intrinsic) : undefined;
  if (intrinsic?.context === 'kernel-only' && c.role === 'program') {
    report(
      c,
      'kernelOnly',
      e.callee,
      `${symbol.name}() belongs to the kernel's own source and to mapping models: a program cannot call it`,
    );
    return;
  }
  if (c.function?.userMode && !symbol.syscall && intrinsic?.context !== 'any') {
    report(
      c,
      'userModeCall',
      e.callee,
      `a user task runs in user mode and cannot call ${symbol.name}(): put the call into a function marked SYSCALL and call that`,
    );
  }
}

function checkArguments(c: CheckContext, e: CallExpression, type: FunctionType, symbol: FunctionSymbol | undefined): void {
  const name = symbol?.name ?? sourceText(c, e.callee);
  const wanted = type.parameters.length;
  const conditionText = symbol?.intrinsic !== undefined && c.program.intrinsic(symbol.intrinsic)?.conditionText === true;
  const faulty = e.args.some((argument) => argument.kind === 'error');
  for (let index = 0; index < e.args.length; index += 1) {
    const parameter = type.parameters[index];
    if (conditionText && index === 0 && parameter) {
      e.args[0] = conditionArgument(c, e.args[0], parameter.type, name);
      continue;
    }
    const argument = checkValue(c, e.args[index]);
    e.args[index] = parameter ? passArgument(c, argument, parameter, name, index) : promoteArgument(c, argument, name);
  }
  if (!faulty && (e.args.length < wanted || (e.args.length > wanted && !type.variadic))) {
    const extra = e.args[wanted];
    const range = extra ? { start: extra.start, end: e.args[e.args.length - 1].end } : e;
    report(c, 'argumentCount', range, `${name}() takes ${countText(type)}, and this call has ${e.args.length}`);
  }
  if (type.variadic) checkFormat(c, e, wanted - 1, name);
}

function countText(type: FunctionType): string {
  const { length } = type.parameters;
  if (length === 0) return 'no argument';
  const list = type.parameters.map((parameter) => typeText(parameter.type, parameter.name)).join(', ');
  return `${type.variadic ? 'at least ' : ''}${length} argument${length === 1 ? '' : 's'} (${list})`;
}

/** The condition of WARN_ON, BUG_ON, assert: any value that can be tested. */
function conditionArgument(c: CheckContext, e: Expression, target: Type, name: string): Expression {
  const test = toTest(c, checkObject(c, e), `${name}()`);
  const type = test.type ?? ERROR;
  if (type.kind === 'error') return test;
  if (isInteger(type) && isInteger(target))
    return type.kind === 'integer' && type.size === 8 ? convert(convert(test, BOOL), target) : convert(test, target);
  return convert(convert(test, BOOL), target);
}

function passArgument(
  c: CheckContext,
  argument: Expression,
  parameter: FunctionType['parameters'][number],
  name: string,
  index: number,
): Expression {
  const type = argument.type ?? ERROR;
  const isPage = type.kind === 'pointer' && type.to.kind === 'struct' && type.to.name === 'page';
  const wantsPage = parameter.type.kind === 'pointer' && parameter.type.to.kind === 'struct' && parameter.type.to.name === 'page';
  const text = sourceText(c, argument);
  if (isPage && !wantsPage && /^(kunmap_|unmap_page$)/.test(name)) {
    if (c.program.environment.disabledOptions.has('CONFIG_KUNMAP_REFUSES_PAGES')) {
      const what = `${name}() takes an address, and '${text}' is a page: this kernel does not look, unmaps nothing and keeps the slot`;
      report(c, 'unmapsPageUnseen', argument, what);
      return assignTo(c, argument, parameter.type, { target: `'${parameter.name}' of ${name}()` });
    }
    report(
      c,
      'unmapsPage',
      argument,
      `${name}() takes the address that the map call returned, and '${text}' is the page: keep the address and pass that (only kunmap() takes the page)`,
    );
    return { kind: 'convert', operand: argument, type: ERROR, start: argument.start, end: argument.end };
  }
  if (name === 'kunmap' && wantsPage && type.kind === 'pointer' && !isPage) {
    report(
      c,
      'unmapsPage',
      argument,
      `kunmap() takes the page, and '${text}' is an address: pass the page that was given to kmap()`,
    );
    return { kind: 'convert', operand: argument, type: ERROR, start: argument.start, end: argument.end };
  }
  const target = parameter.name === '' ? `argument ${index + 1} of ${name}()` : `'${parameter.name}' of ${name}()`;
  return assignTo(c, argument, parameter.type, { target });
}

/** Arguments behind the `...`: small integers become int. */
function promoteArgument(c: CheckContext, argument: Expression, name: string): Expression {
  const type = argument.type ?? ERROR;
  if (isInteger(type)) return convert(argument, promoted(type));
  if (type.kind === 'void')
    report(c, 'noValue', argument, `${name}() needs a value here, and '${sourceText(c, argument)}' has none`);
  else if (type.kind === 'struct')
    report(c, 'badConversion', argument, `a struct cannot be passed to ${name}(): pass one of its members`);
  return argument;
}
