/** Starting a run of a booted kernel with a schedule, and saying which schedule a run followed. */
import type { Kernel } from '../kernel/kernel.ts';
import { Anchors } from './anchors.ts';
import { Run } from './run.ts';
import type { Schedule } from './schedule.ts';
import { followSchedule } from './schedule-chooser.ts';
import { programSchedule, scheduleNames } from './schedule-program.ts';
import { recordSchedule } from './schedule-record.ts';
import { parseSchedule, printSchedule, type ScheduleError } from './schedule-text.ts';

export interface StartOptions {
  history?: boolean;
  /** Name of a schedule that the program declares, or the text of one. */
  schedule?: { name: string } | { text: string };
}

export interface StartedRun {
  run: Run<Kernel>;
  /** The schedule is followed; false when it was skipped, or there is none. */
  follows: boolean;
  /** What people should know: anchors that are missing, entries left out. Grows while the run follows the schedule. */
  notes: string[];
  /** What is wrong with the schedule's text. */
  errors: ScheduleError[];
}

export function startRun(kernel: Kernel, { history, schedule }: StartOptions = {}): StartedRun {
  const run = new Run(kernel, { history });
  if (!schedule) return { run, follows: false, notes: [], errors: [] };
  const found = find(kernel, schedule);
  if (!found.schedule) return { run, follows: false, notes: found.notes, errors: found.errors };
  const { chooser, notes } = followSchedule(kernel, found.schedule, new Anchors(kernel.built.debug), kernel.built);
  notes.unshift(...found.notes);
  run.setChooser(chooser);
  return { run, follows: chooser !== undefined, notes, errors: found.errors };
}

function find(
  { built }: Kernel,
  wanted: { name: string } | { text: string },
): { schedule?: Schedule; notes: string[]; errors: ScheduleError[] } {
  if ('text' in wanted) {
    const { schedule, errors } = parseSchedule(wanted.text);
    return { schedule: errors.length > 0 ? undefined : schedule, notes: [], errors };
  }
  const found = programSchedule(built.program, wanted.name);
  if (found) return { ...found, errors: [] };
  const names = scheduleNames(built.program);
  const known = names.length > 0 ? `it declares ${names.join(', ')}` : 'it declares none';
  return { notes: [`the program has no schedule ${wanted.name}; ${known}`], errors: [] };
}

/** The schedule text that reproduces `run` up to its present step. */
export function scheduleText(run: Run<Kernel>): string {
  const { built } = run.kernel;
  return printSchedule(recordSchedule(run, new Anchors(built.debug), built));
}
