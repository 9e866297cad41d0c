/** The views of the scheduler panel: what they say of a program, by keyboard, in every kind of theme, checked by axe. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { axeFindings } from './support/accessibility.ts';
import { launch } from './support/browser.ts';
import { AT_ENTRY, start, waitForStop } from './support/debugging.ts';
import { machineViews, waitForStep } from './support/machine-views.ts';
import { webviewWith } from './support/webviews.ts';
import { execute, openFile, openWorkbench, palette, screenshot, until, type Workbench } from './support/workbench.ts';

/** A program beside the samples: three tasks, a lock that lends priority. */
const FILE = 'scheduler-views.klab';
const PROGRAM = `machine { cpus = 2; }

static DEFINE_RT_MUTEX(m);

task high(policy = SCHED_FIFO, prio = 30, cpu = 0) { msleep(2); rt_mutex_lock(&m); rt_mutex_unlock(&m); }
task mid(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(3); mdelay(1); }
task low(policy = SCHED_FIFO, prio = 10, cpu = 0)
{
	rt_mutex_lock(&m);
	mdelay(5);
	rt_mutex_unlock(&m);
}
`;

let browser: Browser;
let workbench: Workbench;
beforeAll(async () => {
  writeFileSync(join(inject('folder'), FILE), PROGRAM);
  browser = await launch();
  workbench = await openWorkbench(browser, inject('url'));
});
afterAll(async () => {
  rmSync(join(inject('folder'), FILE), { force: true });
  await workbench?.close();
  await browser?.close();
});

test('run queues and locks of a program, by keyboard, in light and dark, checked by axe', async () => {
  await openFile(workbench, FILE);
  await start(workbench);
  await waitForStop(workbench, AT_ENTRY);
  const views = await machineViews(workbench);
  let step = await waitForStep(views, {});
  await execute(workbench, 'kmaplab.queues.focus');
  const queues = await webviewWith(workbench, 'main[aria-label="Run Queues"] section');
  await execute(workbench, 'kmaplab.locks.focus');
  const locks = await webviewWith(workbench, 'main[aria-label="Locks"] table');
  const waiting = async () => (await locks.locator('.chain').allInnerTexts()).some((text) => text.includes('waits for m'));
  for (let i = 0; i < 20 && !(await waiting()); i++) {
    await execute(workbench, 'kmaplab.nextContextSwitch');
    step = await waitForStep(views, { before: step });
  }
  expect(await locks.locator('tbody tr').first().innerText()).toMatch(
    /m\s+rt_mutex\s+low\s+\(prio 69, lent; its own 89\)\s+high/,
  );
  expect(await locks.locator('.chain').allInnerTexts()).toEqual([expect.stringContaining('high waits for m, held by low')]);
  expect(await queues.locator('tbody').first().innerText()).toMatch(/low\s+FIFO\s+69 \(of its own: 89\)/);
  const themes: [string, string, () => Promise<void>][] = [
    ['light', 'vscode-light', async () => undefined],
    ['dark', 'vscode-dark', () => palette(workbench, 'Preferences: Toggle between Light/Dark Themes')],
  ];
  for (const [name, wanted, change] of themes) {
    await change();
    for (const [view, frame] of Object.entries({ queues, locks })) {
      await until(
        () => frame.evaluate(() => document.body.className),
        (classes) => classes.includes(wanted),
        `the ${name} theme has arrived in ${view}`,
      );
      expect([view, name, await axeFindings(frame, 'panel')]).toEqual([view, name, []]);
    }
    await screenshot(workbench, `scheduler-${name}`);
  }
  await execute(workbench, 'kmaplab.metrics.focus');
  const metrics = await webviewWith(workbench, 'main[aria-label="Metrics"] table');
  expect(await metrics.locator('table[aria-label="Latencies"] tbody').innerText()).toMatch(/wakeup_latency\s+high/);
  expect(await axeFindings(metrics, 'panel')).toEqual([]);
  await screenshot(workbench, 'metrics');
  for (const frame of [queues, locks, metrics]) {
    const buttons = frame.locator('[data-nav]');
    await buttons.first().focus();
    await workbench.page.keyboard.press('End');
    const focused = await frame.evaluate(() => document.activeElement?.textContent ?? '');
    expect(focused).toBe((await buttons.allInnerTexts()).at(-1));
  }
  expect(workbench.problems).toEqual([]);
});
