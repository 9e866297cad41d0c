/** Beginning and ending: initialize, launch, configurationDone, restart, terminate, disconnect. */

import type { Diagnostic } from '../../lang/diagnostics.ts';
import type { Session, SessionOptions } from '../../session/api.ts';
import { createSession } from '../../session/session.ts';
import { resolveBeside } from '../../util/beside.ts';
import { type Arguments, RequestError } from '../arguments.ts';
import { capabilities } from '../capabilities.ts';
import type { AdapterContext, Handlers, Reply } from '../context.ts';
import { type CheckedLaunch, checkLaunchArguments } from '../launch-arguments.ts';
import { isKernelSource } from '../source-names.ts';
import { reportStop, terminate } from '../stopped.ts';

/** Files that a program may name; each needs one more look at the disk. */
const FILES_MAX = 20;
/** Diagnostics shown in the console when a program does not compile. */
const DIAGNOSTICS_SHOWN = 20;

export const launchRequests: Handlers = {
  initialize(context, args) {
    context.linesStartAt1 = args.boolean('linesStartAt1', true);
    context.columnsStartAt1 = args.boolean('columnsStartAt1', true);
    context.readsInvalidated = args.boolean('supportsInvalidatedEvent', false);
    // VS Code and its relatives get a content provider for our scheme from the extension.
    const client = args.optionalString('clientID');
    context.knowsKernelScheme = client === undefined || client.startsWith('vscode') || client.startsWith('code');
    return { body: capabilities() };
  },

  launch: (context, args) => launch(context, args),

  attach() {
    throw new RequestError("there is nothing to attach to: the machine lives in the debugger; use request 'launch'");
  },

  configurationDone(context) {
    context.configured = true;
    return { afterwards: () => begin(context) };
  },

  async restart(context, args) {
    const again = args.object('arguments');
    if (again.has('program')) context.launch = checkLaunchArguments(again.raw);
    if (!context.launch) throw new RequestError('nothing has been launched yet, so nothing can be restarted');
    const session = await load(context, context.launch);
    return {
      afterwards: () => {
        install(context, session);
        begin(context);
      },
    };
  },

  terminate(context) {
    return { afterwards: () => terminate(context) };
  },

  disconnect(context) {
    context.runner.cancel();
    context.session = undefined;
    return { afterwards: () => context.host.disconnected?.() };
  },
};

async function launch(context: AdapterContext, args: Arguments): Promise<Reply> {
  const checked = checkLaunchArguments(args.raw);
  const session = await load(context, checked);
  context.launch = checked;
  context.breakpoints.breakOn = checked.breakOn;
  context.breakpoints.disabled = checked.noDebug;
  install(context, session);
  return {
    afterwards: () => {
      // Only now, so that breakpoints are looked up in a program that is there.
      context.send('initialized');
      begin(context);
    },
  };
}

function install(context: AdapterContext, session: Session): void {
  context.runner.cancel();
  context.terminated = false;
  context.session = session;
  context.breakpoints.breakOn = context.launch?.breakOn ?? [];
  context.breakpoints.applyAll(session);
}

/** Starts running once the program is loaded and the client has said all it wants to say. */
function begin(context: AdapterContext): void {
  const { session, launch: checked } = context;
  if (!session || !checked || !context.configured || context.runner.active) return;
  context.flushLog();
  if (checked.noDebug) {
    // Travelling stops at nothing.
    context.runner.start({ kind: 'to-step', step: Number.MAX_SAFE_INTEGER });
    return;
  }
  if (!checked.stopOnEntry) {
    context.runner.start({ kind: 'continue' });
    return;
  }
  context.runner.start({ kind: 'entry' }, (stop) => {
    raiseAtEntry(context, session, checked.raise);
    reportStop(context, stop);
  });
}

function raiseAtEntry(context: AdapterContext, session: Session, names: readonly string[]): void {
  for (const name of names) {
    const possible = session.raisableInterrupts();
    const found = possible.find((interrupt) => interrupt.name === name);
    const result = found
      ? session.raiseInterrupt(found.line, found.cpu)
      : {
          ok: false,
          message: `launch: 'raise' has no interrupt '${name}'; possible are ${possible.map((i) => i.name).join(', ') || 'none'}`,
        };
    context.output({ category: result.ok ? 'console' : 'important', text: result.message });
  }
}

/** Reads the program and what it names, and boots it. @throws RequestError with the program's first error. */
async function load(context: AdapterContext, checked: CheckedLaunch): Promise<Session> {
  const { host } = context;
  const text = await host.readFile(checked.program);
  if (text === undefined) throw new RequestError(`launch: 'program' cannot be read: ${checked.program}`);
  const files = new Map<string, string | undefined>();
  const schedule = await findSchedule(context, checked);
  // A program names files only once it is read, so: try, read what was missed, try again.
  for (let round = 0; ; round++) {
    const missed: string[] = [];
    const options: SessionOptions = {
      uri: checked.program,
      text,
      settings: checked.settings,
      schedule,
      readFile(path) {
        if (!files.has(path)) missed.push(path);
        return files.get(path);
      },
    };
    const { session, diagnostics } = createSession(options);
    if (missed.length > 0 && round < FILES_MAX) {
      for (const path of missed) files.set(path, await host.readFile(resolveBeside(checked.program, path)));
      continue;
    }
    const shown = diagnostics.filter((each) => each.severity === 'error' || !isKernelSource(each.uri));
    const textOf = (name: string) => {
      if (name === checked.program) return text;
      if (schedule && 'text' in schedule && name === schedule.uri) return schedule.text;
      return [...files].find(([path]) => resolveBeside(checked.program, path) === name)?.[1];
    };
    for (const diagnostic of shown.slice(0, DIAGNOSTICS_SHOWN)) showDiagnostic(context, diagnostic, textOf);
    if (!session) throw new RequestError(summary(diagnostics, textOf));
    return session;
  }
}

async function findSchedule(context: AdapterContext, checked: CheckedLaunch): Promise<SessionOptions['schedule']> {
  const { schedule } = checked;
  if (schedule === undefined) return undefined;
  if (/^[A-Za-z_]\w*$/.test(schedule)) return { name: schedule };
  const uri = resolveBeside(checked.program, schedule);
  const text = await context.host.readFile(uri);
  if (text === undefined) {
    throw new RequestError(`launch: 'schedule' is neither the name of a schedule nor a file that can be read: ${schedule}`);
  }
  return { text, uri };
}

function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** Text of a file that a diagnostic names, to count its lines. */
type TextOf = (uri: string) => string | undefined;

function describe({ uri, range, severity, message, code }: Diagnostic, textOf: TextOf): string {
  const text = textOf(uri);
  if (text === undefined) return `${uri}: ${severity}: ${message} (${code})`;
  const { line, column } = lineOf(text, range.start);
  return `${uri}:${line}:${column}: ${severity}: ${message} (${code})`;
}

function showDiagnostic(context: AdapterContext, diagnostic: Diagnostic, textOf: TextOf): void {
  const category = diagnostic.severity === 'error' ? 'stderr' : 'console';
  context.output({ category, text: describe(diagnostic, textOf) });
}

function summary(diagnostics: readonly Diagnostic[], textOf: TextOf): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length === 0) return 'the program could not be started';
  const first = describe(errors[0], textOf);
  return errors.length === 1 ? first : `${first} (and ${errors.length - 1} more, see the Debug Console)`;
}
