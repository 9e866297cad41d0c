/** Objects in memory and in registers: finding, reading and writing them. */

import { DATA_BASE, FUNCTION_BASE, Op } from '../../machine/bytecode.ts';
import { assert } from '../../util/assert.ts';
import type { Expression, VariableSymbol } from '../tree.ts';
import type { Type } from '../types.ts';
import type { FunctionContext } from './context.ts';
import { value } from './expression.ts';
import { perCpuObject } from './per-cpu.ts';
import { byteSize, elementType, isBoolean, isSigned, isWide } from './type-facts.ts';

/** Where an object is, once its address has been computed. */
export type Location =
  | { kind: 'register'; register: number; symbol: VariableSymbol }
  /** Address: register + offset (any size). */
  | { kind: 'memory'; base: number; offset: number }
  /** Address: base + index * scale, scale 1 or 4. */
  | { kind: 'indexed'; base: number; index: number; scale: 1 | 4 }
  /** Byte `offset` of a known address: the data segment. */
  | { kind: 'absolute'; address: number }
  /** Byte `offset` of frame memory from word `word`. */
  | { kind: 'frame'; word: number; offset: number };

export function locate(context: FunctionContext, e: Expression): Location {
  switch (e.kind) {
    case 'name':
      return locateName(context, e);
    case 'member': {
      const offset = e.offset ?? 0;
      if (e.arrow) return displaced(context, pointerLocation(context, e.object), offset);
      return displaced(context, locate(context, e.object), offset);
    }
    case 'index':
      return locateElement(context, e.object, e.index);
    case 'unary':
      assert(e.operator === '*', 'not an object');
      return pointerLocation(context, e.operand);
    case 'string':
      return { kind: 'absolute', address: context.program.data.string(e.value) };
    case 'convert':
    case 'cast':
      // Only a struct or array passed through unchanged.
      return locate(context, e.operand);
    case 'call':
      if (e.builtin === 'perCpu') return perCpuObject(context, e);
      return { kind: 'memory', base: value(context, e), offset: 0 };
    case 'binary':
    case 'conditional':
    case 'assign':
      // A struct value; its "value" is the address of the object it stands for.
      return { kind: 'memory', base: value(context, e), offset: 0 };
    default:
      throw new Error(`no object: ${e.kind}`);
  }
}

function locateName(context: FunctionContext, e: Expression & { kind: 'name' }): Location {
  const symbol = e.symbol;
  assert(symbol !== undefined, `name ${e.name} without symbol`);
  if (symbol.kind === 'function') {
    const index = context.program.functionIndex(symbol);
    assert(index !== undefined, `function ${e.name} without code`);
    return { kind: 'absolute', address: (FUNCTION_BASE + 16 * index) | 0 };
  }
  assert(symbol.kind === 'variable', `${e.name} is no object`);
  const place = context.places.get(symbol);
  if (place?.kind === 'register') return { kind: 'register', register: place.register, symbol };
  if (place?.kind === 'memory') return { kind: 'frame', word: place.word, offset: 0 };
  const fixed = context.program.data.placeOf(symbol);
  assert(fixed !== undefined, `variable ${e.name} without place`);
  return { kind: 'absolute', address: fixed.perCpu ? fixed.offset : (DATA_BASE + fixed.offset) | 0 };
}

/** The object that a pointer expression points to. */
export function pointerLocation(context: FunctionContext, pointer: Expression): Location {
  const inner = pointer.kind === 'convert' ? pointer.operand : pointer;
  if (inner.type?.kind === 'array' || inner.type?.kind === 'struct') return locate(context, inner);
  if (inner.kind === 'unary' && inner.operator === '&' && inner.operand.kind !== 'call') return locate(context, inner.operand);
  if (isArrayObject(inner)) return locate(context, inner);
  return { kind: 'memory', base: value(context, pointer), offset: 0 };
}

/** A name, member or element whose declared type is an array although its expression type has decayed. */
function isArrayObject(e: Expression): boolean {
  return e.kind === 'string' || (e.kind === 'name' && e.symbol?.kind === 'variable' && e.symbol.type.kind === 'array');
}

