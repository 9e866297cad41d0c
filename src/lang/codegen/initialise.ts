/** Initialisers: of locals as code, of variables with static storage as bytes. */
import { DATA_BASE, FUNCTION_BASE } from '../../machine/bytecode.ts';
import { INT } from '../integer-types.ts';
import type { Expression } from '../tree.ts';
import type { Type } from '../types.ts';
import { copyBytes } from './assignment.ts';
import type { FunctionContext, ProgramContext } from './context.ts';
import { convertRegister } from './convert.ts';
import { encodeText, type StaticPlace } from './data.ts';
import { constant, value } from './expression.ts';
import { addressOf, displaced, type Location, locate, store } from './lvalue.ts';
import { byteSize, isWide, membersOf } from './type-facts.ts';

/** One scalar or whole aggregate that an initialiser sets, at a byte offset of the object. */
interface Part {
  offset: number;
  type: Type;
  value: Expression;
}

/** Takes an initialiser apart; strings for char arrays and struct values stay whole. Later parts win. */
export function partsOf(type: Type, initializer: Expression, offset = 0): Part[] {
  if (initializer.kind !== 'initializer') return [{ offset, type, value: initializer }];
  const parts: Part[] = [];
  if (type.kind === 'array') {
    const size = byteSize(type.of);
    let index = 0;
    for (const item of initializer.items) {
      if (item.designator?.index?.constant !== undefined) index = item.designator.index.constant;
      parts.push(...partsOf(type.of, item.value, offset + index * size));
      index++;
    }
  } else if (type.kind === 'struct') {
    const members = membersOf(type);
    let index = 0;
    for (const item of initializer.items) {
      const wanted = item.designator?.member;
      if (wanted !== undefined) index = members.findIndex((member) => member.name === wanted);
      const member = members[index];
      if (member) parts.push(...partsOf(member.type, item.value, offset + member.offset));
      index++;
    }
  } else if (initializer.items.length > 0) {
    parts.push(...partsOf(type, initializer.items[0].value, offset));
  }
  return parts;
}

const stringOf = (e: Expression): string | undefined =>
  e.kind === 'string' ? e.value : e.kind === 'convert' ? stringOf(e.operand) : undefined;

/** Sets an array or struct in frame memory. */
export function initialiseLocal(context: FunctionContext, at: Location, type: Type, initializer: Expression): void {
  const { frame } = context;
  const mark = frame.mark();
  const parts = partsOf(type, initializer);
  const whole = parts.length === 1 && parts[0].type === type;
  if (!whole) clear(context, at, byteSize(type));
  for (const part of parts) {
    const inner = frame.mark();
    const place = displaced(context, at, part.offset);
    const text = stringOf(part.value);
    if (part.type.kind === 'array') {
      const bytes = encodeText(text ?? '').slice(0, part.type.length);
      if (whole) clear(context, at, byteSize(type));
      storeText(context, place, bytes);
    } else if (part.type.kind === 'struct') {
      copyBytes(context, addressOf(context, place), addressOf(context, locate(context, part.value)), byteSize(part.type));
    } else {
      const register = value(context, part.value);
      store(context, place, part.type, convertRegister(context, register, part.value.type!, part.type));
    }
    frame.release(inner);
  }
  frame.release(mark);
}

function clear(context: FunctionContext, at: Location, size: number): void {
  const zero = constant(context, 0, INT);
  const base = addressOf(context, at);
  const memory = { kind: 'memory', base } as const;
  for (let offset = 0; offset < size; offset += 4) {
    store(context, { ...memory, offset }, INT, zero);
  }
}

