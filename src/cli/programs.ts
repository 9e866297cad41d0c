/** From paths on the command line to programs, and from a program to a session that ran. */
import type { Session, SessionOptions, SessionResult } from '../session/api.ts';
import { createSession } from '../session/session.ts';
import { type CommandIo, UsageError } from './io.ts';

/** Micro-steps between two looks at what a run has done. */
const SLICE_STEPS = 1_000_000;

export interface Program {
  path: string;
  text: string;
}

/** @throws UsageError when there is no such file */
export function readProgram(io: CommandIo, path: string): Program {
  const text = io.readFile(path);
  if (text !== undefined) return { path, text };
  throw new UsageError(
    io.listPrograms(path) ? `${path} is a folder; name a file in it` : `cannot read ${path}: is there such a file?`,
  );
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

/** A path beside the program, as the program names it. */
export function besideProgram(program: string, relative: string): string {
  const at = Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\'));
  return relative.startsWith('/') ? relative : `${program.slice(0, at + 1)}${relative.replace(/^\.\//, '')}`;
}

/** Text of whatever a diagnostic of `program` may name: the program, its own mapping model, the schedule file. */
export function textOfSource(io: CommandIo, program: Program, schedule?: SessionOptions['schedule']) {
  return (uri: string): string | undefined => {
    if (uri === program.path) return program.text;
    if (schedule && 'text' in schedule && uri === schedule.uri) return schedule.text;
    return io.readFile(besideProgram(program.path, uri));
  };
}

export interface OpenOptions {
  settings?: SessionOptions['settings'];
  schedule?: SessionOptions['schedule'];
  history?: boolean;
}

export function openSession(
  io: CommandIo,
  program: Program,
  { settings, schedule, history = false }: OpenOptions,
): SessionResult {
  return createSession({
    uri: program.path,
    text: program.text,
    settings,
    schedule,
    history,
    readFile: (path) => io.readFile(besideProgram(program.path, path)),
  });
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
