/**
 * Names that the kernel has as macros and the language as operations: per-CPU access (left to the compiler), and those that are
 * rewritten in terms of C here.
 */

import { containerOf, offsetOf } from './builtin-members.ts';
import { minimum } from './builtin-minimum.ts';
import { type CheckContext, lookup, report, sourceText, typed } from './check-context.ts';
import { assignTo, convert, toTest, toValue } from './checker-conversions.ts';
import { checkObject, checkValue, constantValue } from './checker-expressions.ts';
import { isLvalue, perCpuRoot } from './checker-lvalues.ts';
import { foldUnary } from './constant-fold.ts';
import { INT } from './integer-types.ts';
import { byCloseness, didYouMean } from './spelling.ts';
import type { CallExpression, Expression, UnaryExpression } from './tree.ts';
import { ERROR, isScalar, pointerTo, sizeOfType, typeText } from './type-facts.ts';
import type { Type } from './types.ts';

const perCpuName =
  /^(?:(?:__)?this_cpu_|raw_cpu_)(read|write|ptr|inc|dec|add|sub|or|and|xchg|inc_return|dec_return|add_return|sub_return)$/;
/** `X(lock, flags)` stores what `_X(lock)` returns. */
const saveName = /^(?:raw_spin_lock|spin_lock|read_lock|write_lock|local_lock)_irqsave$/;

/** Arguments of each rewritten name; the checks of per-CPU names are their own. */
const rewritten: Readonly<Record<string, number>> = {
  IS_ENABLED: 1,
  READ_ONCE: 1,
  WRITE_ONCE: 2,
  smp_load_acquire: 1,
  smp_store_release: 2,
  likely: 1,
  unlikely: 1,
  ARRAY_SIZE: 1,
  BUILD_BUG_ON: 1,
  container_of: 3,
  list_entry: 3,
  offsetof: 2,
  min: 2,
  max: 2,
  min_t: 3,
  max_t: 3,
  per_cpu: 2,
  per_cpu_ptr: 2,
  local_irq_save: 1,
};

export function isBuiltinName(name: string): boolean {
  return name in rewritten || perCpuName.test(name) || saveName.test(name);
}

/** All names, for completion and the documentation. */
export function builtinNames(): string[] {
  const accesses = 'read write ptr inc dec add sub or and xchg inc_return dec_return add_return sub_return'.split(' ');
  return [
    ...Object.keys(rewritten),
    ...accesses.map((access) => `this_cpu_${access}`),
    ...['raw_spin', 'spin', 'read', 'write', 'local'].map((lock) => `${lock}_lock_irqsave`),
  ];
}

export function checkBuiltin(c: CheckContext, e: CallExpression, name: string): Expression {
  const access = perCpuName.exec(name)?.[1];
  const wanted =
    access !== undefined
      ? /^(read|ptr|inc|dec|inc_return|dec_return)$/.test(access)
        ? 1
        : 2
      : saveName.test(name)
        ? 2
        : rewritten[name];
  if (e.args.length !== wanted) {
    if (!e.args.some((argument) => argument.kind === 'error')) {
      report(
        c,
        'argumentCount',
        e,
        `${name}() takes ${wanted} argument${wanted === 1 ? '' : 's'}, and this call has ${e.args.length}`,
      );
    }
    return typed(e, ERROR);
  }
  if (access !== undefined) return withPreemptCheck(c, perCpuAccess(c, e, access), name, access);
  const [first, second] = e.args;
  switch (name) {
    case 'per_cpu':
    case 'per_cpu_ptr':
      return otherCpu(c, e, name);
    case 'IS_ENABLED':
      return isEnabled(c, e);
    case 'READ_ONCE':
      return placed(checkValue(c, first), e);
    case 'smp_load_acquire':
      return placed(checkValue(c, follow(first, e)), e);
    case 'WRITE_ONCE':
      return checkObject(c, { kind: 'assign', operator: '', target: first, value: second, start: e.start, end: e.end });
    case 'smp_store_release':
      return checkObject(c, {
        kind: 'assign',
        operator: '',
        target: follow(first, e),
        value: second,
        start: e.start,
        end: e.end,
      });
    case 'likely':
    case 'unlikely':
      return truth(c, e, `${name}()`);
    case 'ARRAY_SIZE':
      return arraySize(c, e);
    case 'BUILD_BUG_ON':
      return buildBugOn(c, e);
    case 'container_of':
    case 'list_entry':
      return containerOf(c, e, name);
    case 'offsetof':
      return offsetOf(c, e);
    case 'local_irq_save':
      return saveFlags(c, e, first, 'arch_local_irq_save', []);
    case 'min':
    case 'max':
    case 'min_t':
    case 'max_t':
      return minimum(c, e, name);
    default:
      return saveFlags(c, e, second, `_${name}`, [first]);
  }
}

