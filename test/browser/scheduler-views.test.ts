/** The views of the scheduler panel: what they say of a program, by keyboard, in every kind of theme, checked by axe. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { axeFindings } from './support/accessibility.ts';
import { launch } from './support/browser.ts';
import { AT_ENTRY, start, waitForStop } from './support/debugging.ts';
import { machineViews, waitForStep } from './support/machine-views.ts';
import { webviewWith } from './support/webviews.ts';
import { execute, openFile, openWorkbench, palette, screenshot, until, type Workbench } from './support/workbench.ts';

const SAMPLE = 'preempted.klab';

let browser: Browser;
let workbench: Workbench;
beforeAll(async () => {
  browser = await launch();
  workbench = await openWorkbench(browser, inject('url'));
});
afterAll(async () => {
  await workbench?.close();
  await browser?.close();
});

test('the run queues of a sample, in light and dark and high contrast', async () => {
  await openFile(workbench, SAMPLE);
  await start(workbench);
  await waitForStop(workbench, AT_ENTRY);
  const views = await machineViews(workbench);
  const step = await waitForStep(views, {});
  await execute(workbench, 'kmaplab.nextContextSwitch');
  await waitForStep(views, { before: step });
  await execute(workbench, 'kmaplab.queues.focus');
  const queues = await webviewWith(workbench, 'main[aria-label="Run Queues"] section');
  const rows = await queues.locator('tbody tr').allInnerTexts();
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.join('\n')).toMatch(/running/);
  const themes: [string, string, () => Promise<void>][] = [
    ['light', 'vscode-light', async () => undefined],
    ['dark', 'vscode-dark', () => palette(workbench, 'Preferences: Toggle between Light/Dark Themes')],
  ];
  for (const [name, wanted, change] of themes) {
    await change();
    await until(
      () => queues.evaluate(() => document.body.className),
      (classes) => classes.includes(wanted),
      `the ${name} theme has arrived`,
    );
    await screenshot(workbench, `queues-${name}`);
    expect([name, await axeFindings(queues, 'panel')]).toEqual([name, []]);
  }
  const buttons = queues.locator('[data-nav]');
  await buttons.first().focus();
  await workbench.page.keyboard.press('End');
  const focused = await queues.evaluate(() => document.activeElement?.textContent ?? '');
  expect(focused).toBe((await buttons.allInnerTexts()).at(-1));
  expect(workbench.problems).toEqual([]);
});
