/** The matrix of a program, and a mapping model of one's own, as a person meets them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { axeFindings } from './support/accessibility.ts';
import { launch } from './support/browser.ts';
import { AT_ENTRY, waitForStop } from './support/debugging.ts';
import { webviewWith } from './support/webviews.ts';
import {
  activeEditor,
  openFile,
  openWorkbench,
  palette,
  screenshot,
  until,
  visibleText,
  type Workbench,
} from './support/workbench.ts';

let browser: Browser;
let workbench: Workbench;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  workbench = await openWorkbench(browser, inject('url'));
});
afterEach(async () => {
  expect(workbench.problems).toEqual([]);
  await workbench.close();
  // The folder is that of the other tests too.
  rmSync(join(inject('folder'), 'my-kmap.klab'), { force: true });
});

test('the matrix shows the race where it is, by keyboard too, and a cell opens that run in the debugger', async () => {
  await openFile(workbench, 'switch-race.klab');
  await palette(workbench, 'kmaplab: Matrix of This Program');
  const matrix = await webviewWith(workbench, 'main[aria-label="Matrix"] table');
  await until(
    () => matrix.locator('body > [role=status]').innerText(),
    (text) => /\d+ clean, \d+ with findings/.test(text),
    'every cell has run',
  );
  const headings = await matrix.locator('thead th').allInnerTexts();
  const race = matrix.locator('tbody tr', { hasText: 'torvalds' });
  const cells = await race.locator('td').allInnerTexts();
  expect(cells[headings.indexOf('kmap_temporary') - 1]).toContain('slot_busy');
  expect(cells[headings.indexOf('kmap_local') - 1]).toContain('n/a');
  expect(await axeFindings(matrix, 'editor')).toEqual([]);
  await screenshot(workbench, 'matrix');

  const found = race.locator('button', { hasText: 'slot_busy' });
  await found.focus();
  await workbench.page.keyboard.press('ArrowUp');
  expect(await matrix.evaluate(() => document.activeElement?.textContent?.trim())).toBe('clean');
  await matrix.locator('button', { hasText: 'Text' }).click();
  expect(await matrix.locator('pre.twin').innerText()).toContain('Matrix of switch-race.klab');
  await matrix.locator('button', { hasText: 'Text' }).click();
  await found.click();
  await waitForStop(workbench, AT_ENTRY);
});

test('a new mapping model opens beside the program, checked as a model', async () => {
  await openFile(workbench, 'nesting.klab');
  await palette(workbench, 'kmaplab: New Mapping Model');
  await until(
    () => activeEditor(workbench),
    (title) => title.startsWith('my-kmap'),
    'the model is open',
  );
  expect(await visibleText(workbench)).toContain('My mapping model');
  await until(
    () => workbench.page.locator('#status\\.problems').getAttribute('aria-label'),
    (label) => label?.includes('No Problems') === true,
    'nothing is wrong with it',
  );
});