/** A node that stands where the call stood. */
function placed(e: Expression, call: Expression): Expression {
  if (e.type?.kind === 'error') return typed({ kind: 'error', start: call.start, end: call.end }, ERROR);
  return {
    kind: 'convert',
    operand: e,
    type: e.type,
    start: call.start,
    end: call.end,
    ...(e.constant === undefined ? {} : { constant: e.constant }),
  };
}

function follow(pointer: Expression, call: Expression): UnaryExpression {
  return { kind: 'unary', operator: '*', operand: pointer, start: call.start, end: call.end };
}

export function integerAt(call: Expression, value: number, type: Type = INT): Expression {
  return { kind: 'integer', value, suffix: '', constant: value, type, start: call.start, end: call.end };
}

function truth(c: CheckContext, e: CallExpression, what: string): Expression {
  const operand = toTest(c, checkObject(c, e.args[0]), what);
  const inner: UnaryExpression = { kind: 'unary', operator: '!', operand, type: INT, start: operand.start, end: operand.end };
  foldUnary(inner);
  const outer: UnaryExpression = { kind: 'unary', operator: '!', operand: inner, type: INT, start: e.start, end: e.end };
  foldUnary(outer);
  if (operand.type?.kind === 'error') outer.type = ERROR;
  return outer;
}

function isEnabled(c: CheckContext, e: CallExpression): Expression {
  const [option] = e.args;
  const { enabledOptions, disabledOptions } = c.program.environment;
  if (option.kind !== 'name') {
    report(c, 'unknownOption', option, 'IS_ENABLED() takes the name of an option, such as CONFIG_PREEMPTION');
    return typed(e, ERROR);
  }
  const short = option.name.replace(/^CONFIG_/, '');
  const has = (set: ReadonlySet<string>): boolean => set.has(option.name) || set.has(short) || set.has(`CONFIG_${short}`);
  if (has(enabledOptions)) return integerAt(e, 1);
  if (has(disabledOptions)) return integerAt(e, 0);
  const known = [...enabledOptions, ...disabledOptions].map((name) => (name.startsWith('CONFIG_') ? name : `CONFIG_${name}`));
  report(
    c,
    'unknownOption',
    option,
    `this kernel has no option '${option.name}'${didYouMean(option.name, known) || `; the closest are ${byCloseness(option.name, known).slice(0, 4).join(', ')}`}`,
  );
  return typed(e, ERROR);
}

function arraySize(c: CheckContext, e: CallExpression): Expression {
  const object = checkObject(c, e.args[0]);
  const type = object.type ?? ERROR;
  if (type.kind === 'error') return typed(e, ERROR);
  if (type.kind === 'array') return integerAt(e, type.length);
  report(
    c,
    'badOperands',
    object,
    `ARRAY_SIZE() needs an array, and '${sourceText(c, object)}' is '${typeText(type)}', which does not know its length`,
  );
  return typed(e, ERROR);
}

function buildBugOn(c: CheckContext, e: CallExpression): Expression {
  const value = constantValue(c, e.args[0], 'the condition of BUILD_BUG_ON()');
  if (value !== undefined && value !== 0) report(c, 'buildBug', e, `BUILD_BUG_ON(): '${sourceText(c, e.args[0])}' is true`);
  return typed(integerAt(e, 0), INT);
}

/** `flags = function(args)` */
function saveFlags(c: CheckContext, e: CallExpression, flags: Expression, name: string, args: Expression[]): Expression {
  const { start, end } = e.callee;
  if (!lookup(c, name)) {
    report(c, 'unknownName', e.callee, `this kernel has no ${sourceText(c, e.callee)}()`);
    return typed(e, ERROR);
  }
  const value: Expression = { kind: 'call', callee: { kind: 'name', name, start, end }, args, start: e.start, end: e.end };
  return checkObject(c, { kind: 'assign', operator: '', target: flags, value, start: e.start, end: e.end });
}

/** The per-CPU variable that an operation works on; reported if it is none. */
function perCpuVariable(c: CheckContext, argument: Expression, name: string): Expression {
  const object = checkObject(c, argument);
  if (object.type?.kind === 'error') return object;
  if (perCpuRoot(object) === undefined || !isLvalue(object)) {
    const pointer = object.type?.kind === 'pointer' && object.type.perCpu;
    report(
      c,
      'perCpuAccess',
      object,
      pointer
        ? `${name}() takes the variable itself, not its address: remove the '&'`
        : `${name}() needs a per-CPU variable, declared with DEFINE_PER_CPU(), and '${sourceText(c, object)}' is none`,
    );
    object.type = ERROR;
  }
  return object;
}

