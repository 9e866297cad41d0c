import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/lang/limits.ts';
import { parseExpressionText, parsePrototype, parseSource, parseTypeText } from '../../src/lang/parser.ts';
import type { Expression, SourceFile } from '../../src/lang/tree.ts';
import { checkText } from './check-text.ts';
import { mutate, Random, randomProgram, randomWords } from './random-text.ts';
import { walk } from './tree-walk.ts';

function parse(text: string): { file: SourceFile; messages: string[] } {
  const { file, diagnostics } = parseSource({ uri: 'test', text, role: 'program' });
  return { file, messages: diagnostics.map(({ message }) => message) };
}

/** The tree of an expression, fully parenthesised. */
function shape(e: Expression): string {
  switch (e.kind) {
    case 'integer':
      return String(e.value);
    case 'name':
      return e.name;
    case 'string':
      return JSON.stringify(e.value);
    case 'unary':
      return `(${e.operator}${shape(e.operand)})`;
    case 'step':
      return e.prefix ? `(${e.operator}${shape(e.operand)})` : `(${shape(e.operand)}${e.operator})`;
    case 'binary':
      return `(${shape(e.left)}${e.operator}${shape(e.right)})`;
    case 'assign':
      return `(${shape(e.target)}${e.operator}=${shape(e.value)})`;
    case 'conditional':
      return `(${shape(e.test)}?${shape(e.then)}:${shape(e.otherwise)})`;
    case 'call':
      return `${shape(e.callee)}(${e.args.map(shape).join(',')})`;
    case 'member':
      return `${shape(e.object)}${e.arrow ? '->' : '.'}${e.name}`;
    case 'index':
      return `${shape(e.object)}[${shape(e.index)}]`;
    case 'cast':
      return `(cast ${shape(e.operand)})`;
    case 'sizeof':
      return e.typeName ? 'sizeof(type)' : `sizeof(${e.operand ? shape(e.operand) : ''})`;
    default:
      return e.kind;
  }
}

describe('expressions group as in C', () => {
  it.each([
    ['a + b * c', '(a+(b*c))'],
    ['a - b - c', '((a-b)-c)'],
    ['a = b = c', '(a=(b=c))'],
    ['a << 1 + 2 & 3 == 4', '((a<<(1+2))&(3==4))'],
    ['a && b || c && d', '((a&&b)||(c&&d))'],
    ['a ? b : c ? d : e', '(a?b:(c?d:e))'],
    ['!a->b[1].c++', '(!(a->b[1].c++))'],
    ['-x * *p & ~q', '(((-x)*(*p))&(~q))'],
    ['(u8)a + b', '((cast a)+b)'],
    ['(pte_t *)a', '(cast a)'],
    ['(a) - b', '(a-b)'],
    ['(a)(b)', 'a(b)'],
    ['(struct page *)(a)', '(cast a)'],
    ['(name)x', '(cast x)'],
    ['sizeof(int) + sizeof x', '(sizeof(type)+sizeof(x))'],
    ['f(a, (b, c), d = 1)', 'f(a,(b,c),(d=1))'],
    ['"a" "b"', '"ab"'],
    ['KERN_INFO "a"', '"a"'],
    ['container_of(p, struct page, lru)', 'container_of(p,sizeof(type),lru)'],
    ['a += b << 2', '(a+=(b<<2))'],
  ])('%s', (text, expected) => {
    const { expression, diagnostics } = parseExpressionText({ uri: 'test', text, role: 'program' });
    expect(diagnostics).toEqual([]);
    expect(shape(expression)).toBe(expected);
  });
});

