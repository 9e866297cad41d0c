import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/lang/evaluate.ts';
import { formatValue } from '../../src/lang/format-value.ts';
import type { Expression } from '../../src/lang/tree.ts';
import { readerOf } from './reader.ts';
import { compileText, runCompiled } from './run.ts';

const program = `
enum state { IDLE, BUSY = 4 };
struct inner { int x; };
struct thing { int id; char name[8]; bool ok; unsigned int mask; struct inner inner; struct thing *next; };
static struct thing thing = { 7, "box", 1, 255, { 3 }, &thing };
static char text[6] = "a\\"b\\n";
static const char *words = "hello";
static enum state state = BUSY;
static int list[6] = { 1, 2, 3, 4, 5, 6 };
static s64 large = -5000000000LL;
static u64 all = 0;
static int (*function)(void) = NULL;
static void *nothing = NULL;
int call(void) { return 1; }
`;

/** How main's `put(...)` arguments read, in order. */
function shown(...expressions: string[]): string[] {
  const uses = expressions.map((e) => `(void)(${e});`).join(' ');
  const compiled = compileText(
    `${program} void main(void) { function = call; char c = 'x'; u8 byte = 200; all = ~0ULL; put(c + byte); ${uses} finish(); }`,
  );
  const { machine, trap } = runCompiled(compiled);
  expect(trap).toBeUndefined();
  const reader = readerOf(compiled, machine);
  const functionName = (address: number) =>
    compiled.image.functions.find((_, index) => (0xc0800000 + 16 * index) >>> 0 === address >>> 0)?.name;
  const body = compiled.program.functions.find((f) => f.symbol.name === 'main')!.declaration.body!.body;
  return body.slice(-1 - expressions.length, -1).map((s) => {
    const e = s.kind === 'expression' && (s.expression as Expression & { kind: 'cast' }).operand;
    let inner = e as Expression;
    while (inner.kind === 'convert') inner = inner.operand;
    const result = evaluate(inner, reader);
    return result.ok ? formatValue(result.value, { reader, functionName }) : result.message;
  });
}

describe('values read as', () => {
  test('numbers, characters, words', () => {
    expect(shown('c', 'byte', 'thing.ok', 'state', 'large', 'all')).toEqual([
      "120 'x'",
      '200',
      'true',
      'BUSY (4)',
      '-5000000000',
      '18446744073709551615',
    ]);
  });

  test('addresses, with the text or function behind them', () => {
    const [words, next, nothing, call] = shown('words', 'thing.next', 'nothing', 'function');
    expect(words).toMatch(/^0xc1[0-9a-f]{6} "hello"$/);
    expect(next).toMatch(/^0xc1[0-9a-f]{6}$/);
    expect(nothing).toBe('NULL');
    expect(call).toMatch(/^0xc08000[0-9a-f]0 <call>$/);
  });

  test('strings, lists and summaries', () => {
    expect(shown('text', 'list', 'thing', 'thing.inner')).toEqual([
      '"a\\"b\\n"',
      '{1, 2, 3, 4, ...}',
      '{id = 7, name = "box", ok = true, mask = 255, ...}',
      '{x = 3}',
    ]);
  });
});

test('large unsigned longs read as the addresses that they are, small ones as numbers', () => {
  expect(shown('(unsigned long)0xfffbb000', '(unsigned long)4096', '(unsigned int)0xfffbb000')).toEqual([
    '0xfffbb000',
    '4096',
    '4294684672',
  ]);
});
