/** What becomes of a launch configuration before it starts. Pure: the provider supplies what only VS Code knows. */

/** A launch configuration as VS Code hands it over; F5 without launch.json gives one without anything in it. */
export interface RawConfiguration {
  type?: string;
  request?: string;
  name?: string;
  program?: unknown;
  breakOn?: unknown;
  [key: string]: unknown;
}

export interface LaunchSurroundings {
  /** The program in the active editor, as the adapter should call it. */
  activeProgram: string | undefined;
  /** Event breakpoints chosen with the command "Break on Kernel Events...". */
  breakOn: readonly string[];
}

export type Completed = { ok: true; configuration: RawConfiguration } | { ok: false; message: string };

export function completeConfiguration(raw: RawConfiguration, { activeProgram, breakOn }: LaunchSurroundings): Completed {
  const empty = !raw.type && !raw.request && !raw.name;
  const configuration: RawConfiguration = empty
    ? { type: 'kmaplab', request: 'launch', name: 'Run this program', stopOnEntry: true, ...raw }
    : { ...raw };
  if (configuration.request !== undefined && configuration.request !== 'launch') {
    return {
      ok: false,
      message: `kmaplab can only launch programs; "request": ${JSON.stringify(configuration.request)} is not possible.`,
    };
  }
  if (configuration.program === undefined || configuration.program === '') {
    if (!activeProgram) {
      return {
        ok: false,
        message: 'No program to run: open a .klab file (or a sample), or set "program" in the launch configuration.',
      };
    }
    configuration.program = activeProgram;
  }
  if (typeof configuration.program !== 'string') return { ok: false, message: '"program" must be the path of a .klab file.' };
  // The panel shows the timeline; what the program prints waits one tab further.
  configuration.internalConsoleOptions ??= 'neverOpen';
  if (configuration.breakOn === undefined && breakOn.length > 0) configuration.breakOn = [...breakOn];
  return { ok: true, configuration };
}