function locateElement(context: FunctionContext, pointer: Expression, position: Expression): Location {
  const size = byteSize(elementType(pointer.type!));
  const base = pointerLocation(context, pointer);
  if (position.constant !== undefined) return displaced(context, base, position.constant * size);
  const { frame } = context;
  const baseRegister = addressOf(context, base);
  const indexRegister = value(context, position);
  if (size === 1 || size === 4) return { kind: 'indexed', base: baseRegister, index: indexRegister, scale: size };
  const scaled = frame.temporary();
  emitScale(context, scaled, indexRegister, size);
  return { kind: 'indexed', base: baseRegister, index: scaled, scale: 1 };
}

/** r[to] = r[from] * size */
export function emitScale(context: FunctionContext, to: number, from: number, size: number): void {
  const { emitter, frame } = context;
  const shift = Math.log2(size);
  if (Number.isInteger(shift)) {
    emitter.emit(Op.SHLI, to, from, shift);
  } else if (size < 256) {
    emitter.emit(Op.MULI, to, from, size);
  } else {
    const factor = frame.temporary();
    emitter.loadConstant(factor, size);
    emitter.emit(Op.MUL, to, from, factor);
  }
}

/** The object `offset` bytes behind `at`. */
export function displaced(context: FunctionContext, at: Location, offset: number): Location {
  if (offset === 0 && at.kind !== 'register') return at;
  switch (at.kind) {
    case 'memory':
      return { ...at, offset: at.offset + offset };
    case 'absolute':
      return { ...at, address: (at.address + offset) | 0 };
    case 'frame':
      return { ...at, offset: at.offset + offset };
    default:
      return { kind: 'memory', base: addressOf(context, at), offset };
  }
}

/** A register that holds the address of the object; `target` if it has to be computed and is given. */
export function addressOf(context: FunctionContext, at: Location, target?: number): number {
  const { emitter, frame } = context;
  if (at.kind === 'memory' && at.offset === 0) return at.base;
  const result = target ?? frame.temporary();
  switch (at.kind) {
    case 'register':
      emitter.emit(Op.LEA, result, at.register + 3);
      break;
    case 'memory':
      addConstant(context, result, at.base, at.offset);
      break;
    case 'indexed':
      if (at.scale === 1) {
        emitter.emit(Op.ADD, result, at.base, at.index);
      } else {
        const scaled = frame.temporary();
        emitter.emit(Op.SHLI, scaled, at.index, 2);
        emitter.emit(Op.ADD, result, at.base, scaled);
      }
      break;
    case 'absolute':
      emitter.loadConstant(result, at.address);
      break;
    case 'frame':
      frame.emitAddress(emitter, result, at.word + (at.offset >>> 2));
      if (at.offset & 3) emitter.emit(Op.ADDI, result, result, at.offset & 3);
      break;
  }
  return result;
}

/** The same object, such that reading and then writing it does not compute its address twice. */
export function nearby(context: FunctionContext, at: Location): Location {
  const simple = at.kind === 'register' || (at.kind === 'memory' && at.offset >= -128 && at.offset <= 120);
  return simple || at.kind === 'indexed' ? at : { kind: 'memory', base: addressOf(context, at), offset: 0 };
}

/** r[to] = r[from] + constant */
export function addConstant(context: FunctionContext, to: number, from: number, constant: number): void {
  const { emitter, frame } = context;
  if (constant >= -128 && constant <= 127) {
    emitter.emit(Op.ADDI, to, from, constant);
  } else {
    const summand = to !== from && frame.isTemporary(to) ? to : frame.temporary();
    emitter.loadConstant(summand, constant | 0);
    emitter.emit(Op.ADD, to, from, summand);
  }
}

