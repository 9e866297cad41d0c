/** The program `kmaplab`: the command line in a process. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.ts';
import type { CommandIo } from './io.ts';

/** Set by the build from `package.json`. */
declare const KMAPLAB_VERSION: string;

/** Whole, also when the reader of a pipe is slow: an exit must not cut the last lines off. */
function write(descriptor: number, line: string): void {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
    }
  }
}

/** Beside `dist` in the package; one folder further up where the sources run as they are. */
function suiteFolder(): string {
  const [packaged, source] = ['../media/model-suite', '../../media/model-suite'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return existsSync(packaged) ? packaged : source;
}

const io: CommandIo = {
  out: (line) => write(1, line),
  err: (line) => write(2, line),
  readFile(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  writeFile(path, data) {
    try {
      writeFileSync(path, data);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },
  listPrograms(path) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    const names = readdirSync(path).filter((name) => name.endsWith('.klab'));
    return names.sort().map((name) => join(path, name));
  },
  suite: suiteFolder(),
};

process.exitCode = await commandLine(io, process.argv.slice(2), KMAPLAB_VERSION);
