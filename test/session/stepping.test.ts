import { describe, expect, test } from 'vitest';
import type { Session, StepGranularity } from '../../src/session/api.ts';
import { entry, go, lineWith, open, run, SAMPLES, TWO_TASKS, threadOf, URI, value, where } from './support.ts';

const line = (part: string) => lineWith(TWO_TASKS, part);

function step(
  session: Session,
  kind: 'next' | 'in' | 'out' | 'back',
  granularity: StepGranularity = 'statement',
  pid = session.stop.pid,
) {
  return run(session, { kind, pid, granularity });
}

function at(part: string): Session {
  const session = open(TWO_TASKS);
  session.setSourceBreakpoints(URI, [{ line: line(part) }]);
  go(session);
  session.setSourceBreakpoints(URI, []);
  return session;
}

describe('entry', () => {
  test('is the first statement of the program', () => {
    const session = open(TWO_TASKS);
    expect(session.stop).toMatchObject({ reason: 'entry', step: 0 });
    expect(entry(session)).toMatchObject({ reason: 'entry', pid: threadOf(session, 'reader') });
    expect(where(session)).toBe(`reader:${line('kmap_local_page(letter)')}`);
  });
});

describe('stepping over', () => {
  test('goes from statement to statement of the task, through calls and context switches', () => {
    const session = open(TWO_TASKS);
    entry(session);
    const seen: string[] = [];
    for (let i = 0; i < 5; i++) {
      expect(step(session, 'next').reason).toBe('step');
      seen.push(where(session));
    }
    expect(seen).toEqual(
      ['turns = turns + 1;', 'yield();', 'c = shout', 'kunmap_local(text)', 'printk'].map((part) => `reader:${line(part)}`),
    );
  });

  test('stops at breakpoints on its way', () => {
    const session = at('yield();');
    session.setSourceBreakpoints(URI, [{ line: line('turns = turns + 10;') }]);
    expect(step(session, 'next')).toMatchObject({ reason: 'breakpoint', pid: threadOf(session, 'writer') });
  });

  test('leaves a function at its end', () => {
    const session = at('return text[at]');
    step(session, 'next');
    expect(where(session)).toBe(`reader:${line('kunmap_local(text)')}`);
  });

  test('says when the task has exited', () => {
    const session = at('turns = turns + 100;');
    let stop = step(session, 'next');
    for (let i = 0; i < 50 && !stop.description.includes('exited') && stop.reason === 'step'; i++)
      stop = step(session, 'out', 'statement', stop.pid);
    expect(stop.description).toBe('writer has exited');
  });

  test('of a task that has exited goes nowhere', () => {
    const session = open(TWO_TASKS);
    entry(session);
    const writer = threadOf(session, 'writer');
    go(session);
    const { step: end } = session;
    run(session, { kind: 'to-step', step: end - 5 });
    for (const kind of ['next', 'in', 'out'] as const) {
      expect(step(session, kind, 'statement', writer)).toMatchObject({ step: end - 5, description: 'writer has exited' });
    }
    expect(step(session, 'back', 'statement', writer)).toMatchObject({ pid: writer });
  });

  test('by line passes the statements of one line', () => {
    const session = at('for (i = 0');
    const statements: string[] = [];
    for (let i = 0; i < 3; i++) {
      step(session, 'next', 'line');
      statements.push(where(session));
    }
    expect(statements).toEqual(
      ['turns = turns + 10;', 'for (i = 0', 'turns = turns + 10;'].map((part) => `writer:${line(part)}`),
    );
  });
});

describe('stepping in and out', () => {
  test('enters functions of the program and of the kernel', () => {
    const session = at('c = shout');
    step(session, 'in');
    expect(where(session)).toBe(`shout:${line('text[at] = text[at] - 32')}`);
    expect(value(session, 'at')).toBe('1');
    step(session, 'out');
    // What is left of the call's statement touches nothing shared, so it is done in the same micro-step.
    expect(where(session)).toBe(`reader:${line('kunmap_local(text)')}`);
    const kernel = at('= kmap_local_page');
    step(kernel, 'in');
    expect(where(kernel)).toMatch(/^kmap_local_page:/);
    expect(kernel.frames(kernel.stop.pid).map((frame) => frame.function)).toEqual(
      expect.arrayContaining(['kmap_local_page', 'reader']),
    );
  });

  test('enters an interrupt that comes in right here, and leaves it again', () => {
    const session = at('turns = turns + 1;');
    const [nic] = session.raisableInterrupts();
    expect(nic).toMatchObject({ name: 'nic', cpu: 0 });
    expect(session.raiseInterrupt(nic.line, nic.cpu).ok).toBe(true);
    step(session, 'in');
    const frames = session.frames(session.stop.pid);
    expect(frames[0].kind).toBe('interrupt');
    expect(frames.some((frame) => frame.function === 'reader')).toBe(true);
    step(session, 'out');
    expect(session.frames(session.stop.pid)[0].function).toBe('reader');
  });

  test('by micro-step does one at a time', () => {
    const session = at('turns = turns + 1;');
    const { step: before } = session;
    step(session, 'in', 'instruction');
    expect(session.step).toBe(before + 1);
    step(session, 'back', 'instruction');
    expect(session.step).toBe(before);
  });

  test('by event ends at the next event of the task', () => {
    const session = open(TWO_TASKS);
    entry(session);
    const stop = step(session, 'next', 'event');
    expect(stop.event?.pid).toBe(stop.pid);
    const later = step(session, 'next', 'event');
    expect(step(session, 'back', 'event').step).toBe(stop.step);
    expect(later.step).toBeGreaterThan(stop.step);
  });
});

