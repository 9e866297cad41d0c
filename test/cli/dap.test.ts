/** The debug adapter over real streams: a pair of pipes, and a socket. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePort, serveStreams } from '../../src/cli/commands/dap.ts';
import { CLEAN } from './support.ts';

interface Message {
  type: string;
  command?: string;
  event?: string;
  success?: boolean;
  body?: Record<string, unknown>;
}

let folder: string;
let program: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kmaplab-dap-'));
  program = join(folder, 'clean.klab');
  writeFileSync(program, CLEAN);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A client that speaks the protocol's framing. */
class Client {
  readonly #output: Writable;
  readonly #messages: Message[] = [];
  #waiting: { accept: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  #buffer = Buffer.alloc(0);
  #seq = 0;

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    input.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#take();
    });
  }

  #take(): void {
    for (;;) {
      const head = this.#buffer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, head).toString())?.[1]);
      if (this.#buffer.length < head + 4 + length) return;
      this.#messages.push(JSON.parse(this.#buffer.subarray(head + 4, head + 4 + length).toString()) as Message);
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      this.#settle();
    }
  }

  #settle(): void {
    this.#waiting = this.#waiting.filter(({ accept, resolve }) => {
      const at = this.#messages.findIndex(accept);
      if (at < 0) return true;
      resolve(this.#messages.splice(at, 1)[0]);
      return false;
    });
  }

  next(accept: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      this.#waiting.push({ accept, resolve });
      this.#settle();
    });
  }

  request(command: string, args: object = {}): Promise<Message> {
    const text = JSON.stringify({ seq: ++this.#seq, type: 'request', command, arguments: args });
    this.#output.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return this.next((message) => message.type === 'response' && message.command === command);
  }

  event = (name: string): Promise<Message> => this.next((message) => message.type === 'event' && message.event === name);
}

/** Launches, stops at entry, asks for threads, goes away. */
async function firstStop(client: Client): Promise<string[]> {
  const initialized = await client.request('initialize', { adapterID: 'kmaplab', clientID: 'test', pathFormat: 'path' });
  expect(initialized.body?.supportsStepBack).toBe(true);
  expect((await client.request('launch', { program })).success).toBe(true);
  await client.event('initialized');
  const stopped = client.event('stopped');
  await client.request('configurationDone');
  expect((await stopped).body?.reason).toBe('entry');
  const threads = (await client.request('threads')).body?.threads as { name: string }[];
  await client.request('disconnect');
  return threads.map((thread) => thread.name);
}

describe('kmaplab dap', () => {
  test('speaks over two streams and says when the client has disconnected', async () => {
    const toAdapter = new PassThrough();
    const fromAdapter = new PassThrough();
    const gone = new Promise<void>((resolve) => serveStreams(toAdapter, fromAdapter, resolve));
    const names = await firstStop(new Client(fromAdapter, toAdapter));
    expect(names.some((name) => name.includes('first'))).toBe(true);
    await gone;
    expect(toAdapter.writableEnded).toBe(false);
  });

  test('ends too when a client goes away without a word', async () => {
    const toAdapter = new PassThrough();
    const gone = new Promise<void>((resolve) => serveStreams(toAdapter, new PassThrough(), resolve));
    toAdapter.end();
    await gone;
    expect(toAdapter.writableFinished).toBe(true);
  });

  test('serves one session per connection of a port', async () => {
    const { server, port } = await servePort(0);
    const sockets = [0, 1].map(() => connect(port, '127.0.0.1'));
    const all = await Promise.all(sockets.map((socket) => firstStop(new Client(socket, socket))));
    expect(all[0]).toEqual(all[1]);
    for (const socket of sockets) socket.end();
    await new Promise((resolve) => server.close(resolve));
  });
});
