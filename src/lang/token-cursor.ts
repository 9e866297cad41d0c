/**
 * Where the parser stands, and its rules for faults: one message per fault. After a report the parser is in *panic*: further
 * reports are dropped until `recover...` has found a place where reading can go on.
 */

import type { CommentFacts } from './comments.ts';
import type { DiagnosticKey } from './diagnostic-catalogue.ts';
import { limits } from './limits.ts';
import type { Reporter } from './reporter.ts';
import type { Range, Source } from './source.ts';
import { integerTypeNames, type Token, typeWords } from './tokens.ts';

export class TokenCursor {
  readonly source: Source;
  readonly reporter: Reporter;
  readonly tokens: readonly Token[];
  readonly comments: CommentFacts;
  /** Typedef names of this file, found before parsing; the language's own and `..._t` are known anyway. */
  readonly typeNames: ReadonlySet<string>;
  readonly skippedNames = new Set<string>();
  index = 0;
  panic = false;
  depth = 0;
  /** Deepest nesting and longest chain so far; their product bounds the tree's depth. */
  depthMax = 0;
  chainMax = 0;
  /** Index of the token before which an expression is missing. */
  #missingAt = -1;
  /** `{` without `}` in the whole text, or the reverse when negative; only then indentation is asked where one is missing. */
  braceBalance: number;

  constructor(source: Source, tokens: readonly Token[], comments: CommentFacts, reporter: Reporter) {
    this.source = source;
    this.tokens = tokens;
    this.comments = comments;
    this.reporter = reporter;
    this.braceBalance = 0;
    const typeNames = new Set<string>();
    tokens.forEach((token, index) => {
      if (token.kind === 'punctuator') this.braceBalance += token.text === '{' ? 1 : token.text === '}' ? -1 : 0;
      if (token.kind === 'name' && token.text === 'typedef') {
        const name = typedefName(tokens, index);
        if (name) typeNames.add(name);
      }
    });
    this.typeNames = typeNames;
  }

  get token(): Token {
    return this.tokens[this.index];
  }

  get previousEnd(): number {
    return this.index > 0 ? this.tokens[this.index - 1].end : 0;
  }

  peek(distance = 1): Token {
    return this.tokens[Math.min(this.index + distance, this.tokens.length - 1)];
  }

  /** The current token is this punctuator or word. */
  is(text: string): boolean {
    const { token } = this;
    return token.text === text && (token.kind === 'punctuator' || token.kind === 'name');
  }

