/** The integer types of the language: C's on a 32-bit machine (`long` has 32 bits, `long long` 64), and the kernel's. */
import type { IntegerType } from './types.ts';

function integer(name: string, size: IntegerType['size'], signed: boolean): IntegerType {
  return { kind: 'integer', name, size, signed };
}

export const INT = integer('int', 4, true);
export const UNSIGNED_INT = integer('unsigned int', 4, false);
export const LONG = integer('long', 4, true);
export const UNSIGNED_LONG = integer('unsigned long', 4, false);
export const LONG_LONG = integer('long long', 8, true);
export const UNSIGNED_LONG_LONG = integer('unsigned long long', 8, false);
export const CHAR = integer('char', 1, true);
export const BOOL: IntegerType = { kind: 'integer', name: 'bool', size: 1, signed: false, boolean: true };

const byWords = new Map<string, IntegerType>();
for (const [type, ...spellings] of [
  [INT, 'int', 'signed', 'signed int'],
  [UNSIGNED_INT, 'unsigned', 'unsigned int'],
  [LONG, 'long', 'long int', 'signed long', 'signed long int'],
  [UNSIGNED_LONG, 'unsigned long', 'unsigned long int'],
  [LONG_LONG, 'long long', 'long long int', 'signed long long', 'signed long long int'],
  [UNSIGNED_LONG_LONG, 'unsigned long long', 'unsigned long long int'],
  [CHAR, 'char'],
  [integer('signed char', 1, true), 'signed char'],
  [integer('unsigned char', 1, false), 'unsigned char'],
  [integer('short', 2, true), 'short', 'short int', 'signed short', 'signed short int'],
  [integer('unsigned short', 2, false), 'unsigned short', 'unsigned short int'],
  [BOOL, 'bool', '_Bool'],
] as const) {
  for (const spelling of spellings) byWords.set([...spelling.split(' ')].sort().join(' '), type);
}

const byName = new Map<string, IntegerType>();
for (const bits of [8, 16, 32, 64]) {
  const size = (bits / 8) as IntegerType['size'];
  for (const underscores of ['', '__']) {
    byName.set(`${underscores}s${bits}`, integer(`s${bits}`, size, true));
    byName.set(`${underscores}u${bits}`, integer(`u${bits}`, size, false));
  }
}
for (const name of ['size_t', 'uintptr_t', 'phys_addr_t']) byName.set(name, integer(name, 4, false));
for (const name of ['ssize_t', 'ptrdiff_t']) byName.set(name, integer(name, 4, true));
for (const name of ['loff_t', 'ktime_t']) byName.set(name, integer(name, 8, true));

/** The type that a list of type words means, in any order: `long unsigned`. */
export function integerFromWords(words: readonly string[]): IntegerType | undefined {
  return byWords.get([...words].sort().join(' '));
}

/** The type of one of the names that the language brings along: `u32`, `size_t`. */
export function integerByName(name: string): IntegerType | undefined {
  return byName.get(name);
}

export function builtinTypeNames(): Iterable<string> {
  return byName.keys();
}