/** Base register and imm8 displacement for a load or store of `span` bytes at `at`. */
export function baseAndOffset(context: FunctionContext, at: Location, span: number): { base: number; offset: number } {
  if (at.kind === 'memory' && at.offset >= -128 && at.offset + span - 1 <= 127) return { base: at.base, offset: at.offset };
  if (at.kind === 'frame') {
    const base = context.frame.temporary();
    context.frame.emitAddress(context.emitter, base, at.word + (at.offset >>> 2));
    return { base, offset: at.offset & 3 };
  }
  return { base: addressOf(context, at), offset: 0 };
}

/** Reads the object; returns its register (pair). A register variable is returned as it is. */
export function load(context: FunctionContext, at: Location, type: Type, target?: number): number {
  const { emitter, frame } = context;
  if (at.kind === 'register') return at.register;
  const wide = isWide(type);
  const result = target ?? frame.temporary(wide ? 2 : 1);
  if (wide) {
    const { base, offset } = baseAndOffset(context, at, 8);
    // The base must survive the first load.
    const kept = base === result ? frame.temporary() : base;
    if (kept !== base) emitter.emit(Op.MOV, kept, base);
    emitter.emit(Op.LD32, result, kept, offset);
    emitter.emit(Op.LD32, result + 1, kept, offset + 4);
    return result;
  }
  const size = byteSize(type);
  if (at.kind === 'indexed' && at.scale === (size === 4 ? 4 : 1) && size !== 2) {
    emitter.emit(size === 4 ? Op.LDX32 : isSigned(type) ? Op.LDX8S : Op.LDX8U, result, at.base, at.index);
    return result;
  }
  const index = size === 4 ? wordIndex(context, at) : undefined;
  if (index !== undefined) {
    emitter.emit(Op.LDX32, result, index.base, index.index);
    return result;
  }
  const { base, offset } = baseAndOffset(context, at, size);
  emitter.emit(loadOp(size, isSigned(type)), result, base, offset);
  return result;
}

/** A word too far away for an offset in the instruction is reached by its index. */
function wordIndex(context: FunctionContext, at: Location): { base: number; index: number } | undefined {
  if (at.kind !== 'memory' || (at.offset & 3) !== 0 || (at.offset >= -128 && at.offset <= 124)) return undefined;
  const index = context.frame.temporary();
  context.emitter.loadConstant(index, at.offset >> 2);
  return { base: at.base, index };
}

function loadOp(size: number, signed: boolean): Op {
  if (size === 4) return Op.LD32;
  if (size === 2) return signed ? Op.LD16S : Op.LD16U;
  return signed ? Op.LD8S : Op.LD8U;
}

/** Writes `register` (already of `type`, or of a wider integer type unless `type` is bool) to the object. */
export function store(context: FunctionContext, at: Location, type: Type, register: number): void {
  const { emitter } = context;
  if (at.kind === 'register') {
    if (register !== at.register) emitter.emit(isWide(type) ? Op.MOV64 : Op.MOV, at.register, register);
    return;
  }
  if (isWide(type)) {
    const { base, offset } = baseAndOffset(context, at, 8);
    emitter.emit(Op.ST32, register, base, offset);
    emitter.emit(Op.ST32, register + 1, base, offset + 4);
    return;
  }
  const size = byteSize(type);
  if (at.kind === 'indexed' && at.scale === (size === 4 ? 4 : 1) && size !== 2) {
    emitter.emit(size === 4 ? Op.STX32 : Op.STX8, register, at.base, at.index);
    return;
  }
  const index = size === 4 ? wordIndex(context, at) : undefined;
  if (index !== undefined) {
    emitter.emit(Op.STX32, register, index.base, index.index);
    return;
  }
  const { base, offset } = baseAndOffset(context, at, size);
  emitter.emit(size === 4 ? Op.ST32 : size === 2 ? Op.ST16 : Op.ST8, register, base, offset);
}

/** Whether a store of `type` truncates by itself, so that the value's conversion can be left out. */
export function storeTruncates(at: Location, type: Type): boolean {
  return at.kind !== 'register' && !isWide(type) && !isBoolean(type) && byteSize(type) < 4;
}
