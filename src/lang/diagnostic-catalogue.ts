/**
 * Every diagnostic of the language: its stable code, how grave it is, and an explanation for people who meet it for the first
 * time. docs/diagnostics.md is made from this table, and a test triggers each entry.
 */
import type { Diagnostic } from './diagnostics.ts';

export interface DiagnosticEntry {
  /** K10xx text, K11xx structure, K12xx names and types, K13xx expressions, K14xx statements, K15xx laboratory, K16xx limits, K17xx advice. */
  code: string;
  severity: Diagnostic['severity'];
  title: string;
  /** What it means and what usually cures it. */
  explanation: string;
}

const error = (code: string, title: string, explanation: string): DiagnosticEntry => ({
  code,
  severity: 'error',
  title,
  explanation,
});

export const diagnosticCatalogue = {
  strangeCharacter: error(
    'K1001',
    'strange character',
    'A character that has no meaning in the language stands outside of strings and comments.',
  ),
  unclosedComment: error(
    'K1002',
    'comment without end',
    'A comment that begins with /* reaches to the end of the file because its */ is missing.',
  ),
  unclosedQuote: error('K1003', 'string without end', 'A string or character literal must end on the line on which it begins.'),
  badNumber: error(
    'K1004',
    'malformed number',
    'Numbers are decimal, hexadecimal (0x1f) or octal (017) integers. There is no floating point in the kernel.',
  ),
  badEscape: error(
    'K1005',
    'unknown escape',
    'After a backslash stands one of n t r 0 a b f v, a quote, a backslash, xHH or up to three octal digits.',
  ),
  badCharacter: error('K1006', 'malformed character', "A character literal such as 'L' holds exactly one byte."),

  expectedToken: error(
    'K1101',
    'something is missing',
    'The text cannot go on like this: the sign named in the message is missing at the place marked.',
  ),
  expectedSemicolon: error('K1102', 'missing semicolon', 'Statements, declarations and settings end with a semicolon.'),
  expectedExpression: error(
    'K1103',
    'missing expression',
    'A value was expected here: a name, a number, a call, something in parentheses.',
  ),
  expectedName: error(
    'K1104',
    'missing name',
    'A name was expected here. Words of the language, such as `int` or `for`, cannot be names.',
  ),
  expectedType: error('K1105', 'missing type', 'A type was expected here, such as `int`, `struct page *` or `u64`.'),
  expectedStatement: error('K1106', 'missing statement', 'An `if`, `else` or loop needs a statement or a block that it governs.'),
  expectedDeclaration: error(
    'K1107',
    'not a declaration',
    'Outside of functions stand only declarations: functions, variables, types, and the laboratory’s machine, page, task, irq, nmi, schedule and expect.',
  ),
  unclosedBlock: error('K1108', 'block without end', 'A `{` has no matching `}`. The place was found by the indentation.'),
  strayBrace: error('K1109', 'brace too many', 'A `}` has no matching `{`.'),
  unexpectedElse: error('K1110', 'else without if', 'An `else` belongs to the `if` directly before it.'),
  misplaced: error(
    'K1111',
    'wrong place',
    'This declaration cannot stand here: types, functions and the laboratory’s declarations stand outside of functions.',
  ),
  unsupported: error(
    'K1112',
    'not part of the language',
    'The language is a subset of kernel C. The message says what to write instead.',
  ),

  limit: error(
    'K1601',
    'limit reached',
    'The language and the machine have limits, so that everything stays fast and nothing hangs. The message names the limit and what to do.',
  ),
} as const satisfies Record<string, DiagnosticEntry>;

export type DiagnosticKey = keyof typeof diagnosticCatalogue;
