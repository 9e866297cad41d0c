/**
 * Values of checked expressions without running them: watches, conditions, hovers, "set variable". Reads memory through an
 * injected reader that changes nothing; the arithmetic is that of compiled code. What cannot be known is an answer in
 * words, never an exception.
 */
import { hex } from '../util/bits.ts';
import { byteSize, elementType, isWide, operationType } from './codegen/type-facts.ts';
import {
  arithmetic,
  comparison,
  complemented,
  converted,
  EvaluationFault,
  fromNumber,
  isTrue,
  negated,
  scalar,
  type Value,
} from './evaluate-arithmetic.ts';
import { INT } from './integer-types.ts';
import type { Range } from './source.ts';
import type { CallExpression, Expression, FunctionSymbol, VariableSymbol } from './tree.ts';
import type { Type } from './types.ts';

export type { Value } from './evaluate-arithmetic.ts';

/** Where a variable is, in the frame and on the CPU that the expression looks from. */
export type VariablePlace =
  /** `unset`: nothing has been stored there yet. */
  | { kind: 'address'; address: number; wholeWords: boolean; unset?: boolean }
  /** Offset in the per-CPU segment. */
  | { kind: 'perCpu'; offset: number };

/** The machine as an expression sees it. Nothing here may change it. */
export interface EvaluationReader {
  /** `count` bytes at a virtual address; undefined when one of them has no mapping. */
  readBytes(address: number, count: number): Uint8Array | undefined;
  /** Undefined: not in scope here, or without a value. */
  place(symbol: VariableSymbol): VariablePlace | undefined;
  functionAddress(symbol: FunctionSymbol): number | undefined;
  /** Address of the task that the expression looks from. */
  current(): number;
  cpu(): number;
  /** Address of a CPU's per-CPU segment; undefined: there is no such CPU. */
  perCpuBase(cpu: number): number | undefined;
  /** Calls of pure functions that are answered: the value's low word. Undefined: this function is none of them. */
  call(name: string, args: readonly Value[]): number | undefined;
  /** In words, why `address` cannot be read; `no mapping` when absent. */
  explain?(address: number): string;
}

/** Lets an expression assign. */
export interface EvaluationWriter {
  /** False: the address cannot be written. */
  writeBytes(address: number, bytes: Uint8Array): boolean;
}

export type EvaluationResult = { ok: true; value: Value } | { ok: false; message: string; range?: Range };

/** Evaluates `e`, which the checker found free of errors. Without a writer, assignments are refused. */
export function evaluate(e: Expression, reader: EvaluationReader, writer?: EvaluationWriter): EvaluationResult {
  try {
    return { ok: true, value: new Evaluator(reader, writer).value(e) };
  } catch (fault) {
    if (fault instanceof EvaluationFault) return { ok: false, message: fault.message };
    throw fault;
  }
}

/** Writes `value`, converted, to the object that `target` is. For "set variable". */
export function assignValue(target: Value, value: Value, writer: EvaluationWriter): EvaluationResult {
  if (target.address === undefined) return { ok: false, message: 'this is a value, not a variable: there is nothing to set' };
  const result = converted(value, target.type);
  const size = target.wholeWords ? Math.max(4, byteSize(target.type)) : byteSize(target.type);
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = ((i < 4 ? result.low : result.high) >>> (8 * (i & 3))) & 0xff;
  if (!writer.writeBytes(target.address, bytes)) {
    return { ok: false, message: `cannot write ${hex(target.address)}: no mapping` };
  }
  return { ok: true, value: { ...result, address: target.address, wholeWords: target.wholeWords } };
}

/** Reads the object of `type` at `address`; arrays and structs stay where they are. */
export function readObject(reader: EvaluationReader, type: Type, address: number): EvaluationResult {
  try {
    return { ok: true, value: new Evaluator(reader, undefined).read(type, address) };
  } catch (fault) {
    if (fault instanceof EvaluationFault) return { ok: false, message: fault.message };
    throw fault;
  }
}

class Evaluator {
  readonly #reader: EvaluationReader;
  readonly #writer: EvaluationWriter | undefined;

  constructor(reader: EvaluationReader, writer: EvaluationWriter | undefined) {
    this.#reader = reader;
    this.#writer = writer;
  }

  value(e: Expression): Value {
    const type = e.type ?? INT;
    if (e.constant !== undefined && Number.isSafeInteger(e.constant)) return fromNumber(type, e.constant);
    switch (e.kind) {
      case 'integer':
      case 'char':
        return fromNumber(type, e.value);
      case 'string':
        throw new EvaluationFault('a string literal has no address in a watch');
      case 'name':
        return this.#name(e, type);
      case 'member':
      case 'index':
        return this.#object(e, type);
      case 'unary':
        return this.#unary(e, type);
      case 'binary':
        return this.#binary(e, type);
      case 'conditional':
        return this.value(isTrue(this.value(e.test)) ? e.then : e.otherwise);
      case 'cast':
      case 'convert':
        return this.#convert(e.operand, type);
      case 'sizeof':
        return fromNumber(type, byteSize(e.typeName?.type ?? e.operand?.type ?? type));
      case 'call':
        return this.#call(e, type);
      case 'assign':
      case 'step':
        return this.#assign(e);
      default:
        throw new EvaluationFault('this cannot be evaluated');
    }
  }

