import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expression, Statement, VariableSymbol } from '../../src/lang/tree.ts';
import { typeText } from '../../src/lang/type-facts.ts';
import { checkText } from './check-text.ts';
import { mutate, Random, randomProgram, randomWords } from './random-text.ts';
import { type Node, walk } from './tree-walk.ts';

const variables = `
int i; unsigned int u; long l; unsigned long ul; s64 ll; u64 ull; char c; u8 b; short s; bool flag; pte_t pte;
int *pi; char *pc; void *pv; struct page *page; struct task_struct *task; int table[4]; enum colour { RED, GREEN = 5, BLUE } colour;
void (*handler)(int); int function(char *text, int n);
int function(char *text, int n) { return *text + n; }
`;

/** Checks `text` as a statement and gives its expression. */
function expressionOf(text: string): Expression {
  const { program, diagnostics } = checkText(`${variables}\nvoid test(void)\n{\n\t(void)(${text});\n}\n`);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const test = program.functions.find(({ symbol }) => symbol.name === 'test');
  const [statement] = test?.declaration.body?.body ?? [];
  if (statement?.kind !== 'expression' || statement.expression.kind !== 'cast') throw new Error('no expression');
  return statement.expression.operand;
}

describe('types of expressions', () => {
  it.each([
    ['i + u', 'unsigned int'],
    ['i + l', 'long'],
    ['l + u', 'unsigned long'],
    ['c + b', 'int'],
    ['s * s', 'int'],
    ['i + ll', 's64'],
    ['ll + ull', 'u64'],
    ['u + ll', 's64'],
    ['-b', 'int'],
    ['~flag', 'int'],
    ['!page', 'int'],
    ['i < ull', 'int'],
    ['b << ll', 'int'],
    ['ull >> i', 'u64'],
    ['pi + 1', 'int *'],
    ['1 + pc', 'char *'],
    ['pi - pi', 'int'],
    ['&i', 'int *'],
    ['&table', 'int (*)[4]'],
    ['table', 'int *'],
    ['table[1]', 'int'],
    ['*table', 'int'],
    ['function', 'int (*)(char *, int)'],
    ['function("x", 2)', 'int'],
    ['"text"', 'char *'],
    ["'a'", 'int'],
    ['sizeof(struct page)', 'size_t'],
    ['i ? page : NULL', 'struct page *'],
    ['i ? b : ll', 's64'],
    ['i ? pc : pv', 'char *'],
    ['i = ll', 'int'],
    ['b += 300', 'u8'],
    ['i++', 'int'],
    ['(u8)i', 'u8'],
    ['colour + 1', 'int'],
    ['GREEN', 'int'],
    ['pte | 3', 'pte_t'],
    ['current', 'struct task_struct *'],
    ['current->parent->kmap_ctrl.pteval[2]', 'pte_t'],
    ['current->kmap_ctrl.pteval', 'pte_t *'],
    ['task->vruntime', 'u64'],
    ['4000000000', 'unsigned int'],
    ['0xffffffffff', 'long long'],
    ['1UL', 'unsigned long'],
    ['handler', 'void (*)(int)'],
    ['(i, pc)', 'char *'],
    ['PAGE_SIZE', 'unsigned long'],
    ['true', 'bool'],
    ['NULL', 'void *'],
    ['min(i, 3)', 'int'],
    ['offsetof(struct page, pfn)', 'size_t'],
    ['container_of(&page->pfn, struct page, pfn)', 'struct page *'],
  ])('%s is %s', (text, expected) => {
    expect(typeText(expressionOf(text).type ?? { kind: 'error' })).toBe(expected);
  });
});

describe('constants', () => {
  it.each([
    ['2 + 3 * 4', 14],
    ['7 / -2', -3],
    ['-7 % 3', -1],
    ['0xffffffff + 1', 0],
    ['2147483647 + 1', -2147483648],
    ['1U - 2', 4294967295],
    ['(u8)300', 44],
    ['(s8)200', -56],
    ['(bool)7', 1],
    ['1ULL << 40', 1099511627776],
    ['-1 >> 1', -1],
    ['0x80000000 >> 31', 1],
    ['-1 < 1U', 0],
    ['~0', -1],
    ['~0U', 4294967295],
    ['!3', 0],
    ['1 && 0 || 2', 1],
    ['0 && i', 0],
    ['2 ? 3 : i', 3],
    ['sizeof(struct task_struct)', 84],
    ['sizeof table', 16],
    ['ARRAY_SIZE(table)', 4],
    ['BLUE', 6],
    ['PAGE_SIZE * 2', 8192],
    ['offsetof(struct task_struct, kmap_ctrl.pteval[1])', 12],
    ['IS_ENABLED(CONFIG_SMP) + IS_ENABLED(CONFIG_DEBUG_HIGHMEM)', 1],
    ['likely(5)', 1],
    ['max(3, 8)', 8],
    ["'\\xff'", -1],
  ])('%s is %d', (text, expected) => {
    expect(expressionOf(text).constant).toBe(expected);
  });

  it.each(['i', '1 / 0', '~0ULL', 'i && 0', '&i', '1 << 64'])('%s has none', (text) => {
    expect(expressionOf(text).constant).toBeUndefined();
  });
});

