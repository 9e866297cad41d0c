import { describe, expect, test } from 'vitest';
import type { Session, Variable } from '../../src/session/api.ts';
import { entry, go, lineWith, open, run, TWO_TASKS, threadOf, URI, value, where } from './support.ts';

const line = (part: string) => lineWith(TWO_TASKS, part);

function inShout(): Session {
  const session = open(TWO_TASKS);
  session.setSourceBreakpoints(URI, [{ line: line('return text[at]') }]);
  go(session);
  session.setSourceBreakpoints(URI, []);
  return session;
}

function scope(session: Session, name: string): Variable[] {
  const [frame] = session.frames(session.stop.pid);
  const found = session.scopes(frame.id).find((each) => each.name === name);
  return session.children(found?.reference ?? 0);
}

describe('tasks', () => {
  test('are listed with what they do, idle tasks under numbers of their own', () => {
    const session = inShout();
    const tasks = session.tasks().filter(({ dormant }) => !dormant);
    expect(tasks.map((task) => [task.comm, task.state, task.idle])).toEqual([
      ['swapper/0', 'idle, not running', true],
      ['reader', 'running on CPU 0', false],
      ['writer', expect.stringMatching(/runnable on CPU 0|exited/), false],
    ]);
    expect(new Set(tasks.map((task) => task.pid)).size).toBe(3);
  });
});

describe('frames', () => {
  test('go from the innermost function to the task', () => {
    const session = inShout();
    const frames = session.frames(session.stop.pid);
    expect(frames.slice(0, 2).map((frame) => [frame.function, frame.location?.line])).toEqual([
      ['shout', line('return text[at]')],
      ['reader', line('c = shout')],
    ]);
    expect(frames.at(-1)?.kind).toBe('task');
    expect(session.frames(999_999)).toEqual([]);
  });

  test('of a task that is switched out end where it left', () => {
    const session = inShout();
    const frames = session.frames(threadOf(session, 'writer'));
    if (frames.length > 0) expect(frames.map((frame) => frame.function)).toContain('schedule');
  });

  test('have ids that mean nothing after a step', () => {
    const session = inShout();
    const [frame] = session.frames(session.stop.pid);
    run(session, { kind: 'next', pid: session.stop.pid, granularity: 'statement' });
    expect(session.scopes(frame.id)).toEqual([]);
  });
});

describe('scopes', () => {
  test('show locals with value, type and place', () => {
    const session = inShout();
    const locals = scope(session, 'locals');
    expect(locals.map((each) => [each.name, each.type])).toEqual([
      ['text', 'char *'],
      ['at', 'int'],
    ]);
    expect(locals[1]).toMatchObject({ value: '1', expression: 'at', readOnly: false });
    expect(locals[0].value).toContain('"DEar Linus"');
  });

  test('say the name behind a pointer to a task or a page', () => {
    const text = `machine { cpus = 1; }\npage low two[2] = { "a", "b" };\npage high = "c";\ntask a(policy = SCHED_FIFO, prio = 10)\n{\n\tint x = 1;\n\tx++;\n}\n`;
    const session = open(text);
    entry(session);
    expect(value(session, 'current')).toMatch(/^0x[0-9a-f]{8} a$/);
    expect(value(session, 'cpu_rq(0)->idle')).toMatch(/^0x[0-9a-f]{8} swapper\/0$/);
    expect(value(session, 'high')).toMatch(/^0x[0-9a-f]{8} high$/);
    expect(value(session, 'two[1]')).toMatch(/^0x[0-9a-f]{8} two\[1\]$/);
    expect(scope(session, 'globals').find((each) => each.name === 'high')?.value).toMatch(/ high$/);
    // Not where a struct begins: no name.
    expect(value(session, '(struct page *)((char *)high + 4)')).toMatch(/^0x[0-9a-f]{8}$/);
    expect(value(session, '(struct task_struct *)high')).toMatch(/^0x[0-9a-f]{8}$/);
  });

  test('show the task, the CPU, the machine and the globals', () => {
    const session = inShout();
    expect(scope(session, 'task').find((each) => each.name === 'comm')?.value).toBe('"reader"');
    expect(scope(session, 'cpu').find((each) => each.name === '(runs)')?.value).toBe('reader');
    expect(scope(session, 'cpu').find((each) => each.name === 'rq')?.reference).toBeGreaterThan(0);
    expect(scope(session, 'machine').find((each) => each.name === '(mapping)')?.value).toBe('kmap_local');
    expect(scope(session, 'globals').find((each) => each.name === 'turns')?.value).toMatch(/^\d+$/);
  });

  test('unfold structs and arrays, and their expressions evaluate to the same', () => {
    const session = inShout();
    const ctrl = scope(session, 'task').find((each) => each.name === 'kmap_ctrl');
    expect(ctrl?.expression).toBe('current->kmap_ctrl');
    const [idx, pteval] = session.children(ctrl?.reference ?? 0);
    expect(idx).toMatchObject({ name: 'idx', value: '1', expression: 'current->kmap_ctrl.idx' });
    expect(pteval.indexed).toBeGreaterThan(3);
    const some = session.children(pteval.reference, 1, 2);
    expect(some.map((each) => each.name)).toEqual(['[1]', '[2]']);
    for (const each of some)
      expect(value(session, each.expression ?? '')).toBe(value(session, `current->kmap_ctrl.pteval${each.name}`));
    expect(session.children(123_456)).toEqual([]);
  });

  test('mark what changed since the stop before', () => {
    const session = open(TWO_TASKS);
    session.setSourceBreakpoints(URI, [{ line: line('turns = turns + 10;') }]);
    go(session);
    expect(scope(session, 'locals').find((each) => each.name === 'i')?.changed).toBe(false);
    go(session);
    expect(scope(session, 'locals').find((each) => each.name === 'i')).toMatchObject({ value: '1', changed: true });
  });
});