function perCpuPointer(c: CheckContext, argument: Expression, name: string): Expression {
  const object = checkObject(c, argument);
  const root = perCpuRoot(object);
  const text = sourceText(c, object);
  // A per-CPU variable that is itself a pointer is also handed on by its bare name; what is wanted is its address.
  const value = root === undefined ? toValue(c, object) : object;
  const type = value.type ?? ERROR;
  if (type.kind === 'error' || (root === undefined && type.kind === 'pointer' && type.perCpu)) return value;
  report(
    c,
    'perCpuAccess',
    object,
    root !== undefined
      ? `${name}() takes the address: write '&${text}'`
      : `${name}() needs the address of a per-CPU variable, and '${text}' is '${typeText(type)}'`,
  );
  return typed(value, ERROR);
}

function perCpuAccess(c: CheckContext, e: CallExpression, access: string): Expression {
  const name = e.callee.kind === 'name' ? e.callee.name : '';
  e.builtin = 'perCpu';
  if (access === 'ptr') {
    e.args[0] = perCpuPointer(c, e.args[0], name);
    const type = e.args[0].type ?? ERROR;
    return typed(e, type.kind === 'pointer' ? pointerTo(type.to, type.constant ? { constant: true } : {}) : ERROR);
  }
  const variable = perCpuVariable(c, e.args[0], name);
  e.args[0] = variable;
  const type = variable.type ?? ERROR;
  if (e.args[1]) e.args[1] = checkValue(c, e.args[1]);
  if (type.kind === 'error') return typed(e, ERROR);
  if (!isScalar(type) || (type.kind === 'pointer' && !/^(read|write|xchg)$/.test(access))) {
    const hint = isScalar(type) ? '' : ': use this_cpu_ptr()';
    report(c, 'badOperands', variable, `${name}() cannot work on '${typeText(type)}', of ${sizeOfType(type)} bytes${hint}`);
    return typed(e, ERROR);
  }
  if (e.args[1]) e.args[1] = assignTo(c, e.args[1], type, { target: `'${sourceText(c, variable)}'` });
  return typed(e, access === 'read' || access === 'xchg' || access.endsWith('_return') ? type : { kind: 'void' });
}

/** With DEBUG_PREEMPT the `__this_cpu_` forms say so when the task could be moved between finding its variable and using it. */
function withPreemptCheck(c: CheckContext, e: Expression, name: string, access: string): Expression {
  const checked = name.startsWith('__this_cpu_') && access !== 'ptr' && c.role !== 'kernel';
  if (!checked || e.type?.kind === 'error' || !c.program.environment.enabledOptions.has('CONFIG_DEBUG_PREEMPT')) return e;
  const { start, end } = e;
  const callee: Expression = { kind: 'name', name: '__this_cpu_preempt_check', start, end };
  const check = checkValue(c, { kind: 'call', callee, args: [{ kind: 'string', value: access, start, end }], start, end });
  return typed({ kind: 'binary', operator: ',', left: check, right: e, start, end }, e.type ?? ERROR);
}

function otherCpu(c: CheckContext, e: CallExpression, name: string): Expression {
  e.builtin = 'perCpu';
  e.args[0] = name === 'per_cpu' ? perCpuVariable(c, e.args[0], name) : perCpuPointer(c, e.args[0], name);
  e.args[1] = assignTo(c, checkValue(c, e.args[1]), INT, { target: `the number of a CPU in ${name}()` });
  e.args[1] = convert(e.args[1], INT);
  const type = e.args[0].type ?? ERROR;
  if (type.kind === 'error' || e.args[1].type?.kind === 'error') return typed(e, ERROR);
  if (name === 'per_cpu') return typed(e, type);
  return typed(e, type.kind === 'pointer' ? pointerTo(type.to, type.constant ? { constant: true } : {}) : ERROR);
}

/** Whether evaluating `e` twice does the same as once. */
export function isPure(e: Expression): boolean {
  switch (e.kind) {
    case 'integer':
    case 'char':
    case 'string':
    case 'name':
    case 'sizeof':
    case 'error':
      return true;
    case 'unary':
    case 'cast':
    case 'convert':
      return isPure(e.operand);
    case 'binary':
      return isPure(e.left) && isPure(e.right);
    case 'conditional':
      return isPure(e.test) && isPure(e.then) && isPure(e.otherwise);
    case 'member':
      return isPure(e.object);
    case 'index':
      return isPure(e.object) && isPure(e.index);
    default:
      return false;
  }
}
