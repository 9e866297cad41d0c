import { describe, expect, test } from 'vitest';
import type { Session } from '../../src/session/api.ts';
import { back, entry, go, lineWith, open, run, TWO_TASKS, threadOf, URI, value, where } from './support.ts';

const LOOP = lineWith(TWO_TASKS, 'turns = turns + 10;');
const SHOUT = lineWith(TWO_TASKS, 'text[at] = text[at] - 32');

function withBreakpoint(request: { condition?: string; hitCondition?: string; logMessage?: string } = {}, line = LOOP): Session {
  const session = open(TWO_TASKS);
  session.setSourceBreakpoints(URI, [{ line, ...request }]);
  return session;
}

/** Values of `turns` at all stops up to the end. */
function turnsAtStops(session: Session): string[] {
  const turns: string[] = [];
  for (let stop = go(session); stop.reason !== 'ended'; stop = go(session)) turns.push(value(session, 'turns'));
  return turns;
}

describe('source breakpoints', () => {
  test('stop before each execution of the line', () => {
    const session = withBreakpoint();
    const stop = go(session);
    expect(stop).toMatchObject({ reason: 'breakpoint', cpu: 0, breakpointIds: [1], pid: threadOf(session, 'writer') });
    expect(where(session)).toBe(`writer:${LOOP}`);
    expect(turnsAtStops(session)).toEqual(['11', '21']);
  });

  test('are hit in the opposite order on the way back, in the same states', () => {
    const session = withBreakpoint();
    const forward = [go(session), go(session), go(session)].map((stop) => [stop.step, value(session, 'turns')]);
    expect(go(session).reason).toBe('ended');
    const backward: unknown[] = [];
    for (let stop = back(session); stop.reason === 'breakpoint'; stop = back(session)) {
      backward.push([stop.step, value(session, 'turns')]);
    }
    expect(session.stop).toMatchObject({ reason: 'start of history', step: 0 });
    expect(backward.map((each) => (each as unknown[])[0])).toEqual(forward.map(([step]) => step).reverse());
    expect(backward.map((each) => (each as unknown[])[1])).toEqual(['21', '11', '1']);
  });

  test('have conditions in C over locals and globals', () => {
    expect(turnsAtStops(withBreakpoint({ condition: 'i == 2' }))).toEqual(['21']);
    expect(turnsAtStops(withBreakpoint({ condition: 'i > 0 && turns < 20' }))).toEqual(['11']);
  });

  test('evaluate their condition on the way back too', () => {
    const session = withBreakpoint({ condition: 'i == 1' });
    go(session);
    go(session);
    expect(session.stop.reason).toBe('ended');
    expect(back(session).reason).toBe('breakpoint');
    expect(value(session, 'i')).toBe('1');
    expect(back(session).reason).toBe('start of history');
  });

  test('count hits from boot, forward and back', () => {
    expect(turnsAtStops(withBreakpoint({ hitCondition: '2' }))).toEqual(['11']);
    expect(turnsAtStops(withBreakpoint({ hitCondition: '>= 2' }))).toEqual(['11', '21']);
    const session = withBreakpoint({ hitCondition: '% 2' });
    go(session);
    go(session);
    expect(session.stop.reason).toBe('ended');
    back(session);
    expect(value(session, 'turns')).toBe('11');
  });

  test('count what happened before they were set', () => {
    const session = open(TWO_TASKS);
    go(session);
    session.setSourceBreakpoints(URI, [{ line: LOOP, hitCondition: '2' }]);
    back(session);
    expect(value(session, 'turns')).toBe('11');
  });

  test('count hits that were travelled over', () => {
    const session = withBreakpoint({ hitCondition: '2', condition: 'turns > 0' });
    run(session, { kind: 'to-step', step: 1_000_000 });
    expect(session.stop.reason).toBe('ended');
    expect(session.takeLog().some((line) => line.text.startsWith('round'))).toBe(false);
    back(session);
    expect(value(session, 'turns')).toBe('11');
  });

  test('print log messages and run on', () => {
    const session = withBreakpoint({ logMessage: 'round {i} of {current->comm}: {turns} \\{' });
    expect(go(session).reason).toBe('ended');
    const lines = session.takeLog().filter((line) => line.text.startsWith('round'));
    expect(lines.map((line) => line.text)).toEqual([
      'round 0 of "writer": 1 {',
      'round 1 of "writer": 11 {',
      'round 2 of "writer": 21 {',
    ]);
    expect(lines[0].location).toMatchObject({ uri: URI, line: LOOP });
  });

  test.each([
    [{ condition: 'nobody == 1' }, 'condition: '],
    [{ condition: 'i ==' }, 'condition: '],
    [{ hitCondition: 'often' }, "'often' is no hit count"],
    [{ logMessage: '{i' }, "has no '}'"],
    [{ logMessage: '{nobody}' }, 'log message: '],
  ])('%j is refused with a reason', (request, message) => {
    const session = open(TWO_TASKS);
    const [result] = session.setSourceBreakpoints(URI, [{ line: LOOP, ...request }]);
    expect(result.verified).toBe(false);
    expect(result.message).toContain(message);
    expect(go(session).reason).toBe('ended');
  });

  test('move to the next line that has code, and say so when there is none', () => {
    const session = open(TWO_TASKS);
    const results = session.setSourceBreakpoints(URI, [{ line: LOOP - 2 }, { line: 100_000 }]);
    expect(results[0]).toMatchObject({ verified: true, line: LOOP - 1 });
    expect(results[1].verified).toBe(false);
    expect(session.setSourceBreakpoints('/other.klab', [{ line: 1 }])[0].message).toContain('not part of the program');
  });

  test('work in kernel sources', () => {
    const session = open(TWO_TASKS);
    const uri = session.sourceUris().find((each) => each.endsWith('kmap-local.klab')) ?? '';
    const text = session.sourceText(uri) ?? '';
    const line = lineWith(text, 'kmap_local_idx_push()');
    session.setSourceBreakpoints(uri, [{ line }]);
    expect(go(session).reason).toBe('breakpoint');
    expect(session.frames(session.stop.pid)[0].location?.uri).toBe(uri);
  });
});