function storeText(context: FunctionContext, at: Location, bytes: number[]): void {
  const base = addressOf(context, at);
  const scratch = context.frame.temporary();
  for (let offset = 0; offset < bytes.length; offset += 4) {
    let word = 0;
    for (let i = 0; i < 4; i++) word |= (bytes[offset + i] ?? 0) << (8 * i);
    if (offset + 4 <= bytes.length || bytes.length % 4 === 0) {
      context.emitter.loadConstant(scratch, word);
      store(context, { kind: 'memory', base, offset }, INT, scratch);
      continue;
    }
    for (let i = offset; i < bytes.length; i++) {
      context.emitter.loadConstant(scratch, bytes[i]);
      store(context, { kind: 'memory', base, offset: i }, { kind: 'integer', name: 'u8', size: 1, signed: false }, scratch);
    }
  }
}

/** Sets a static variable's initial bytes. False: a part is no constant. */
export function initialiseStatic(program: ProgramContext, place: StaticPlace, type: Type, initializer: Expression): boolean {
  let complete = true;
  for (const part of partsOf(type, initializer)) {
    const text = stringOf(part.value);
    if (part.type.kind === 'array' && text !== undefined) {
      const bytes = encodeText(text).slice(0, part.type.length);
      for (let i = 0; i < bytes.length; i++) program.data.initialise(place, part.offset + i, 1, bytes[i]);
      continue;
    }
    const known = staticValue(program, part.value);
    if (known === undefined) {
      complete = false;
    } else if (isWide(part.type)) {
      program.data.initialise(place, part.offset, 4, known | 0);
      program.data.initialise(place, part.offset + 4, 4, Math.floor(known / 0x1_0000_0000) | 0);
    } else {
      const normal = part.type.kind === 'integer' && part.type.boolean ? Number(known !== 0) : known | 0;
      program.data.initialise(place, part.offset, byteSize(part.type), normal);
    }
  }
  return complete;
}

/** Value of a constant or of an address that is known before the program runs. */
function staticValue(program: ProgramContext, e: Expression): number | undefined {
  if (e.constant !== undefined) return e.constant;
  switch (e.kind) {
    case 'integer':
    case 'char':
      return e.value;
    case 'string':
      return program.data.string(e.value);
    case 'cast':
    case 'convert':
      return e.operand.type?.kind === 'array' || e.operand.type?.kind === 'function'
        ? staticAddress(program, e.operand)
        : staticValue(program, e.operand);
    case 'name':
      return e.symbol?.kind === 'function' || (e.symbol?.kind === 'variable' && e.symbol.type.kind === 'array')
        ? staticAddress(program, e)
        : undefined;
    case 'unary':
      return e.operator === '&' ? staticAddress(program, e.operand) : undefined;
    case 'binary': {
      const left = staticValue(program, e.left);
      const right = e.right.constant;
      if (left === undefined || right === undefined || (e.operator !== '+' && e.operator !== '-')) return undefined;
      const size = e.left.type?.kind === 'pointer' ? byteSize(e.left.type.to) : 1;
      return left + (e.operator === '+' ? right : -right) * size;
    }
    default:
      return undefined;
  }
}

function staticAddress(program: ProgramContext, e: Expression): number | undefined {
  switch (e.kind) {
    case 'string':
      return program.data.string(e.value);
    case 'convert':
      return staticAddress(program, e.operand);
    case 'name': {
      if (e.symbol?.kind === 'function') {
        const index = program.functionIndex(e.symbol);
        return index === undefined ? undefined : (FUNCTION_BASE + 16 * index) | 0;
      }
      const place = e.symbol?.kind === 'variable' ? program.data.placeOf(e.symbol) : undefined;
      if (!place) return undefined;
      return place.perCpu ? place.offset : (DATA_BASE + place.offset) | 0;
    }
    case 'member': {
      const base = e.arrow ? staticValue(program, e.object) : staticAddress(program, e.object);
      return base === undefined ? undefined : base + (e.offset ?? 0);
    }
    case 'index': {
      const base = e.object.type?.kind === 'array' ? staticAddress(program, e.object) : staticValue(program, e.object);
      if (base === undefined || e.index.constant === undefined || !e.type) return undefined;
      return base + e.index.constant * byteSize(e.type);
    }
    default:
      return undefined;
  }
}
