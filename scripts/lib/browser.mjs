/** Finds a Chromium-like browser for the browser tests and the bench. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'brave-browser',
];

/** Where installers put browsers that are not on the PATH. */
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * First file of that name in a folder of the PATH.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [env]
 */
export function onPath(names, env = process.env) {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const name of names) {
    for (const folder of folders) {
      for (const suffix of suffixes) {
        const path = join(folder, name + suffix);
        if (isExecutable(path)) return path;
      }
    }
  }
  return undefined;
}

/** `KMAPLAB_BROWSER`, else the first one found. @param {NodeJS.ProcessEnv} [env] @returns {string | undefined} path */
export function findBrowser(env = process.env) {
  if (env.KMAPLAB_BROWSER) return existsSync(env.KMAPLAB_BROWSER) ? env.KMAPLAB_BROWSER : undefined;
  return onPath(NAMES, env) ?? PLACES.find(isExecutable);
}
