import { describe, expect, it } from 'vitest';
import { lex } from '../../src/lang/lexer.ts';
import { Reporter } from '../../src/lang/reporter.ts';

function tokens(text: string) {
  return lex(text, new Reporter('test')).tokens;
}

describe('lexer', () => {
  it('takes the longest sign', () => {
    expect(tokens('a<<=b->c++ + ...').map(({ text }) => text)).toEqual(['a', '<<=', 'b', '->', 'c', '++', '+', '...', '']);
  });

  it.each([
    ['42', 42, ''],
    ['0x1fUL', 31, 'UL'],
    ['017', 15, ''],
    ['0b101', 5, ''],
    ['4000000000ull', 4_000_000_000, 'ULL'],
    ['7lu', 7, 'UL'],
    ['500us', 500, 'us'],
    ['9007199254740991', 9_007_199_254_740_991, ''],
  ])('reads the number %s', (text, value, suffix) => {
    const [token] = tokens(text);
    expect([token.kind, token.value, token.suffix, token.faulty]).toEqual(['number', value, suffix, false]);
  });

  it.each([
    ["'a'", 97],
    ["'\\n'", 10],
    ["'\\x41'", 65],
    ["'\\0'", 0],
    ["'\\xff'", -1],
  ])('reads the character %s as a signed char', (text, value) => {
    expect(tokens(text)[0].value).toBe(value);
  });

  it('decodes strings to bytes', () => {
    expect(tokens('"a\\tb\\x01\\101 é"')[0].text).toBe('a\tb\x01A \xc3\xa9');
  });

  it('knows which token is the first of its line, also after a comment', () => {
    const marks = tokens('a b\n  c\n/* x */ d\n/* y\n */ e f').map(({ text, first, line }) => [text, first, line]);
    expect(marks).toEqual([
      ['a', true, 0],
      ['b', false, 0],
      ['c', true, 1],
      ['d', true, 2],
      ['e', true, 4],
      ['f', false, 4],
      ['', true, 4],
    ]);
  });

  it('gives a comment its text without marks', () => {
    const { comments } = lex('/*\n * First.\n *   Second.\n */\n// third  \nint a; /** fourth */', new Reporter('test'));
    expect(comments.map(({ text, first }) => [text, first])).toEqual([
      ['First.\n  Second.', true],
      ['third', true],
      ['fourth', false],
    ]);
  });

  it('stops at the limit of the file size', () => {
    const reporter = new Reporter('test');
    const { tokens: found } = lex(`${'a '.repeat(200_000)}`, reporter);
    expect(reporter.diagnostics.map(({ code }) => code)).toEqual(['K1601']);
    expect(found.length).toBeLessThan(140_000);
  });
});
