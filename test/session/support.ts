/** Sessions for tests: programs from text, running to the next stop. */
import { readdirSync, readFileSync } from 'node:fs';
import type { RunCommand, Session, SessionOptions, Stop } from '../../src/session/api.ts';
import { createSession } from '../../src/session/session.ts';

export const URI = '/test/program.klab';
/** Slices of tests are small, so that going on after `more` is tested by every test. */
const BUDGET = 997;
const SLICES_MAX = 20_000;

const golden = new URL('../golden/', import.meta.url);
export const TWO_TASKS = readFileSync(new URL('two-tasks.klab', golden), 'utf8');

export function open(text: string, options: Partial<SessionOptions> = {}): Session {
  const { session, diagnostics } = createSession({ uri: URI, text, ...options });
  if (!session) throw new Error(diagnostics.map(({ uri, message }) => `${uri}: ${message}`).join('\n'));
  return session;
}

/** Carries `command` out, in as many slices as it takes. */
export function run(session: Session, command: RunCommand): Stop {
  for (let i = 0; i < SLICES_MAX; i++) {
    const result = session.run(command, BUDGET);
    if (result.kind === 'stopped') return result.stop;
  }
  throw new Error(`${JSON.stringify(command)} does not stop`);
}

export const go = (session: Session) => run(session, { kind: 'continue' });
export const back = (session: Session) => run(session, { kind: 'reverse-continue' });
export const entry = (session: Session) => run(session, { kind: 'entry' });

export function threadOf(session: Session, comm: string): number {
  const task = session.tasks().find((each) => each.comm === comm);
  if (!task) throw new Error(`no task ${comm}`);
  return task.pid;
}

/** `shout:15` of the innermost frame of the stop's task. */
export function where(session: Session, pid = session.stop.pid): string {
  const [frame] = session.frames(pid);
  return frame ? `${frame.function}:${frame.location?.line ?? '?'}` : 'nowhere';
}

/** Line of the first line of `text` that contains `part`. */
export function lineWith(text: string, part: string): number {
  const index = text.split('\n').findIndex((line) => line.includes(part));
  if (index < 0) throw new Error(`no line has ${part}`);
  return index + 1;
}

export function value(session: Session, expression: string): string {
  const [frame] = session.frames(session.stop.pid);
  const result = session.evaluate(expression, frame?.id);
  return result.ok ? result.variable.value : `error: ${result.message}`;
}

const samples = new URL('../../samples/', import.meta.url);

/** Name and text of every sample. */
export const SAMPLES: readonly (readonly [string, string])[] = readdirSync(samples)
  .filter((name) => name.endsWith('.klab'))
  .map((name) => [name, readFileSync(new URL(name, samples), 'utf8')]);
