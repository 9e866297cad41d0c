import { describe, expect, test } from 'vitest';
import { checkProgram } from '../../src/lang/checker.ts';
import { compileProgram } from '../../src/lang/compile.ts';
import { limits } from '../../src/lang/limits.ts';
import { parseSource } from '../../src/lang/parser.ts';
import type { Source } from '../../src/lang/source.ts';
import { type Compiled, compileText, environment, runCompiled } from './run.ts';

/** Text of every statement of function `name`, in the order of the code. */
function statements({ debug }: Compiled, name: string): string[] {
  const f = debug.functions.find((each) => each.name === name)!;
  return debug.statements
    .filter((each) => each.function === f.index)
    .map(({ span }) => debug.sources[span.source].text.slice(span.start, span.end).replace(/\s+/g, ' '));
}

describe('statements', () => {
  test('are what can be stepped on, loop conditions and loop steps too', () => {
    const compiled = compileText(`void f(int n) {
      int a;
      for (int i = 0; i < n; i++)
        if (i > 2) put(i); else continue;
      while (n > 0) n--;
      do { n++; } while (n < 3);
      switch (n) { case 1: break; default: n = 1; }
      a = n;
      put(a);
    }`);
    expect(statements(compiled, 'f')).toEqual([
      'int i = 0;',
      'if (i > 2)',
      'put(i);',
      'continue;',
      'i++',
      'i < n',
      'n--;',
      'while (n > 0)',
      'n++;',
      'n < 3',
      'switch (n)',
      'break;',
      'n = 1;',
      'a = n;',
      'put(a);',
      '}',
    ]);
  });

  test('begin with STMT, do not overlap and cover the code', () => {
    const { image, debug } = compileText('int g(int a) { if (a) return 1; return 2; } void main(void) { put(g(3)); finish(); }');
    let end = 0;
    for (const statement of debug.statements) {
      expect(statement.start).toBe(end);
      expect(image.code[statement.start] & 0xff).toBe(0);
      end = statement.end;
    }
    expect(end).toBe(image.code.length);
  });

  test('carry anchors and tags', () => {
    const { debug } = compileText('void f(void) {\n  put(1); // @restore H-7.2 step 5\n  put(2);\n}');
    expect(debug.statements[0]).toMatchObject({ anchor: 'restore', tags: ['H-7.2 step 5'] });
    expect(debug.statements[1].anchor).toBeUndefined();
    expect(debug.statements[1].tags).toEqual([]);
  });

  test('of a dead branch are not emitted', () => {
    const compiled = compileText('void f(void) { if (IS_ENABLED(CONFIG_OFF)) put(1); else put(2); while (0) put(3); }');
    expect(statements(compiled, 'f')).toEqual(['put(2);', '}']);
  });
});

describe('locals', () => {
  test('have their word of the frame, and the code in which they are in scope', () => {
    const compiled = compileText(`
      s64 g(s64 wide, char c) { char *p = &c; { int inner = 1; put(inner); } int list[4]; list[0] = *p; { u8 later = 2; put(later); } return wide + list[0]; }
      void main(void) { g(1, 2); finish(); }`);
    const { image, debug } = compiled;
    const f = debug.functions.find((each) => each.name === 'g')!;
    const local = (name: string) => f.locals.find((each) => each.name === name)!;
    expect(local('wide')).toMatchObject({ frameWord: 3, parameter: true, wholeWords: true });
    expect(local('c')).toMatchObject({ parameter: true, wholeWords: false });
    expect(local('inner').frameWord).toBe(local('list').frameWord > local('inner').frameWord ? local('inner').frameWord : -1);
    expect(local('inner').end).toBeLessThanOrEqual(local('later').start);
    expect(image.functions[f.index].argumentWords).toBe(3);
    expect(image.functions[f.index].frameWords).toBeGreaterThan(local('list').frameWord + 3);
  });

  test('without initialiser have no value before something is stored', () => {
    const compiled = compileText(`void main(void) {
      int a; int b; int c; int never;
      put(1);
      a = 5;
      for (int i = 0; i < 3; i++) { if (i > 0) put(b); b = i; }
      put(a + b);
      finish();
    }`);
    const { locals, entry } = compiled.debug.functions[0];
    const setFrom = (name: string) => locals.find((each) => each.name === name)!.setFrom;
    const at = (text: string) =>
      compiled.debug.statements.find(({ span }) => compiled.debug.sources[0].text.slice(span.start, span.end) === text)!;
    expect(setFrom('a')).toBe(at('a = 5;').end);
    expect(setFrom('a')).toBeGreaterThan(entry);
    // The second turn reads what the first stored.
    expect(setFrom('b')).toBeLessThanOrEqual(at('if (i > 0)').start);
    expect(setFrom('b')).toBeGreaterThan(at('a = 5;').start);
    expect(setFrom('never')).toBe(locals.find((each) => each.name === 'never')!.end);
    expect(setFrom('i')).toBeUndefined();
  });

  test('hold their values where debug info says', () => {
    const compiled = compileText(
      'void main(void) { int a = 5; s64 w = 0x100000002; char s[4] = "ab"; put(a + s[0] + (int)w); finish(); }',
    );
    const { machine } = runCompiled(compiled);
    const locals = compiled.debug.functions[0].locals;
    const word = (name: string, more = 0) => {
      const { frameWord } = locals.find((each) => each.name === name)!;
      return machine.memory.words[(machine.offsetOf(machine.cpus[0].fp) >>> 2) + frameWord + more];
    };
    expect([word('a'), word('w'), word('w', 1), word('s')]).toEqual([5, 2, 1, 0x6261]);
  });
});

