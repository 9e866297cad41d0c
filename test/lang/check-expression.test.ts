import { describe, expect, it } from 'vitest';
import { checkExpression, expressionScope, fieldSymbol } from '../../src/lang/check-expression.ts';
import { INT } from '../../src/lang/integer-types.ts';
import { typeText } from '../../src/lang/type-facts.ts';
import { checkText } from './check-text.ts';
import { testEnvironment } from './test-environment.ts';

const text = `
DEFINE_PER_CPU(int, depth);
static int counter;
page letter = "x";
static int outer(int n)
{
	int a = n;
	for (int i = 0; i < 3; i++) {
		long inner = i;
		a += inner;
	}
	{
		char other = 3;
		a += other;
	}
	int late = a;
	return late + counter;
}
task t { outer(1); }
`;
const { program } = checkText(text);

function check(expression: string, at?: string) {
  const start = at === undefined ? -1 : text.indexOf(at);
  const place = at === undefined ? undefined : { start, end: start + at.length, source: 0 };
  const scope = expressionScope(program, at === undefined ? undefined : 'outer', place);
  const result = checkExpression(expression, scope, testEnvironment);
  const [fault] = result.diagnostics;
  return fault ? fault.message : typeText(result.expression.type ?? { kind: 'error' });
}

describe('expressions of a person', () => {
  it.each([
    ['a + n', 'a += inner', 'int'],
    ['inner', 'a += inner', 'long'],
    ['i', 'a += inner', 'int'],
    ['other', 'a += inner', "there is no variable or constant 'other'"],
    ['late', 'a += inner', "there is no variable or constant 'late'"],
    ['inner', 'return late', "there is no variable or constant 'inner'"],
    ['late * 2', 'return late', 'int'],
    ['counter', 'return late', 'int'],
  ])('%s, seen from "%s", is %s', (expression, at, expected) => {
    expect(check(expression, at)).toBe(expected);
  });

  it.each([
    ['letter->pfn', 'u32'],
    ['current->kmap_ctrl', 'struct kmap_ctrl'],
    ['current->kmap_ctrl.pteval', 'pte_t [16]'],
    ['current->kmap_ctrl.pteval[0] & 0xfff', 'pte_t'],
    ['(struct page *)0xc1000000', 'struct page *'],
    ['per_cpu(depth, 1)', 'int'],
    ['this_cpu_read(depth) == 2', 'int'],
    ['set_pte', 'void (pte_t *, pte_t)'],
    ['counter = 3', 'int'],
  ])('%s needs no place and is %s', (expression, expected) => {
    const scope = { ...expressionScope(program), source: 0 };
    const { expression: checked, diagnostics } = checkExpression(expression, scope, testEnvironment);
    expect(diagnostics).toEqual([]);
    expect(typeText(checked.type ?? { kind: 'error' })).toBe(expected);
  });

  it.each([
    ['depth', "'depth' exists once per CPU: say which copy, as in this_cpu_read(depth) or per_cpu(depth, cpu)"],
    ['1 +', 'expected an expression before the end of the file'],
    ['1 2', "expected the end of the expression before '2'"],
    ['', 'expected an expression before the end of the file'],
    ['nothing', "there is no variable or constant 'nothing'"],
    ['a; b', "there is no variable or constant 'a'"],
  ])('%s is answered with "%s"', (expression, message) => {
    const scope = expressionScope(program);
    const { diagnostics } = checkExpression(expression, scope, testEnvironment);
    expect(diagnostics.map((diagnostic) => diagnostic.message)).toContain(message);
  });

  it('can use what the caller supplies, before names of the program', () => {
    const scope = { program, locals: new Map([['counter', fieldSymbol('counter', INT)]]) };
    const { expression, diagnostics } = checkExpression('counter > 2', scope, testEnvironment);
    expect(diagnostics).toEqual([]);
    if (expression.kind !== 'binary' || expression.left.kind !== 'name' || expression.left.symbol?.kind !== 'variable')
      throw new Error('shape');
    expect(expression.left.symbol.storage.kind).toBe('field');
  });
});
