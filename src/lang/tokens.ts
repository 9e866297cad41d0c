/** Tokens: the words of a source text, with exact ranges. */
import type { Range } from './source.ts';

export type TokenKind =
  /** Identifiers and keywords; which is which depends on where they stand. */
  | 'name'
  | 'number'
  | 'char'
  | 'string'
  | 'punctuator'
  /** `#define`, `#include` ...: the word after the `#` is the text; the rest of the line follows as ordinary tokens. */
  | 'directive'
  | 'end';

export interface Token extends Range {
  kind: TokenKind;
  /** Source text of names and punctuators; decoded text of strings. */
  text: string;
  /** Value of numbers and characters. */
  value: number;
  /** Letters after a number: `UL`, `ms`; '' elsewhere. */
  suffix: string;
  /** First token of its line. */
  first: boolean;
  line: number;
  /** A fault inside the token was already reported: what follows from it is not. */
  faulty: boolean;
}

export interface Comment extends Range {
  /** Without comment marks and leading asterisks. */
  text: string;
  line: number;
  endLine: number;
  /** Nothing but blanks stands before it on its line. */
  first: boolean;
}

/** Words that cannot be names of variables, functions or types. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'break case char const continue default do else enum extern for goto if inline int long return short signed sizeof static struct ' +
    'switch typedef union unsigned void volatile while bool'
  ).split(' '),
);

/** Words of which base types are made. */
export const typeWords: ReadonlySet<string> = new Set([
  'void',
  'char',
  'short',
  'int',
  'long',
  'signed',
  'unsigned',
  'bool',
  '_Bool',
]);

/** Names of integer types that the language brings along (see `builtin-types.ts`). */
export const integerTypeNames: ReadonlySet<string> = new Set([
  ...['s8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', '__u8', '__u16', '__u32', '__u64', '__s8', '__s16', '__s32', '__s64'],
  ...['size_t', 'ssize_t', 'loff_t', 'uintptr_t', 'ptrdiff_t', 'phys_addr_t', 'ktime_t'],
]);

/** Words before a declaration that change its storage or are accepted because kernel code has them. */
export const specifierWords: ReadonlySet<string> = new Set([
  ...['static', 'extern', 'inline', 'const', 'volatile', 'register'],
  ...['noinline', '__always_inline', '__init', '__sched', 'asmlinkage', 'notrace', '__must_check', '__read_mostly', 'SYSCALL'],
  ...['__visible', '__latent_entropy', 'noinstr', '__maybe_unused', '__weak', '__cold'],
]);
