/** Which folder may import which, and what the emulator must never touch. The reasons are in docs/architecture.md. */
import { describe, expect, test } from 'vitest';
import { globalsOf, importsOf, listSources, readSource, resolveImport } from './support/imports.ts';

interface Rule {
  /** Folders of `src`, or single files of them (`machine/bytecode`), that may be imported. The own folder always may. */
  sources: readonly string[];
  /** Packages. `*`: Node's own modules. */
  packages?: readonly string[];
  /** Same bytes everywhere: no host, no clock, no chance. */
  pure: boolean;
}

const EVERYTHING_UP_TO_SESSION = ['util', 'machine', 'lang', 'kernel', 'history', 'explore', 'trace', 'views'];

const RULES: Readonly<Record<string, Rule>> = {
  util: { sources: [], pure: true },
  machine: { sources: ['util'], pure: true },
  lang: { sources: ['util', 'machine/bytecode', 'machine/layout', 'machine/wide'], pure: true },
  kernel: { sources: ['machine', 'lang', 'util'], pure: true },
  history: { sources: ['kernel', 'machine', 'util'], pure: true },
  explore: { sources: ['history', 'kernel', 'machine', 'util'], pure: true },
  trace: { sources: ['kernel/events', 'util'], pure: true },
  views: { sources: ['history', 'kernel', 'machine', 'util'], pure: true },
  session: { sources: EVERYTHING_UP_TO_SESSION, pure: true },
  dap: {
    sources: [
      'session',
      'views',
      'kernel/findings',
      'kernel/catalogue',
      'kernel/environment',
      'kernel/events',
      'kernel/settings',
      'lang',
      'util',
    ],
    packages: ['@vscode/debugadapter', '@vscode/debugprotocol'],
    pure: false,
  },
  lsp: { sources: ['lang', 'kernel', 'util'], packages: ['vscode-languageserver'], pure: false },
  cli: { sources: [...EVERYTHING_UP_TO_SESSION, 'session', 'dap', 'lsp'], packages: ['*', '@vscode/debugadapter'], pure: false },
  webview: { sources: ['views', 'util'], packages: ['lit', '@vscode-elements/elements', '@vscode/codicons'], pure: false },
  extension: {
    sources: ['dap', 'lang', 'kernel', 'session', 'views', 'util'],
    packages: ['vscode', '@vscode/debugadapter'],
    pure: false,
  },
};

/** Hosts, clocks, chance. A name that a file declares itself is not the global. */
const FORBIDDEN_GLOBALS = new Set(
  (
    'Date performance setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame requestIdleCallback ' +
    'process Buffer require module __dirname __filename global globalThis self window document navigator location history ' +
    'localStorage sessionStorage indexedDB fetch XMLHttpRequest WebSocket Worker SharedWorker crypto console alert Intl ' +
    'HTMLElement Element Node Event MutationObserver acquireVsCodeApi eval Function WeakRef FinalizationRegistry'
  ).split(' '),
);
/** Members whose answer depends on chance, on the host's language, or on the clock. */
const FORBIDDEN_MEMBERS = new Set([
  'Math.random',
  '.localeCompare',
  '.toLocaleString',
  '.toLocaleUpperCase',
  '.toLocaleLowerCase',
]);

const folderOf = (path: string): string => path.split('/')[1];
const files = listSources('src');
/** Imports of each file, read once. */
const imports = new Map(files.map((path) => [path, importsOf(path, readSource(path))]));
const importsIn = (path: string) => imports.get(path) ?? [];

function isAllowed(path: string, specifier: string): boolean {
  const rule = RULES[folderOf(path)];
  const target = resolveImport(path, specifier);
  if (specifier.startsWith('.')) {
    if (!target.startsWith('src/')) return false;
    const inside = target.slice('src/'.length).replace(/\.ts$/, '');
    return [folderOf(path), ...rule.sources].some((allowed) => inside === allowed || inside.startsWith(`${allowed}/`));
  }
  if (specifier.startsWith('node:')) return (rule.packages ?? []).includes('*');
  return (rule.packages ?? []).some((allowed) => specifier === allowed || specifier.startsWith(`${allowed}/`));
}

describe('the layers', () => {
  test('there are sources to look at, and every one lies in a folder that has a rule', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((path) => !RULES[folderOf(path)])).toEqual([]);
  });

  test('no file imports what its folder may not', () => {
    let seen = 0;
    const wrong: string[] = [];
    for (const path of files) {
      for (const { specifier, line } of importsIn(path)) {
        seen++;
        if (!isAllowed(path, specifier)) wrong.push(`${path}:${line}: ${folderOf(path)} may not import ${specifier}`);
      }
    }
    expect(seen).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  test('a relative import names its file with the extension', () => {
    const wrong: string[] = [];
    for (const path of files) {
      for (const { specifier, line } of importsIn(path)) {
        if (specifier.startsWith('.') && !/\.(ts|mjs|css|json)$/.test(specifier)) wrong.push(`${path}:${line}: ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('up to session and views nothing touches a host, a clock or chance', () => {
    const wrong: string[] = [];
    for (const path of files.filter((path) => RULES[folderOf(path)]?.pure)) {
      for (const { name, line } of globalsOf(path, readSource(path), FORBIDDEN_GLOBALS, FORBIDDEN_MEMBERS)) {
        wrong.push(`${path}:${line}: ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('only the folder extension imports vscode', () => {
    const importers = files.filter((path) => importsIn(path).some((use) => use.specifier === 'vscode'));
    expect(importers.filter((path) => folderOf(path) !== 'extension')).toEqual([]);
  });
});

describe('the reader of imports', () => {
  test('sees every way to name another module', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "export * from './c.ts';",
      "const d = await import('./d.ts');",
      "let e: import('./e.ts').E;",
      "import './f.css';",
      "const g = require('./g.ts');",
    ].join('\n');
    expect(importsOf('src/x/x.ts', text).map((use) => `${use.line} ${use.specifier}`)).toEqual([
      '1 ./a.ts',
      '2 ./b.ts',
      '3 ./c.ts',
      '4 ./d.ts',
      '5 ./e.ts',
      '6 ./f.css',
      '7 ./g.ts',
    ]);
  });

  test('refuses a machine that imports the kernel, and a session that imports Node', () => {
    expect(isAllowed('src/machine/cpu.ts', '../kernel/kernel.ts')).toBe(false);
    expect(isAllowed('src/session/session.ts', 'node:fs')).toBe(false);
    expect(isAllowed('src/lang/compile.ts', '../machine/bytecode.ts')).toBe(true);
    expect(isAllowed('src/lang/compile.ts', '../machine/machine.ts')).toBe(false);
    expect(isAllowed('src/machine/cpu.ts', '../../test/support/imports.ts')).toBe(false);
  });

  test('tells a global from a property or a local of the same name', () => {
    const seen = (text: string) => globalsOf('src/x/x.ts', text, FORBIDDEN_GLOBALS, FORBIDDEN_MEMBERS).map((use) => use.name);
    expect(seen('const t = Date.now();')).toEqual(['Date']);
    expect(seen('const n = Math.random();')).toEqual(['Math.random']);
    expect(seen('list.sort((a, b) => a.localeCompare(b));')).toEqual(['.localeCompare']);
    expect(seen('interface X { process: number } const x = { location: 1 }; x.location;')).toEqual([]);
    expect(seen('function f(location: number) { return location; }')).toEqual([]);
    expect(seen('setTimeout(() => 0, 1);')).toEqual(['setTimeout']);
    expect(seen('const here = import.meta.url;')).toEqual(['import.meta']);
  });
});
