/**
 * Builds everything into `dist/`:
 *
 *   src/extension/extension.ts        -> dist/extension.node.cjs     extension, desktop host (`main`)
 *                                     -> dist/extension.web.js       the same, browser worker host (`browser`)
 *   src/extension/engine.ts           -> dist/engine.js              what the extension reads when it is first needed, in both hosts
 *   src/webview/<name>/main.ts        -> dist/webview/<name>.js      what runs inside a webview, and its style sheet <name>.css
 *   src/cli/main.ts                   -> dist/cli.mjs                the command line
 *
 * `--watch` is not offered: a build takes under a second.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { embed } from './embed-klab.mjs';
import { runScript, StepError, say } from './lib/console.mjs';
import { inRepository, isMain } from './lib/paths.mjs';

/** Names of the webviews: folders of `src/webview` with a `main.ts`. */
function webviewNames() {
  const folder = inRepository('src/webview');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(inRepository('src/webview', entry.name, 'main.ts')))
    .map((entry) => entry.name)
    .sort();
}

/**
 * @typedef {{ name: string, options: import('esbuild').BuildOptions }} Part
 * @returns {Part[]}
 */
export function parts() {
  /** @type {Part[]} */
  const list = [];
  list.push({
    name: 'extension (desktop)',
    options: {
      entryPoints: [inRepository('src/extension/extension.ts')],
      outfile: inRepository('dist/extension.node.cjs'),
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['vscode'],
    },
  });
  for (const [name, entry, file] of [
    ['extension (browser)', 'extension.ts', 'extension.web.js'],
    ['engine', 'engine.ts', 'engine.js'],
  ]) {
    list.push({
      name,
      options: {
        entryPoints: [inRepository('src/extension', entry)],
        outfile: inRepository('dist', file),
        platform: 'browser',
        target: 'es2022',
        format: 'cjs',
        external: ['vscode'],
        alias: { url: inRepository('scripts/shims/url.mjs') },
      },
    });
  }
  for (const name of webviewNames()) {
    list.push({
      name: `webview ${name}`,
      options: {
        entryPoints: [inRepository('src/webview', name, 'main.ts')],
        outfile: inRepository('dist/webview', `${name}.js`),
        platform: 'browser',
        target: 'es2022',
        format: 'iife',
        loader: { '.ttf': 'file' },
        assetNames: '[name]',
      },
    });
  }
  list.push({
    name: 'command line',
    options: {
      entryPoints: [inRepository('src/cli/main.ts')],
      outfile: inRepository('dist/cli.mjs'),
      platform: 'node',
      target: 'node20',
      format: 'esm',
      define: { KMAPLAB_VERSION: JSON.stringify(JSON.parse(readFileSync(inRepository('package.json'), 'utf8')).version) },
      banner: {
        js: "import { createRequire as kmaplabCreateRequire } from 'node:module';\nconst require = kmaplabCreateRequire(import.meta.url);",
      },
    },
  });
  return list;
}

/** The icon font that the webviews' elements use, as files of its own. */
function copyCodicons() {
  mkdirSync(inRepository('dist/webview'), { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) {
    copyFileSync(inRepository('node_modules/@vscode/codicons/dist', file), inRepository('dist/webview', file));
  }
}

/**
 * @param {{ minify?: boolean, quiet?: boolean }} [options]
 * @returns {Promise<Record<string, number>>} bytes of each file written, by path from the repository's folder
 */
export async function build({ minify = true, quiet = false } = {}) {
  const { build: esbuild } = await import('esbuild');
  const embedded = embed();
  copyCodicons();
  /** @type {Record<string, number>} */
  const sizes = {};
  const list = parts();
  for (const part of list) {
    try {
      const result = await esbuild({
        bundle: true,
        minify,
        sourcemap: minify ? false : 'linked',
        metafile: true,
        logLevel: 'error',
        legalComments: 'none',
        ...part.options,
      });
      for (const [path, output] of Object.entries(result.metafile?.outputs ?? {})) sizes[path] = output.bytes;
    } catch {
      throw new StepError(`building the ${part.name} (messages above)`, 'correct the source named above and start again.');
    }
  }
  if (!quiet) {
    say(`Built with ${embedded} kernel sources:`);
    for (const path of Object.keys(sizes))
      say(`  ${path.padEnd(32)} ${(statSync(inRepository(path)).size / 1024).toFixed(0).padStart(5)} kB`);
  }
  return sizes;
}

if (isMain(import.meta.url)) await runScript(() => build({ minify: !process.argv.includes('--no-minify') }));
