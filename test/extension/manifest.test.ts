import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sampleList } from '../../scripts/list-samples.mjs';
import { launchAttributes } from '../../scripts/update-manifest.mjs';
import { EVENT_BREAKPOINTS } from '../../src/kernel/events.ts';
import { settings } from '../../src/kernel/settings.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(file('package.json'));
const { contributes } = manifest;

test('launch attributes are those of the kernel settings (node scripts/update-manifest.mjs)', () => {
  const wanted = JSON.parse(JSON.stringify(launchAttributes(settings, EVENT_BREAKPOINTS)));
  expect(contributes.debuggers[0].configurationAttributes.launch).toEqual(wanted);
});

test('the list of samples is that of the folder (node scripts/list-samples.mjs)', () => {
  expect(JSON.parse(file('media/samples.json'))).toEqual(sampleList());
});

test('every command used in the manifest is declared, and every declared one has a source', () => {
  const declared = contributes.commands.map((command: { command: string }) => command.command);
  const used = [...JSON.stringify(contributes).matchAll(/kmaplab\.(\w+)/g)].map(([name]) => name);
  const others = [
    'kmaplab.active',
    ...['stacks', 'slots', 'preemption', 'queues', 'locks', 'metrics', 'timeline'].map((view) => `kmaplab.${view}`),
  ];
  expect([...new Set(used)].filter((name) => !declared.includes(name) && !others.includes(name))).toEqual([]);
  const sources = ['extension.ts', 'commands/debug-commands.ts'].map((path) => file(`src/extension/${path}`)).join('');
  expect(declared.filter((name: string) => !sources.includes(`'${name}'`))).toEqual([]);
});

test('every file that the manifest names exists', () => {
  const named = [...JSON.stringify(contributes).matchAll(/"(?:\.\/)?((?:media|syntaxes)\/[^"]+|language-configuration\.json)"/g)];
  const missing = named.map(([, path]) => path).filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  expect(missing).toEqual([]);
});

test('the icon is a PNG of at least 128 by 128', () => {
  const png = readFileSync(new URL(`../../${manifest.icon}`, import.meta.url));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(128);
  expect(png.readUInt32BE(20)).toBeGreaterThanOrEqual(128);
});
