/**
 * Installs what `package-lock.json` asks for when `node_modules` lacks it. Uses nothing but Node, because on a fresh clone
 * there is nothing else; everything else is imported after it has run.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runScript, StepError, say } from './lib/console.mjs';
import { isMain, repository } from './lib/paths.mjs';

/** Lowest Node that everything here runs on, as in `engines.node`. */
export const NODE_LOWEST = [20, 19];

/** @param {string} version such as `20.19.4`  @returns {string | undefined} why this Node cannot be used */
export function nodeProblem(version) {
  const [major, minor] = version.split('.').map(Number);
  const enough = major > NODE_LOWEST[0] || (major === NODE_LOWEST[0] && minor >= NODE_LOWEST[1]);
  return enough ? undefined : `this is Node ${version}, kmaplab needs ${NODE_LOWEST.join('.')} or later`;
}

/**
 * Compares the lock file with what npm says it has installed (`node_modules/.package-lock.json`).
 * @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, link?: boolean, peer?: boolean }> }} Lock
 * @param {Lock} wanted
 * @param {Lock | undefined} installed
 * @returns {string | undefined} why an installation is needed; undefined: all is there
 */
export function installReason(wanted, installed) {
  if (!installed?.packages) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted.packages ?? {})) {
    if (path === '' || entry.link) continue;
    const have = installed.packages[path];
    if (!have) {
      // Optional packages for other platforms are left out by npm.
      if (entry.optional || entry.peer) continue;
      return `${path} is not installed`;
    }
    if (have.version !== entry.version) return `${path} is ${have.version}, the lock file says ${entry.version}`;
  }
  for (const path of Object.keys(installed.packages)) {
    if (path !== '' && !wanted.packages?.[path]) return `${path} is installed but no longer wanted`;
  }
  return undefined;
}

/** @param {string} path @returns {Lock | undefined} */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** How many packages npm has unpacked so far. @param {string} folder */
function countPackages(folder) {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  const paths = names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => join(name, inner)) : [name],
  );
  // npm makes all folders first and fills them later.
  return paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
}

/** npm as it started us, or the one on the PATH. @returns {{ program: string, script: string[], shell: boolean }} */
function npmCommand() {
  const started = process.env.npm_execpath;
  if (started && /npm-cli\.c?js$/.test(started)) return { program: process.execPath, script: [started], shell: false };
  return process.platform === 'win32'
    ? { program: 'npm.cmd', script: [], shell: true }
    : { program: 'npm', script: [], shell: false };
}

/**
 * Runs `npm ci`, with a line of progress every few seconds.
 * @param {string} folder
 * @param {number} total packages in the lock file
 */
async function install(folder, total) {
  const { program, script, shell } = npmCommand();
  const started = Date.now();
  const modules = join(folder, 'node_modules');
  const tick = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    say(`  ${seconds} s: ${Math.min(countPackages(modules), total)} of about ${total} packages unpacked`);
  }, 3000);
  let output = '';
  const status = await new Promise((resolve) => {
    const child = spawn(program, [...script, 'ci', '--no-fund', '--no-audit', '--loglevel=error'], {
      cwd: folder,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.on('close', resolve);
  });
  clearInterval(tick);
  if (status !== 0) {
    // npm says first what is wrong and then how it is used.
    const first = output.split('\n').filter((line) => line.trim() !== '' && line.trim() !== 'npm error');
    throw new StepError(
      `installing packages (npm ci) ended with status ${status}.\n${first.slice(0, 12).join('\n')}`,
      'check that the npm registry can be reached (npm ping) and that this folder can be written, then start again.',
    );
  }
  say(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Installs when needed.
 * @param {string} [folder]
 * @returns {Promise<boolean>} whether something was installed
 */
export async function bootstrap(folder = repository) {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new StepError(problem, 'install a newer Node from https://nodejs.org and start again.');
  const wanted = readLock(join(folder, 'package-lock.json'));
  if (!wanted) throw new StepError('package-lock.json is missing or broken', 'get it back with: git checkout package-lock.json');
  const reason = installReason(wanted, readLock(join(folder, 'node_modules', '.package-lock.json')));
  if (!reason) return false;
  const total = Object.entries(wanted.packages ?? {}).filter(
    ([path, entry]) => path.lastIndexOf('node_modules/') === 0 && !entry.optional,
  ).length;
  say(`Installing packages: ${reason}. The first time takes about a minute.`);
  await install(folder, total);
  return true;
}

if (isMain(import.meta.url)) await runScript(() => bootstrap());