describe('function breakpoints', () => {
  test('stop at the first statement of functions of the program and of the kernel', () => {
    const session = open(TWO_TASKS);
    const results = session.setFunctionBreakpoints([{ name: 'shout' }, { name: 'kmap_local_page' }, { name: 'nonsense' }]);
    expect(results.map((result) => result.verified)).toEqual([true, true, false]);
    expect(go(session)).toMatchObject({ reason: 'function breakpoint' });
    expect(where(session)).toMatch(/^kmap_local_page:/);
    go(session);
    expect(where(session)).toBe(`shout:${SHOUT}`);
  });

  test('take names of events as event breakpoints', () => {
    const session = open(TWO_TASKS);
    expect(session.setFunctionBreakpoints([{ name: 'map', condition: 'page == letter' }])[0].verified).toBe(true);
    expect(go(session)).toMatchObject({ reason: 'event', event: { type: 'kmap', page: 'letter' } });
  });
});

describe('instruction breakpoints', () => {
  test('stop before the instruction', () => {
    const session = open(TWO_TASKS);
    session.setFunctionBreakpoints([{ name: 'shout' }]);
    go(session);
    const [{ pc }] = session.frames(session.stop.pid);
    const other = open(TWO_TASKS);
    expect(other.setInstructionBreakpoints([{ pc }, { pc: -5 }]).map((each) => each.verified)).toEqual([true, false]);
    expect(go(other)).toMatchObject({ reason: 'instruction breakpoint', step: session.step });
  });
});

describe('data breakpoints', () => {
  function watch(session: Session, name: string) {
    const { dataId = '' } = session.dataBreakpointInfo({ name, frameId: session.frames(session.stop.pid)[0]?.id });
    return session.setDataBreakpoints([{ dataId, accessType: 'write' }]);
  }

  test('stop after the step that changes a variable, forward and back', () => {
    const session = open(TWO_TASKS);
    entry(session);
    expect(watch(session, 'turns')).toMatchObject([{ verified: true }]);
    const forward: number[] = [];
    for (let stop = go(session); stop.reason !== 'ended'; stop = go(session)) {
      expect(stop.reason).toBe('data breakpoint');
      expect(stop.description).toBe('turns changed');
      forward.push(stop.step);
    }
    expect(forward.length).toBe(5);
    const backward: number[] = [];
    for (let stop = back(session); stop.reason !== 'start of history'; stop = back(session)) backward.push(stop.step);
    expect(backward).toEqual([...forward].reverse());
  });

  test('watch fields of kernel structs and PTE slots', () => {
    const session = open(TWO_TASKS);
    entry(session);
    expect(watch(session, 'current->kmap_ctrl.pteval[0]')[0].verified).toBe(true);
    expect(go(session).description).toBe('current->kmap_ctrl.pteval[0] changed');
    expect(watch(session, 'current->kmap_ctrl.idx')[0].verified).toBe(true);
    expect(go(session).reason).toBe('data breakpoint');
  });

  test('watch bytes of a page through its mapping', () => {
    const session = open(TWO_TASKS);
    session.setFunctionBreakpoints([{ name: 'shout' }]);
    go(session);
    session.setFunctionBreakpoints([]);
    expect(watch(session, 'text[1]')[0].verified).toBe(true);
    expect(go(session).reason).toBe('data breakpoint');
    expect(value(session, 'text[1]')).toContain("'E'");
  });

  test('watch whole pages and PTE slots from the machine scope', () => {
    const session = open(TWO_TASKS);
    entry(session);
    const machine = session.scopes(session.frames(session.stop.pid)[0].id).find((scope) => scope.name === 'machine');
    const list = (name: string) => session.children(machine?.reference ?? 0).find((each) => each.name === name)?.reference ?? 0;
    const ids = [
      session.dataBreakpointInfo({ reference: list('(slots)'), name: 'CPU 0 slot 0' }).dataId ?? '',
      session.dataBreakpointInfo({ reference: list('(pages)'), name: 'letter' }).dataId ?? '',
    ];
    session.setDataBreakpoints(ids.map((dataId) => ({ dataId, accessType: 'write' })));
    const changes: string[] = [];
    for (let stop = go(session); stop.reason !== 'ended'; stop = go(session)) changes.push(stop.description);
    const slot = 'CPU 0 slot 0 changed';
    expect(changes).toEqual([slot, slot, slot, 'letter changed', slot]);
  });

  test('say why there can be none', () => {
    const session = open(TWO_TASKS);
    entry(session);
    expect(session.dataBreakpointInfo({ name: '1 + 1' })).toEqual({
      description: "'1 + 1' is a value, not a variable: it has no place in memory",
    });
    expect(session.dataBreakpointInfo({ name: 'nobody' }).description).toContain('nobody');
    expect(session.setDataBreakpoints([{ dataId: 'rubbish', accessType: 'write' }])[0]).toMatchObject({ verified: false });
  });
});

