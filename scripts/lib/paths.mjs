/** Where things are. */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder with `package.json`. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string[]} parts */
export const inRepository = (...parts) => join(repository, ...parts);

/** Whether the module with this `import.meta.url` is the program that Node was started with. @param {string} url */
export const isMain = (url) => process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === url;
