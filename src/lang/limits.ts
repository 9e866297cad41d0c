/**
 * The language's limits, each with the sentence that says what to do about it. They keep every phase total: no text, however
 * long or deep, makes the parser, the checker or the compiler run out of stack or time.
 */
import { REGISTERS_MAX } from '../machine/bytecode.ts';

export interface Limit {
  max: number;
  /** Cause and cure, for the diagnostic. */
  message: string;
}

function limit(max: number, message: (max: number) => string): Limit {
  return { max, message: message(max) };
}

export const limits = {
  /** Characters of one file. */
  fileSize: limit(
    262_144,
    (max) => `the file is longer than ${max} characters: split it, or remove what the program does not need`,
  ),
  /** Blocks, parentheses and braces inside each other, and tails of `else if`. */
  nesting: limit(120, (max) => `this is nested more than ${max} levels deep: move the inner part into a function of its own`),
  /** Operators in a row on one level: `a + b + c ...`. */
  chain: limit(400, (max) => `this expression has more than ${max} operators in a row: split it into several statements`),
  /** Nodes of the tree inside each other: nesting and chains together. */
  treeDepth: limit(600, () => 'this is too deeply nested, with too many operators in a row: split it into several statements'),
  /** Diagnostics of one file; the rest would not help. */
  diagnostics: limit(100, (max) => `more than ${max} problems: the rest is not shown, repair the first ones and look again`),
  cpus: limit(8, (max) => `the machine has at most ${max} CPUs`),
  tasks: limit(32, (max) => `a program has at most ${max} tasks: let one task do the work of several, one after the other`),
  irqs: limit(
    16,
    (max) => `a program has at most ${max} interrupt handlers, one for each device line: raise one line several times instead`,
  ),
  pages: limit(64, (max) => `a program has at most ${max} pages: use the same page several times, or a smaller array`),
  /** Bytes of one page. */
  pageText: limit(4096, (max) => `a page holds ${max} bytes: shorten its text`),
  /** Bytes of one object. */
  objectSize: limit(65_536, (max) => `this object is larger than ${max} bytes: use a shorter array`),
  /** Parameters of one function. */
  parameters: limit(12, (max) => `a function has at most ${max} parameters: pass a pointer to a struct`),
  /** Registers of one function: parameters, locals, and what its expressions need in between. */
  registers: limit(
    REGISTERS_MAX,
    (max) => `this function needs more than ${max} registers for its variables and expressions: split it`,
  ),
  /** Bytes of one function's local arrays, structs and small variables whose address is taken. */
  frameMemory: limit(
    2048,
    (max) => `the local arrays and structs take more than ${max} bytes of a small kernel stack: make one static`,
  ),
  /** Bytes of all static variables and strings together. */
  staticData: limit(262_144, (max) => `the static variables take more than ${max} bytes together: use shorter arrays`),
  /** Bytes of all per-CPU variables together. */
  perCpuData: limit(16_384, (max) => `the per-CPU variables take more than ${max} bytes together: use shorter arrays`),
  /** Words of code that a conditional jump reaches. */
  jump: limit(32_767, () => 'this function is too long to compile: split it'),
  schedules: limit(64, (max) => `a program has at most ${max} schedules: put the others into another file`),
} as const satisfies Record<string, Limit>;
