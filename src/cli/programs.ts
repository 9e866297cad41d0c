/** From paths on the command line to programs, and from a program to a session that ran. */
import { MAPPING_MODELS } from '../kernel/settings.ts';
import type { Session, SessionOptions, SessionResult } from '../session/api.ts';
import { createSession } from '../session/session.ts';
import { resolveBeside } from '../util/beside.ts';
import { type CommandIo, UsageError } from './io.ts';

/** Micro-steps between two looks at what a run has done. */
const SLICE_STEPS = 1_000_000;

/** The shipped mapping models, in the order of the table of settings. */
export const mappingNames = (): string[] => MAPPING_MODELS.map(({ name }) => name);

export interface Program {
  path: string;
  text: string;
}

/** @throws UsageError when there is no such file */
export function readProgram(io: CommandIo, path: string): Program {
  const text = io.readFile(path);
  if (text !== undefined) return { path, text };
  throw new UsageError(io.listPrograms(path) ? `${path} is a folder; name a file in it` : `cannot read ${path}`);
}

/** Files, and the programs of folders. @throws UsageError when there is nothing to do */
export function readPrograms(io: CommandIo, paths: readonly string[]): Program[] {
  if (paths.length === 0) throw new UsageError('name at least one file or folder');
  return paths.flatMap((path) => {
    const listed = io.listPrograms(path);
    if (listed?.length === 0) throw new UsageError(`there is no .klab file in ${path}`);
    return (listed ?? [path]).map((file) => readProgram(io, file));
  });
}

export interface OpenOptions {
  settings?: SessionOptions['settings'];
  schedule?: SessionOptions['schedule'];
  history?: boolean;
  /** A mapping model named on the command line: its path is relative to the working directory, not to the program. */
  model?: string;
}

/** Text of whatever a diagnostic of `program` may name: the program, its own mapping model, the schedule file. */
export function textOfSource(io: CommandIo, program: Program, schedule?: SessionOptions['schedule']) {
  return (uri: string): string | undefined => {
    if (uri === program.path) return program.text;
    if (schedule && 'text' in schedule && uri === schedule.uri) return schedule.text;
    return io.readFile(uri);
  };
}

/** How a program's own files are read and named. */
export function namedFiles(io: CommandIo, program: string, model?: string): Pick<SessionOptions, 'readFile' | 'nameFile'> {
  const nameFile = (path: string): string => (path === model ? path : resolveBeside(program, path));
  return { nameFile, readFile: (path) => io.readFile(nameFile(path)) };
}

export function openSession(
  io: CommandIo,
  { path, text }: Program,
  { settings, schedule, history = false, model }: OpenOptions,
): SessionResult {
  return createSession({ uri: path, text, settings, schedule, history, ...namedFiles(io, path, model) });
}

/** `--schedule`: the name of one in the program, or a file. @throws UsageError when it is neither */
export function scheduleOption(io: CommandIo, value: string | undefined): SessionOptions['schedule'] {
  if (value === undefined) return undefined;
  if (/^[A-Za-z_]\w*$/.test(value)) return { name: value };
  const text = io.readFile(value);
  if (text === undefined) throw new UsageError(`--schedule wants the name of a schedule or a file, and ${value} cannot be read`);
  return { text, uri: value };
}

/** Runs until nothing can happen any more, to step `last`, or to the limit of steps; findings do not stop it. `seen` is called between slices. */
export function runToEnd(session: Session, last = Number.MAX_SAFE_INTEGER, seen: () => void = () => undefined): void {
  session.setEventBreakpoints([], 'none');
  const command = last === Number.MAX_SAFE_INTEGER ? ({ kind: 'continue' } as const) : ({ kind: 'to-step', step: last } as const);
  while (!session.ended && session.step < last) {
    const before = session.step;
    const result = session.run(command, SLICE_STEPS);
    seen();
    const stuck = session.step === before;
    if (result.kind === 'stopped' && (result.stop.reason === 'limit' || result.stop.reason === 'ended' || stuck)) return;
  }
}