describe('event breakpoints', () => {
  test('stop at context switches with a description', () => {
    const session = open(TWO_TASKS);
    entry(session);
    session.setEventBreakpoints([{ event: 'context_switch' }]);
    expect(go(session)).toMatchObject({ reason: 'event', description: 'context switch: reader to writer on CPU 0' });
  });

  test('have conditions over the fields of the event', () => {
    const session = open(TWO_TASKS);
    session.setEventBreakpoints([{ event: 'context_switch', condition: 'prev == writer && next == reader' }]);
    expect(go(session).description).toBe('context switch: writer to reader on CPU 0');
  });

  test('are found backwards by the event log', () => {
    const session = open(TWO_TASKS);
    session.setEventBreakpoints([{ event: 'context_switch' }]);
    const forward: number[] = [];
    for (let stop = go(session); stop.reason !== 'ended'; stop = go(session)) forward.push(stop.step);
    const backward: number[] = [];
    for (let stop = back(session); stop.reason !== 'start of history'; stop = back(session)) backward.push(stop.step);
    expect(forward.length).toBeGreaterThan(2);
    expect(backward).toEqual(forward.reverse());
  });

  test('count hits of function breakpoints on events, forward and back', () => {
    const session = open(TWO_TASKS);
    session.setFunctionBreakpoints([{ name: 'context_switch', hitCondition: '2' }]);
    const { step } = go(session);
    expect(go(session).reason).toBe('ended');
    expect(back(session).step).toBe(step);
    const late = open(TWO_TASKS);
    go(late);
    late.setFunctionBreakpoints([{ name: 'context_switch', hitCondition: '2' }]);
    expect(back(late).step).toBe(step);
  });

  test('refuse conditions that make no sense', () => {
    const session = open(TWO_TASKS);
    const [result] = session.setEventBreakpoints([{ event: 'map', condition: 'prev == reader' }]);
    expect(result).toMatchObject({ verified: false });
    expect(result.message).toContain("'prev' is no field of 'Map'");
  });
});

describe('findings', () => {
  const wrong = TWO_TASKS.replace('kunmap_local(text);', 'kunmap_local(text);\n\tassert(c == 0);');

  test('stop the run', () => {
    const session = open(wrong);
    const stop = go(session);
    expect(stop.reason).toBe('finding');
    expect(stop.finding?.kind).toBe('assert');
    expect(session.takeLog().some((line) => line.category === 'stderr' && line.text.includes(stop.finding?.slug ?? '?'))).toBe(
      true,
    );
  });

  test('do not stop when nobody wants it', () => {
    const session = open(wrong);
    session.setEventBreakpoints([], 'none');
    expect(go(session).reason).toBe('ended');
    expect(session.findings.length).toBeGreaterThan(0);
  });

  test('are found on the way back', () => {
    const session = open(wrong);
    const { step } = go(session);
    session.setEventBreakpoints([], 'none');
    go(session);
    session.setEventBreakpoints([], 'all');
    expect(back(session)).toMatchObject({ reason: 'finding', step });
    expect(run(session, { kind: 'to-step', step: 0 }).step).toBe(0);
  });
});
