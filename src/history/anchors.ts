/**
 * Anchors: places in source text that a schedule names, and the code addresses at which they begin. An anchor is a function,
 * a line of its file, or a label comment in it (`// @restore`). A program under another mapping model may lack one.
 */
import type { BuiltProgram } from '../kernel/build.ts';

/** What anchors need of a built program. */
export type AnchorSource = Pick<BuiltProgram['debug'], 'functions' | 'statements' | 'sources'>;

export interface Anchor {
  function: string;
  /** Label comment of a statement. */
  label?: string;
  /** Line of the function's file, from 1. */
  line?: number;
}

/** `kmap_switch_temporary "restore"`, `main line 12`. */
export function anchorText({ function: name, label, line }: Anchor): string {
  if (label !== undefined) return `${name} "${label}"`;
  return line === undefined ? name : `${name} line ${line}`;
}

export class Anchors {
  readonly #source: AnchorSource;
  /** Code address of a statement's begin to its index. */
  readonly #byStart = new Map<number, number>();

  constructor(source: AnchorSource) {
    this.#source = source;
    source.statements.forEach((statement, index) => {
      this.#byStart.set(statement.start, index);
    });
  }

  /** Addresses at which a micro-step begins that hits `anchor`; empty when the program has no such place. */
  addresses(anchor: Anchor): number[] {
    const index = this.#source.functions.findIndex(({ name }) => name === anchor.function);
    if (index < 0) return [];
    const own = this.#source.statements.filter((statement) => statement.function === index);
    if (anchor.label !== undefined) {
      const labelled = own.filter((statement) => statement.anchor === anchor.label);
      return labelled.length > 0 ? [Math.min(...labelled.map(({ start }) => start))] : [];
    }
    if (anchor.line === undefined) return own.length > 0 ? [Math.min(...own.map(({ start }) => start))] : [];
    const onLine = own.filter((statement) => this.#lineOf(statement.span) === anchor.line);
    return onLine.length > 0 ? [Math.min(...onLine.map(({ start }) => start))] : [];
  }

  /** Why `anchor` has no address, with what to do. */
  missing(anchor: Anchor): string {
    const index = this.#source.functions.findIndex(({ name }) => name === anchor.function);
    if (index < 0) return `there is no function ${anchor.function} here`;
    if (anchor.label !== undefined) {
      const labels = this.#source.statements.flatMap((each) => (each.function === index && each.anchor ? [each.anchor] : []));
      const known = labels.length > 0 ? `it has ${labels.map((label) => `"${label}"`).join(', ')}` : 'it has no labels';
      return `${anchor.function} has no label "${anchor.label}"; ${known}`;
    }
    return `no statement of ${anchor.function} begins on line ${anchor.line}`;
  }

  /** Whether a statement begins at `pc`. */
  isPlace(pc: number): boolean {
    return this.#byStart.has(pc);
  }

  /** The anchor for the statement that begins at `pc`: its label, else its line where that is enough to find it. */
  anchorAt(pc: number): Anchor | undefined {
    const statement = this.#source.statements[this.#byStart.get(pc) ?? -1];
    if (!statement) return undefined;
    const name = this.#source.functions[statement.function].name;
    const candidates: Anchor[] = [{ function: name, line: this.#lineOf(statement.span) }, { function: name }];
    if (statement.anchor !== undefined) candidates.unshift({ function: name, label: statement.anchor });
    return candidates.find((candidate) => this.addresses(candidate)[0] === pc);
  }

  #lineOf(span: { source: number; start: number }): number {
    const { lineStarts } = this.#source.sources[span.source];
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (lineStarts[middle] <= span.start) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}
