import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TrapKind } from '../../src/machine/bytecode.ts';
import { declarationsOf, S64, stateOf, variables, wrap } from './random-expression.ts';
import { programs } from './random-program.ts';
import { compileText, outputOf, runCompiled } from './run.ts';

/** Name of the case, code of main (with declarations before it after `---`), what it puts out. */
type Case = [name: string, body: string, output: (number | bigint)[], before?: string];

function table(cases: Case[]): void {
  for (const [name, body, output, before] of cases) {
    test(name, () => expect(outputOf(body, before)).toEqual(output));
  }
}

describe('integers', () => {
  table([
    ['are promoted to int before arithmetic', 'u8 a = 200, b = 100; put(a + b); put((u8)(a + b));', [300, 44]],
    ['of type char are signed', 'char c = (char)200; put(c); put((unsigned char)c);', [-56, 200]],
    ['narrow when stored', 'short s; s = (short)70000; put(s); u16 u = (u16)-1; put(u);', [4464, 65535]],
    ['compare unsigned when one side is', 'int m = -1; unsigned int u = 1; put(m < u); put(m < 1);', [0, 1]],
    ['compare u8 with int as ints', 'u8 u = 255; put(u == -1); put((s8)u == -1);', [0, 1]],
    ['divide towards zero', 'int a = -7; put(a / 2); put(a % 2); put(7 / -2); put(7 % -2);', [-3, -1, -3, 1]],
    ['divide unsigned', 'unsigned int a = 0xfffffff9; put(a / 2); put(a % 16); put(a / 16);', [0x7ffffffc, 9, 0x0fffffff]],
    ['shift right by their sign', 'int a = -16; unsigned int b = 0xfffffff0; put(a >> 2); put((int)(b >> 2));', [-4, 0x3ffffffc]],
    ['shift by variables', 'int n = 5; put(1 << n); put(-64 >> n); put(0x80000000 >> n);', [32, -2, 0x04000000]],
    ['wrap around', 'int a = 0x7fffffff; a++; put(a); unsigned int b = 0; b--; put(b == 0xffffffff);', [-2147483648, 1]],
    ['multiply to the low word', 'int a = 123456789; put(a * a);', [Math.imul(123456789, 123456789)]],
    ['have bitwise operators', 'int a = 0x5a, b = 0x0f; put(a & b); put(a | b); put(a ^ b); put(~a);', [0x0a, 0x5f, 0x55, ~0x5a]],
    [
      'take small and large constants',
      'int x = 1000; put(x + 100); put(x - 200); put(x + 70000); put(x & 0x1ff); put(x * 3);',
      [1100, 800, 71000, 488, 3000],
    ],
    [
      'of type bool are 0 or 1',
      'bool b = 256; put(b); b = 0; put(b); int *p = NULL; b = p; put(b); b += 3; put(b);',
      [1, 0, 0, 1],
    ],
    ['negate and complement', 'int a = 5; put(-a); put(~a); put(!a); put(!!a);', [-5, -6, 0, 1]],
    ['keep enums', 'put(B); enum e x = C; put(x); put(x == C);', [5, 6, 1], 'enum e { A, B = 5, C };'],
  ]);
});

describe('64-bit values', () => {
  table([
    ['add with carry', 'u64 a = 0xffffffff; a += 1; put64(a);', [0x100000000n]],
    ['subtract with borrow', 's64 a = 0; a = a - 1; put64(a);', [-1n]],
    ['multiply and divide', 's64 a = 3000000000; put64(a * 3); put64(a / -7); put64(a % 7);', [9000000000n, -428571428n, 4n]],
    ['divide unsigned', 'u64 a = ~0ULL; put64(a / 10); put(a % 10 == 5);', [1844674407370955161n, 1]],
    ['shift', 'u64 a = 1; put64(a << 40); put64((a << 40) >> 35); s64 b = -256; put64(b >> 4);', [1n << 40n, 32n, -16n]],
    ['compare', 's64 a = -1; u64 b = 1; put(a < 1); put(b > 0x100000000); put(a == -1); put((u64)a > b);', [1, 0, 1, 1]],
    ['are widened by the sign of the source', 'int i = -1; unsigned int u = 0xffffffff; put64(i); put64(u);', [-1n, 0xffffffffn]],
    ['are cut to their low word', 'u64 a = 0x1234567890; put((int)a); put((u8)a); put((bool)(a >> 36));', [0x34567890, 0x90, 1]],
    [
      'are conditions',
      'u64 a = 0x100000000; put(a ? 1 : 2); put(!a); if (a && 1) put(3); while (a) { a >>= 8; } put(a == 0);',
      [1, 0, 3, 1],
    ],
    [
      'live in memory',
      'g = 5; g++; g <<= 33; put64(g); put64(g--); put64(--g);',
      [6n << 33n, 6n << 33n, (6n << 33n) - 2n],
      's64 g;',
    ],
    [
      'are passed and returned',
      'put64(sum(0x100000000, 1, 2));',
      [0x100000003n],
      's64 sum(s64 a, int b, s64 c) { return a + b + c; }',
    ],
    ['go to and come from intrinsics', 'put64(wide(0xffffffff));', [0x100000000n]],
    ['are negated and complemented', 's64 a = 1; put64(-a); put64(~a);', [-1n, -2n]],
    ['select cases', 's64 a = 0x100000001; switch (a) { case 1: put(1); break; case 0x100000001: put(2); break; }', [2]],
  ]);
});

