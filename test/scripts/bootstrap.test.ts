import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { installReason, nodeProblem } from '../../scripts/bootstrap.mjs';
import { inRepository } from '../../scripts/lib/paths.mjs';

const lock = (packages: Record<string, object>) => ({ packages: { '': {}, ...packages } });

describe('what tells that packages must be installed', () => {
  test('a folder without packages', () => {
    expect(installReason(lock({ 'node_modules/a': { version: '1.0.0' } }), undefined)).toBe('nothing is installed yet');
  });

  test('a package that the lock file names and the folder lacks', () => {
    const reason = installReason(lock({ 'node_modules/a': { version: '1.0.0' } }), lock({}));
    expect(reason).toBe('node_modules/a is not installed');
  });

  test('another version than the lock file names', () => {
    const reason = installReason(
      lock({ 'node_modules/a': { version: '1.0.1' } }),
      lock({ 'node_modules/a': { version: '1.0.0' } }),
    );
    expect(reason).toBe('node_modules/a is 1.0.0, the lock file says 1.0.1');
  });

  test('a package that nobody wants any more', () => {
    const reason = installReason(lock({}), lock({ 'node_modules/a': { version: '1.0.0' } }));
    expect(reason).toBe('node_modules/a is installed but no longer wanted');
  });

  test('not the optional packages for other platforms', () => {
    const wanted = lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/a-win32': { version: '1.0.0', optional: true } });
    expect(installReason(wanted, lock({ 'node_modules/a': { version: '1.0.0' } }))).toBeUndefined();
  });
});

describe('which Node is new enough', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.4.1'])('%s is', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });
  test.each(['18.20.0', '20.18.3'])('%s is not, and the message says what is', (version) => {
    expect(nodeProblem(version)).toBe(`this is Node ${version}, kmaplab needs 20.19 or later`);
  });
});

describe('the lock file', () => {
  interface Entry {
    version?: string;
    devDependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
  }
  const read = (name: string) => JSON.parse(readFileSync(inRepository(name), 'utf8'));
  const packages: Record<string, Entry> = read('package-lock.json').packages;

  /** Where Node would find `name` from the package at `path`. */
  function found(path: string, name: string): Entry | undefined {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const entry = packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`];
      if (entry || at === '') return entry;
    }
  }

  test('belongs to package.json, whose versions are exact', () => {
    const { devDependencies } = read('package.json') as { devDependencies: Record<string, string> };
    expect(packages[''].devDependencies).toEqual(devDependencies);
    for (const version of Object.values(devDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('names the packages of every platform, or npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !found(path, name))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