describe('declarations', () => {
  it('are told from expressions by their words', () => {
    const { file, messages } = parse(
      'void f(void)\n{\n\tint a;\n\tpte_t *b;\n\tfoo c;\n\tfoo *d = 1;\n\ta * b;\n\ta = b;\n\tf(a);\n\tstruct page *const *e;\n\tlabel: a++;\n\tu8 (*g)(int, char *);\n}\n',
    );
    expect(messages).toEqual([]);
    const [declaration] = file.declarations;
    const kinds = declaration.kind === 'function' ? declaration.body?.body.map(({ kind }) => kind) : [];
    expect(kinds).toEqual([
      ...['declaration', 'declaration', 'declaration', 'declaration', 'declaration'],
      ...['expression', 'expression', 'declaration', 'label', 'declaration'],
    ]);
  });

  it('of the laboratory use words that are ordinary names elsewhere', () => {
    const { file, messages } = parse(
      'struct page *page;\nint task, irq, machine, expect;\nvoid schedule(void);\nvoid f(int user) { page = user; schedule(); irq = task; }\nschedule s { }\ntask page2 { }\n',
    );
    expect(messages).toEqual([]);
    expect(file.declarations.map(({ kind }) => kind)).toEqual([
      ...['variable', 'variable', 'variable', 'variable', 'variable', 'function', 'function', 'schedule', 'task'],
    ]);
  });

  it('keep where pointers are constant, of user memory or per CPU', () => {
    const type = parseTypeText('const char *const __user *');
    expect(type?.constant).toBe(true);
    expect(type?.pointers).toEqual([
      { constant: true, user: false, perCpu: false },
      { constant: false, user: true, perCpu: false },
    ]);
    expect(parseTypeText('int __percpu *')?.pointers[0].perCpu).toBe(true);
    expect(parseTypeText('int int')).toBeDefined();
    expect(parseTypeText('3')).toBeUndefined();
  });

  it('a prototype is read alone', () => {
    expect(parsePrototype('void *kmap(struct page *page)')?.name).toBe('kmap');
    expect(parsePrototype('int printk(const char *fmt, ...)')?.variadic).toBe(true);
    expect(parsePrototype('int a = 3')).toBeUndefined();
  });
});

describe('no text', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    seeds.map((seed) => randomWords(new Random(seed))),
    seeds.map((seed) => {
      const random = new Random(seed);
      return mutate(random, randomProgram(random, true));
    }),
  );

  it('makes the parser throw; every range lies in the text and in the range around it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { file, diagnostics } = parseSource({ uri: 'test', text, role: 'program' });
        for (const { range } of diagnostics) expect(range.end).toBeLessThanOrEqual(text.length);
        walk(file.declarations, (node, parent) => {
          const name = `${node.kind} ${node.start}-${node.end}`;
          expect(node.start, name).toBeLessThanOrEqual(node.end);
          expect(node.end, name).toBeLessThanOrEqual(text.length);
          if (parent) {
            expect(node.start, `${name} in ${parent.kind} ${parent.start}`).toBeGreaterThanOrEqual(parent.start);
            expect(node.end, `${name} in ${parent.kind} -${parent.end}`).toBeLessThanOrEqual(parent.end);
          }
        });
      }),
      { numRuns: 1500, seed: 20200919 },
    );
  });

  it('gives two messages at one place', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { diagnostics } = parseSource({ uri: 'test', text, role: 'program' });
        const places = diagnostics.map(({ range, code }) => `${code}@${range.start}`);
        expect(new Set(places).size).toBe(places.length);
        expect(diagnostics.length).toBeLessThanOrEqual(limits.diagnostics.max + 1);
      }),
      { numRuns: 500, seed: 20200920 },
    );
  });

  it.each([
    ['parentheses', '('],
    ['blocks', '{'],
    ['unary operators', '!'],
    ['casts', '(int)'],
    ['calls', 'f('],
    ['indices', 'a['],
    ['assignments', 'a='],
    ['conditions', 'a?'],
    ['second conditions', 'a?b:'],
    ['ifs', 'if(a)'],
    ['else ifs', 'if(a);else '],
    ['loops', 'while(a)'],
    ['cases', 'case 1:'],
    ['labels', 'x:'],
    ['sums', 'a+'],
    ['members', 'a.b.c.'],
    ['sizeofs', 'sizeof '],
    ['lists', '{{'],
    ['commas', 'a,'],
  ])('of many %s in a row overflows the stack', (_name, piece) => {
    const text = `void f(void) { int x = 1; ${piece.repeat(20_000)} }\nint table[] = ${piece.repeat(5000)};\n`;
    expect(parse(text).messages.length).toBeGreaterThan(0);
  });

  it('combines nesting and chains to a tree too deep to walk', () => {
    const text = `int f(int x) { return ${'('.repeat(110)}x${`${' + x'.repeat(380)})`.repeat(110)}; }`;
    const { diagnostics } = checkText(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(['K1601']);
  });
});
