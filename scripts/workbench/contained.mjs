/** From a path in a request to a file below a folder, never outside of it. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** The real path; for something that does not exist yet, that of its folder and its name. @param {string} path @returns {string} */
function realPath(path) {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/**
 * @param {string} folder absolute
 * @param {string} urlPath percent-decoded path with `/`, with or without one in front
 * @returns {string | undefined} absolute path; undefined when it lies outside, through `..`, a symbolic link, or tricks with the name
 */
export function contained(folder, urlPath) {
  const segments = urlPath.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.some((segment) => segment === '..' || /[\\\0:]/.test(segment))) return undefined;
  const path = join(folder, ...segments);
  const root = realPath(folder);
  const real = realPath(path);
  return real === root || real.startsWith(root + sep) ? path : undefined;
}
