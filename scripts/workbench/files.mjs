/**
 * The folder of samples over HTTP, for the file system provider in `files-extension/`.
 *
 * `POST /files/<operation>?path=<path>`, answered with status 200 in any case: the workbench probes for many files that do not exist, and a
 * status of 404 for each would fill the browser's console. The header `x-kmaplab-result` says `ok` or the name of a `FileSystemError`.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { contained } from './contained.mjs';

const FILE = 1;
const DIRECTORY = 2;

/** @param {import('node:fs').Stats} stats */
const statAnswer = (stats) => ({
  type: stats.isDirectory() ? DIRECTORY : FILE,
  ctime: stats.ctimeMs,
  mtime: stats.mtimeMs,
  size: stats.size,
});

/**
 * @typedef {{ result: string, body?: Buffer | string }} FilesAnswer
 * @param {string} folder absolute
 * @param {string} operation
 * @param {URLSearchParams} query
 * @param {Buffer} body
 * @returns {FilesAnswer}
 */
export function answerFiles(folder, operation, query, body) {
  const path = contained(folder, query.get('path') ?? '');
  if (path === undefined) return { result: 'NoPermissions' };
  try {
    switch (operation) {
      case 'stat':
        return { result: 'ok', body: JSON.stringify(statAnswer(statSync(path))) };
      case 'list': {
        const entries = readdirSync(path, { withFileTypes: true }).map((entry) => [
          entry.name,
          entry.isDirectory() ? DIRECTORY : FILE,
        ]);
        return { result: 'ok', body: JSON.stringify(entries) };
      }
      case 'read':
        return { result: 'ok', body: readFileSync(path) };
      case 'write': {
        const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
        if (!exists && query.get('create') !== 'true') return { result: 'FileNotFound' };
        if (exists && query.get('overwrite') !== 'true') return { result: 'FileExists' };
        writeFileSync(path, body);
        return { result: 'ok' };
      }
      case 'create-directory':
        mkdirSync(path);
        return { result: 'ok' };
      case 'delete':
        rmSync(path, { recursive: query.get('recursive') === 'true' });
        return { result: 'ok' };
      case 'rename': {
        const target = contained(folder, query.get('target') ?? '');
        if (target === undefined) return { result: 'NoPermissions' };
        if (statSync(target, { throwIfNoEntry: false }) && query.get('overwrite') !== 'true') return { result: 'FileExists' };
        renameSync(path, target);
        return { result: 'ok' };
      }
      default:
        return { result: 'Unavailable', body: `unknown operation ${basename(operation)}` };
    }
  } catch (error) {
    return { result: resultOf(/** @type {NodeJS.ErrnoException} */ (error)) };
  }
}

/** @param {NodeJS.ErrnoException} error */
function resultOf(error) {
  switch (error.code) {
    case 'ENOENT':
      return 'FileNotFound';
    case 'EEXIST':
      return 'FileExists';
    case 'ENOTDIR':
      return 'FileNotADirectory';
    case 'EISDIR':
    case 'ERR_FS_EISDIR':
      return 'FileIsADirectory';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'NoPermissions';
    default:
      return 'Unavailable';
  }
}
