/** Values as people read them: by type, in C's spelling where C has one. */

import { hex, wordsToText } from '../util/bits.ts';
import { byteSize, isWide, membersOf } from './codegen/type-facts.ts';
import { type EvaluationReader, readObject } from './evaluate.ts';
import type { Value } from './evaluate-arithmetic.ts';
import type { EnumType, StructMember, StructType, Type } from './types.ts';

/** Members or elements shown in the one-line summary of a struct or array. */
const SUMMARY_ITEMS = 4;
/** Characters of a string that a pointer's text shows. */
const STRING_PREVIEW = 40;

export interface FormatOptions {
  /** Integers in hexadecimal: the debugger's switch, or the field's mark. */
  hex?: boolean;
  /** Name of the function at that address. */
  functionName?: (address: number) => string | undefined;
  /** Name of the struct at that address, as people call it: a task's comm, a page's variable. */
  objectName?: (type: StructType, address: number) => string | undefined;
  reader: EvaluationReader;
}

/** One line for `value`. Never fails: what cannot be read is said. */
export function formatValue(value: Value, options: FormatOptions): string {
  const { type } = value;
  switch (type.kind) {
    case 'integer':
      return formatInteger(value, options);
    case 'enum':
      return formatEnum(type, value.low);
    case 'pointer':
      return formatPointer(type.to, value.low, options);
    case 'array':
      return formatArray(type.of, type.length, value.low, options);
    case 'struct':
      return formatStruct(type, value.low, options);
    case 'function':
      return formatFunction(value.low, options);
    case 'void':
      return '(no value)';
    default:
      return '?';
  }
}

function formatInteger(value: Value, options: FormatOptions): string {
  const { type, low, high } = value;
  if (type.kind !== 'integer') return String(low);
  if (type.boolean) return low !== 0 ? 'true' : 'false';
  if (isWide(type)) return options.hex ? `0x${wordsToText(low, high, 16, false)}` : wordsToText(low, high, 10, type.signed);
  if (options.hex) return hex(type.size === 4 ? low : low & (2 ** (8 * type.size) - 1), 1);
  if ((type.name === 'unsigned long' || type.name === 'pte_t') && low >>> 0 >= ADDRESS_LIKE) return hex(low);
  const number = String(type.signed ? low : low >>> 0);
  return type.name === 'char' ? `${number} ${quotedCharacter(low)}` : number;
}

/** Unsigned longs and page table entries from here on are most likely addresses or hold one, and people compare those in hexadecimal. */
const ADDRESS_LIKE = 0x10000;

const escapes: Record<number, string> = { 0: '\\0', 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

function characterText(code: number, quote: string): string {
  const byte = code & 0xff;
  if (escapes[byte] !== undefined) return escapes[byte];
  if (byte === quote.charCodeAt(0)) return `\\${quote}`;
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

const quotedCharacter = (code: number): string => `'${characterText(code, "'")}'`;

function formatEnum(type: EnumType, low: number): string {
  for (const [name, constant] of type.constants) if ((constant | 0) === low) return `${name} (${low})`;
  return String(low);
}

function formatFunction(address: number, options: FormatOptions): string {
  const name = options.functionName?.(address);
  return name === undefined ? hex(address) : `${hex(address)} <${name}>`;
}

function formatPointer(to: Type, address: number, options: FormatOptions): string {
  if (address === 0) return 'NULL';
  if (to.kind === 'function') return formatFunction(address, options);
  if (to.kind === 'integer' && to.name === 'char') {
    const text = stringAt(address, STRING_PREVIEW, options.reader);
    return text === undefined ? hex(address) : `${hex(address)} ${text}`;
  }
  const name = to.kind === 'struct' ? options.objectName?.(to, address) : undefined;
  return name === undefined ? hex(address) : `${hex(address)} ${name}`;
}

/** The quoted NUL-terminated text at `address`, cut at `limit` characters; undefined if it cannot be read or is no text. */
function stringAt(address: number, limit: number, reader: EvaluationReader): string | undefined {
  let text = '';
  for (let i = 0; i < limit; i++) {
    const bytes = reader.readBytes((address + i) | 0, 1);
    if (!bytes) return undefined;
    if (bytes[0] === 0) return `"${text}"`;
    text += characterText(bytes[0], '"');
  }
  return `"${text}"...`;
}

function formatArray(of: Type, length: number, address: number, options: FormatOptions): string {
  if (of.kind === 'integer' && of.name === 'char') {
    const bytes = options.reader.readBytes(address, length);
    if (!bytes) return unreadable(address);
    const end = bytes.indexOf(0);
    return `"${[...bytes.subarray(0, end < 0 ? length : end)].map((byte) => characterText(byte, '"')).join('')}"`;
  }
  const items: string[] = [];
  const size = byteSize(of);
  for (let i = 0; i < Math.min(length, SUMMARY_ITEMS); i++) items.push(formatObject(of, address + i * size, options));
  return `{${items.join(', ')}${length > SUMMARY_ITEMS ? ', ...' : ''}}`;
}

const unreadable = (address: number): string => `cannot read ${hex(address)}`;

function formatObject(type: Type, address: number, options: FormatOptions): string {
  if (type.kind === 'struct') return '{...}';
  const read = readObject(options.reader, type, address | 0);
  return read.ok ? formatValue(read.value, options) : unreadable(address);
}

/** A few members that say most: scalars and names before pointers to elsewhere. */
function formatStruct(type: StructType, address: number, options: FormatOptions): string {
  const members = membersOf(type);
  const shown = members.filter(isTelling).slice(0, SUMMARY_ITEMS);
  const rest = members.length > shown.length ? ', ...' : '';
  const texts = shown.map((member) => {
    const text = formatObject(member.type, address + member.offset, {
      ...options,
      hex: options.hex || isHexMember(type, member),
    });
    return `${member.name} = ${text}`;
  });
  return texts.length === 0 ? '{...}' : `{${texts.join(', ')}${rest}}`;
}

function isTelling(member: StructMember): boolean {
  const { type } = member;
  if (type.kind === 'array') return type.of.kind === 'integer' && type.of.name === 'char';
  return type.kind === 'integer' || type.kind === 'enum';
}

/** Whether a member is marked to be shown in hexadecimal. */
export function isHexMember(type: StructType, member: StructMember): boolean {
  return type.layout?.fields.some((field) => field.name === member.name && field.marks.hex === true) ?? false;
}
