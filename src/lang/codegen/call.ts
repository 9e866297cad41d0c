/** Calls: functions, function pointers, intrinsics, and system calls out of a user task. */

import { NO_REGISTER, Op } from '../../machine/bytecode.ts';
import { assert } from '../../util/assert.ts';
import type { CallExpression, Expression, FunctionSymbol } from '../tree.ts';
import type { Type } from '../types.ts';
import { type FunctionContext, textOf } from './context.ts';
import { value, valueInto } from './expression.ts';
import { perCpuCall } from './per-cpu.ts';
import { registerWords } from './type-facts.ts';

/** Intrinsics that are a single instruction. */
const instructions: Record<string, (context: FunctionContext, first: number, result: number) => void> = {
  __delay: (context, first) => context.emitter.emit(Op.DELAY, first),
  native_halt: (context) => context.emitter.emit(Op.HALT),
  __current_frame: (context, _first, result) => context.emitter.emit(Op.LEA, result),
};

function strip(e: Expression): Expression {
  if (e.kind === 'convert') return strip(e.operand);
  if (e.kind === 'unary' && (e.operator === '*' || e.operator === '&') && e.operand.type?.kind === 'function')
    return strip(e.operand);
  return e;
}

export function call(context: FunctionContext, e: CallExpression, target?: number): number {
  const callee = strip(e.callee);
  if (callee.kind === 'name') {
    const symbol = callee.symbol;
    if (e.builtin === 'perCpu') return perCpuCall(context, e, callee.name, target);
    if (symbol?.kind === 'function') {
      return symbol.intrinsic === undefined
        ? callFunction(context, e, symbol, target)
        : callIntrinsic(context, e, symbol, target);
    }
  }
  return callPointer(context, e, target);
}

interface Arguments {
  first: number;
  words: number;
}

/** Puts the arguments side by side; `extra` words stay free behind them. */
function placeArguments(context: FunctionContext, args: Expression[], extra = 0): Arguments {
  const { frame } = context;
  let words = 0;
  for (const argument of args) words += registerWords(argument.type!);
  if (words === 0 && extra === 0) return { first: 0, words: 0 };
  // A single argument is taken where it lies.
  if (args.length === 1 && extra === 0) return { first: value(context, args[0]), words };
  const first = frame.temporary(words + extra);
  let at = first;
  for (const argument of args) {
    const mark = frame.mark();
    valueInto(context, argument, at);
    frame.release(mark);
    at += registerWords(argument.type!);
  }
  return { first, words: words + extra };
}

function resultRegister(context: FunctionContext, returns: Type, target?: number): number {
  return returns.kind === 'void' ? NO_REGISTER : (target ?? context.frame.temporary(registerWords(returns)));
}

function callFunction(context: FunctionContext, e: CallExpression, symbol: FunctionSymbol, target?: number): number {
  const { emitter, frame, program } = context;
  const index = program.functionIndex(symbol);
  assert(index !== undefined, `function ${symbol.name} is called but defined nowhere`);
  const result = resultRegister(context, symbol.type.returns, target);
  const mark = frame.mark();
  const args = placeArguments(context, e.args);
  const enters = context.userMode && symbol.syscall;
  if (enters) callSupport(context, 'syscall_enter_from_user_mode', () => program.data.string(symbol.name));
  emitter.emitWithWord(Op.CALL, result, args.first, args.words, index);
  if (enters)
    callSupport(context, 'syscall_exit_to_user_mode', undefined, symbol.type.returns.kind === 'void' ? undefined : result);
  frame.release(mark);
  return result;
}

/** Calls a function of the kernel source that the learner did not write; with one argument if it takes one. */
function callSupport(context: FunctionContext, name: string, constant?: () => number, register?: number): void {
  const { emitter, frame, program } = context;
  const found = program.functionNamed(name);
  if (!found) return;
  const mark = frame.mark();
  const first = frame.temporary();
  const takes = found.symbol.type.parameters.length > 0;
  if (takes && register !== undefined) emitter.emit(Op.MOV, first, register);
  else if (takes) emitter.loadConstant(first, constant?.() ?? 0);
  emitter.emitWithWord(Op.CALL, NO_REGISTER, first, takes ? 1 : 0, found.index);
  frame.release(mark);
}

function callIntrinsic(context: FunctionContext, e: CallExpression, symbol: FunctionSymbol, target?: number): number {
  const { emitter, frame, program } = context;
  const name = symbol.intrinsic ?? symbol.name;
  const result = resultRegister(context, symbol.type.returns, target);
  const mark = frame.mark();
  const single = instructions[name];
  const signature = program.environment.intrinsics[program.intrinsicIndex.get(name) ?? -1];
  const withText = signature?.conditionText === true && e.args.length > 0;
  const args = placeArguments(context, e.args, withText ? 1 : 0);
  if (withText) emitter.loadConstant(args.first + args.words - 1, program.data.string(textOf(context, e.args[0])));
  if (single) {
    // DELAY counts its register down, so a variable must not be handed to it.
    let first = args.first;
    if (name === '__delay' && !frame.isTemporary(first)) {
      first = frame.temporary();
      emitter.emit(Op.MOV, first, args.first);
    }
    single(context, first, result);
  } else {
    assert(signature !== undefined, `intrinsic ${name} is not in the environment`);
    emitter.emitWithWord(Op.INTR, result, args.first, args.words, program.intrinsicIndex.get(name)!);
  }
  frame.release(mark);
  return result;
}

function callPointer(context: FunctionContext, e: CallExpression, target?: number): number {
  const { emitter, frame } = context;
  const result = resultRegister(context, e.type!, target);
  const mark = frame.mark();
  const callee = value(context, strip(e.callee));
  const args = placeArguments(context, e.args);
  emitter.emitWithWord(Op.CALLR, result, args.first, 0, callee | (args.words << 8));
  frame.release(mark);
  return result;
}
