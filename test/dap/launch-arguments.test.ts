import { describe, expect, test } from 'vitest';
import { checkLaunchArguments } from '../../src/dap/launch-arguments.ts';

const fault = (values: unknown) => {
  try {
    checkLaunchArguments(values);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('launch arguments', () => {
  test('only a program is needed', () => {
    expect(checkLaunchArguments({ program: '/a/b.klab', type: 'kmaplab' })).toEqual({
      program: '/a/b.klab',
      settings: {},
      stopOnEntry: true,
      stopOnEnd: true,
      breakOn: [],
      schedule: undefined,
      raise: [],
      noDebug: false,
    });
  });

  test('without debugging nothing stops', () => {
    expect(checkLaunchArguments({ program: 'x', noDebug: true, stopOnEntry: true })).toMatchObject({
      stopOnEntry: false,
      stopOnEnd: false,
    });
  });

  test.each([
    [undefined, "launch: 'program' must be a text; it is missing"],
    [{ program: 5 }, "launch: 'program' must be a text; it is 5"],
    [{ program: ' ' }, "launch: 'program' is empty; give the path of a .klab file"],
    [{ program: 'x', stopOnEntry: 'no' }, 'launch: \'stopOnEntry\' must be true or false; it is "no"'],
    [{ program: 'x', breakOn: 'map' }, 'launch: \'breakOn\' must be a list; it is "map"'],
    [{ program: 'x', breakOn: [5] }, "launch: 'breakOn[0]' must be a text; it is 5"],
    [{ program: 'x', breakOn: ['maps'] }, "launch: 'breakOn' has no event 'maps'; allowed are context_switch, preemption"],
    [{ program: 'x', settings: [1] }, 'launch: \'settings\' must be an object such as { "mapping": "kmap_local" }; it is [1]'],
    [{ program: 'x', settings: { cpus: null } }, "launch: setting 'cpus' must be a text, a number, true or false; it is null"],
    [{ program: 'x', raise: [1] }, "launch: 'raise[0]' must be a text"],
  ])('%j is refused: which field, what is wrong, what is allowed', (values, message) => {
    expect(fault(values)).toContain(message);
  });
});
