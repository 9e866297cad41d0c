/** Code addresses to places in the texts and back, prepared once so that a running program can ask per micro-step. */
import type { DebugInfo, FunctionDebugInfo, StatementInfo } from '../lang/debug-info.ts';
import type { Span } from '../lang/source.ts';
import type { Location } from './api.ts';

/** Bits of `CodeMap.marks`, one byte per word of code. */
export const Mark = {
  /** Somebody set a breakpoint here. */
  breakpoint: 1,
  /** A statement begins here. */
  statement: 2,
  /** A statement of the program itself begins here (not of the kernel). */
  program: 4,
} as const;

export class CodeMap {
  readonly debug: DebugInfo;
  readonly marks: Uint8Array;
  readonly #statementsOf: Map<number, StatementInfo[]>;

  /** @param programSource index of the program's own text in `debug.sources`. */
  constructor(debug: DebugInfo, codeWords: number, programSource: number) {
    this.debug = debug;
    this.marks = new Uint8Array(codeWords + 1);
    this.#statementsOf = new Map();
    for (const statement of debug.statements) {
      const inProgram = statement.span.source === programSource;
      this.marks[statement.start] = Mark.statement | (inProgram ? Mark.program : 0);
      const list = this.#statementsOf.get(statement.span.source) ?? [];
      list.push(statement);
      this.#statementsOf.set(statement.span.source, list);
    }
    for (const list of this.#statementsOf.values()) list.sort((a, b) => a.span.start - b.span.start || a.start - b.start);
  }

  /** The statement whose code contains `pc`. */
  statementAt(pc: number): StatementInfo | undefined {
    const { statements } = this.debug;
    let low = 0;
    let high = statements.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (statements[middle].start <= pc) low = middle + 1;
      else high = middle;
    }
    const found = statements[low - 1];
    return found && pc < found.end ? found : undefined;
  }

  functionAt(pc: number): FunctionDebugInfo | undefined {
    return this.debug.functions.find((each) => pc >= each.entry && pc < each.end);
  }

  /** Where `pc` is: its statement, or the name of its function where no statement covers it. */
  locationAt(pc: number): Location | undefined {
    const span = this.statementAt(pc)?.span ?? this.functionAt(pc)?.nameSpan;
    return span && this.location(span);
  }

  location(span: Span): Location {
    const source = this.debug.sources[span.source];
    const start = this.position(span.source, span.start);
    const end = this.position(span.source, span.end);
    return {
      uri: source.uri,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      range: { start: span.start, end: span.end },
    };
  }

  /** Line and column, both from 1. */
  position(source: number, offset: number): { line: number; column: number } {
    const { lineStarts } = this.debug.sources[source];
    let low = 0;
    let high = lineStarts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lineStarts[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return { line: low, column: offset - (lineStarts[low - 1] ?? 0) + 1 };
  }

  sourceIndex(uri: string): number {
    return this.debug.sources.findIndex((source) => source.uri === uri);
  }

  lineOf(statement: StatementInfo): number {
    return this.position(statement.span.source, statement.span.start).line;
  }

  /** Statements of a source in the order of the text. */
  statementsIn(source: number): readonly StatementInfo[] {
    return this.#statementsOf.get(source) ?? [];
  }

  /**
   * Statements at which a breakpoint for `line` (and `column`) stops: those that begin there, else those on the next line
   * of the same function that has any. Empty when nothing follows.
   */
  statementsForLine(source: number, line: number, column?: number): StatementInfo[] {
    const list = this.statementsIn(source);
    const at = (wanted: number) => list.filter((statement) => this.lineOf(statement) === wanted);
    const exact = at(line);
    if (exact.length > 0) return column === undefined ? firstOfEach(exact) : this.#nearestColumn(exact, column);
    const within = list.find((each) => this.lineOf(each) < line && this.position(source, each.span.end).line >= line);
    const next = list.find((each) => this.lineOf(each) > line);
    const inFunction = next && this.debug.functions[next.function];
    if (next && inFunction && this.position(source, inFunction.span.start).line <= line)
      return firstOfEach(at(this.lineOf(next)));
    return within ? [within] : [];
  }

  #nearestColumn(statements: readonly StatementInfo[], column: number): StatementInfo[] {
    const columnOf = (statement: StatementInfo) => this.position(statement.span.source, statement.span.start).column;
    const before = statements.filter((statement) => columnOf(statement) <= column);
    const chosen = before.length > 0 ? before[before.length - 1] : statements[0];
    return statements.filter((statement) => statement.span.start === chosen.span.start);
  }

  /** The first statement of function number `index`. */
  firstStatement(index: number): StatementInfo | undefined {
    return this.debug.statements.find((statement) => statement.function === index);
  }
}

/** Of several statements on one line those that a breakpoint on the line means: the first of each function. */
function firstOfEach(statements: readonly StatementInfo[]): StatementInfo[] {
  const seen = new Set<number>();
  return statements.filter((statement) => {
    if (seen.has(statement.function)) return false;
    seen.add(statement.function);
    return true;
  });
}
