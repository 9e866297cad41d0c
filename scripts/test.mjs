/**
 * `npm test`: installs what is missing, then type check, lint, unused code, all tests in Node, the expectations of the samples, and the
 * tests in a real workbench. The last line is `N passed, N failed, N skipped`.
 *
 *   --only NAME   one group: types, lint, unused, unit, samples, browser
 *
 * Without a browser the browser tests are skipped and a line says so; where CI is set that counts as a failure.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { embed } from './embed-klab.mjs';
import { findBrowser } from './lib/browser.mjs';
import { run, runScript, StepError, say } from './lib/console.mjs';
import { inRepository, isMain, repository } from './lib/paths.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, unproven: number }} Tally */

/** @param {Partial<Tally>} [counts] @returns {Tally} */
export const tally = (counts = {}) => ({ passed: 0, failed: 0, skipped: 0, unproven: 0, ...counts });

/** @param {readonly Tally[]} tallies */
export function total(tallies) {
  const sum = tally();
  for (const one of tallies) {
    sum.passed += one.passed;
    sum.failed += one.failed;
    sum.skipped += one.skipped;
    sum.unproven += one.unproven;
  }
  return sum;
}

/** The lines at the end. @param {Tally} sum @returns {string[]} */
export function summary(sum) {
  const lines = [];
  if (sum.unproven > 0) lines.push(`${sum.unproven} unproven (expect ... on any: nothing searches all schedules yet)`);
  lines.push(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return lines;
}

/**
 * What vitest's JSON report says. A file that could not be loaded has no tests in it and counts as one failure.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} report
 * @returns {Tally}
 */
export function tallyOfReport(report) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return tally({
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

/** @param {string} name @param {...string} parts path of the program's script @returns {string[]} */
const node = (name, ...parts) => [inRepository('node_modules', name, ...parts)];

/** One program that either holds or does not. @param {string[]} command @returns {Promise<Tally>} */
async function check(command) {
  const { status } = await run(process.execPath, command, { cwd: repository });
  return status === 0 ? tally({ passed: 1 }) : tally({ failed: 1 });
}

/** @param {string} config @returns {Promise<Tally>} */
async function vitest(config) {
  const folder = mkdtempSync(join(tmpdir(), 'kmaplab-test-'));
  const file = join(folder, 'report.json');
  try {
    const command = [
      ...node('vitest', 'vitest.mjs'),
      'run',
      '--config',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ];
    const { status } = await run(process.execPath, command, { cwd: repository });
    if (!existsSync(file)) return tally({ failed: 1 });
    const counts = tallyOfReport(JSON.parse(readFileSync(file, 'utf8')));
    // A failure outside of any test (an unhandled rejection, a broken set-up) must not pass unseen.
    if (status !== 0 && counts.failed === 0) counts.failed = 1;
    if (counts.passed + counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<Tally>} */
async function browserTests() {
  const found = findBrowser();
  if (found) {
    say(`with ${found}`);
    return vitest('vitest.browser.config.mts');
  }
  if (process.env.CI) {
    say('FAILED: no browser found, and with CI set nothing may be skipped. Install chromium or set KMAPLAB_BROWSER to its path.');
    return tally({ failed: 1 });
  }
  const { output } = await run(
    process.execPath,
    [...node('vitest', 'vitest.mjs'), 'list', '--config', 'vitest.browser.config.mts'],
    { cwd: repository, capture: true },
  );
  const skipped = Math.max(1, output.split('\n').filter((line) => line.startsWith('test/browser/')).length);
  say(
    `SKIPPED: ${skipped} browser tests, because no browser was found. Install chromium or Chrome, or set KMAPLAB_BROWSER to its path.`,
  );
  return tally({ skipped });
}

/** The `expect` lines of every sample, through the command line as built. @returns {Promise<Tally>} */
async function sampleExpectations() {
  const { build } = await import('./build.mjs');
  await build({ quiet: true });
  const { status, output } = await run(process.execPath, [inRepository('dist/cli.mjs'), 'test', 'samples'], {
    cwd: repository,
    capture: true,
  });
  say(output.trimEnd());
  const counted = /(\d+) passed, (\d+) failed, (\d+) skipped(?:, (\d+) unproven)?/.exec(
    output.trimEnd().split('\n').at(-1) ?? '',
  );
  if (!counted) return tally({ failed: 1 });
  const [passed, failed, skipped, unproven] = counted.slice(1).map((text) => Number(text ?? 0));
  return tally({ passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped, unproven });
}

/** @type {Record<string, { title: string, run: () => Promise<Tally> }>} */
const GROUPS = {
  types: { title: 'Type check', run: () => check([...node('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']) },
  lint: {
    title: 'Lint and format',
    run: () => check([...node('@biomejs/biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.']),
  },
  unused: { title: 'Unused files, exports and packages', run: () => check([...node('knip', 'bin', 'knip.js')]) },
  unit: { title: 'Tests in Node', run: () => vitest('vitest.config.mts') },
  samples: { title: 'Expectations of the samples', run: sampleExpectations },
  browser: { title: 'Tests in a real workbench', run: browserTests },
};

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only ? values.only.split(',') : Object.keys(GROUPS);
  const unknown = names.find((name) => !GROUPS[name]);
  if (unknown)
    throw new StepError(`there is no group of tests named "${unknown}"`, `choose from: ${Object.keys(GROUPS).join(', ')}.`);
  await bootstrap();
  embed();
  /** @type {Tally[]} */
  const tallies = [];
  for (const name of names) {
    const started = Date.now();
    say(`\n== ${GROUPS[name].title}`);
    const result = await GROUPS[name].run();
    tallies.push(result);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    say(`== ${GROUPS[name].title}: ${result.failed > 0 ? 'FAILED' : result.passed > 0 ? 'ok' : 'nothing run'} (${seconds} s)`);
  }
  const sum = total(tallies);
  say(`\n${summary(sum).join('\n')}`);
  if (sum.failed > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) await runScript(main);
