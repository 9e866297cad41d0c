/**
 * The race of September 2020 as a person meets it: a launch configuration names the schedule, the run stops at the BUG, the box says in plain
 * words what happened, and stepping back leads to the moment before. Then one word is changed and the program is clean.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launch } from './support/browser.ts';
import { breakpointRows, callStack, end, start, toolbar, unfoldScope, variables, waitForStop } from './support/debugging.ts';
import { machineViews, waitForAnnouncement, waitForStep } from './support/machine-views.ts';
import { goToLine, notifications, openFile, openWorkbench, palette, screenshot, until } from './support/workbench.ts';

const SAMPLE = 'switch-race.klab';

let browser: Browser;
const settings = join(inject('folder'), '.vscode');
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  rmSync(settings, { recursive: true, force: true });
  await browser?.close();
});

/** What launch.json says; F5 takes the only configuration there is. */
function writeLaunchConfiguration(more: object): void {
  const configuration = {
    type: 'kmaplab',
    request: 'launch',
    name: 'The race',
    program: `\${file}`,
    stopOnEntry: false,
    ...more,
  };
  mkdirSync(settings, { recursive: true });
  writeFileSync(join(settings, 'launch.json'), JSON.stringify({ version: '0.2.0', configurations: [configuration] }));
}

test('a named schedule hits the switch race, and stepping back shows the moment before it', async () => {
  writeLaunchConfiguration({ schedule: 'torvalds' });
  const workbench = await openWorkbench(browser, inject('url'));
  const { page } = workbench;
  await openFile(workbench, SAMPLE);
  await start(workbench);
  await waitForStop(workbench, /BUG/);
  const box = page.locator('.exception-widget');
  await until(
    async () => ((await box.count()) > 0 ? box.innerText() : ''),
    (text) => text.includes('slot'),
    'the box says what happened',
  );
  expect((await callStack(workbench)).some((row) => row.startsWith('Stack Frame'))).toBe(true);
  const views = await machineViews(workbench);
  const bug = await waitForStep(views, {});
  await screenshot(workbench, 'switch-race');

  await toolbar(workbench, 'Step Back');
  const before = await waitForStep(views, { before: bug });
  expect(before).toBeLessThan(bug);
  await unfoldScope(workbench, 'Locals');
  expect((await variables(workbench)).length).toBeGreaterThan(0);

  await palette(workbench, 'Step Back to Previous Context Switch');
  const earlier = await waitForStep(views, { before });
  expect(earlier).toBeLessThan(before);
  expect(await breakpointRows(workbench)).toContainEqual(expect.stringContaining('Context switch'));

  await end(workbench);
  expect(await notifications(workbench)).toEqual([]);
  expect(workbench.problems).toEqual([]);
  await workbench.close();
});

test('with another mapping model the same program ends clean', async () => {
  writeLaunchConfiguration({ schedule: 'merged', settings: { mapping: 'kmap_local' } });
  const workbench = await openWorkbench(browser, inject('url'));
  await openFile(workbench, SAMPLE);
  await goToLine(workbench, 20);
  await start(workbench);
  // The last stop, from which one can still step back.
  await waitForAnnouncement(await machineViews(workbench), /all tasks have ended/);
  expect(await workbench.page.locator('.exception-widget').count()).toBe(0);
  await end(workbench);
  expect(workbench.problems).toEqual([]);
  await workbench.close();
});
