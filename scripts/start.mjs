/**
 * `npm start`: installs what is missing, builds, and opens the product on `samples/` or on the folder given.
 *
 *   npm start [-- [FOLDER] [--web] [--port N] [--no-open]]
 *
 * With a desktop VS Code on the PATH it opens there, as an extension under development. Else, or with `--web`, it serves a real VS Code
 * workbench on the loopback address, opens the browser where there is one, and prints the address in any case.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { onPath } from './lib/browser.mjs';
import { run, runScript, StepError, say } from './lib/console.mjs';
import { inRepository, isMain, repository } from './lib/paths.mjs';

const EDITORS = ['code', 'code-insiders', 'codium', 'code-oss'];

/** Arguments for a desktop VS Code. @param {string} folder @param {string | undefined} program name of the file to open */
export function desktopArguments(folder, program) {
  const open = program ? ['--goto', `${join(folder, program)}:1`] : [];
  return ['--new-window', `--extensionDevelopmentPath=${repository}`, folder, ...open];
}

/**
 * The program that shows a web address; undefined where there is no screen.
 * @param {string} platform @param {NodeJS.ProcessEnv} env @returns {[string, string[]] | undefined}
 */
export function opener(platform, env) {
  if (platform === 'darwin') return ['open', []];
  if (platform === 'win32') return ['cmd', ['/c', 'start', '']];
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  const program = onPath(['xdg-open'], env);
  return program ? [program, []] : undefined;
}

/** @param {string} url */
function openBrowser(url) {
  const found = opener(process.platform, process.env);
  if (!found) return;
  const child = spawn(found[0], [...found[1], url], { stdio: 'ignore', detached: true });
  // The address is printed, so a browser that does not start is no failure.
  child.on('error', () => undefined);
  child.unref();
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { web: { type: 'boolean' }, port: { type: 'string' }, 'no-open': { type: 'boolean' } },
    });
  } catch (error) {
    throw new StepError(/** @type {Error} */ (error).message, 'use: npm start [-- [FOLDER] [--web] [--port N] [--no-open]]');
  }
}

async function main() {
  const { values, positionals } = parse();
  const folder = resolve(positionals[0] ?? inRepository('samples'));
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new StepError(`there is no folder ${folder}`, 'name a folder with .klab files.');
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536)) {
    throw new StepError(`"${values.port}" is not a port`, 'give a number from 0 to 65535; 0 lets the system choose.');
  }
  await bootstrap();
  const { build } = await import('./build.mjs');
  await build();
  const { firstProgram } = await import('./workbench/page.mjs');

  const editor = values.web ? undefined : onPath(EDITORS);
  if (editor) {
    say(`\nOpening ${folder} in ${editor}`);
    const { status } = await run(editor, desktopArguments(folder, firstProgram(folder))).catch(() => ({ status: 1 }));
    if (status === 0) return say('Press F5 in an open .klab file.');
    say(`${editor} ended with status ${status}; serving the workbench instead.`);
  }
  const { serve } = await import('./workbench/server.mjs');
  const server = await serve({ folder, port });
  say(`\nkmaplab is ready at ${server.url}`);
  say('Press F5 there in an open .klab file. Ctrl+C here ends the server.');
  if (!values['no-open']) openBrowser(server.url);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close().then(() => process.exit(0)));
}

if (isMain(import.meta.url)) await runScript(main);