describe('stepping back', () => {
  test('undoes stepping over, statement by statement, with the same memory', () => {
    const session = open(TWO_TASKS);
    entry(session);
    const states = [[session.step, session.bytesHash, where(session)]];
    for (let i = 0; i < 5; i++) {
      step(session, 'next');
      states.push([session.step, session.bytesHash, where(session)]);
    }
    const pid = session.stop.pid;
    const returned = [states[states.length - 1]];
    for (let i = 0; i < 5; i++) {
      step(session, 'back', 'statement', pid);
      returned.push([session.step, session.bytesHash, where(session)]);
    }
    expect(returned.reverse()).toEqual(states);
  });

  test('undoes a step out of a function: it is inside again', () => {
    const session = at('return text[at]');
    const { step: before } = session;
    step(session, 'out');
    expect(where(session)).toMatch(/^reader:/);
    step(session, 'back');
    expect([session.step, where(session)]).toEqual([before, `shout:${line('return text[at]')}`]);
  });

  test('where no step led goes to the statement before, over what it called', () => {
    const session = at('kunmap_local(text)');
    step(session, 'back');
    expect(where(session)).toBe(`reader:${line('c = shout')}`);
    step(session, 'back');
    expect(where(session)).toBe(`reader:${line('yield();')}`);
    step(session, 'next');
    run(session, { kind: 'to-step', step: session.step });
    expect(where(session)).toBe(`reader:${line('c = shout')}`);
    step(session, 'back', 'statement', threadOf(session, 'reader'));
    expect(where(session, threadOf(session, 'reader'))).toBe(`reader:${line('yield();')}`);
  });

  test('returns from a called function to the call', () => {
    const session = at('c = shout');
    const { step: before, bytesHash } = session;
    step(session, 'in');
    step(session, 'back');
    expect(where(session)).toBe(`reader:${line('c = shout')}`);
    expect([session.step, session.bytesHash]).toEqual([before, bytesHash]);
  });

  test('by line goes to where the line begins', () => {
    const session = at('yield();\n\tturns = turns + 100'.split('\n')[0]);
    expect(session.stop.reason).toBe('breakpoint');
    const other = open(TWO_TASKS);
    other.setSourceBreakpoints(URI, [{ line: line('turns = turns + 10;'), hitCondition: '2' }]);
    go(other);
    step(other, 'back', 'line');
    expect(where(other)).toBe(`writer:${line('for (i = 0')}`);
    step(other, 'back', 'line');
    expect(where(other)).toBe(`writer:${line('turns = turns + 10;')}`);
  });

  test('stops at the beginning of history', () => {
    const session = open(TWO_TASKS);
    entry(session);
    let stop = session.stop;
    for (let i = 0; i < 100 && stop.reason !== 'start of history'; i++) stop = step(session, 'back');
    expect(stop).toMatchObject({ reason: 'start of history', step: 0 });
  });
});

describe.each(SAMPLES)('%s', (_name, text) => {
  test.each(['statement', 'line'] as const)('walked by %s forward and back passes the same places', (granularity) => {
    const session = open(text);
    session.setEventBreakpoints([], 'none');
    const { pid } = entry(session);
    const place = () => {
      const frames = session.frames(pid);
      return `${frames.length} ${frames[0]?.function} ${frames[0]?.location?.line}:${frames[0]?.location?.column}`;
    };
    const depth = session.frames(pid).length;
    const forward = [place()];
    let last = session.step;
    for (let i = 0; i < 40; i++) {
      const stop = step(session, 'next', granularity, pid);
      if (stop.reason !== 'step' || stop.pid !== pid || session.frames(pid).length !== depth) break;
      forward.push(place());
      last = session.step;
    }
    // Travelling ends the trail of steps, so that statements are looked for.
    run(session, { kind: 'to-step', step: last });
    const backward = [place()];
    while (backward.length < forward.length) {
      step(session, 'back', granularity, pid);
      backward.push(place());
    }
    expect(backward.reverse()).toEqual(forward);
  });
});

describe('to events and to steps', () => {
  test('finds the next and the previous context switch without any breakpoint', () => {
    const session = open(TWO_TASKS);
    entry(session);
    const first = run(session, { kind: 'to-event', event: 'context_switch', direction: 'forward' });
    expect(first.description).toBe('context switch: reader to writer on CPU 0');
    const second = run(session, { kind: 'to-event', event: 'context_switch', direction: 'forward' });
    expect(run(session, { kind: 'to-event', event: 'context_switch', direction: 'back' }).step).toBe(first.step);
    expect(second.step).toBeGreaterThan(first.step);
  });

  test('travels to any step, known or not', () => {
    const session = open(TWO_TASKS);
    expect(run(session, { kind: 'to-step', step: 300 })).toMatchObject({ reason: 'goto', step: 300 });
    const hash = session.bytesHash;
    run(session, { kind: 'to-step', step: 10 });
    expect(session.step).toBe(10);
    expect(session.lastStep).toBe(300);
    run(session, { kind: 'to-step', step: 300 });
    expect(session.bytesHash).toBe(hash);
    expect(run(session, { kind: 'to-step', step: 10_000_000 }).reason).toBe('ended');
  });
});

describe('step_follows = cpu', () => {
  test('ends in whatever the CPU runs next', () => {
    const session = open(TWO_TASKS, { settings: { step_follows: 'cpu' } });
    session.setSourceBreakpoints(URI, [{ line: line('yield();') }]);
    go(session);
    session.setSourceBreakpoints(URI, []);
    const stop = step(session, 'next');
    expect(stop.pid).not.toBe(threadOf(session, 'reader'));
    expect(stop.description).toBe('step: CPU 0 now runs writer');
  });
});