test('tasks, handlers and system calls are functions of their kind', () => {
  const kernel: Source = {
    uri: 'klab-kernel:/entry.klab',
    role: 'kernel',
    text: `void syscall_enter_from_user_mode(const char *name) { put(name[4]); }
void syscall_exit_to_user_mode(long result) { put((int)result + 1); }
asmlinkage void common_interrupt(int vector) { put(vector); }`,
  };
  const program: Source = {
    uri: 'file:/p.klab',
    role: 'program',
    text: `page a = "x"; page b[2] = { "y", "z" };
static int shared = 3;
SYSCALL int sys_work(int n) { return n + shared; }
irq nic(cpu = 0) { shared = nic; }
user task writer(nice = 0) { sys_work(4); }
task reader(cpu = 0) { put(a == b[1]); finish(); }`,
  };
  const files = [kernel, program].map((source) => ({ source, file: parseSource(source).file }));
  const checked = checkProgram(files, environment);
  expect(checked.diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
  const compiled = { ...compileProgram(checked.program, environment), program: checked.program };
  const kinds = compiled.debug.functions.map((f) => `${f.kind} ${f.name}`);
  for (const kind of ['function common_interrupt', 'syscall sys_work', 'irq nic', 'task writer', 'task reader']) {
    expect(kinds).toContain(kind);
  }
  expect(runCompiled(compiled, 'writer').output).toEqual(['w'.charCodeAt(0), 4 + 3 + 1]);
  const pages = compiled.debug.globals.filter((each) => each.storage === 'page');
  expect(pages.map(({ name, offset }) => [name, offset])).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
  expect(compiled.image.variables.find((each) => each.name === 'b')).toMatchObject({ size: 8, perCpu: false });
});

describe('limits', () => {
  const messages = (text: string) => {
    const source: Source = { uri: 'test:/x.klab', role: 'kernel', text };
    const { program } = checkProgram([{ source, file: parseSource(source).file }], environment);
    return compileProgram(program, environment).diagnostics.map((each) => each.message);
  };

  test('a function with too many variables is told to be split', () => {
    const names = Array.from({ length: 250 }, (_, i) => `int v${i} = ${i};`).join(' ');
    const sum = Array.from({ length: 250 }, (_, i) => `v${i}`).join(' + ');
    expect(messages(`int f(void) { ${names} return ${sum}; }`)).toEqual([limits.registers.message]);
  });

  test('too many static or per-CPU variables are named once', () => {
    const many = (declare: (name: string) => string, count: number) =>
      Array.from({ length: count }, (_, i) => declare(`v${i}`)).join('\n');
    expect(messages(many((name) => `static int ${name}[16000];`, 6))).toEqual([limits.staticData.message]);
    expect(messages(`struct s { int a[1000]; }; ${many((name) => `DEFINE_PER_CPU(struct s, ${name});`, 6)}`)).toEqual([
      limits.perCpuData.message,
    ]);
  });

  test('too much memory on the stack is told to become static', () => {
    expect(messages('int f(void) { int a[600]; a[0] = 1; return a[0]; }')).toEqual([limits.frameMemory.message]);
    expect(messages('int f(void) { int a[500]; a[0] = 1; return a[0]; }')).toEqual([]);
  });
});
