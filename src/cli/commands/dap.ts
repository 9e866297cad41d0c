/** `kmaplab dap`: the debug adapter over standard input and output, or one session per connection to a port of this machine. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { KlabDebugSession } from '../../dap/adapter.ts';
import type { AdapterHost } from '../../dap/host.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { readOptions } from '../options.ts';

const HOST: AdapterHost = {
  async readFile(pathOrUri) {
    try {
      return await readFile(pathOrUri.startsWith('file:') ? fileURLToPath(pathOrUri) : pathOrUri, 'utf8');
    } catch {
      return undefined;
    }
  },
  schedule: (callback) => {
    setImmediate(callback);
  },
};

/** One debug session over two streams; `done` is called when the client has disconnected or is gone. */
export function serveStreams(input: Readable, output: Writable, done: () => void): void {
  const session = new KlabDebugSession({ ...HOST, disconnected: () => end() });
  // A session over streams would end the whole process when its client disconnects.
  session.setRunAsServer(true);
  session.start(input, output);
  let gone = false;
  const end = () => {
    if (gone) return;
    gone = true;
    session.dispose();
    done();
  };
  input.once('end', end);
  input.once('close', end);
  output.once('error', end);
}

/** Listens on 127.0.0.1. */
export function servePort(port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      serveStreams(socket, socket, () => socket.end());
    });
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address ? address.port : port });
    });
  });
}

export async function dap(io: CommandIo, args: readonly string[]): Promise<ExitStatus> {
  const options = readOptions(args, { stdio: { type: 'boolean' }, port: { type: 'string' } });
  const port = options.integer('port', 0);
  if (options.flag('stdio') === (port !== undefined)) throw new UsageError('dap wants either --stdio or --port N');
  if (options.positionals.length > 0) throw new UsageError('dap takes no file; the client names the program when it launches');
  if (port === undefined) {
    await new Promise<void>((resolve) => serveStreams(process.stdin, process.stdout, resolve));
    // An open standard input would keep the process alive.
    process.stdin.destroy();
    return ExitStatus.clean;
  }
  if (port > 65_535) throw new UsageError(`--port wants a number up to 65535, not ${port}`);
  const serving = await servePort(port).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === 'EADDRINUSE' ? `port ${port} is taken; choose another` : error.message);
  });
  io.err(`debug adapter listens on 127.0.0.1:${serving.port}`);
  await new Promise<void>((resolve) => serving.server.once('close', resolve));
  return ExitStatus.clean;
}
