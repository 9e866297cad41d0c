/** `kmaplab run`: runs a program, or shows the views at a micro-step of it. */
import type { KernelEvent } from '../../kernel/events.ts';
import type { Session } from '../../session/api.ts';
import { eventText } from '../../session/event-text.ts';
import { notScheduled } from '../../session/not-scheduled.ts';
import { recordingOf } from '../../session/recording.ts';
import { computeMetrics } from '../../trace/metrics/metrics.ts';
import { metricsText } from '../../trace/metrics/table.ts';
import { RunViews, toText } from '../../views/views.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { findingLines, findingRecord } from '../findings.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { openSession, readProgram, runToEnd, scheduleOption, textOfSource } from '../programs.ts';
import { milliseconds } from '../text.ts';
import { metricsRecords } from './metrics.ts';

export function run(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, {
    ...COMMON,
    schedule: { type: 'string' },
    steps: { type: 'string' },
    at: { type: 'string' },
    events: { type: 'boolean' },
    metrics: { type: 'boolean' },
  });
  const json = options.flag('json');
  const at = options.integer('at', 0);
  const steps = options.integer('steps', 1);
  if (at !== undefined && steps !== undefined) throw new UsageError('--at and --steps exclude each other');
  if (options.positionals.length !== 1) throw new UsageError('name one file');
  const program = readProgram(io, options.positionals[0]);
  const settings = options.settings();
  const schedule = scheduleOption(io, options.text('schedule'));
  // Without a schedule nothing differs from the default, and a schedule's text needs positions from the history.
  const { session, diagnostics } = openSession(io, program, { settings, schedule, history: schedule !== undefined });
  printDiagnostics(io, diagnosticRecords(diagnostics, textOfSource(io, program, schedule)), json);
  if (!session) return ExitStatus.usage;
  if (at !== undefined) return showViews(io, session, at, json);
  const metrics = options.flag('metrics');
  if (json) runAsJson(io, session, steps, metrics);
  else runAsText(io, session, steps, options.flag('events'));
  if (metrics && !json) for (const line of metricsText(computeMetrics(recordingOf(session.kernel)))) io.out(line);
  return session.findings.some((finding) => !finding.suppressed) ? ExitStatus.finding : ExitStatus.clean;
}

/** The views at a step; a run is the same each time, so the step can be asked for again. */
function showViews(io: CommandIo, session: Session, at: number, json: boolean): ExitStatus {
  runToEnd(session, at);
  if (session.step < at) throw new UsageError(`--at ${at}: the run ends at step ${session.step}`);
  const body = new RunViews(session.viewsSource).atStop();
  const models = [body.stacks, body.slots, body.preemption, body.queues, body.locks, body.timeline];
  if (json) {
    const text = Object.fromEntries(models.map((model) => [model.view, toText(model)]));
    io.out(JSON.stringify({ type: 'views', ...body, text, bytesHash: session.bytesHash }));
  } else {
    io.out(`step ${body.step}, ${milliseconds(body.time)}`);
    for (const model of models) io.out(`\n${toText(model)}`);
  }
  return ExitStatus.clean;
}

function runAsText(io: CommandIo, session: Session, steps: number | undefined, events: boolean): void {
  let shown = 0;
  const flush = () => {
    // The events say what the kernel says; the rest of the log is about the run itself.
    for (const line of session.takeLog()) if (!events || line.category === 'console') io.out(line.text.trimEnd());
    if (events) shown = printEvents(session.events(shown), shown, (event) => io.out(eventLine(event)));
  };
  runToEnd(session, steps, flush);
  flush();
  for (const finding of session.findings) for (const line of findingLines(finding)) io.out(line);
  if (!session.ended) for (const line of notScheduled(session.kernel)) io.out(line);
  const loud = session.findings.filter((finding) => !finding.suppressed).length;
  if (loud > 0) io.out(`schedule that reproduces this:\n${session.scheduleText().trimEnd()}`);
  const ending = session.ended ? 'ended' : steps === undefined ? 'not ended, stopped by steps_max' : 'stopped';
  io.out(
    `${ending} at step ${session.step}, ${milliseconds(session.time)}; ${loud === 0 ? 'clean' : `${loud} finding${loud === 1 ? '' : 's'}`}`,
  );
}

function runAsJson(io: CommandIo, session: Session, steps: number | undefined, metrics: boolean): void {
  let shown = 0;
  const flush = () => {
    shown = printEvents(session.events(shown), shown, (event) => {
      const finding = event.type === 'finding' ? session.findings[event.finding] : undefined;
      io.out(JSON.stringify(finding ? findingRecord(finding) : event));
    });
    for (const { category, text } of session.takeLog())
      if (category === 'console') io.out(JSON.stringify({ type: 'note', text }));
  };
  runToEnd(session, steps, flush);
  flush();
  if (metrics) for (const one of metricsRecords(computeMetrics(recordingOf(session.kernel)))) io.out(JSON.stringify(one));
  const { step, time, ended, bytesHash } = session;
  const findings = session.findings.filter((finding) => !finding.suppressed).map((finding) => finding.slug);
  io.out(JSON.stringify({ type: 'end', step, time, ended, findings, bytesHash, schedule: session.scheduleText() }));
}

function printEvents(events: readonly KernelEvent[], shown: number, print: (event: KernelEvent) => void): number {
  for (const event of events) print(event);
  return shown + events.length;
}

const eventLine = (event: KernelEvent): string =>
  `${String(event.step).padStart(7)}  ${milliseconds(event.time).padStart(11)}  ${eventText(event)}`;