describe('pointers, arrays and structs', () => {
  const node = 'struct node { int value; char tag; short half; struct node *next; int list[3]; };';
  table([
    [
      'index and step by their element',
      'int a[4] = { 1, 2, 3, 4 }; int *p = a; put(p[2]); put(*(p + 1)); p++; put(*p); put(p - a); put(&a[3] - p);',
      [3, 2, 2, 1, 2],
    ],
    [
      'of char reach bytes',
      'char s[6] = "hello"; put(s[1]); s[1] = 200; put(s[1]); put(s[5]); char *p = s + 4; put(*p--); put(*p);',
      [101, -56, 0, 111, 108],
    ],
    ['read string literals', 'const char *s = "ab"; put(s[0]); put(s[1]); put(s[2]); put("xyz"[2]);', [97, 98, 0, 122]],
    ['compare unsigned', 'char *low = (char *)0x10; char *high = (char *)0xc0000000; put(low < high); put(high > low);', [1, 1]],
    ['take addresses of locals', 'int a = 1; int *p = &a; *p = 5; put(a); a = 7; put(*p);', [5, 7]],
    [
      'take addresses of narrow locals',
      'char c = -3; char *p = &c; put(*p); *p = 100; put(c); c += 100; put(*p);',
      [-3, 100, -56],
    ],
    [
      'take addresses of parameters',
      'put(f(5, 300));',
      [305 + 44],
      'int g(int *p) { return *p; } int h(u8 *p) { return *p; } int f(int a, u8 b) { int *p = &a; *p += 300; return g(&a) + h(&b); }',
    ],
    [
      'reach members',
      'struct node n; n.value = 1; n.tag = 2; n.half = 3; n.next = &n; put(n.next->next->value); put(n.tag); put(n.next->half); put(sizeof(struct node));',
      [1, 2, 3, 24],
      node,
    ],
    [
      'copy structs',
      'struct node a = { .value = 7, .list = { 1, 2, 3 } }; struct node b; b = a; b.value++; put(a.value); put(b.value); put(b.list[2]); put(b.tag);',
      [7, 8, 3, 0],
      node,
    ],
    [
      'copy large structs',
      'for (int i = 0; i < 50; i++) a.x[i] = i; b = a; put(b.x[49]); put(b.x[0]);',
      [49, 0],
      'struct big { int x[50]; }; static struct big a, b;',
    ],
    [
      'index arrays of structs',
      'struct node n[3] = { { 1 }, { .list = { 9 } } }; int i = 1; put(n[i].list[0]); put(n[0].value); put(n[2].value); n[i + 1].half = 5; put(n[2].half);',
      [9, 1, 0, 5],
      node,
    ],
    [
      'index arrays of arrays',
      'int m[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } }; int i = 1; put(m[i][2]); put(m[0][i]); m[i][i] = 9; put(m[1][1]);',
      [6, 2, 9],
    ],
    [
      'step with side effects',
      'int a[3] = { 1, 2, 3 }; int *p = a; put(*p++); put(*++p); (*p)++; put(a[2]); int i = 0; a[i++] = 8; put(a[0] + i);',
      [1, 3, 4, 9],
    ],
    [
      'far members are reached',
      'b.last = 5; struct far *p = &b; p->last += 2; put(b.last); put(p->last);',
      [7, 7],
      'struct far { int pad[100]; int last; }; static struct far b;',
    ],
    [
      'convert through void *',
      'int a = 3; void *v = &a; int *p = v; put(*p); put((unsigned long)v == (unsigned long)p);',
      [3, 1],
    ],
  ]);
});

