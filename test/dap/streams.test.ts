/** The adapter behind a real socket and behind real standard input and output, with the protocol's own test client. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePort } from '../../src/cli/commands/dap.ts';
import { MemoryClient } from './support/client.ts';

const text = readFileSync(new URL('../golden/two-tasks.klab', import.meta.url), 'utf8');
const LINE = text.split('\n').findIndex((line) => line.includes('turns = turns + 10;')) + 1;

let folder: string;
let program: string;
let adapter: string;
let listening: { server: Server; port: number };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kmaplab-streams-'));
  program = join(folder, 'two tasks.klab');
  writeFileSync(program, text);
  adapter = join(folder, 'adapter.cjs');
  // The command line as users run it: one bundled file.
  await build({
    stdin: {
      contents: `import { serveStreams } from './src/cli/commands/dap.ts'; serveStreams(process.stdin, process.stdout, () => process.exit(0));`,
      resolveDir: new URL('../..', import.meta.url).pathname,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: adapter,
    logLevel: 'error',
  });
  listening = await servePort(0);
});
afterAll(() => {
  listening.server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function session(client: DebugClient): Promise<void> {
  const launch = { type: 'kmaplab', request: 'launch', program };
  await Promise.all([
    client.waitForEvent('initialized').then(async () => {
      const { body } = await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [{ line: LINE }] });
      expect(body.breakpoints).toMatchObject([{ verified: true, line: LINE }]);
      await client.configurationDoneRequest();
    }),
    client.launch(launch),
    client.assertStoppedLocation('entry', { path: program, line: 20, column: 2 }),
  ]);
  await Promise.all([
    client.continueRequest({ threadId: 100 }),
    client.assertStoppedLocation('breakpoint', { path: program, line: LINE, column: 3 }),
  ]);
  await Promise.all([
    client.stepBackRequest({ threadId: 101 }),
    client.assertStoppedLocation('step', { path: program, line: LINE - 1 }),
  ]);
  const { body } = await client.evaluateRequest({ expression: 'turns', context: 'watch' });
  expect(body.result).toBe('1');
}

describe('over real streams', () => {
  test('a socket serves a whole session', async () => {
    const client = new DebugClient('node', 'unused', 'kmaplab');
    await client.start(listening.port);
    await session(client);
    await client.stop();
  });

  test('two clients of one port have sessions of their own', async () => {
    const clients = [new DebugClient('node', 'unused', 'kmaplab'), new DebugClient('node', 'unused', 'kmaplab')];
    await Promise.all(clients.map((client) => client.start(listening.port)));
    await Promise.all(clients.map(session));
    await Promise.all(clients.map((client) => client.stop()));
  });

  test('standard input and output serve a whole session', async () => {
    const client = new DebugClient('node', adapter, 'kmaplab');
    await client.start();
    await session(client);
    await client.stop();
  });
});

describe('in memory', () => {
  const PROGRAM = '/memory/two-tasks.klab';

  test('without debugging the program runs to its end and nothing stops it', async () => {
    const client = new MemoryClient({ [PROGRAM]: text.replace('yield();', 'assert(turns == 0); yield();') });
    await client.request('initialize', {});
    await client.request('launch', { program: PROGRAM, noDebug: true });
    await client.request('setBreakpoints', { source: { path: PROGRAM }, breakpoints: [{ line: LINE }] });
    expect(await client.run('configurationDone')).toBeUndefined();
    expect(client.events.find((event) => event.event === 'exited')?.body).toEqual({ exitCode: 1 });
  });

  test('the events so far are exported as a file, and no other format than those there are', async () => {
    const client = new MemoryClient({ [PROGRAM]: text });
    await client.start({ program: PROGRAM });
    const { data } = (await client.request('kmaplab/exportTrace', { format: 'ftrace' })) as { data: string };
    expect(Buffer.from(data, 'base64').toString()).toMatch(/^# tracer: nop\n/);
    const bytes = (await client.request('kmaplab/exportTrace', { format: 'tracedat' })) as { data: string };
    expect(Buffer.from(bytes.data, 'base64').subarray(3, 10).toString()).toBe('tracing');
    const refused = await client.ask('kmaplab/exportTrace', { format: 'svg' });
    expect(refused).toMatchObject({ success: false, message: expect.stringContaining('ftrace') });
  });

  test('a long run is sliced, so that pause is answered', async () => {
    const busy = 'machine { steps_max = 1000000000; } task worker { int i; for (i = 0; i >= 0; i = 1) ; }';
    const client = new MemoryClient({ [PROGRAM]: busy }, 500);
    await client.start({ program: PROGRAM });
    await client.request('continue', { threadId: 100 });
    expect(await client.ask('stackTrace', { threadId: 100 })).toMatchObject({
      success: false,
      message: 'the program is running; pause it first',
    });
    expect(await client.run('pause', { threadId: 100 })).toMatchObject({ reason: 'pause' });
    await client.request('disconnect', {});
  });

  test('a restarted program gets its breakpoints again', async () => {
    const client = new MemoryClient({ [PROGRAM]: text });
    await client.start({ program: PROGRAM, stopOnEntry: false, breakOn: ['map'] });
    await client.request('setBreakpoints', { source: { path: PROGRAM }, breakpoints: [{ line: LINE }] });
    expect(await client.run('continue', { threadId: 100 })).toMatchObject({ reason: 'breakpoint' });
    expect(await client.run('restart', {})).toMatchObject({ reason: 'event' });
    expect(await client.run('continue', { threadId: 100 })).toMatchObject({ reason: 'breakpoint' });
  });

  test('the views are those of the stop', async () => {
    const client = new MemoryClient({ [PROGRAM]: text });
    await client.start({ program: PROGRAM });
    await client.run('next', { threadId: 100 });
    const body = await client.request('kmaplab/views', {});
    expect(body).toMatchObject({ step: expect.any(Number), time: expect.any(Number) });
    for (const view of ['stacks', 'slots', 'preemption', 'queues', 'locks', 'timeline']) expect(body).toHaveProperty(view);
    expect(JSON.stringify(body.stacks)).toContain('letter');
    expect(await client.request('kmaplab/metrics', {})).toMatchObject({
      view: 'metrics',
      step: body.step,
      groups: expect.any(Array),
    });
    expect(await client.request('kmaplab/timeline', { from: 0, to: 100, columns: 50 })).toBeTruthy();
  });

  test('interrupts of the launch arguments are raised at entry', async () => {
    const client = new MemoryClient({ [PROGRAM]: text });
    await client.start({ program: PROGRAM, raise: ['nic', 'nobody'], breakOn: ['interrupt'] });
    const output = client.events.filter((event) => event.event === 'output').map((event) => String(event.body.output));
    expect(output.join('')).toContain('interrupt nic raised on CPU 0');
    expect(output.join('')).toContain("launch: 'raise' has no interrupt 'nobody'");
    expect(await client.run('continue', { threadId: 100 })).toMatchObject({ reason: 'event' });
  });

  test('kernel sources are read as documents, by path and by reference', async () => {
    const client = new MemoryClient({ [PROGRAM]: text });
    await client.start({ program: PROGRAM });
    const { sources } = await client.request<{ sources: { path: string; sourceReference?: number }[] }>('loadedSources');
    const kernel = sources.find((source) => source.path === 'klab-kernel:/mm/kmap-local.klab');
    expect(kernel?.sourceReference).toBeGreaterThan(0);
    const byReference = await client.request<{ content: string }>('source', { sourceReference: kernel?.sourceReference });
    const byPath = await client.request<{ content: string }>('source', { source: { path: kernel?.path }, sourceReference: 0 });
    expect(byReference.content).toContain('kmap_local_page');
    expect(byPath.content).toBe(byReference.content);
  });
});
