/** Builds and boots a program for debugging. The contract is in `api.ts`. */
import { Run } from '../history/run.ts';
import { bootKernel } from '../kernel/boot.ts';
import { buildProgram } from '../kernel/build.ts';
import type { SessionOptions, SessionResult } from './api.ts';
import { KlabSession } from './klab-session.ts';
import { openSchedule } from './schedule.ts';

/** A session at step 0, or the diagnostics that say why there is none. Never throws for what a person wrote. */
export function createSession(options: SessionOptions): SessionResult {
  const { uri, text, settings, readFile, nameFile, history } = options;
  const { built, diagnostics } = buildProgram({ uri, text, settings, readFile, nameFile });
  if (!built) return { session: undefined, diagnostics };
  const kernel = bootKernel(built);
  const schedule = openSchedule(kernel, options);
  if (schedule.diagnostics.length > 0) return { session: undefined, diagnostics: [...diagnostics, ...schedule.diagnostics] };
  const run = new Run(kernel, { history, chooser: schedule.chooser });
  return { session: new KlabSession(run, uri, schedule), diagnostics };
}
