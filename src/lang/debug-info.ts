/** What a debugger needs to know of a compiled program. The machine never reads this. */
import type { Span } from './source.ts';
import type { Type } from './types.ts';

/** One statement's code: [start, end) in `Image.code`, beginning with its STMT instruction. */
export interface StatementInfo {
  start: number;
  end: number;
  span: Span;
  /** Index into `DebugInfo.functions`. */
  function: number;
  anchor?: string;
  /** Tags of the lines it covers: `H-D02`, `H-7.2 step 5`. */
  tags: readonly string[];
}

export interface LocalInfo {
  name: string;
  type: Type;
  /** Word of the frame, counted from fp (the header included), where the value begins. */
  frameWord: number;
  parameter: boolean;
  /** The value fills whole words, extended by its type, however small the type: set it by writing whole words. */
  wholeWords: boolean;
  /**
   * For a local without initialiser: at code addresses below this one nothing has been stored in it yet, its word holds whatever
   * the stack held. Undefined: it may have a value anywhere in its scope.
   */
  setFrom?: number;
  /** Code range in which the local is in scope. */
  start: number;
  end: number;
  declaredAt: Span;
}

export interface FunctionDebugInfo {
  name: string;
  /** Same index as `Image.functions`. */
  index: number;
  entry: number;
  end: number;
  kind: 'function' | 'task' | 'irq' | 'nmi' | 'syscall';
  returns: Type;
  locals: LocalInfo[];
  span: Span;
  nameSpan: Span;
  doc: string;
}

export interface GlobalInfo {
  name: string;
  type: Type;
  storage: 'static' | 'perCpu' | 'page';
  /** Offset in the data or per-CPU segment; for pages the page's number in declaration order (arrays: first). */
  offset: number;
  /** Kernel virtual address (for a page: of the variable that holds the pointer); for per-CPU variables the offset in the segment. */
  address: number;
  declaredAt: Span;
}

export interface DebugInfo {
  /** URIs and texts in the order of `Span.source`. */
  sources: readonly { uri: string; text: string; lineStarts: readonly number[] }[];
  /** Sorted by `start`, not overlapping. */
  statements: readonly StatementInfo[];
  functions: readonly FunctionDebugInfo[];
  globals: readonly GlobalInfo[];
}
