/** What is built: how large it is, that it loads where it must, and what goes into the package. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { inRepository } from '../../scripts/lib/paths.mjs';
import { makePackage, packagedFiles } from '../../scripts/package.mjs';

/** Limits, bytes, minified. The engine is read when it is first needed; its limit keeps it from growing unseen. */
const EXTENSION_LARGEST = 400 * 1024;
const ENGINE_LARGEST = 1200 * 1024;
const WEBVIEW_LARGEST = 100 * 1024;

let sizes: Record<string, number>;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kmaplab-package-'));
  sizes = await build({ quiet: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundles', () => {
  test('both hosts of the extension stay under their limit', () => {
    for (const file of ['dist/extension.node.cjs', 'dist/extension.web.js']) {
      expect(sizes[file], file).toBeGreaterThan(10_000);
      expect(sizes[file], file).toBeLessThanOrEqual(EXTENSION_LARGEST);
    }
  });

  test('the engine stays under its limit', () => {
    expect(sizes['dist/engine.js']).toBeGreaterThan(100_000);
    expect(sizes['dist/engine.js']).toBeLessThanOrEqual(ENGINE_LARGEST);
  });

  test('each webview stays under its limit', () => {
    const webviews = Object.keys(sizes).filter((path) => /^dist\/webview\/.*\.js$/.test(path));
    expect(webviews).toEqual(
      ['locks', 'matrix', 'metrics', 'preemption', 'queues', 'slots', 'stacks', 'timeline'].map(
        (name) => `dist/webview/${name}.js`,
      ),
    );
    for (const file of webviews) expect(sizes[file], file).toBeLessThanOrEqual(WEBVIEW_LARGEST);
  });

  test.each(['dist/extension.web.js', 'dist/engine.js'])('%s asks for nothing but the editor', (file) => {
    const text = readFileSync(inRepository(file), 'utf8');
    const asked = new Set([...text.matchAll(/\brequire\((["'])([^"']+)\1\)/g)].map((match) => match[2]));
    expect([...asked]).toEqual(['vscode']);
  });
});

describe('the command line as built', () => {
  const kmaplab = (...args: string[]) =>
    spawnSync(process.execPath, [inRepository('bin/kmaplab.mjs'), ...args], { encoding: 'utf8', cwd: folder });

  test('says its version, runs a sample, and ends with the status that it promises', () => {
    const { version } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8'));
    expect(kmaplab('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
    const clean = kmaplab('run', inRepository('samples/first-mapping.klab'));
    expect(clean.stdout).toContain('slot 0 of CPU 0');
    expect(clean.status).toBe(0);
    expect(kmaplab('run', inRepository('samples/wrong-order.klab')).status).toBe(1);
    expect(kmaplab('run', 'no-such-file.klab')).toMatchObject({ status: 2, stdout: '' });
  });

  test('writes everything into a pipe, however much it is', () => {
    const lines = kmaplab('run', '--json', inRepository('samples/live-and-parked.klab')).stdout.trimEnd().split('\n');
    expect(JSON.parse(lines[lines.length - 1]).type).toBe('end');
  });
});

describe('the package', () => {
  test('holds what the extension needs and nothing else', async () => {
    const files = await packagedFiles();
    for (const file of [
      'package.json',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      'media/icon.png',
      'dist/extension.node.cjs',
      'dist/extension.web.js',
      'dist/engine.js',
      'dist/webview/timeline.js',
      'syntaxes/klab.tmLanguage.json',
      'language-configuration.json',
      'docs/reference/highmem.md',
      'samples/first-mapping.klab',
    ]) {
      expect(files).toContain(file);
    }
    const allowed =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|language-configuration\.json|dist\/(extension\.(node\.cjs|web\.js)|engine\.js|webview\/.*)|(media|samples|syntaxes|docs\/reference)\/.*)$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  });

  test('is written as a .vsix', async () => {
    const path = await makePackage(join(folder, 'kmaplab.vsix'));
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(bytes.includes('extension/dist/extension.web.js')).toBe(true);
  });
});
