/** `npm start` as a program, with a stand-in for the desktop editor: a script named `code` on the PATH that writes down how it was called. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inRepository, repository } from '../../scripts/lib/paths.mjs';
import { desktopArguments, opener } from '../../scripts/start.mjs';

let root: string;
let samples: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kmaplab-start-'));
  samples = join(root, 'samples');
  mkdirSync(samples);
  writeFileSync(join(samples, 'first.klab'), 'task a(cpu = 0)\n{\n\tyield();\n}\n');
});
afterEach(() => {
  for (const child of children) child.kill();
  children = [];
  rmSync(root, { recursive: true, force: true });
});

/** Starts it with a PATH of our own and waits for `ready` in its output, or for its end. */
function start(args: string[], path: string, ready?: RegExp): Promise<{ output: string; status: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inRepository('scripts/start.mjs'), ...args], {
      env: { ...process.env, PATH: path, DISPLAY: '', WAYLAND_DISPLAY: '' },
    });
    children.push(child);
    let output = '';
    const take = (text: string) => {
      output += text;
      if (ready?.test(output)) resolve({ output, status: null });
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (status) => resolve({ output, status }));
  });
}

/** A folder with a program `code` that notes its arguments and ends with `status`. */
function standIn(status: number): { folder: string; calls: () => string[] } {
  const folder = join(root, 'bin');
  mkdirSync(folder);
  const noted = join(root, 'calls.json');
  const program = join(folder, 'code');
  const script = `require('fs').writeFileSync(${JSON.stringify(noted)}, JSON.stringify(process.argv.slice(2))); process.exit(${status});`;
  writeFileSync(program, `#!${process.execPath}\n${script}\n`);
  chmodSync(program, 0o755);
  return { folder, calls: () => JSON.parse(readFileSync(noted, 'utf8')) };
}

const nodeFolder = dirname(process.execPath);

describe('npm start', () => {
  test('opens a desktop editor that is on the PATH, with the extension under development, the samples and the first of them', async () => {
    const { folder, calls } = standIn(0);
    const { output, status } = await start([samples], [folder, nodeFolder].join(delimiter));
    expect(output).toContain('Opening');
    expect(status).toBe(0);
    expect(calls()).toEqual([
      '--new-window',
      `--extensionDevelopmentPath=${repository}`,
      samples,
      '--goto',
      `${join(samples, 'first.klab')}:1`,
    ]);
  });

  test('serves the workbench when the desktop editor does not start', async () => {
    const { folder } = standIn(1);
    const { output } = await start([samples, '--port', '0'], [folder, nodeFolder].join(delimiter), /ready at http/);
    expect(output).toContain('ended with status 1; serving the workbench instead');
    expect(output).toMatch(/kmaplab is ready at http:\/\/127\.0\.0\.1:\d+\//);
  });

  test('serves the workbench where there is no desktop editor, and prints the address', async () => {
    const { output } = await start([samples, '--port', '0'], join(root, 'nothing'), /ready at http/);
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0] ?? '';
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('workbench.web.main');
  });

  test('says which port is taken and what to do', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const { output, status } = await start([samples, '--port', String(port)], join(root, 'nothing'));
    taken.close();
    expect(status).toBe(1);
    expect(output).toContain(`Failed: port ${port} on 127.0.0.1 is taken`);
    expect(output).toContain(`npm start -- --port ${port + 1}`);
  });

  test.each([
    [['--colour'], 'colour'],
    [['--port', 'seven'], '"seven" is not a port'],
    [[join(tmpdir(), 'no-such-folder-of-kmaplab')], 'there is no folder'],
  ])('refuses %j with a reason and a cure', async (args, message) => {
    const { output, status } = await start(args, nodeFolder);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(output).toContain('What to do:');
  });
});

describe('how a browser is opened', () => {
  test('not at all where there is no screen', () => {
    expect(opener('linux', {})).toBeUndefined();
  });
  test('with the program of the platform', () => {
    expect(opener('darwin', {})).toEqual(['open', []]);
    expect(opener('win32', {})?.[0]).toBe('cmd');
  });
  test('a folder without programs is opened without a file', () => {
    expect(desktopArguments('/x', undefined)).toEqual(['--new-window', `--extensionDevelopmentPath=${repository}`, '/x']);
  });
});
