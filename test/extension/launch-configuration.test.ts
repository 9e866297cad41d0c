import { expect, test } from 'vitest';
import { completeConfiguration } from '../../src/extension/launch-configuration.ts';

const open = { activeProgram: '/w/a.klab', breakOn: [] };

test('F5 without launch.json runs the open program and stops at entry', () => {
  expect(completeConfiguration({}, open)).toEqual({
    ok: true,
    configuration: {
      type: 'kmaplab',
      request: 'launch',
      name: 'Run this program',
      stopOnEntry: true,
      program: '/w/a.klab',
      internalConsoleOptions: 'neverOpen',
    },
  });
});

test('F5 with nothing open says what to do', () => {
  const result = completeConfiguration({}, { activeProgram: undefined, breakOn: [] });
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('open a .klab file') });
});

test('what a configuration says is kept', () => {
  const raw = {
    type: 'kmaplab',
    request: 'launch',
    name: 'x',
    program: '/w/b.klab',
    breakOn: ['map'],
    internalConsoleOptions: 'openOnSessionStart',
  };
  expect(completeConfiguration(raw, { ...open, breakOn: ['fault'] })).toEqual({ ok: true, configuration: raw });
});

test('events chosen by command are used when the configuration names none', () => {
  const raw = { type: 'kmaplab', request: 'launch', name: 'x', program: '/w/b.klab' };
  expect(completeConfiguration(raw, { ...open, breakOn: ['fault'] })).toMatchObject({ configuration: { breakOn: ['fault'] } });
});

test('attach is refused in words', () => {
  expect(completeConfiguration({ type: 'kmaplab', request: 'attach', name: 'x' }, open)).toMatchObject({ ok: false });
});

test('a program that is no text is refused in words', () => {
  expect(completeConfiguration({ type: 'kmaplab', request: 'launch', name: 'x', program: 7 }, open)).toMatchObject({ ok: false });
});
