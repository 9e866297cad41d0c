/** `kmaplab export`: runs a program and writes what happened for other tools to read. */
import { recordingOf } from '../../session/recording.ts';
import { TRACE_FORMATS, type TraceFormat } from '../../trace/export.ts';
import type { Recording } from '../../trace/recording.ts';
import { selectable, selectEvents } from '../../trace/select.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { openSession, readProgram, runToEnd, scheduleOption, textOfSource } from '../programs.ts';
import { milliseconds } from '../text.ts';

export function exportTrace(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, {
    ...COMMON,
    format: { type: 'string' },
    output: { type: 'string' },
    schedule: { type: 'string' },
    steps: { type: 'string' },
    events: { type: 'string' },
  });
  const format = formatOption(options.text('format'));
  const output = options.text('output');
  if (format === TRACE_FORMATS.tracedat && output === undefined) {
    throw new UsageError('--format tracedat writes bytes, not text: name a file with --output');
  }
  if (options.positionals.length !== 1) throw new UsageError('name one file');
  const program = readProgram(io, options.positionals[0]);
  const schedule = scheduleOption(io, options.text('schedule'));
  const steps = options.integer('steps', 1);
  const { session, diagnostics } = openSession(io, program, { settings: options.settings(), schedule });
  printDiagnostics(io, diagnosticRecords(diagnostics, textOfSource(io, program, schedule)), options.flag('json'));
  if (!session) return ExitStatus.usage;
  runToEnd(session, steps);
  const recording = selected(recordingOf(session.kernel), options.text('events'));
  write(io, format.write(recording), output);
  const where = output === undefined ? '' : ` in ${output}`;
  const ending = session.ended ? '' : ', not ended';
  io.err(`${recording.events.length} events up to step ${session.step}, ${milliseconds(session.time)}${ending}${where}`);
  return ExitStatus.clean;
}

function formatOption(name: string | undefined): TraceFormat {
  const names = Object.keys(TRACE_FORMATS).join(', ');
  if (name === undefined) throw new UsageError(`--format is missing; it is one of ${names}`);
  if (!Object.hasOwn(TRACE_FORMATS, name)) throw new UsageError(`there is no format "${name}"; --format is one of ${names}`);
  return TRACE_FORMATS[name as keyof typeof TRACE_FORMATS];
}

function selected(recording: Recording, list: string | undefined): Recording {
  if (list === undefined) return recording;
  const wanted = list.split(',').map((name) => name.trim());
  const known = selectable(recording);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--events: this run has no system and no event "${unknown}"; it has ${known.join(', ')}`);
  }
  return selectEvents(recording, wanted);
}

function write(io: CommandIo, data: string | Uint8Array, output: string | undefined): void {
  if (output === undefined) {
    if (typeof data === 'string') io.out(data.replace(/\n$/, ''));
    return;
  }
  const failure = io.writeFile(output, data);
  if (failure !== undefined) throw new UsageError(`cannot write ${output}: ${failure}`);
}
