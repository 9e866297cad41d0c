/** Checks the arguments of `launch`: which field is wrong, what is wrong with it, what is allowed. */
import { EVENT_BREAKPOINTS, type EventBreakpointName } from '../kernel/events.ts';
import { Arguments, isRecord, RequestError } from './arguments.ts';
import type { LaunchArguments } from './protocol.ts';

export const EVENT_NAMES = Object.keys(EVENT_BREAKPOINTS) as EventBreakpointName[];

/** Names of the checked arguments; others (`name`, `type`, `request`, the client's own) are not ours to judge. */
export type CheckedLaunch = Required<Omit<LaunchArguments, 'schedule'>> & { schedule: string | undefined };

/** @throws RequestError naming the first field that is wrong. */
export function checkLaunchArguments(values: unknown): CheckedLaunch {
  const args = new Arguments(values, 'launch');
  const program = args.string('program');
  if (program.trim() === '') throw new RequestError("launch: 'program' is empty; give the path of a .klab file");
  const noDebug = args.boolean('noDebug', false);
  return {
    program,
    settings: checkSettings(args.raw.settings),
    stopOnEntry: args.boolean('stopOnEntry', true) && !noDebug,
    stopOnEnd: args.boolean('stopOnEnd', true) && !noDebug,
    breakOn: checkEvents(args.strings('breakOn')),
    schedule: args.optionalString('schedule') || undefined,
    raise: args.strings('raise'),
    noDebug,
  };
}

function checkEvents(names: readonly string[]): EventBreakpointName[] {
  return names.map((name) => {
    const known = EVENT_NAMES.find((event) => event === name);
    if (!known) throw new RequestError(`launch: 'breakOn' has no event '${name}'; allowed are ${EVENT_NAMES.join(', ')}`);
    return known;
  });
}

/** Names and values are judged with the program, where the settings' table is; here only their types. */
function checkSettings(settings: unknown): Record<string, string | number | boolean> {
  if (settings === undefined || settings === null) return {};
  if (!isRecord(settings)) {
    throw new RequestError(
      `launch: 'settings' must be an object such as { "mapping": "kmap_local" }; it is ${JSON.stringify(settings)}`,
    );
  }
  const checked: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new RequestError(`launch: setting '${name}' must be a text, a number, true or false; it is ${JSON.stringify(value)}`);
    }
    checked[name] = value;
  }
  return checked;
}
