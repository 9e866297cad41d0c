import { describe, expect, test } from 'vitest';
import type { Session } from '../../src/session/api.ts';
import { createSession } from '../../src/session/session.ts';
import { go, lineWith, open, run, SAMPLES, TWO_TASKS, URI, value } from './support.ts';

const line = (part: string) => lineWith(TWO_TASKS, part);

function atLoop(): Session {
  const session = open(TWO_TASKS);
  session.setSourceBreakpoints(URI, [{ line: line('turns = turns + 10;') }]);
  go(session);
  return session;
}
const frameId = (session: Session) => session.frames(session.stop.pid)[0].id;
const log = (session: Session) =>
  session
    .takeLog()
    .filter((each) => each.text.startsWith('new branch'))
    .map((each) => each.text);

describe('setting a variable', () => {
  test('changes what happens next, and stepping back undoes it', () => {
    const session = atLoop();
    const { step, bytesHash } = session;
    expect(session.assign('turns', '500', frameId(session))).toMatchObject({ ok: true, variable: { value: '500' } });
    expect(log(session)).toEqual([`new branch of time at step ${step}: turns = 500`]);
    go(session);
    expect(value(session, 'turns')).toBe('510');
    run(session, { kind: 'to-step', step });
    expect([value(session, 'turns'), session.bytesHash]).toEqual(['1', bytesHash]);
  });

  test('in the past gives up the future that was known, and says so', () => {
    const session = atLoop();
    const { step } = session;
    go(session);
    go(session);
    const last = session.step;
    run(session, { kind: 'to-step', step });
    expect(session.lastStep).toBe(last);
    session.assign('i', '2', frameId(session));
    expect(session.lastStep).toBe(step + 1);
    expect(log(session)[0]).toBe(`new branch of time at step ${step}: i = 2; the ${last - step} steps that followed are gone`);
    session.setSourceBreakpoints(URI, []);
    expect(go(session).reason).toBe('ended');
    expect(value(session, 'turns')).toBe('111');
  });

  test('works on entries of the variables list', () => {
    const session = atLoop();
    const locals = session.scopes(frameId(session)).find((scope) => scope.name === 'locals')?.reference ?? 0;
    expect(session.setVariable(locals, 'i', '1 + 1')).toMatchObject({ ok: true, variable: { value: '2' } });
    expect(session.setVariable(locals, 'nobody', '1').ok).toBe(false);
  });

  test.each([
    ['turns', 'nobody', 'nobody'],
    ['turns', '', 'value: '],
    ['turns', '1; 2', ''],
    ['1', '2', ''],
    ['nobody', '2', ''],
    ['current->comm', '2', ''],
  ])('%s = %s is refused and changes nothing', (expression, text, message) => {
    const session = atLoop();
    const { step, bytesHash } = session;
    const result = session.assign(expression, text, frameId(session));
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.message).toContain(message);
    expect([session.step, session.bytesHash]).toEqual([step, bytesHash]);
  });

  test('writes the bytes of a page through a mapping', () => {
    const session = open(TWO_TASKS);
    session.setSourceBreakpoints(URI, [{ line: line('return text[at]') }]);
    go(session);
    expect(session.assign('text[0]', "'X'", frameId(session)).ok).toBe(true);
    expect(value(session, 'text')).toContain('"XEar Linus"');
  });
});

describe('writing memory', () => {
  test('is a step of its own', () => {
    const session = atLoop();
    const address = session.evaluate('&turns', frameId(session));
    const at = address.ok ? Number.parseInt(address.variable.value, 16) : 0;
    expect(session.writeMemory(at, Uint8Array.of(7, 0, 0, 0))).toEqual({ written: 4 });
    expect(value(session, 'turns')).toBe('7');
    expect(session.writeMemory(0, Uint8Array.of(1))).toMatchObject({ written: 0, message: 'no memory is mapped at 0x00000000' });
  });
});

describe('raising an interrupt', () => {
  test('runs its handler right here, in another branch of time', () => {
    const session = atLoop();
    const { step } = session;
    session.setSourceBreakpoints(URI, []);
    go(session);
    const without = value(session, 'turns');
    run(session, { kind: 'to-step', step });
    const [nic] = session.raisableInterrupts();
    expect(session.raiseInterrupt(nic.line, nic.cpu)).toEqual({ ok: true, message: 'interrupt nic raised on CPU 0' });
    expect(log(session)[0]).toContain('interrupt nic raised on CPU 0; the');
    expect(session.raisableInterrupts()).toEqual([]);
    expect(session.raiseInterrupt(nic.line, nic.cpu)).toMatchObject({ ok: false });
    go(session);
    expect(Number(value(session, 'turns'))).toBe(Number(without) + 1000);
  });

  test('of a line that no device has is refused', () => {
    expect(atLoop().raiseInterrupt(9, 3)).toMatchObject({
      ok: false,
      message: expect.stringContaining('there are: nic (line 0, CPU 0)'),
    });
  });
});

describe('schedules', () => {
  test('written down from a run reproduce it, changes of a person included', () => {
    const session = atLoop();
    session.assign('turns', '500', frameId(session));
    const [nic] = session.raisableInterrupts();
    session.raiseInterrupt(nic.line, nic.cpu);
    session.setSourceBreakpoints(URI, []);
    go(session);
    const text = session.scheduleText();
    expect(text).toContain('raise nic on cpu0');
    const again = open(TWO_TASKS, { schedule: { text, uri: '/test/a.schedule' } });
    expect(go(again).reason).toBe('ended');
    expect([again.step, again.bytesHash]).toEqual([session.step, session.bytesHash]);
    expect(JSON.stringify(again.events(0))).toBe(JSON.stringify(session.events(0)));
  });

  test('that a program names lead to what it says they lead to', () => {
    const race = SAMPLES.find(([name]) => name === 'switch-race.klab')?.[1] ?? '';
    const session = open(race, { schedule: { name: 'torvalds' } });
    expect(go(session)).toMatchObject({ reason: 'finding', finding: { slug: 'slot_busy' } });
    expect(go(open(race)).reason).toBe('ended');
  });

  test('that are unknown or wrong are diagnostics with a cure', () => {
    const unknown = createSession({ uri: URI, text: TWO_TASKS, schedule: { name: 'nobody' } });
    expect(unknown.session).toBeUndefined();
    expect(unknown.diagnostics.at(-1)?.message).toBe("the program has no schedule 'nobody': it declares none");
    const wrong = createSession({ uri: URI, text: TWO_TASKS, schedule: { text: 'kmaplab schedule 1\njump', uri: '/x' } });
    expect(wrong.session).toBeUndefined();
    // The title line has 18 characters and its end.
    expect(wrong.diagnostics.at(-1)).toMatchObject({ uri: '/x', severity: 'error', range: { start: 19 } });
  });

  test('for a place that this mapping lacks are skipped, and the log says so', () => {
    const race = SAMPLES.find(([name]) => name === 'switch-race.klab')?.[1] ?? '';
    const session = open(race, { schedule: { name: 'torvalds' }, settings: { mapping: 'kmap_local' } });
    expect(
      session
        .takeLog()
        .map((each) => each.text)
        .join(),
    ).toContain('there is no function kmap_switch_temporary here');
    expect(go(session).reason).toBe('ended');
  });
});
