/**
 * `npm run package`: builds and writes `kmaplab-<version>.vsix`, which any VS Code installs ("Install from VSIX").
 *
 * What goes in is listed in `package.json` under `files`; everything is bundled, so no `node_modules`.
 */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { bootstrap } from './bootstrap.mjs';
import { run, runScript, StepError, say } from './lib/console.mjs';
import { inRepository, isMain, repository } from './lib/paths.mjs';

const VSCE = ['node_modules', '@vscode', 'vsce', 'vsce'];

/** Files of the package, as vsce sees them. @returns {Promise<string[]>} */
export async function packagedFiles() {
  const { status, output } = await run(process.execPath, [inRepository(...VSCE), 'ls', '--no-dependencies'], {
    cwd: repository,
    capture: true,
  });
  if (status !== 0) throw new StepError(`listing the files of the package\n${output}`, 'correct "files" in package.json.');
  return output.split('\n').filter((line) => line !== '' && !line.includes(' '));
}

/** @param {string} [out] where to write it @returns {Promise<string>} path of the package */
export async function makePackage(out) {
  const { version } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8'));
  const path = out ?? inRepository(`kmaplab-${version}.vsix`);
  rmSync(path, { force: true });
  const args = ['package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--out', path];
  const { status, output } = await run(process.execPath, [inRepository(...VSCE), ...args], { cwd: repository, capture: true });
  if (status !== 0) throw new StepError(`vsce ended with status ${status}\n${output}`, 'correct what it names and start again.');
  return path;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await bootstrap();
    const { build } = await import('./build.mjs');
    rmSync(inRepository('dist'), { recursive: true, force: true });
    await build();
    const path = await makePackage();
    say(`\n${path}, ${(statSync(path).size / 1024).toFixed(0)} kB`);
  });
}
