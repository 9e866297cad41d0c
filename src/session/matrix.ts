/** One cell of a matrix: a program under one mapping model, run to its end. */
import type { KernelEvent } from '../kernel/events.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { MatrixCell } from '../views/matrix.ts';
import type { SessionOptions } from './api.ts';
import { cellVerdict } from './cell-expectations.ts';
import { createSession } from './session.ts';

/** What the run did, for comparing models. */
export interface RunFigures {
  steps: number;
  /** Virtual time, ns. */
  time: number;
  switches: number;
  maps: number;
  pteWrites: number;
  tlbFlushes: number;
}

export interface CellRun {
  cell: MatrixCell;
  /** Undefined when the program does not build under this model. */
  figures?: RunFigures;
  /** Why it does not. */
  diagnostics: Diagnostic[];
}

type CellSettings = NonNullable<SessionOptions['settings']>;

/** Values of `--set`-like lists, each combination once: `{preempt: 'full,none'}` gives two. Without lists there is one. */
export function combinations(lists: Readonly<Record<string, string>>): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [name, list] of Object.entries(lists)) {
    const values = [...new Set(list.split(',').map((value) => value.trim()))];
    all = all.flatMap((base) => values.map((value) => ({ ...base, [name]: value })));
  }
  return all;
}

/** @param stepsMax micro-steps after which a run counts as one that does not end */
export function runCell(options: SessionOptions & { settings: CellSettings }, stepsMax: number): CellRun {
  const mapping = String(options.settings.mapping);
  const { session, diagnostics } = createSession({ ...options, history: false });
  if (!session) {
    const why = diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'it could not be started';
    return { cell: { mapping, result: 'n/a', findings: [], why }, diagnostics };
  }
  if (session.scheduleState === 'skipped') {
    const why = 'this machine does not have the places of the schedule';
    return { cell: { mapping, result: 'n/a', findings: [], why }, diagnostics };
  }
  session.setEventBreakpoints([], 'none');
  while (!session.ended && session.step < stepsMax) {
    const before = session.step;
    const { kind } = session.run({ kind: 'continue' }, stepsMax - before);
    if (kind === 'stopped' && (session.step === before || session.stop.reason === 'limit' || session.stop.reason === 'ended'))
      break;
  }
  const seen = session.findings.filter(({ suppressed }) => !suppressed);
  const findings = [...new Set(seen.map(({ slug }) => slug))];
  const [result, why] = verdict(findings.join(' '), seen[0]?.headline ?? '', session.ended, session.scheduleState);
  const events = session.events(0);
  const count = (...types: KernelEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length;
  const { step: steps, time } = session;
  return {
    cell: {
      mapping,
      result,
      findings,
      why,
      ...cellVerdict(session, scheduleName(options.schedule), options.uri, options.text),
      steps,
      time,
    },
    figures: {
      steps,
      time,
      switches: count('sched_switch'),
      maps: count('kmap'),
      pteWrites: count('set_pte', 'clear_pte'),
      tlbFlushes: count('tlb_flush'),
    },
    diagnostics,
  };
}

/** A schedule from a file has no name that an `expect` line could give. */
function scheduleName(schedule: SessionOptions['schedule']): string {
  if (!schedule) return '';
  return 'name' in schedule ? schedule.name : schedule.uri;
}

function verdict(findings: string, headline: string, ended: boolean, schedule: string): [result: string, why: string] {
  if (findings !== '') return [findings, headline];
  if (!ended) return ['not ended', 'the run does not come to an end'];
  if (schedule === 'pending') return ['not reached', 'a moment of the schedule never came'];
  return ['clean', ''];
}
