import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/lang/evaluate.ts';
import type { Expression } from '../../src/lang/tree.ts';
import { declarationsOf, expressions, S64, stateOf, type Term, type Variable, variables, wrap } from './random-expression.ts';
import { readerOf } from './reader.ts';
import { type Compiled, compileText, runCompiled } from './run.ts';

/** The arguments of the calls of put64() in main. */
function argumentsOf(compiled: Compiled): Expression[] {
  const found: Expression[] = [];
  const body = compiled.program.functions.find((f) => f.symbol.name === 'main')!.declaration.body!;
  for (const s of body.body) {
    if (s.kind === 'expression' && s.expression.kind === 'call' && s.expression.callee.kind !== 'error') {
      const callee = s.expression.callee.kind === 'convert' ? s.expression.callee.operand : s.expression.callee;
      if (callee.kind === 'name' && callee.name === 'put64') found.push(s.expression.args[0]);
    }
  }
  return found;
}

const argument = (compiled: Compiled): Expression => argumentsOf(compiled)[0];

function programFor(known: readonly Variable[], e: Term): string {
  const { statics, locals } = declarationsOf(known);
  return `${statics}void main(void)\n{\n${locals}  put64((s64)(${e.text}));\n  if (${e.text}) put(1); else put(0);\n  finish();\n}`;
}

test('random expressions give the same value compiled, evaluated and calculated by hand', () => {
  const cases = variables.chain((known) => expressions(known).map((e) => ({ known, e })));
  fc.assert(
    fc.property(cases, ({ known, e }) => {
      const compiled = compileText(programFor(known, e));
      const { output, machine, trap } = runCompiled(compiled);
      expect(trap).toBeUndefined();
      const value = e.value(stateOf(known));
      expect(output).toEqual([wrap(value, S64), value === 0n ? 0 : 1]);
      const result = evaluate(argument(compiled), readerOf(compiled, machine));
      if (!result.ok) throw new Error(result.message);
      expect((BigInt(result.value.high) << 32n) | BigInt(result.value.low >>> 0)).toBe(wrap(value, S64));
    }),
    { seed: 20_251, numRuns: 300 },
  );
});

test('pointers, structs, arrays and per-CPU variables mean the same to both', () => {
  const texts = [
    ...['a[1]', '*(a + 2)', 'p[-1]', '*p', 'p - a', '&a[2] - p', '&a[0] < p', 'p == a + 1', '!p', 'p && *p'],
    ...[
      'n.next->value',
      '(&n)->list[1]',
      'n.list[i] + n.wide',
      '*n.next->text',
      'n.text[i + 1]',
      'sizeof(n.list) / sizeof(n.list[0])',
    ],
    ...['nodes[i].list[2]', 'nodes[1].next == &nodes[0]', '(&nodes[1])->next - nodes', 'm[1][i]', '*m[1]', '(*(m + 1))[2]'],
    ...[
      '(unsigned long)&n.value - (unsigned long)&n',
      '(char)a[2]',
      'c',
      '-c',
      'c >> 1',
      'u8v',
      '(u16)(0 - u8v)',
      'b',
      'i ? a[0] : a[2]',
    ],
    ...[
      'this_cpu_read(count)',
      'per_cpu(count, 0)',
      '*this_cpu_ptr(&count)',
      'per_cpu(stat.list[1], 0)',
      'f == twice',
      'ANSWER',
      'E2',
    ],
    ...['(i, a[2])', 'n.ok', 'n.half', 'nodes[i].ok == n.ok', '(bool)n.wide', '&current->flags == NULL'],
  ];
  const compiled = compileText(`
enum e { E1, E2 = 7 };
struct node { int value; struct node *next; char text[4]; u64 wide; int list[3]; bool ok; short half; };
static struct node n = { -4, &n, "xyz", 0x100000002, { 5, 6, 7 }, 3, -2 };
static struct node nodes[2] = { { .ok = 1 }, { .next = &nodes[0], .list = { [2] = 9 } } };
static int m[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
struct stat { int list[2]; };
DEFINE_PER_CPU(int, count) = 11;
DEFINE_PER_CPU(struct stat, stat) = { { 3, 4 } };
int twice(int x) { return 2 * x; }
void main(void) {
  int a[3] = { 10, 20, 300 }; int *p = a + 1; int i = 1; char c = -5; u8 u8v = 250; bool b = 5; int (*f)(int) = twice;
  p = &a[1]; c += 2; u8v += 2; b = !b; b = !b; f = twice; i = 1;
  ${texts.map((text) => `put64((s64)(${text}));`).join('\n  ')}
  finish();
}`);
  const { output, machine, trap } = runCompiled(compiled);
  expect(trap).toBeUndefined();
  const reader = readerOf(compiled, machine);
  const evaluated = argumentsOf(compiled).map((e) => {
    const result = evaluate(e, reader);
    return result.ok ? (BigInt(result.value.high) << 32n) | BigInt(result.value.low >>> 0) : result.message;
  });
  expect(texts.map((text, i) => [text, evaluated[i]])).toEqual(texts.map((text, i) => [text, output[i]]));
});

/** Evaluates `text` where main() of `program` stands when it calls finish(). */
function watch(program: string, text: string, assign = false): ReturnType<typeof evaluate> {
  const compiled = compileText(`${program.replace('finish()', `put64((s64)(${text})); finish()`)}`);
  const { machine } = runCompiled(compiled.image.functions.length > 0 ? compiled : compiled, 'main');
  const reader = readerOf(compiled, machine);
  let e = argument(compiled);
  while (e.kind === 'convert' || e.kind === 'cast') e = e.operand;
  return evaluate(e, reader, assign ? reader : undefined);
}

describe('a watch', () => {
  const program = `
struct node { int value; struct node *next; char name[8]; };
static struct node n = { 5, &n, "abc" };
DEFINE_PER_CPU(int, count) = 4;
static int zero = 0;
int fib(int n) { return n; }
void main(void) { int a[3] = { 1, 2, 3 }; u8 small = 200; int i = 1; small += 10; put(a[0] + small + i); finish(); }`;
  const low = (text: string) => {
    const result = watch(program, text);
    return result.ok ? result.value.low : result.message;
  };

  test('reads locals, elements and members', () => {
    expect(low('a[i + 1]')).toBe(3);
    expect(low('small')).toBe(210);
    expect(low('n.next->next->value')).toBe(5);
    expect(low('n.name[1]')).toBe(98);
    expect(low('*(&n.value)')).toBe(5);
    expect(low('sizeof(n)')).toBe(16);
  });

  test('reads per-CPU variables', () => {
    expect(low('this_cpu_read(count)')).toBe(4);
    expect(low('per_cpu(count, 0) + *per_cpu_ptr(&count, 0)')).toBe(8);
    expect(low('per_cpu(count, i + 4)')).toBe('there is no CPU 5');
  });

  test('says what it cannot read', () => {
    expect(low('*(int *)(unsigned long)zero')).toBe('cannot read 0x00000000: no mapping');
    expect(low('5 / zero')).toBe('division by zero');
  });

  test('calls pure functions that the reader knows and no others', () => {
    expect(low('fib(21)')).toBe(42);
    expect(low('wide(3)')).toBe("'wide' cannot be called in a watch: that would run the machine");
  });

  test('assigns only when it may', () => {
    expect(low('i = 5')).toBe('an assignment cannot stand here: a watch must not change what it looks at');
    const result = watch(program, 'small += 100', true);
    expect(result.ok && result.value.low).toBe((210 + 100 + 100) & 255);
  });
});
