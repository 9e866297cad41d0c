/** The schedule that a session follows: one that the program declares, or the text of a schedule file. */
import { Anchors } from '../history/anchors.ts';
import type { Schedule } from '../history/schedule.ts';
import { followSchedule, type ScheduleChooser } from '../history/schedule-chooser.ts';
import { programSchedule, scheduleNames } from '../history/schedule-program.ts';
import { parseSchedule, type ScheduleError } from '../history/schedule-text.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { SessionOptions } from './api.ts';

export interface OpenedSchedule {
  /** A schedule was asked for. */
  wanted: boolean;
  /** Undefined: none was asked for, it cannot be followed here (the notes say why), or it is wrong (the diagnostics do). */
  chooser?: ScheduleChooser;
  /** What cannot be followed; grows while the run shows more of it. */
  notes: readonly string[];
  diagnostics: Diagnostic[];
}

/** Codes of the diagnostics about schedules. */
const UNKNOWN_SCHEDULE = 'K9001';
const SCHEDULE_TEXT = 'K9002';

export function openSchedule(kernel: Kernel, { schedule: wanted, uri }: SessionOptions): OpenedSchedule {
  if (!wanted) return { wanted: false, notes: [], diagnostics: [] };
  if ('text' in wanted) {
    const { schedule, errors } = parseSchedule(wanted.text);
    if (errors.length > 0) return { wanted: true, notes: [], diagnostics: errors.map((error) => textFault(error, wanted)) };
    return follow(kernel, schedule, []);
  }
  const { program } = kernel.built;
  const found = programSchedule(program, wanted.name);
  if (found) return follow(kernel, found.schedule, found.notes);
  const names = scheduleNames(program);
  const known = names.length > 0 ? `it declares ${names.join(', ')}` : 'it declares none';
  const message = `the program has no schedule '${wanted.name}': ${known}`;
  return {
    wanted: true,
    notes: [],
    diagnostics: [{ code: UNKNOWN_SCHEDULE, severity: 'error', uri, range: { start: 0, end: 0 }, message }],
  };
}

function follow(kernel: Kernel, schedule: Schedule, before: readonly string[]): OpenedSchedule {
  const { built } = kernel;
  const { chooser, notes } = followSchedule(kernel, schedule, new Anchors(built.debug), built);
  notes.unshift(...before);
  return { wanted: true, chooser, notes, diagnostics: [] };
}

function textFault({ line, column, message }: ScheduleError, { text, uri }: { text: string; uri: string }): Diagnostic {
  const lines = text.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  const end = start + Math.max(1, (lines[line - 1] ?? '').length - column + 1);
  return { code: SCHEDULE_TEXT, severity: 'error', uri, range: { start, end }, message };
}
