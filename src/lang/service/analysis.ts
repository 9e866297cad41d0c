/** A program as the editor's features see it: checked, with one of its sources in front. Plain data in, plain data out. */
import type { CheckedFunction, CheckedProgram } from '../checked-program.ts';
import type { LanguageEnvironment } from '../environment.ts';
import type { Range } from '../source.ts';
import type { FunctionSymbol, NamedSymbol } from '../tree.ts';
import { type Meaning, type Occurrence, occurrencesOf } from './occurrences.ts';

/** A range in one of the program's sources. */
export interface Place {
  uri: string;
  range: Range;
}

export class Analysis {
  readonly program: CheckedProgram;
  readonly environment: LanguageEnvironment;
  /** Index of the document that is being edited. */
  readonly source: number;
  readonly #occurrences: (Occurrence[] | undefined)[] = [];

  /** @param uri the document's; it is one of the program's sources. */
  constructor(program: CheckedProgram, environment: LanguageEnvironment, uri: string) {
    this.program = program;
    this.environment = environment;
    this.source = program.sources.findIndex((source) => source.uri === uri);
  }

  get text(): string {
    return this.program.sources[this.source]?.text ?? '';
  }

  /** Every name in a source that means something, in the order of the text. */
  occurrences(source = this.source): readonly Occurrence[] {
    const file = this.program.files[source];
    if (!file) return [];
    this.#occurrences[source] ??= occurrencesOf(file, this.program.sources[source].text);
    return this.#occurrences[source];
  }

  /** The name at `offset` of the document, its end included, so that a cursor behind the name finds it. */
  occurrenceAt(offset: number): Occurrence | undefined {
    let touching: Occurrence | undefined;
    for (const occurrence of this.occurrences()) {
      if (occurrence.start > offset) break;
      if (offset < occurrence.end) return occurrence;
      if (offset === occurrence.end) touching = occurrence;
    }
    return touching;
  }

  /** The word at `offset` of the document, if it is one and stands outside of comments and strings. */
  wordAt(offset: number): (Range & { text: string }) | undefined {
    const { text } = this;
    let start = offset;
    while (start > 0 && /\w/.test(text[start - 1])) start--;
    const word = /^\w+/.exec(text.slice(start, start + 64))?.[0];
    return word === undefined || endsInCommentOrString(text.slice(0, start))
      ? undefined
      : { text: word, start, end: start + word.length };
  }

  /** Every place in all sources that means the same thing. */
  occurrencesOfSame(wanted: Occurrence): { occurrence: Occurrence; source: number }[] {
    const found: { occurrence: Occurrence; source: number }[] = [];
    for (let source = 0; source < this.program.sources.length; source++) {
      for (const occurrence of this.occurrences(source)) {
        if (sameMeaning(wanted, occurrence)) found.push({ occurrence, source });
      }
    }
    return found;
  }

  place(source: number, range: Range): Place {
    return { uri: this.program.sources[source].uri, range: { start: range.start, end: range.end } };
  }

  /** The function, task or irq of the document whose text holds `offset`. */
  functionAt(offset: number): CheckedFunction | undefined {
    return this.program.functions.find(
      ({ source, declaration }) => source === this.source && declaration.start <= offset && offset <= declaration.end,
    );
  }
}

function sameMeaning(a: Occurrence, b: Occurrence): boolean {
  if (a.name !== b.name) return false;
  const [x, y] = [a.meaning, b.meaning];
  if (x.kind === 'symbol' && y.kind === 'symbol') return sameSymbol(x.symbol, y.symbol);
  if (x.kind === 'member' && y.kind === 'member') return x.struct === y.struct;
  if (x.kind === 'label' && y.kind === 'label') return x.within === y.within;
  return kindOf(x) === kindOf(y);
}

function sameSymbol(x: NamedSymbol, y: NamedSymbol): boolean {
  if (x === y) return true;
  if (x.kind === 'constant' && y.kind === 'constant') return true;
  // A prototype and its definition may have a symbol each; static functions of two files are two functions.
  return x.kind === 'function' && y.kind === 'function' && !isStatic(x) && !isStatic(y);
}

const isStatic = ({ definition }: FunctionSymbol): boolean =>
  definition?.kind === 'function' && definition.specifiers.includes('static');

/** Some things appear as a symbol in code and under their own kind elsewhere: an interrupt's name in a schedule. */
function kindOf(meaning: Meaning): string {
  if (meaning.kind === 'symbol') return meaning.symbol.kind;
  return meaning.kind === 'irq' ? 'constant' : meaning.kind;
}

/** Whether the text ends inside a comment or a string. */
export function endsInCommentOrString(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1).replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (line.includes('//') || (line.match(/"/g)?.length ?? 0) % 2 === 1) return true;
  return before.lastIndexOf('/*') > before.lastIndexOf('*/');
}