  /** Address of the object that `e` names. */
  address(e: Expression): { address: number; wholeWords?: boolean; unset?: boolean } {
    switch (e.kind) {
      case 'name': {
        if (e.symbol?.kind === 'function') return { address: this.#functionAddress(e.symbol) };
        if (e.symbol?.kind !== 'variable') break;
        const place = this.#place(e.symbol);
        if (place.kind === 'perCpu') return { address: (this.#perCpuBase(this.#reader.cpu()) + place.offset) | 0 };
        return place;
      }
      case 'member': {
        const base = e.arrow ? this.value(e.object).low : this.address(e.object).address;
        return { address: (base + (e.offset ?? 0)) | 0 };
      }
      case 'index': {
        const size = byteSize(elementType(e.object.type!));
        return { address: (this.value(e.object).low + Math.imul(this.value(e.index).low, size)) | 0 };
      }
      case 'unary':
        if (e.operator === '*') return { address: this.value(e.operand).low };
        break;
      case 'cast':
      case 'convert':
        return this.address(e.operand);
      case 'call':
        if (nameOf(e.callee) === 'per_cpu') return { address: this.#ofCpu(e.args[0], this.value(e.args[1]).low) };
        break;
      default:
        break;
    }
    const { type, low } = this.value(e);
    if (type.kind === 'struct' || type.kind === 'array') return { address: low };
    throw new EvaluationFault('this is a value, not an object: it has no address');
  }

  read(type: Type, address: number, wholeWords = false): Value {
    if (type.kind === 'struct' || type.kind === 'array' || type.kind === 'function')
      return { type, low: address, high: 0, address };
    const size = byteSize(type);
    const bytes = this.#reader.readBytes(address, size);
    if (!bytes) throw new EvaluationFault(this.#unreadable(address));
    let low = 0;
    let high = 0;
    for (let i = 0; i < size; i++) {
      if (i < 4) low |= bytes[i] << (8 * i);
      else high |= bytes[i] << (8 * (i - 4));
    }
    return { ...converted({ type: isWide(type) ? type : INT, low, high }, type), type, address, wholeWords };
  }

  #unreadable(address: number): string {
    return `cannot read ${hex(address)}: ${this.#reader.explain?.(address) ?? 'no mapping'}`;
  }

  #place(symbol: VariableSymbol): VariablePlace {
    const place = this.#reader.place(symbol);
    if (!place) throw new EvaluationFault(`'${symbol.name}' has no value here`);
    return place;
  }

  #functionAddress(symbol: FunctionSymbol): number {
    const address = this.#reader.functionAddress(symbol);
    if (address === undefined) throw new EvaluationFault(`'${symbol.name}' has no address: it is built in`);
    return address;
  }

  #perCpuBase(cpu: number): number {
    const base = this.#reader.perCpuBase(cpu);
    if (base === undefined) throw new EvaluationFault(`there is no CPU ${cpu}`);
    return base;
  }

  #name(e: Expression & { kind: 'name' }, type: Type): Value {
    const { symbol } = e;
    if (e.builtin === 'current') return scalar(type, this.#reader.current());
    if (symbol === undefined) throw new EvaluationFault(`'${e.name}' is not known here`);
    if (symbol.kind === 'constant') return fromNumber(type, symbol.value);
    if (symbol.kind === 'function') return scalar(type, this.#functionAddress(symbol));
    const { address, wholeWords, unset } = this.address(e);
    if (unset) throw new EvaluationFault(`nothing has been stored in '${e.name}' yet`);
    return this.read(symbol.type.kind === 'array' ? symbol.type : type, address, wholeWords);
  }

  #object(e: Expression, type: Type): Value {
    const { address, wholeWords } = this.address(e);
    return this.read(type, address, wholeWords);
  }

  #unary(e: Expression & { kind: 'unary' }, type: Type): Value {
    switch (e.operator) {
      case '*':
        return this.#object(e, type);
      case '&': {
        const operand = e.operand;
        // The address of a per-CPU variable is its offset, as in compiled code.
        if (operand.kind === 'name' && operand.symbol?.kind === 'variable') {
          const place = this.#place(operand.symbol);
          if (place.kind === 'perCpu') return scalar(type, place.offset);
        }
        return scalar(type, this.address(operand).address);
      }
      case '!':
        return fromNumber(type, isTrue(this.value(e.operand)) ? 0 : 1);
      case '-':
        return negated(this.value(e.operand));
      case '~':
        return complemented(this.value(e.operand));
      default:
        return this.value(e.operand);
    }
  }

