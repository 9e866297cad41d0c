/**
 * The debug adapter. It only wires: requests go to the handlers of their family, answers and events go out. Runs inline
 * in the extension (desktop and web) and over a stream (the command line supplies that).
 */
import { DebugSession, Event, Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Arguments, RequestError } from './arguments.ts';
import { AdapterContext, type Handlers, type Reply } from './context.ts';
import type { AdapterHost } from './host.ts';
import { faultText } from './internal-error.ts';
import { breakpointRequests } from './requests/breakpoints.ts';
import { customRequests } from './requests/custom.ts';
import { inspectRequests } from './requests/inspect.ts';
import { launchRequests } from './requests/launch.ts';
import { memoryRequests } from './requests/memory.ts';
import { runningRequests } from './requests/running.ts';
import { sourceRequests } from './requests/sources.ts';
import { viewRequests } from './requests/views.ts';

const handlers: Handlers = {
  ...launchRequests,
  ...breakpointRequests,
  ...runningRequests,
  ...inspectRequests,
  ...memoryRequests,
  ...sourceRequests,
  ...customRequests,
  ...viewRequests,
};

/** Numbers of error messages; the protocol wants one. */
const ErrorId = { request: 1, internal: 2 } as const;

export class KlabDebugSession extends DebugSession {
  readonly #context: AdapterContext;

  constructor(host: AdapterHost) {
    super();
    this.#context = new AdapterContext(host, (event, body) => this.sendEvent(new Event(event, body)));
  }

  override dispose(): void {
    this.#context.runner.cancel();
    this.#context.session = undefined;
  }

  /** Every request gets exactly one answer, whatever it contains. */
  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const command = String(request.command);
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (!handler) {
      this.#fail(request, new RequestError(`the request '${command}' is not known here`));
      return;
    }
    let reply: Reply | Promise<Reply>;
    try {
      reply = handler(this.#context, new Arguments(request.arguments, command));
    } catch (error) {
      this.#fail(request, error);
      return;
    }
    if (!(reply instanceof Promise)) this.#succeed(request, reply);
    else
      reply.then(
        (done) => this.#succeed(request, done),
        (error: unknown) => this.#fail(request, error),
      );
  }

  #succeed(request: DebugProtocol.Request, reply: Reply): void {
    const response: DebugProtocol.Response = new Response(request);
    if (reply.body) response.body = reply.body;
    this.sendResponse(response);
    try {
      reply.afterwards?.();
    } catch (error) {
      // The answer is out already: the person still has to learn of it.
      this.#context.output({ category: 'important', text: faultText(error, this.#context) });
    }
  }

  #fail(request: DebugProtocol.Request, error: unknown): void {
    const id = error instanceof RequestError ? ErrorId.request : ErrorId.internal;
    const response: DebugProtocol.Response = new Response(request);
    response.success = false;
    response.message = faultText(error, this.#context);
    // Braces would be read as placeholders of the format.
    response.body = {
      error: { id, format: '{text}', variables: { text: response.message }, showUser: request.command === 'launch' },
    };
    this.sendResponse(response);
  }
}