  isAt(distance: number, text: string): boolean {
    const token = this.peek(distance);
    return token.text === text && (token.kind === 'punctuator' || token.kind === 'name');
  }

  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.index += 1;
    return token;
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.index += 1;
    return true;
  }

  /** Reports unless in panic, and panics. A token that was faulty for the lexer is not reported again. */
  fault(key: DiagnosticKey, range: Range, message: string): void {
    const afterFault = this.index > 0 && this.tokens[this.index - 1].faulty;
    if (!this.panic && !this.token.faulty && !afterFault) this.reporter.report(key, range, message);
    this.panic = true;
  }

  /** Reports something that does not disturb the reading of what follows. */
  note(key: DiagnosticKey, range: Range, message: string): void {
    if (!this.panic) this.reporter.report(key, range, message);
  }

  /** Takes `text` or reports that it is missing, at the gap before the current token. */
  expect(text: string, purpose = ''): boolean {
    if (this.accept(text)) return true;
    const gap = this.previousEnd;
    this.fault(
      text === ';' ? 'expectedSemicolon' : 'expectedToken',
      { start: gap, end: gap },
      `expected '${text}'${purpose ? ` ${purpose}` : ''} before ${this.describe()}`,
    );
    return false;
  }

  /** The current token in words. */
  describe(token = this.token): string {
    switch (token.kind) {
      case 'end':
        return 'the end of the file';
      case 'string':
        return 'this string';
      case 'char':
        return 'this character';
      case 'directive':
        return `'#${token.text}'`;
      default:
        return `'${token.text}'`;
    }
  }

  /** From `start` to the end of what has been read, or to the place of an expression that is missing right here. */
  rangeFrom(start: number): Range {
    const missing = this.#missingAt === this.index ? this.token.start : 0;
    return { start, end: Math.max(this.previousEnd, start, missing) };
  }

  /** The empty range before the current token, where something is missing. */
  missing(): Range {
    this.#missingAt = this.index;
    return { start: this.token.start, end: this.token.start };
  }

  /** Runs `read` one level deeper, or reports the limit and returns undefined. */
  nested<T>(read: () => T): T | undefined {
    if (this.depth >= limits.nesting.max) {
      this.fault('limit', this.token, limits.nesting.message);
      return undefined;
    }
    this.depth += 1;
    if (this.depth > this.depthMax) this.depthMax = this.depth;
    const result = read();
    this.depth -= 1;
    return result;
  }

  /** Column (from 0) of the first token of the line on which `offset` lies: its indentation in characters. */
  indentationAt(offset: number): number {
    const { text } = this.source;
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    let end = start;
    while (text[end] === ' ' || text[end] === '\t') end += 1;
    return end - start;
  }

  get column(): number {
    return this.token.start - (this.source.text.lastIndexOf('\n', this.token.start - 1) + 1);
  }

  isTypeName(name: string): boolean {
    return typeWords.has(name) || integerTypeNames.has(name) || this.typeNames.has(name) || /^[a-z]\w*_t$/.test(name);
  }

  /** Skips one token, or a bracketed group as a whole, and remembers the names in it. */
  skipGroup(): void {
    const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
    const stack: string[] = [];
    do {
      const token = this.next();
      if (token.kind === 'name') this.skippedNames.add(token.text);
      if (token.kind !== 'punctuator') continue;
      const closer = closers[token.text];
      if (closer) stack.push(closer);
      else if (token.text === stack[stack.length - 1]) stack.pop();
    } while (stack.length > 0 && !this.atEnd && !(this.is('}') && !stack.includes('}')));
  }

  /**
   * After a fault in a parenthesised header or list: skips to its `closer` and takes it, unless the list obviously ended before.
   * Ends the panic.
   */
  recoverTo(closer: string): void {
    while (!this.atEnd && !this.is(closer) && !this.is(';') && !this.is('{') && !this.is('}')) this.skipGroup();
    this.accept(closer);
    this.panic = false;
  }

  /** The ';' after `what`, an item of a block in braces; after a fault the rest of the item is skipped. Ends the panic. */
  endItem(what: string): void {
    if (!this.panic && !this.accept(';')) {
      const gap = { start: this.previousEnd, end: this.previousEnd };
      this.fault('expectedSemicolon', gap, `expected ';' after ${what} before ${this.describe()}`);
      if (this.token.first || this.is('}')) this.panic = false;
    }
    if (!this.panic) return;
    while (!this.atEnd && !this.is(';') && !this.is('}')) this.skipGroup();
    this.accept(';');
    this.panic = false;
  }
}

/** The name that the typedef at `index` declares: the last name before its semicolon, or the one in `(*name)`. */
function typedefName(tokens: readonly Token[], index: number): string | undefined {
  let name: string | undefined;
  let braces = 0;
  for (let at = index + 1; at < tokens.length && at < index + 400; at += 1) {
    const token = tokens[at];
    if (token.kind === 'punctuator') {
      if (token.text === '{') braces += 1;
      else if (token.text === '}') braces -= 1;
      else if (braces === 0 && token.text === ';') return name;
      else if (braces === 0 && token.text === '(' && tokens[at + 1]?.text === '*') return tokens[at + 2]?.text;
      else if (braces === 0 && token.text === '[') return name;
    } else if (token.kind === 'name' && braces === 0) name = token.text;
    if (token.kind === 'end') return undefined;
  }
  return undefined;
}
