/** Speaks to the adapter in memory, as an editor does, without streams. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { KlabDebugSession } from '../../../src/dap/adapter.ts';

type Message = DebugProtocol.ProtocolMessage;
const isResponse = (message: Message): message is DebugProtocol.Response => message.type === 'response';
const isEvent = (message: Message): message is DebugProtocol.Event => message.type === 'event';

/** How long a test waits for an answer before it says what is missing. No result depends on it. */
const PATIENCE_MS = 20_000;

export class MemoryClient {
  /** Everything the adapter sent, in order. */
  readonly messages: Message[] = [];
  readonly #adapter: KlabDebugSession;
  readonly #waiting = new Set<() => void>();
  #seq = 0;

  /** @param files texts by path. */
  constructor(files: Readonly<Record<string, string>>, sliceSteps?: number) {
    this.#adapter = new KlabDebugSession({
      readFile: async (path) => files[path],
      schedule: (callback) => setImmediate(callback),
      sliceSteps,
    });
    this.#adapter.onDidSendMessage((message) => {
      this.messages.push(structuredClone(message) as Message);
      for (const wake of [...this.#waiting]) wake();
    });
  }

  dispose(): void {
    this.#adapter.dispose();
  }

  get events(): DebugProtocol.Event[] {
    return this.messages.filter(isEvent);
  }

  /** The response, successful or not. */
  async ask(command: string, args?: unknown): Promise<DebugProtocol.Response> {
    const seq = ++this.#seq;
    const request: DebugProtocol.Request = { seq, type: 'request', command, ...(args !== undefined && { arguments: args }) };
    this.#adapter.handleMessage(request);
    const answers = () => this.messages.filter((message) => isResponse(message) && message.request_seq === seq);
    await this.until(() => answers().length > 0, `an answer to ${command}`);
    return answers()[0] as DebugProtocol.Response;
  }

  /** The body of a successful response. */
  async request<T = Record<string, unknown>>(command: string, args?: unknown): Promise<T> {
    const response = await this.ask(command, args);
    if (!response.success) throw new Error(`${command}: ${response.message}`);
    return response.body as T;
  }

  /** Sends a request and waits for the next `stopped` (or the end). */
  async run(command: string, args?: unknown): Promise<DebugProtocol.StoppedEvent['body'] | undefined> {
    const from = this.messages.length;
    await this.request(command, args);
    return this.stop(from);
  }

  /** The first `stopped` among the messages from number `from` on; undefined: the program was terminated instead. */
  async stop(from: number): Promise<DebugProtocol.StoppedEvent['body'] | undefined> {
    const find = () =>
      this.messages.slice(from).find((message) => isEvent(message) && ['stopped', 'terminated'].includes(message.event)) as
        | DebugProtocol.Event
        | undefined;
    await this.until(() => find() !== undefined, 'a stop');
    const event = find();
    return event?.event === 'stopped' ? event.body : undefined;
  }

  /** From nothing to the entry stop. */
  async start(launch: Record<string, unknown>): Promise<DebugProtocol.StoppedEvent['body'] | undefined> {
    await this.request('initialize', { clientID: 'test', adapterID: 'kmaplab', linesStartAt1: true, columnsStartAt1: true });
    await this.request('launch', launch);
    return this.run('configurationDone');
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(wake);
        reject(new Error(`waited in vain for ${what}`));
      }, PATIENCE_MS);
      const wake = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
