/** String and character literals with C's escapes. */
import type { Reporter } from './reporter.ts';

export interface Quoted {
  end: number;
  /** Decoded: one character per byte (UTF-8 for characters beyond ASCII in strings). */
  text: string;
  /** Value of a character literal, sign-extended as `char` is signed. */
  value: number;
  faulty: boolean;
}

const simpleEscapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Reads the literal that begins with the quote at `start`. A literal ends at its quote or, reported, at the end of its line. */
export function readQuoted(source: string, start: number, reporter: Reporter): Quoted {
  const quote = source[start];
  let at = start + 1;
  let text = '';
  let faulty = false;
  let lineEnd = source.indexOf('\n', start);
  if (lineEnd < 0) lineEnd = source.length;
  while (at < lineEnd && source[at] !== quote) {
    if (source[at] !== '\\') {
      const codePoint = source.codePointAt(at)!;
      const character = String.fromCodePoint(codePoint);
      text += codePoint < 128 ? character : utf8(codePoint);
      at += character.length;
      continue;
    }
    const hex = /^\\x([0-9a-fA-F]{1,2})/.exec(source.slice(at, at + 4));
    const octal = /^\\([0-7]{1,3})/.exec(source.slice(at, at + 4));
    if (hex) {
      text += String.fromCharCode(Number.parseInt(hex[1], 16));
      at += hex[0].length;
    } else if (octal) {
      text += String.fromCharCode(Number.parseInt(octal[1], 8) & 0xff);
      at += octal[0].length;
    } else {
      const letter = source[at + 1] ?? '';
      if (simpleEscapes[letter] === undefined && at + 1 < lineEnd) {
        reporter.report('badEscape', { start: at, end: at + 2 }, `'\\${letter}' is no escape: write '\\\\' for a backslash`);
        faulty = true;
      }
      text += simpleEscapes[letter] ?? letter;
      at += 2;
    }
  }
  const closed = source[at] === quote && at < lineEnd;
  const end = closed ? at + 1 : Math.min(at, lineEnd);
  if (!closed) {
    faulty = true;
    const what = quote === '"' ? 'string' : 'character';
    reporter.report(
      'unclosedQuote',
      { start, end: start + 1 },
      `this ${what} is not closed: add ${quote} before the end of the line`,
    );
  } else if (quote === "'" && text.length !== 1 && !faulty) {
    faulty = true;
    reporter.report(
      'badCharacter',
      { start, end },
      text.length === 0
        ? "this character is empty: write '\\0' for the zero byte"
        : `a character literal holds one byte: write "..." for a string`,
    );
  }
  return { end, text, value: ((text.charCodeAt(0) || 0) << 24) >> 24, faulty };
}

function utf8(codePoint: number): string {
  if (codePoint < 0x800) return String.fromCharCode(0xc0 | (codePoint >> 6), 0x80 | (codePoint & 63));
  if (codePoint < 0x10000) {
    return String.fromCharCode(0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 63), 0x80 | (codePoint & 63));
  }
  return String.fromCharCode(
    0xf0 | (codePoint >> 18),
    0x80 | ((codePoint >> 12) & 63),
    0x80 | ((codePoint >> 6) & 63),
    0x80 | (codePoint & 63),
  );
}
