/**
 * Text to tokens. Never fails: what cannot be read is reported and skipped, and the token list always ends with one of kind
 * `end`. Comments are kept apart; they carry documentation, anchors and tags.
 */
import { decodeNumber } from './lexer-numbers.ts';
import { readQuoted } from './lexer-strings.ts';
import { limits } from './limits.ts';
import type { Reporter } from './reporter.ts';
import type { Comment, Token, TokenKind } from './tokens.ts';

export interface LexedText {
  tokens: Token[];
  comments: Comment[];
}

/** Longest first, so that the first match is the right one. */
const punctuators = [
  ...['<<=', '>>=', '...'],
  ...['->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='],
  ...['{', '}', '(', ')', '[', ']', ';', ',', '.', ':', '?', '=', '+', '-', '*', '/', '%', '<', '>', '!', '~', '&', '|', '^'],
];
const byFirstCharacter = new Map<string, string[]>();
for (const text of punctuators) {
  const list = byFirstCharacter.get(text[0]);
  if (list) list.push(text);
  else byFirstCharacter.set(text[0], [text]);
}

const namePattern = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const numberPattern = /(?:0[xX][0-9a-fA-F]*|[0-9]+(?:\.[0-9]+)?)[A-Za-z_0-9]*/y;
const blankPattern = /[ \t\r\f\v\n\u00a0\ufeff]+/y;

export function lex(whole: string, reporter: Reporter): LexedText {
  let text = whole;
  if (whole.length > limits.fileSize.max) {
    text = whole.slice(0, limits.fileSize.max);
    reporter.report('limit', { start: 0, end: 1 }, limits.fileSize.message);
  }
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let at = 0;
  let line = 0;
  let first = true;

  const advanceOver = (end: number): void => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < end; next = text.indexOf('\n', next + 1)) {
      line += 1;
      first = true;
    }
    at = end;
  };
  const push = (kind: TokenKind, end: number, value: string, number = 0, suffix = '', faulty = false): void => {
    tokens.push({ kind, start: at, end, text: value, value: number, suffix, first, line, faulty });
    first = false;
    at = end;
  };

  while (at < text.length) {
    blankPattern.lastIndex = at;
    if (blankPattern.test(text)) {
      advanceOver(blankPattern.lastIndex);
      continue;
    }
    const character = text[at];
    if (character === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const wasFirst: boolean = first;
      const startLine = line;
      const start = at;
      if (text[at + 1] === '/') {
        const end = text.indexOf('\n', at);
        advanceOver(end < 0 ? text.length : end);
      } else {
        const end = text.indexOf('*/', at + 2);
        if (end < 0) reporter.report('unclosedComment', { start, end: start + 2 }, "this comment has no end: add '*/'");
        advanceOver(end < 0 ? text.length : end + 2);
      }
      // A token after a comment on the same line is the line's first token if the comment was.
      first = wasFirst || line > startLine;
      comments.push({
        start,
        end: at,
        text: commentText(text.slice(start, at)),
        line: startLine,
        endLine: line,
        first: wasFirst,
      });
      continue;
    }
    namePattern.lastIndex = at;
    if (namePattern.test(text)) {
      push('name', namePattern.lastIndex, text.slice(at, namePattern.lastIndex));
      continue;
    }
    numberPattern.lastIndex = at;
    if (numberPattern.test(text)) {
      const end = numberPattern.lastIndex;
      const number = decodeNumber(text.slice(at, end), { start: at, end }, reporter);
      push('number', end, text.slice(at, end), number.value, number.suffix, number.faulty);
      continue;
    }
    if (character === '"' || character === "'") {
      const quoted = readQuoted(text, at, reporter);
      push(character === '"' ? 'string' : 'char', quoted.end, quoted.text, quoted.value, '', quoted.faulty);
      continue;
    }
    if (character === '#' && first) {
      const word = /^#[ \t]*([a-z]*)/.exec(text.slice(at, at + 40))!;
      push('directive', at + word[0].length, word[1]);
      continue;
    }
    const punctuator = byFirstCharacter.get(character)?.find((candidate) => text.startsWith(candidate, at));
    if (punctuator) {
      push('punctuator', at + punctuator.length, punctuator);
      continue;
    }
    if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) {
      const wasFirst: boolean = first;
      advanceOver(text.indexOf('\n', at) + 1);
      first = wasFirst;
      continue;
    }
    let end = at + 1;
    while (end < text.length && text.charCodeAt(end) > 126) end += 1;
    reporter.report(
      'strangeCharacter',
      { start: at, end },
      `'${text.slice(at, end).slice(0, 12)}' does not belong to the language: remove it (in a string or a comment it would be fine)`,
    );
    advanceOver(end);
  }
  tokens.push({
    kind: 'end',
    start: text.length,
    end: text.length,
    text: '',
    value: 0,
    suffix: '',
    first: true,
    line,
    faulty: false,
  });
  return { tokens, comments };
}

function commentText(source: string): string {
  if (source.startsWith('//')) return source.slice(2).trim();
  return source
    .replace(/^\/\*+/, '')
    .replace(/\*+\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();
}
