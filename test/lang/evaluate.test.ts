import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/lang/evaluate.ts';
import type { Expression } from '../../src/lang/tree.ts';
import { declarationsOf, expressions, S64, stateOf, type Term, type Variable, variables, wrap } from './random-expression.ts';
import { readerOf } from './reader.ts';
import { type Compiled, compileText, runCompiled } from './run.ts';

/** The argument of the first call of put64() in main. */
function argument(compiled: Compiled): Expression {
  const body = compiled.program.functions.find((f) => f.symbol.name === 'main')!.declaration.body!;
  for (const s of body.body) {
    if (s.kind === 'expression' && s.expression.kind === 'call' && s.expression.callee.kind !== 'error') {
      const callee = s.expression.callee.kind === 'convert' ? s.expression.callee.operand : s.expression.callee;
      if (callee.kind === 'name' && callee.name === 'put64') return s.expression.args[0];
    }
  }
  throw new Error('no put64()');
}

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