describe('the tree shows conversions', () => {
  it('of operands to their common type', () => {
    const sum = expressionOf('b + ull');
    if (sum.kind !== 'binary') throw new Error('no sum');
    expect([sum.left.kind, typeText(sum.left.type ?? { kind: 'error' })]).toEqual(['convert', 'u64']);
    expect(sum.right.kind).toBe('name');
  });

  it('of arrays to pointers, of values to what is assigned, of integers in pointer sums', () => {
    const assign = expressionOf('*(table + c) = ull');
    if (assign.kind !== 'assign' || assign.target.kind !== 'unary' || assign.target.operand.kind !== 'binary')
      throw new Error('shape');
    expect(assign.target.operand.left.kind).toBe('convert');
    expect(typeText(assign.target.operand.right.type ?? { kind: 'error' })).toBe('int');
    expect(typeText(assign.value.type ?? { kind: 'error' })).toBe('int');
  });

  it('puts the pointer of a sum on the left', () => {
    const sum = expressionOf('i + pc');
    if (sum.kind !== 'binary' || sum.left.kind !== 'name') throw new Error('no sum');
    expect(sum.left.name).toBe('pc');
  });

  it('says in which type a compound assignment calculates', () => {
    const assign = expressionOf('b *= l');
    if (assign.kind !== 'assign') throw new Error('no assignment');
    expect(typeText(assign.operationType ?? { kind: 'error' })).toBe('long');
  });
});

describe('symbols', () => {
  const { program, diagnostics } = checkText(`
DEFINE_PER_CPU(int, depth);
page letter[2] = { "a", "b" };
user page src = "u" absent;
irq nic(when = any) { }
nmi watchdog(when = any) { }
irq disk(at = 2ms) { }
struct point { char x; u64 y; short z; };
static int count(int n)
{
	static int calls = 1;
	int taken, line[3];
	int *p = &taken;
	calls++;
	taken = n + line[0];
	{ int n = 2; taken += n; }
	return *p + disk;
}
task t(cpu = 1) { (void)count(3); raise_irq(nic); }
`);

  it('are found without fault', () => {
    expect(diagnostics).toEqual([]);
  });

  it('know where variables live and whether their address is taken', () => {
    const [count] = program.functions.filter(({ symbol }) => symbol.name === 'count');
    const facts = (symbol: VariableSymbol) => [symbol.name, symbol.storage.kind, symbol.addressTaken];
    expect([...count.parameters, ...count.locals].map(facts)).toEqual([
      ['n', 'parameter', false],
      ['taken', 'local', true],
      ['line', 'local', false],
      ['p', 'local', false],
      ['n', 'local', false],
    ]);
    expect(program.globals.map(({ symbol }) => facts(symbol))).toEqual([
      ['depth', 'perCpu', false],
      ['calls', 'static', false],
    ]);
  });

  it('of pages are constants of the right type', () => {
    expect(program.pages.map(({ symbol, count, texts }) => [typeText(symbol.type), symbol.constant, count, texts])).toEqual([
      ['struct page *[2]', true, 2, ['a', 'b']],
      ['char __user *', true, 1, ['u']],
    ]);
  });

  it('of interrupts are the numbers of their lines', () => {
    expect(program.irqs.map(({ declaration, line }) => [declaration.name, line])).toEqual([
      ['nic', 0],
      ['watchdog', -1],
      ['disk', 1],
    ]);
    expect(program.irqs[2].settings.get('at')).toBe(2_000_000);
  });

  it('of structs are laid out by the rules of i386', () => {
    const point = program.structs.find(({ name }) => name === 'point');
    expect(point?.members?.map(({ name, offset }) => [name, offset])).toEqual([
      ['x', 0],
      ['y', 4],
      ['z', 12],
    ]);
    expect([point?.size, point?.alignment]).toEqual([16, 4]);
  });
});

describe('what the compiler gets', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

  it('has a type at every expression and a symbol at every name when there is no error', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const text = randomProgram(new Random(seed), false).replace(
          /\b(map_page|unmap_page|udelay|msleep|cond_resched|preempt_\w+)\b/g,
          'mdelay',
        );
        const { program, diagnostics } = checkText(
          text.replace(/char \*p\d+ = mdelay\(page\d\);/g, (line) => line.replace('mdelay', 'kmap_local_page')),
        );
        if (diagnostics.some(({ severity }) => severity === 'error')) return;
        const bodies = program.functions.map(({ declaration }) => declaration.body);
        walk(bodies, (node) => {
          const bare = untyped(node);
          if (bare) throw new Error(`${bare} at ${node.start}: ${text.slice(node.start, node.end)}`);
        });
      }),
      { numRuns: 300, seed: 20200921 },
    );
  });

  it('is there for every text, without an exception', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const text = random.chance(0.3) ? randomWords(random) : mutate(random, randomProgram(random, true));
        const { diagnostics } = checkText(text);
        for (const { range } of diagnostics) expect(range.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000, seed: 20200922 },
    );
  });
});

const expressionKinds = new Set(
  'integer char string name unary step binary assign conditional call member index cast sizeof convert initializer'.split(' '),
);

/** What is missing at a node, in words. */
function untyped(node: Node): string | undefined {
  const e = node as Node & (Expression | Statement);
  if (e.kind === 'name' && !e.symbol && !e.builtin) return 'name without symbol';
  if (expressionKinds.has(e.kind) && !('type' in e && e.type)) return `${e.kind} without type`;
  if ('type' in e && e.type && typeof e.type === 'object' && 'kind' in e.type && e.type.kind === 'error')
    return `${e.kind} of error type`;
  if (e.kind === 'error') return 'error node';
  return undefined;
}
