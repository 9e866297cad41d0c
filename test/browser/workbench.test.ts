/** The workbench by itself: that the server, the page, the file system provider and webviews work before anything of ours is asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { firstProgram } from '../../scripts/workbench/page.mjs';
import { launch } from './support/browser.ts';
import { webviewWith } from './support/webviews.ts';
import {
  activeEditor,
  execute,
  languageName,
  openFile,
  openWorkbench,
  screenshot,
  until,
  visibleText,
} from './support/workbench.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test('opens the first sample, knows its language, and asks nobody else for anything', async () => {
  const workbench = await openWorkbench(browser, inject('url'));
  const first = firstProgram(inject('folder'));
  expect(await activeEditor(workbench)).toBe(first);
  await until(
    () => languageName(workbench),
    (name) => name === 'klab',
    'the language is known',
  );
  const firstLine = readFileSync(join(inject('folder'), first), 'utf8').split('\n')[0];
  expect(await visibleText(workbench)).toContain(firstLine.trim());
  await screenshot(workbench, 'workbench');
  expect(workbench.problems).toEqual([]);
  await workbench.close();
});

test('a file changed in the editor is changed in the folder', async () => {
  const workbench = await openWorkbench(browser, inject('url'), 'page.md');
  await workbench.page.locator('.monaco-editor .view-line').first().click();
  await workbench.page.keyboard.press('Control+End');
  await workbench.page.keyboard.type('One more line.');
  await workbench.page.keyboard.press('Control+S');
  await until(
    async () => readFileSync(join(inject('folder'), 'page.md'), 'utf8'),
    (text) => text.includes('One more line.'),
    'the file was saved',
  );
  expect(workbench.problems).toEqual([]);
  await workbench.close();
});

test('a webview shows its content from the own origin', async () => {
  const workbench = await openWorkbench(browser, inject('url'));
  await openFile(workbench, 'page.md');
  await execute(workbench, 'markdown.showPreview');
  const frame = await webviewWith(workbench, 'h1');
  expect(await frame.locator('h1').innerText()).toContain('A page of text');
  expect(workbench.problems).toEqual([]);
  await workbench.close();
});
