/** What exporters and metrics read, out of a kernel that has run. */
import type { Kernel } from '../kernel/kernel.ts';
import type { Recording } from '../trace/recording.ts';

/** Everything up to now. */
export function recordingOf({ profile, events, taskStarts, machine, built }: Kernel): Recording {
  const functions = built.debug.functions.map(({ name, entry, end }) => ({ name, entry, end }));
  functions.sort((a, b) => a.entry - b.entry);
  return { cpus: profile.cpus, events, tasks: taskStarts, end: machine.now, functions };
}
