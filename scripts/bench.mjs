/**
 * `npm run bench`: measures what the design promises and prints a table, and the same as JSON into `dist/bench.json` (or `--json FILE`).
 * Rates are ratios taken in turns in this process; nothing here is a test.
 *
 *   --no-browser   leaves out what needs a browser
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { findBrowser } from './lib/browser.mjs';
import { runScript, say } from './lib/console.mjs';
import { inRepository, isMain } from './lib/paths.mjs';

/** @typedef {{ what: string, value: string, goal: string, met?: boolean, numbers: Record<string, number> }} Row */

/** Bundles a file of `bench/` and loads it. @param {string} name */
async function load(name) {
  const { build } = await import('esbuild');
  const outfile = inRepository('dist', `bench-${name}.mjs`);
  const require = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
  await build({
    entryPoints: [inRepository('scripts/bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['playwright-core'],
    banner: { js: require },
    logLevel: 'error',
  });
  return import(outfile);
}

/** @param {Record<string, number>} sizes @returns {Row[]} */
export function sizeRows(sizes) {
  /** @param {string} what @param {string[]} files @param {number} [most] without: a figure that has no goal @returns {Row} */
  const row = (what, files, most) => {
    const kilobytes = Math.max(...files.map((file) => sizes[file])) / 1024;
    return {
      what,
      value: `${kilobytes.toFixed(0)} KB`,
      goal: most === undefined ? 'none' : `at most ${most} KB`,
      met: most === undefined || kilobytes <= most,
      numbers: { kilobytes },
    };
  };
  const webviews = Object.keys(sizes).filter((file) => /^dist\/webview\/[^/]+\.js$/.test(file));
  return [
    row('extension bundle, the larger host', ['dist/extension.node.cjs', 'dist/extension.web.js'], 400),
    row('engine, read with the first program or session', ['dist/engine.js']),
    row('webview script, the largest', webviews, 100),
  ];
}

/** @param {readonly Row[]} rows */
export function table(rows) {
  const width = Math.max(...rows.map((row) => row.what.length));
  return rows.map(
    ({ what, value, goal, met }) =>
      `${met === undefined ? '?' : met ? 'ok  ' : 'MISS'}  ${what.padEnd(width)}  ${value}  (goal: ${goal})`,
  );
}

/** @param {Row[]} rows */
async function measureInBrowser(rows) {
  const { serve } = await import('./workbench/server.mjs');
  const { chromium } = await import('playwright-core');
  const server = await serve({ folder: inRepository('samples'), port: 0, drive: true });
  const root = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath: findBrowser(), args: root ? ['--no-sandbox'] : [] });
  try {
    const { workbenchRows } = await load('workbench');
    rows.push(...(await workbenchRows(browser, server.url)));
  } finally {
    await browser.close();
    await server.close();
  }
}

async function main() {
  const { values } = parseArgs({ options: { json: { type: 'string' }, 'no-browser': { type: 'boolean' } } });
  await bootstrap();
  const { build } = await import('./build.mjs');
  const sizes = await build({ quiet: true });
  const engine = await load('engine');
  /** @type {Row[]} */
  const rows = [];
  say(`Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}; one run, ratios taken in turns\n`);
  rows.push(...engine.instructionRates());
  rows.push(engine.historySize());
  rows.push(...(await engine.travelling()));
  rows.push(engine.checking());
  rows.push(engine.repeating());
  rows.push(...sizeRows(sizes));
  if (values['no-browser']) say('left out: what needs a browser');
  else if (!findBrowser()) say('left out: what needs a browser, because none was found');
  else await measureInBrowser(rows);
  for (const line of table(rows)) say(line);
  const file = values.json ?? inRepository('dist/bench.json');
  writeFileSync(file, `${JSON.stringify({ node: process.versions.node, rows }, undefined, 2)}\n`);
  say(`\nthe same as JSON: ${file}`);
}

if (isMain(import.meta.url)) await runScript(main);
