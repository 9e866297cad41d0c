/** A debug adapter in the same process, driven by protocol messages. */
import { KlabDebugSession } from '../../src/dap/adapter.ts';

interface Message {
  type: string;
  request_seq?: number;
  event?: string;
  success?: boolean;
  message?: string;
  body?: Record<string, unknown>;
}

export class BenchAdapter {
  readonly #session: KlabDebugSession;
  readonly #responses = new Map<number, (message: Message) => void>();
  #stopped: (body: Record<string, unknown>) => void = () => undefined;
  #seq = 0;

  constructor(text: string) {
    this.#session = new KlabDebugSession({
      readFile: async () => text,
      schedule: (callback) => {
        setImmediate(callback);
      },
    });
    this.#session.onDidSendMessage((message) => this.#take(message as Message));
  }

  #take(message: Message): void {
    if (message.type === 'response') this.#responses.get(message.request_seq ?? -1)?.(message);
    else if (message.event === 'stopped') this.#stopped(message.body ?? {});
  }

  /** @throws when the adapter answers with an error */
  async request(command: string, args: object = {}): Promise<Record<string, unknown>> {
    const seq = ++this.#seq;
    const answer = new Promise<Message>((resolve) => this.#responses.set(seq, resolve));
    this.#session.handleMessage({ seq, type: 'request', command, arguments: args } as never);
    const { success, message, body } = await answer;
    this.#responses.delete(seq);
    if (!success) throw new Error(`${command}: ${message}`);
    return body ?? {};
  }

  /** Sends a request and waits for the `stopped` event that it leads to. */
  async untilStopped(command: string, args: object = {}): Promise<Record<string, unknown>> {
    const stopped = new Promise<Record<string, unknown>>((resolve) => {
      this.#stopped = resolve;
    });
    await this.request(command, args);
    return stopped;
  }

  /** Launches and stops at entry. */
  async start(): Promise<void> {
    await this.request('initialize', { adapterID: 'kmaplab', clientID: 'vscode' });
    await this.request('launch', { program: 'bench.klab', stopOnEntry: true });
    await this.untilStopped('configurationDone');
  }
}
