/** Our own commands, and the editor's help for the language. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launch } from './support/browser.ts';
import { isDebugging, start, toolbar, waitForStop } from './support/debugging.ts';
import { machineViews, waitForStep } from './support/machine-views.ts';
import {
  activeEditor,
  execute,
  openFile,
  openWorkbench,
  palette,
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
});

/** Ticks a row of a list that is open in the quick input. */
async function choose(label: string): Promise<void> {
  const { page } = workbench;
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(label);
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
  await row.waitFor();
  await row.click();
}

test('events chosen by command stop the very first session', async () => {
  await openFile(workbench, 'live-and-parked.klab');
  await palette(workbench, 'kmaplab: Break on Kernel Events...');
  await choose('Context switch');
  await workbench.page
    .locator('.quick-input-widget .quick-input-action .monaco-button, .quick-input-widget a.monaco-button')
    .first()
    .click();
  await start(workbench);
  const views = await machineViews(workbench);
  const entry = await waitForStep(views, {});
  await toolbar(workbench, 'Continue');
  await waitForStop(workbench, /context switch: red_task to blue_task/i);
  expect(await waitForStep(views, { before: entry })).toBeGreaterThan(entry);
});

test('the command opens a sample', async () => {
  await palette(workbench, 'kmaplab: Open a Sample...');
  await choose('switch-race.klab');
  await until(
    () => activeEditor(workbench),
    (title) => title === 'switch-race.klab',
    'the sample is open',
  );
});

test('a kernel source opens to read', async () => {
  await palette(workbench, 'kmaplab: Open Kernel Source...');
  await choose('/mm/kmap-local.klab');
  await until(
    () => activeEditor(workbench),
    (title) => title === 'kmap-local.klab',
    'the source is open',
  );
  await until(
    () => visibleText(workbench),
    (text) => text.length > 50,
    'it has text',
  );
});

test('Ctrl+F10 steps back', async () => {
  await openFile(workbench, 'live-and-parked.klab');
  await start(workbench);
  const views = await machineViews(workbench);
  const entry = await waitForStep(views, {});
  await toolbar(workbench, 'Step Over');
  const next = await waitForStep(views, { before: entry });
  await until(
    () => isDebugging(workbench),
    (on) => on,
    'stopped',
  );
  await workbench.page.locator('.editor-instance .monaco-editor .view-line').first().click();
  await workbench.page.keyboard.press('Control+F10');
  expect(await waitForStep(views, { before: next })).toBe(entry);
});

test('a fault in the text is underlined while typing, and a kernel call explains itself', async () => {
  const { page } = workbench;
  await openFile(workbench, 'first-mapping.klab');
  await execute(workbench, 'workbench.action.closePanel');
  const call = page.locator('.view-line span', { hasText: /^kmap_local_page$/ }).last();
  await call.hover();
  await until(
    () => page.locator('.monaco-hover:visible').allInnerTexts(),
    (texts) => texts.join(' ').includes('kmap_local_page('),
    'the hover shows the prototype',
  );
  await page.locator('.view-line', { hasText: 'page letter' }).first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type('nonsense ');
  await until(
    () => page.locator('#status\\.problems').innerText(),
    (text) => !/^\s*0\s+0/.test(text),
    'a problem is counted',
  );
  await page.keyboard.press('Control+Z');
});

test('every expect line of the samples is a test, and they pass', async () => {
  const explorer = workbench.page.locator('.test-explorer');
  // The view exists only once the extension has started; until then the command does nothing.
  await until(
    async () => {
      await execute(workbench, 'workbench.view.testing.focus');
      return explorer.count();
    },
    (count) => count > 0,
    'the test explorer is there',
  );
  // As long as no test is known, running all of them does nothing and leaves no result.
  await until(
    async () => {
      await execute(workbench, 'testing.runAll');
      return explorer.innerText();
    },
    (text) => !text.includes('No test results yet'),
    'the tests run',
  );
  await until(
    () => explorer.innerText(),
    (text) => {
      const [, passed, all] = /(\d+)\/(\d+)/.exec(text) ?? [];
      return all !== undefined && Number(all) > 10 && passed === all;
    },
    'all tests have passed',
    120_000,
  );
});
