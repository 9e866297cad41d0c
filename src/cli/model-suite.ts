/**
 * The programs of `media/model-suite` under one mapping model. A program that prints `sweep from here` and `sweep to here` is run once more for
 * every micro-step between the two, with its interrupt raised before that step. Every run has to be clean.
 */
import type { KernelEvent } from '../kernel/events.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { Session } from '../session/api.ts';
import type { CommandIo } from './io.ts';
import { openSession, type Program } from './programs.ts';

/** No program of the suite needs more micro-steps under a model that works. */
const STEPS_MAX = 200_000;

export interface PartResult {
  /** Name of the program without its ending. */
  part: string;
  status: 'passed' | 'failed';
  /** Slugs of the findings of the first run that went wrong. */
  findings: string[];
  /** What went wrong, and where the interrupt came in; empty when passed. */
  message: string;
  /** Reproduces that run. */
  schedule?: string;
  /** Runs of the program. */
  runs: number;
}

export interface SuiteOptions {
  settings: Readonly<Record<string, string>>;
  /** Path of a learner's own model. */
  model?: string;
}

/** @returns the result, or the diagnostics when it cannot be built */
export function runPart(io: CommandIo, program: Program, { settings, model }: SuiteOptions): PartResult | Diagnostic[] {
  const { session, diagnostics } = openSession(io, program, { settings, model, history: true });
  if (!session) return diagnostics;
  session.setEventBreakpoints([], 'none');
  const part = program.path.replace(/^.*[\\/]|\.klab$/g, '');
  const [device] = session.raisableInterrupts();
  const first = outcome(session, part, 1);
  if (first.status === 'failed' || !device) return first;

  const events = session.events(0);
  const from = stepOf(events, 'sweep from here');
  const to = stepOf(events, 'sweep to here');
  let runs = 1;
  let failed: PartResult | undefined;
  // Backwards, since each run makes a branch: going back to an earlier step leaves nothing of it. The earliest failure is kept.
  for (let step = to - 1; step >= from && to > from; step--) {
    session.run({ kind: 'to-step', step }, STEPS_MAX);
    session.raiseInterrupt(device.line, device.cpu);
    runs++;
    const result = outcome(session, part, runs);
    if (result.status === 'failed') failed = { ...result, message: `${result.message} (${device.name} before step ${step + 1})` };
  }
  return failed ? { ...failed, runs } : { ...first, runs };
}

/** Step of the line that a program prints; -1 when it does not. */
function stepOf(events: readonly KernelEvent[], text: string): number {
  return events.find((event) => event.type === 'printk' && event.text.includes(text))?.step ?? -1;
}

function outcome(session: Session, part: string, runs: number): PartResult {
  session.run({ kind: 'continue' }, STEPS_MAX);
  const seen = session.findings.filter(({ suppressed }) => !suppressed);
  const findings = [...new Set(seen.map(({ slug }) => slug))];
  if (seen.length === 0 && session.ended) return { part, status: 'passed', findings, message: '', runs };
  const message = seen[0]?.headline ?? `it does not end: ${session.stop.description}`;
  return { part, status: 'failed', findings, message, schedule: session.scheduleText(), runs };
}