describe('control flow', () => {
  table([
    [
      'loops with break and continue',
      'int sum = 0; for (int i = 0; i < 10; i++) { if (i == 3) continue; if (i == 6) break; sum += i; } put(sum);',
      [12],
    ],
    ['runs do at least once', 'int n = 0; do n++; while (n < 0); put(n); while (n < 5) n++; put(n);', [1, 5]],
    [
      'falls through cases',
      'for (int i = 0; i < 5; i++) switch (i) { case 1: put(10); case 2: put(20); break; case 70000: put(1); break; default: put(0); }',
      [0, 10, 20, 20, 0, 0],
    ],
    ['continues a loop from inside a switch', 'for (int i = 0; i < 3; i++) { switch (i) { case 1: continue; } put(i); }', [0, 2]],
    ['jumps with goto', 'int n = 0; again: n++; if (n < 3) goto again; put(n); goto out; put(99); out: put(5);', [3, 5]],
    [
      'shortcuts && and ||',
      'int n = 0; if (n && n++) put(1); if (n == 0 || n++) put(n); put(t() && 0); put(0 || t()); put(1 && t() && t());',
      [0, 7, 0, 7, 1, 7, 7, 1],
      'int t(void) { put(7); return 1; }',
    ],
    [
      'evaluates ?: on one side',
      'int a = 1; put(a ? 5 : t()); put(a == 2 ? t() : 6); int b = a ? a = 3, a + 1 : 0; put(b);',
      [5, 6, 4],
      'int t(void) { put(7); return 1; }',
    ],
    [
      'keeps an array alive',
      'int a[2] = { 1, 2 }; { int b[2] = { 3, 4 }; put(b[1]); } { int c[2]; c[0] = 9; put(c[0]); } put(a[1]);',
      [4, 9, 2],
    ],
    [
      'compares without booleans',
      'int a = 3; unsigned int u = 40000; if (a <= 3) put(1); if (a > 2) put(2); if (u > 39999) put(3); if (5 > a) put(4); if (u >= 70000) put(5); if (!(a < 2)) put(6);',
      [1, 2, 3, 4, 6],
    ],
    [
      'makes booleans of comparisons',
      'int a = 3; put(a < 4); put(a > 3); put((a == 3) + (a != 3)); put(a <= 3 && a >= 3);',
      [1, 0, 1, 1],
    ],
    ['leaves endless loops', 'int n = 0; while (1) { if (n++ > 3) break; } for (;;) { if (++n > 10) break; } put(n);', [11]],
  ]);
});

describe('functions and static storage', () => {
  table([
    [
      'pass arguments and return',
      'put(sub(9, 4)); put(sub(sub(20, 5), sub(3, 1)));',
      [5, 13],
      'int sub(int a, int b) { return a - b; }',
    ],
    ['recurse', 'put(fib(12));', [144], 'int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }'],
    [
      'are called through pointers',
      'int (*f)(int) = twice; put(f(4)); f = inc; put((*f)(4)); put(apply(twice, 8)); put(f == inc);',
      [8, 5, 16, 1],
      'int twice(int a) { return 2 * a; } int inc(int a) { return a + 1; } int apply(int (*f)(int), int x) { return f(x); }',
    ],
    [
      'sit in tables',
      'for (int i = 0; i < 2; i++) put(ops.f[i](3));',
      [6, 4],
      'int twice(int a) { return 2 * a; } int inc(int a) { return a + 1; } static struct { int x; } unused; struct ops { int (*f[2])(int); }; static struct ops ops = { .f = { twice, inc } };'.replace(
        'static struct { int x; } unused; ',
        '',
      ),
    ],
    [
      'keep static locals',
      'put(next()); put(next()); put(next());',
      [11, 12, 13],
      'int next(void) { static int n = 10; return ++n; }',
    ],
    [
      'start with initial values',
      'put(a); put(b[1]); put(*p); put(s[1]); put64(w); put(e.y); put(text[0]);',
      [5, 4, 5, 105, -2n, 8, 72],
      'static int a = 5; static int b[3] = { 3, 4 }; static int *p = &a; static const char *s = "hi"; static s64 w = -2; struct e { char x; int y; }; static struct e e = { .y = 8 }; static char text[8] = "Hi";',
    ],
    [
      'truncate narrow results',
      'put(f(300)); put(g(70000));',
      [44, 4464],
      'u8 f(int a) { return (u8)a; } short g(int a) { return (short)a; }',
    ],
    [
      'drop dead branches',
      'if (IS_ENABLED(CONFIG_ON)) put(1); else put(2); if (IS_ENABLED(CONFIG_OFF)) put(3); put(ANSWER);',
      [1, 42],
    ],
    [
      'change narrow statics',
      'c = 127; c++; put(c); h += 5; put(h); f = 5; put(f); c = -1; put(c >> 1); c ^= 0x55; put(c);',
      [-128, 65540 & 0xffff, 1, -1, -86],
      'static char c; static u16 h = 65535; static bool f;',
    ],
  ]);

  test('an assertion hands over its text', () => {
    const outcome = runCompiled(compileText('void main(void) { int a = 3; assert(a == 3); assert(a + 1 == 3); finish(); }'));
    expect(outcome.texts).toEqual(['a + 1 == 3']);
  });

  test('printk hands over format and arguments', () => {
    expect(runCompiled(compileText('void main(void) { printk("n=%d %s\\n", 5, "x"); finish(); }')).texts).toEqual(['n=%d %s\n']);
  });
});

