/** Per-CPU variables: `this_cpu_*`, `per_cpu`, `per_cpu_ptr`, `this_cpu_ptr`. */
import { NO_REGISTER, Op, PerCpuChange, PerCpuSize } from '../../machine/bytecode.ts';
import type { CallExpression, Expression } from '../tree.ts';
import type { Type } from '../types.ts';
import type { FunctionContext } from './context.ts';
import { convertRegister } from './convert.ts';
import { value } from './expression.ts';
import { addressOf, type Location, load, locate, pointerLocation, store } from './lvalue.ts';
import { byteSize, isSigned, isWide, registerWords } from './type-facts.ts';

type Change = { op: keyof typeof PerCpuChange; negate?: true; by?: number };

const changes: Record<string, Change> = {
  inc: { op: 'add', by: 1 },
  dec: { op: 'add', by: -1 },
  add: { op: 'add' },
  sub: { op: 'add', negate: true },
  or: { op: 'or' },
  and: { op: 'and' },
  xchg: { op: 'xchg' },
  inc_return: { op: 'add', by: 1 },
  dec_return: { op: 'add', by: -1 },
  add_return: { op: 'add' },
  sub_return: { op: 'add', negate: true },
};

/** What is behind `this_cpu_`, `__this_cpu_` or `raw_cpu_` in a built-in's name. */
function accessName(name: string): string | undefined {
  const match = /^(?:(?:__)?this_cpu_|raw_cpu_)(\w+)$/.exec(name);
  return match && (match[1] === 'read' || match[1] === 'write' || match[1] === 'ptr' || match[1] in changes)
    ? match[1]
    : undefined;
}

/** Offset in the per-CPU segment: a constant and perhaps a register. */
interface SegmentOffset {
  constant: number;
  register: number;
}

function segmentOffset(context: FunctionContext, at: Location): SegmentOffset {
  if (at.kind === 'absolute') return { constant: at.address, register: NO_REGISTER };
  if (at.kind === 'memory') return { constant: at.offset, register: at.base };
  return { constant: 0, register: addressOf(context, at) };
}

/** The object that `per_cpu(x, cpu)` stands for. */
export function perCpuObject(context: FunctionContext, e: CallExpression): Location {
  return { kind: 'memory', base: otherCpuAddress(context, locate(context, e.args[0]), e.args[1]), offset: 0 };
}

function otherCpuAddress(context: FunctionContext, at: Location, cpu: Expression, target?: number): number {
  const { emitter, frame } = context;
  const offset = segmentOffset(context, at);
  const number = value(context, cpu);
  const result = target ?? frame.temporary();
  emitter.emitWithWord(Op.PCPUN, result, offset.register, number, offset.constant);
  return result;
}

/** Code for a call of one of the built-ins. */
export function perCpuCall(context: FunctionContext, e: CallExpression, name: string, target?: number): number {
  const { emitter, frame } = context;
  const type: Type = e.type ?? { kind: 'void' };
  const result = target ?? frame.temporary(registerWords(type));
  const mark = frame.mark();
  const access = accessName(name);
  if (name === 'per_cpu') {
    const object = perCpuObject(context, e);
    if (type.kind === 'array' || type.kind === 'struct') addressInto(context, object, result);
    else load(context, object, type, result);
  } else if (name === 'per_cpu_ptr') {
    otherCpuAddress(context, pointerLocation(context, e.args[0]), e.args[1], result);
  } else if (access === 'ptr') {
    const offset = segmentOffset(context, pointerLocation(context, e.args[0]));
    emitter.emitWithWord(Op.PCPU, result, offset.register, 0, offset.constant);
  } else {
    thisCpuAccess(context, e, access ?? '', result);
  }
  frame.release(mark);
  return result;
}

function addressInto(context: FunctionContext, at: Location, result: number): void {
  const register = addressOf(context, at, result);
  if (register !== result) context.emitter.emit(Op.MOV, result, register);
}

/** Type of the variable itself: the argument before conversion and decay. */
function variableType(e: Expression): Type {
  return e.kind === 'convert' ? variableType(e.operand) : e.type!;
}

function bare(e: Expression): Expression {
  return e.kind === 'convert' ? bare(e.operand) : e;
}

function thisCpuAccess(context: FunctionContext, e: CallExpression, access: string, result: number): void {
  const { emitter, frame } = context;
  const variable = bare(e.args[0]);
  const type = variableType(variable);
  const change = changes[access];
  // The operand first, so that nothing stands between finding the variable and touching it.
  const operand = e.args[1] && value(context, e.args[1]);
  const at = locate(context, variable);
  const offset = segmentOffset(context, at);
  if (isWide(type)) {
    wideAccess(context, type, access, offset, operand, result);
    return;
  }
  const size = perCpuSize(type);
  if (access === 'read') {
    emitter.emitWithWord(Op.PLD, result, offset.register, size, offset.constant);
    return;
  }
  if (access === 'write') {
    const register = convertRegister(context, operand!, e.args[1].type!, type);
    emitter.emitWithWord(Op.PST, register, offset.register, size, offset.constant);
    return;
  }
  // The result register holds the operand and then the result; a variable as target changes only at the end, by a MOV.
  const both = frame.isTemporary(result) ? result : frame.temporary();
  if (change.by !== undefined) emitter.loadConstant(both, change.by);
  else emitter.emit(change.negate ? Op.NEG : Op.MOV, both, operand!);
  emitter.emitWithWord(Op.PRMW, both, offset.register, size | (PerCpuChange[change.op] << 4), offset.constant);
  if (both !== result) emitter.emit(Op.MOV, result, both);
}

/** 64-bit per-CPU variables take two accesses, as on a 32-bit CPU. */
function wideAccess(
  context: FunctionContext,
  type: Type,
  access: string,
  offset: SegmentOffset,
  operand: number | undefined,
  result: number,
): void {
  const { emitter, frame } = context;
  const base = frame.temporary();
  emitter.emitWithWord(Op.PCPU, base, offset.register, 0, offset.constant);
  const at: Location = { kind: 'memory', base, offset: 0 };
  if (access === 'read') {
    load(context, at, type, result);
    return;
  }
  if (access === 'write') {
    store(context, at, type, operand!);
    return;
  }
  const change = changes[access];
  const old = load(context, at, type);
  const sum = frame.temporary(2);
  let by = operand ?? -1;
  if (change.by !== undefined) {
    by = frame.temporary(2);
    emitter.loadConstant(by, change.by);
    emitter.loadConstant(by + 1, change.by < 0 ? -1 : 0);
  }
  if (change.op === 'xchg') emitter.emit(Op.MOV64, sum, by);
  else
    emitter.emit(
      change.op === 'or' ? Op.OR64 : change.op === 'and' ? Op.AND64 : change.negate ? Op.SUB64 : Op.ADD64,
      sum,
      old,
      by,
    );
  store(context, at, type, sum);
  if (frame.isTemporary(result)) emitter.emit(Op.MOV64, result, change.op === 'xchg' ? old : sum);
}

function perCpuSize(type: Type): PerCpuSize {
  switch (byteSize(type)) {
    case 1:
      return isSigned(type) ? PerCpuSize.s8 : PerCpuSize.u8;
    case 2:
      return isSigned(type) ? PerCpuSize.s16 : PerCpuSize.u16;
    default:
      return PerCpuSize.word;
  }
}
