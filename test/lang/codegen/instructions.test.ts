/** What code some texts become: so that nobody makes it longer without noticing. */
import { describe, expect, test } from 'vitest';
import { instructionWords, Op } from '../../../src/machine/bytecode.ts';
import { compileText, runCompiled } from '../run.ts';

const NAMES = new Map<number, string>(Object.entries(Op).map(([name, value]) => [value, name]));

/** Opcodes of function `f`, without STMT and the closing RETV. */
function opcodes(text: string): string {
  const { image } = compileText(text);
  const f = image.functions.find((each) => each.name === 'f')!;
  const names: string[] = [];
  for (let pc = f.entry; pc < f.end; pc += instructionWords(image.code[pc] & 0xff)) names.push(NAMES.get(image.code[pc] & 0xff)!);
  return names
    .filter((name) => name !== 'STMT')
    .join(' ')
    .replace(/ ?RETV$/, '');
}

describe('code', () => {
  const cases: [name: string, text: string, code: string][] = [
    ['uses register variables where they lie', 'int f(int a, int b) { return a + b; }', 'ADD RET'],
    ['computes into the variable that is assigned', 'void f(int a, int b) { a = b * 3 + 1; }', 'MULI ADDI'],
    ['has immediate forms', 'int f(int a) { return ((a & 15) << 2) - 1; }', 'ANDI SHLI ADDI RET'],
    ['compares and branches at once', 'int f(int a, int b) { if (a < b) return 1; return 2; }', 'JGES LDI RET LDI RET'],
    ['tests against zero without a constant', 'int f(int *p) { if (p == NULL) return 0; return *p; }', 'JNZ LDI RET LD32 RET'],
    ['makes no boolean of a boolean', 'bool f(int a) { return a > 3 && a < 9; }', 'JLTSI JGESI LDI JMP LDI RET'],
    ['jumps once in each turn of a loop', 'void f(int n) { while (n) n--; }', 'JMP ADDI JNZ'],
    ['passes a single argument where it lies', 'int g(int a) { return a; } int f(int a) { return g(a); }', 'CALL RET'],
    [
      'reaches near members by offset',
      'struct s { int a, b; }; int f(struct s *s) { return s->b; }'.replace('a, b', 'a; int b'),
      'LD32 RET',
    ],
    ['reaches far members by index', 'struct s { int a[99]; int b; }; int f(struct s *s) { return s->b; }', 'LDI LDX32 RET'],
    ['indexes bytes and words in one instruction', 'int f(u8 *p, int *q, int i) { return p[i] + q[i]; }', 'LDX8U LDX32 ADD RET'],
    ['lets stores truncate', 'void f(u8 *p, int a) { *p = a; }', 'ST8'],
    ['changes memory with one address', 'static int n; void f(void) { n += 5; }', 'LDC LD32 ADDI ST32'],
    ['divides unsigned by powers of two with shifts', 'u32 f(u32 a) { return a / 8 + a % 8; }', 'SHRUI ANDI ADD RET'],
    ['counts a per-CPU variable in one instruction', 'DEFINE_PER_CPU(int, n); void f(void) { this_cpu_inc(n); }', 'LDI PRMW'],
    ['reads current privately', 'int f(void) { return current->pid; }', 'CUR LD32 RET'],
    ['has no trace of a dead branch', 'int f(int a) { if (IS_ENABLED(CONFIG_OFF)) a++; return a; }', 'RET'],
    ['ends an interrupt with IRET', 'asmlinkage void f(int v) { put(v); }', 'INTR IRET'],
    [
      'copies a struct word by word',
      'struct s { int a; int b; }; void f(struct s *p, struct s *q) { *p = *q; }',
      'LD32 ST32 LD32 ST32',
    ],
  ];
  for (const [name, text, code] of cases) test(name, () => expect(opcodes(text)).toBe(code));

  test('of a CRC takes at most twelve instructions a bit', () => {
    const compiled = compileText(`static u8 page[256];
u32 crc_page(const u8 *data, int length)
{
	u32 crc = 0xffffffff;
	for (int i = 0; i < length; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}
void main(void) { put((int)crc_page(page, 256)); finish(); }`);
    const { machine, output } = runCompiled(compiled);
    expect(output).toEqual([0x0d968558]);
    expect(machine.instructions).toBeLessThan(256 * 8 * 12);
  });
});