describe('per-CPU variables', () => {
  const before =
    'DEFINE_PER_CPU(int, count) = 5; DEFINE_PER_CPU(u8, small); struct stat { int a; s64 b; int list[3]; }; DEFINE_PER_CPU(struct stat, stat);\n';
  const onTwo = (body: string) =>
    runCompiled(compileText(`${before} void main(void) { ${body} finish(); }`), 'main', 1000, 2).output;

  test('are counted by one instruction', () => {
    const compiled = compileText(`${before} void main(void) { this_cpu_inc(count); put(this_cpu_read(count)); finish(); }`);
    expect(runCompiled(compiled).output).toEqual([6]);
    expect(onTwo('this_cpu_add(count, 3); put(this_cpu_read(count));')).toEqual([8, 8]);
  });

  table([
    [
      'are read, written and changed',
      'this_cpu_write(count, 9); put(this_cpu_dec_return(count)); put(this_cpu_xchg(count, 2)); this_cpu_or(count, 5); this_cpu_and(count, 6); put(this_cpu_read(count)); this_cpu_sub(count, 1); put(this_cpu_add_return(count, 10));',
      [8, 8, 6, 15],
      before,
    ],
    [
      'have narrow types',
      'this_cpu_write(small, 300); put(this_cpu_read(small)); this_cpu_add(small, 250); put(this_cpu_read(small));',
      [44, 38],
      before,
    ],
    [
      'have members',
      'this_cpu_inc(stat.a); int i = 1; this_cpu_add(stat.list[i], 7); this_cpu_write(stat.b, 0x100000000); struct stat *s = this_cpu_ptr(&stat); put(s->a); put(s->list[1]); put64(this_cpu_read(stat.b)); this_cpu_inc(stat.b); put64(s->b);',
      [1, 7, 0x100000000n, 0x100000001n],
      before,
    ],
    [
      'are reached on a given CPU',
      'int cpu = 0; per_cpu(count, cpu) += 2; put(per_cpu(count, 0)); int *p = per_cpu_ptr(&count, cpu); *p = 1; put(this_cpu_read(count)); put(per_cpu(stat.list[2], 0));',
      [7, 1, 0],
      before,
    ],
  ]);
});

describe('traps', () => {
  const trapOf = (body: string, before = '') => runCompiled(compileText(`${before} void main(void) { ${body} finish(); }`)).trap;

  test('a division by zero traps', () => expect(trapOf('int z = 0; put(5 / z);')).toBe(TrapKind.divide));
  test('a read of address 0 faults', () => expect(trapOf('int *p = NULL; put(*p);')).toBe(TrapKind.pageFault));
  test('a local that is read before it is set traps', () => {
    expect(trapOf('int a; int b = 0; if (b) a = 1; put(a);')).toBe(TrapKind.uninitialised);
    expect(trapOf('int a; int b = 1; if (b) a = 1; put(a);')).toBeUndefined();
  });
  test('a local that is set on every path needs no check', () => {
    const { image } = compileText(
      'void main(void) { int a; if (smp_processor_id()) a = 1; else a = 2; put(a); int b; for (;;) { b = 3; break; } put(b); }',
    );
    const withCheck = compileText('void main(void) { int a; if (smp_processor_id()) a = 1; put(a); }').image;
    const check = (code: Int32Array) => [...code].some((word) => (word & 255) === 88 && word < 0x10000);
    expect(check(image.code)).toBe(false);
    expect(check(withCheck.code)).toBe(true);
  });
  test('each turn of a loop begins with an unset local', () => {
    expect(trapOf('for (int i = 0; i < 2; i++) { int a; if (i == 0) a = 1; put(a); }')).toBe(TrapKind.uninitialised);
  });
});

test('random programs leave the same values as the reference interpreter', () => {
  const cases = variables.chain((known) => programs(known).map((body) => ({ known, body })));
  fc.assert(
    fc.property(cases, ({ known, body }) => {
      const { statics, locals } = declarationsOf(known);
      const words = [0, 1, 2, 3].map((i) => `word[${i}]`);
      const outputs = [...known.map(({ name }) => name), ...words].map((name) => `put64((s64)${name});`).join(' ');
      const text = `${statics}static u16 word[4];\nvoid main(void)\n{\n${locals}${body.text}\n${outputs}\nfinish();\n}`;
      const state = stateOf(known);
      body.run(state);
      const wanted = known.map(({ name }) => wrap(state.get(name) ?? 0n, S64));
      const { output, trap } = runCompiled(compileText(text));
      expect(trap).toBeUndefined();
      expect(output).toEqual([...wanted, ...words.map((_, i) => state.get(`word${i}`) ?? 0n)]);
    }),
    { seed: 4711, numRuns: 200 },
  );
});
