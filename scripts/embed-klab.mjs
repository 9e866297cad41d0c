/**
 * Writes `src/kernel/klab/index.ts` from the `.klab` files beside it, so that the kernel's own sources reach every host (Node,
 * browser worker, web extension) as plain strings. Run by the build and before the tests; the file is git-ignored.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = join(repository, 'src', 'kernel', 'klab');

/** Every `.klab` file under `directory`, as keys such as `/mm/kmap-local.klab`, sorted. */
export function listSources(directory = folder) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} current */
  const walk = (current) => {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.klab')) found.push(`/${relative(directory, path).split(sep).join('/')}`);
    }
  };
  if (existsSync(directory)) walk(directory);
  return found.sort();
}

/** A TypeScript string literal that keeps one source line a line, so that a reader of the generated file can find things. @param {string} text */
function literal(text) {
  const escaped = text.replaceAll('\r\n', '\n').replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `\`${escaped}\``;
}

export function generate(directory = folder) {
  const entries = listSources(directory).map((key) => `  '${key}': ${literal(readFileSync(join(directory, key), 'utf8'))},\n`);
  return `// Written by scripts/embed-klab.mjs. Do not edit; edit the .klab files.\nexport const klabSources: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
}

/** Writes the file when its text has changed. Returns how many sources it holds. */
export function embed(directory = folder) {
  mkdirSync(directory, { recursive: true });
  const target = join(directory, 'index.ts');
  const text = generate(directory);
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    // Renamed into place: a reader never sees half a file.
    const draft = `${target}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, target);
  }
  return listSources(directory).length;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(`embedded ${embed()} kernel sources`);
}
