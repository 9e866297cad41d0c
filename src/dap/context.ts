/** What the request families share: the session, the runner, the client's habits, and the ways to say something. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Location, LogLine, Session } from '../session/api.ts';
import { type Arguments, RequestError } from './arguments.ts';
import { BreakpointSets } from './breakpoint-sets.ts';
import type { AdapterHost } from './host.ts';
import type { CheckedLaunch } from './launch-arguments.ts';
import { Runner } from './runner.ts';
import { findSource, isKernelSource, toSource } from './source-names.ts';

/** `afterwards` runs after the response was sent (a run whose `stopped` event must come later). */
export interface Reply {
  body?: object;
  afterwards?: () => void;
}
export type Handler = (context: AdapterContext, args: Arguments) => Reply | Promise<Reply>;
export type Handlers = Readonly<Record<string, Handler>>;

export class AdapterContext {
  readonly host: AdapterHost;
  readonly #sendEvent: (event: string, body: object | undefined) => void;
  readonly runner: Runner;
  readonly breakpoints = new BreakpointSets();
  session: Session | undefined;
  launch: CheckedLaunch | undefined;
  /** The client sent `configurationDone`: running may begin. */
  configured = false;
  /** `terminated` was sent; nothing runs any more. */
  terminated = false;
  linesStartAt1 = true;
  columnsStartAt1 = true;
  /** The client understands the event `invalidated`. */
  readsInvalidated = false;
  /** The client opens `klab-kernel:` documents by itself; others read them by reference. */
  knowsKernelScheme = true;

  constructor(host: AdapterHost, sendEvent: (event: string, body: object | undefined) => void) {
    this.host = host;
    this.#sendEvent = sendEvent;
    this.runner = new Runner(this);
  }

  send(event: string, body?: object): void {
    this.#sendEvent(event, body);
  }

  /** @throws RequestError when nothing has been launched. */
  get running(): Session {
    if (!this.session) throw new RequestError('no program is running; launch one first');
    return this.session;
  }

  /** The session, while it stands still. @throws RequestError while it runs. */
  get stopped(): Session {
    const session = this.running;
    if (this.runner.active) throw new RequestError('the program is running; pause it first');
    if (this.terminated) throw new RequestError('the program has been ended; restart or launch it');
    return session;
  }

  // ---- output

  /** Sends what the session has logged since the last call. */
  flushLog(): void {
    for (const line of this.session?.takeLog() ?? []) this.output(line);
  }

  output(line: LogLine): void {
    this.send('output', {
      category: line.category,
      output: line.text.endsWith('\n') ? line.text : `${line.text}\n`,
      ...(line.location && {
        source: this.source(line.location.uri),
        line: this.toClientLine(line.location.line),
        column: this.toClientColumn(line.location.column),
      }),
    });
  }

  // ---- sources and positions; the session counts lines and columns from 1

  toClientLine = (line: number): number => (this.linesStartAt1 ? line : line - 1);
  toClientColumn = (column: number): number => (this.columnsStartAt1 ? column : column - 1);
  fromClientLine = (line: number): number => (this.linesStartAt1 ? line : line + 1);
  fromClientColumn = (column: number): number => (this.columnsStartAt1 ? column : column + 1);

  source(uri: string): DebugProtocol.Source {
    const reference = this.knowsKernelScheme || !isKernelSource(uri) ? 0 : (this.session?.sourceUris().indexOf(uri) ?? -1) + 1;
    return toSource(uri, reference);
  }

  /** The session's name of the source that `args` describes by path or reference; undefined when it has none such. */
  sourceUri(args: Arguments): string | undefined {
    const uris = this.session?.sourceUris() ?? [];
    const reference = args.optionalInteger('sourceReference');
    if (reference !== undefined && reference > 0) return uris[reference - 1];
    const path = args.optionalString('path') ?? args.optionalString('name');
    return path === undefined ? undefined : findSource(path, uris);
  }

  range(location: Location): { line: number; column: number; endLine: number; endColumn: number } {
    return {
      line: this.toClientLine(location.line),
      column: this.toClientColumn(location.column),
      endLine: this.toClientLine(location.endLine),
      endColumn: this.toClientColumn(location.endColumn),
    };
  }
}