  #binary(e: Expression & { kind: 'binary' }, type: Type): Value {
    switch (e.operator) {
      case ',':
        this.value(e.left);
        return this.value(e.right);
      case '&&':
        return fromNumber(type, isTrue(this.value(e.left)) && isTrue(this.value(e.right)) ? 1 : 0);
      case '||':
        return fromNumber(type, isTrue(this.value(e.left)) || isTrue(this.value(e.right)) ? 1 : 0);
      case '<':
      case '>':
      case '<=':
      case '>=':
      case '==':
      case '!=':
        return fromNumber(type, comparison(e.operator, this.value(e.left), this.value(e.right)) ? 1 : 0);
      default:
        return arithmetic(e.operator, type, this.#decayed(e.left), this.#decayed(e.right));
    }
  }

  #decayed(e: Expression): Value {
    const value = this.value(e);
    return value.type.kind === 'array' ? { type: { kind: 'pointer', to: value.type.of }, low: value.low, high: 0 } : value;
  }

  #convert(operand: Expression, to: Type): Value {
    const value = this.value(operand);
    if (to.kind === 'void') return scalar(to, 0);
    if (value.type.kind === 'struct') return value;
    if (value.type.kind === 'array' || value.type.kind === 'function') return scalar(to, value.low);
    const { low, high } = converted(value, to);
    return { type: to, low, high };
  }

  /** Address of a per-CPU object on CPU `cpu`. */
  #ofCpu(e: Expression, cpu: number): number {
    return (this.#perCpuBase(cpu) + this.#segmentOffset(e)) | 0;
  }

  #segmentOffset(e: Expression): number {
    switch (e.kind) {
      case 'name': {
        const place = e.symbol?.kind === 'variable' ? this.#place(e.symbol) : undefined;
        if (place?.kind === 'perCpu') return place.offset;
        break;
      }
      case 'member':
        return this.#segmentOffset(e.object) + (e.offset ?? 0);
      case 'index':
        return this.#segmentOffset(e.object) + Math.imul(this.value(e.index).low, byteSize(e.type!));
      case 'convert':
      case 'cast':
        return this.#segmentOffset(e.operand);
      case 'unary':
        if (e.operator === '&') return this.#segmentOffset(e.operand);
        break;
      default:
        break;
    }
    throw new EvaluationFault('this is not a per-CPU variable');
  }

  #call(e: CallExpression, type: Type): Value {
    const name = nameOf(e.callee);
    if (name === undefined) throw new EvaluationFault('a watch calls no functions: it must not change what it looks at');
    if (e.builtin === 'perCpu') return this.#perCpuCall(e, name, type);
    const args = e.args.map((argument) => this.value(argument));
    if (name === 'smp_processor_id' || name === 'raw_smp_processor_id') return fromNumber(type, this.#reader.cpu());
    const result = this.#reader.call(name, args);
    if (result === undefined) {
      throw new EvaluationFault(`'${name}' cannot be called in a watch: that would run the machine`);
    }
    return scalar(type, result | 0);
  }

  #perCpuCall(e: CallExpression, name: string, type: Type): Value {
    if (name === 'per_cpu') return this.read(type, this.#ofCpu(e.args[0], this.value(e.args[1]).low));
    if (name === 'per_cpu_ptr') return scalar(type, this.#ofCpu(e.args[0], this.value(e.args[1]).low));
    const address = this.#ofCpu(e.args[0], this.#reader.cpu());
    if (name.endsWith('_ptr')) return scalar(type, address);
    if (name.endsWith('_read')) return this.read(type, address);
    throw new EvaluationFault(`'${name}' changes the variable: a watch only looks`);
  }

  #assign(e: Expression & { kind: 'assign' | 'step' }): Value {
    const writer = this.#writer;
    if (!writer) throw new EvaluationFault('an assignment cannot stand here: a watch must not change what it looks at');
    const object = e.kind === 'assign' ? e.target : e.operand;
    const { type } = object;
    if (!type || type.kind === 'struct') throw new EvaluationFault('a struct is set member by member');
    const { address, wholeWords } = this.address(object);
    const target: Value = { type, low: 0, high: 0, address, wholeWords };
    const operator = e.kind === 'assign' ? e.operator : e.operator === '++' ? '+' : '-';
    const operand = e.kind === 'assign' ? this.value(e.value) : fromNumber(INT, 1);
    const old = operator === '' ? undefined : this.read(type, address, wholeWords);
    const wanted = e.kind === 'assign' ? (e.operationType ?? type) : operationType(type, INT);
    const next = old ? combined(operator, wanted, old, operand) : operand;
    const written = assignValue(target, next, writer);
    if (!written.ok) throw new EvaluationFault(written.message);
    return old && e.kind === 'step' && !e.prefix ? old : written.value;
  }
}

/** The new value of a compound assignment or step, before it is converted to the object's type. */
function combined(operator: string, type: Type, old: Value, operand: Value): Value {
  if (type.kind === 'pointer') return arithmetic(operator, type, old, operand);
  const shift = operator === '<<' || operator === '>>';
  return arithmetic(operator, type, converted(old, type), shift ? operand : converted(operand, type));
}

/** Name of a function that is called directly. */
function nameOf(callee: Expression): string | undefined {
  if (callee.kind === 'convert') return nameOf(callee.operand);
  return callee.kind === 'name' ? callee.name : undefined;
}
