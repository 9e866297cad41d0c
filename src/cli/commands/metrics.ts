/** `kmaplab metrics`: scheduling metrics of one program, under one or several settings side by side. */
import { combinations } from '../../session/matrix.ts';
import { recordingOf } from '../../session/recording.ts';
import { computeMetrics, type Metrics } from '../../trace/metrics/metrics.ts';
import { type ComparedRun, compareMetrics, comparisonText, metricsText } from '../../trace/metrics/table.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { COMMON, type Options, readOptions } from '../options.ts';
import { openSession, type Program, readProgram, runToEnd, scheduleOption, textOfSource } from '../programs.ts';

export function metrics(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, {
    ...COMMON,
    schedule: { type: 'string' },
    compare: { type: 'string', multiple: true },
  });
  if (options.positionals.length !== 1) throw new UsageError('name one file');
  const program = readProgram(io, options.positionals[0]);
  const compared = combinations(compareOption(options.list('compare')));
  const runs = compared.map((settings) => runOnce(io, program, settings, options));
  if (runs.every(({ metrics }) => !metrics)) return ExitStatus.usage;
  if (options.flag('json')) printJson(io, runs);
  else if (runs.length === 1 && runs[0].metrics) for (const line of metricsText(runs[0].metrics)) io.out(line);
  else for (const line of comparisonText(runs)) io.out(line);
  return ExitStatus.clean;
}

/** `NAME=A,B` pieces as lists of values. */
function compareOption(pieces: readonly string[]): Record<string, string> {
  const lists: Record<string, string> = {};
  for (const piece of pieces) {
    const at = piece.indexOf('=');
    if (at <= 0) throw new UsageError(`--compare wants NAME=VALUE,VALUE, not "${piece}"`);
    lists[piece.slice(0, at).trim()] = piece.slice(at + 1).trim();
  }
  return lists;
}

function runOnce(io: CommandIo, program: Program, settings: Record<string, string>, options: Options): ComparedRun {
  const schedule = scheduleOption(io, options.text('schedule'));
  const title = Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const all = { ...options.settings(), ...settings };
  const { session, diagnostics } = openSession(io, program, { settings: all, schedule });
  printDiagnostics(io, diagnosticRecords(diagnostics, textOfSource(io, program, schedule)), options.flag('json'));
  if (!session) return { title, metrics: undefined };
  runToEnd(session);
  return { title, metrics: computeMetrics(recordingOf(session.kernel)) };
}

/** A line for each figure, section and preemption; with several runs a line for each figure with the values of all. */
function printJson(io: CommandIo, runs: readonly ComparedRun[]): void {
  if (runs.length === 1 && runs[0].metrics) {
    for (const line of metricsRecords(runs[0].metrics)) io.out(JSON.stringify(line));
    return;
  }
  for (const { metric, subject, cells } of compareMetrics(runs)) {
    const values = Object.fromEntries(runs.map(({ title }, column) => [title, cells[column] ?? null]));
    io.out(JSON.stringify({ type: 'metric', metric, subject, values }));
  }
}

/** What `--json` prints of one run. */
export function metricsRecords({ rows, sections, mdPreempt }: Metrics): object[] {
  return [
    ...rows.map((row) => ({ type: 'metric', ...row })),
    ...sections.map((section) => ({ type: 'section', ...section })),
    ...mdPreempt.map((one) => ({ type: 'md_preempt', ...one })),
  ];
}