describe('expressions', () => {
  test.each([
    ['turns + 1', /^\d+$/],
    ['at == 1 && current->prio > 0', /^(1|true)$/],
    ['current->comm', /^"reader"$/],
    ['cpu_rq(0)->curr->comm', /^"reader"$/],
    ['cpu_rq(0)->nr_running', /^[12]$/],
    ['text[0]', /^68 'D'$/],
    ['*text', /^68 'D'$/],
    ['sizeof(struct page)', /^\d+$/],
    ['current->kmap_ctrl.idx', /^1$/],
  ])('%s', (expression, expected) => {
    expect(value(inShout(), expression)).toMatch(expected);
  });

  test.each([
    ['', 'there is nothing to evaluate'],
    ['nobody', 'nobody'],
    ['at +', ''],
    ['*(char *)16', 'cannot read 0x00000010: this is the NULL page'],
    ['at = 5', ''],
    ['schedule()', ''],
    ['cpu_rq(7)->nr_running', ''],
    [`1${' + 1'.repeat(2000)}`, 'at most 2000 characters'],
  ])('%s is an error in words', (expression, message) => {
    const result = value(inShout(), expression);
    expect(result).toMatch(/^error: ./);
    expect(result).toContain(message);
  });

  test('change nothing', () => {
    const session = inShout();
    const { bytesHash, step } = session;
    for (const each of ['text[0]', 'current->comm', 'cpu_rq(0)->curr', 'text[5000]', 'at = 7']) value(session, each);
    for (const name of ['locals', 'task', 'cpu', 'machine', 'globals']) scope(session, name);
    expect([session.bytesHash, session.step]).toEqual([bytesHash, step]);
  });
});

describe('completion', () => {
  const labels = (text: string) => {
    const session = inShout();
    return session.complete(text, session.frames(session.stop.pid)[0].id).map((each) => each.label);
  };
  test('offers locals, globals, functions and fields', () => {
    expect(labels('te')).toContain('text');
    expect(labels('1 + tur')).toContain('turns');
    expect(labels('curr')).toContain('current');
    expect(labels('current->kmap')).toContain('kmap_ctrl');
    expect(labels('current->kmap_ctrl.')).toEqual(expect.arrayContaining(['idx', 'pteval']));
    expect(labels('nonsense->')).toEqual([]);
  });
});

describe('memory and code', () => {
  test('bytes are read by address, up to the first unmapped one', () => {
    const session = inShout();
    const { address = 0 } = scope(session, 'locals')[0];
    const bytes = session.readMemory(address, 0).bytes;
    expect(bytes.length).toBe(0);
    const [frame] = session.frames(session.stop.pid);
    const text = session.evaluate('(unsigned long)text', frame.id);
    const at = text.ok ? Number(text.variable.value) : 0;
    expect(String.fromCharCode(...session.readMemory(at, 10).bytes)).toBe('DEar Linus');
    expect(session.readMemory(0, 16)).toEqual({ bytes: new Uint8Array(0), unreadable: 16 });
    expect(session.readMemory(0xffffffff, 64).unreadable).toBeGreaterThan(0);
  });

  test('instructions are listed with their statements, and lines beyond the code say so', () => {
    const session = inShout();
    const [{ pc }] = session.frames(session.stop.pid);
    const lines = session.disassemble(pc, -2, 6);
    expect(lines).toHaveLength(6);
    expect(lines[2]).toMatchObject({ pc, text: 'stmt', location: { line: line('return text[at]') } });
    expect(
      session
        .disassemble(0, -3, 4)
        .map((each) => each.text)
        .slice(0, 3),
    ).toEqual(Array(3).fill('(before the code)'));
    expect(session.disassemble(10_000_000, 0, 2).map((each) => each.text)).toEqual(Array(2).fill('(after the code)'));
  });
});

describe('sources', () => {
  test('are the program and the kernel', () => {
    const session = open(TWO_TASKS);
    entry(session);
    expect(session.sourceText(URI)).toBe(TWO_TASKS);
    expect(session.sourceUris().some((uri) => uri.startsWith('klab-kernel:/mm/'))).toBe(true);
    expect(session.breakpointLocations(URI, line('turns = turns + 10;'), line('turns = turns + 10;'))).toHaveLength(1);
    expect(where(session)).toMatch(/^reader:/);
  });
});
