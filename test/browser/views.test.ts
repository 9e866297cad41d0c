/** The four views by keyboard and by mouse, in every kind of theme, checked by axe. */
import type { Browser, Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { axeFindings } from './support/accessibility.ts';
import { launch } from './support/browser.ts';
import { AT_ENTRY, start, toolbar, waitForStop } from './support/debugging.ts';
import { type MachineViews, machineViews, shownStep, waitForStep } from './support/machine-views.ts';
import { webviewWith } from './support/webviews.ts';
import { execute, openFile, openWorkbench, palette, screenshot, until, type Workbench } from './support/workbench.ts';

const SAMPLE = 'live-and-parked.klab';

let browser: Browser;
let workbench: Workbench;
let views: MachineViews;
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

/** Runs the sample to its entry stop, with all views in front. */
async function stopAtEntry(): Promise<number> {
  await openFile(workbench, SAMPLE);
  await start(workbench);
  await waitForStop(workbench, AT_ENTRY);
  views = await machineViews(workbench);
  return waitForStep(views, {});
}

const nextSwitch = async (step: number): Promise<number> => {
  await execute(workbench, 'kmaplab.nextContextSwitch');
  return waitForStep(views, { before: step });
};

test('before a session the views say what to do, and their buttons do it', async () => {
  await openFile(workbench, SAMPLE);
  await execute(workbench, 'kmaplab.stacks.focus');
  const stacks = await webviewWith(workbench, 'main[aria-label="Kmap Stacks"] .empty');
  expect(await stacks.locator('.empty').innerText()).toContain('Open a sample and press F5');
  expect(await axeFindings(stacks, 'sideBar')).toEqual([]);
  await screenshot(workbench, 'views-empty');
  await stacks.locator('vscode-button', { hasText: 'Run the open program' }).click();
  await waitForStop(workbench, AT_ENTRY);
  await stacks.locator('section').first().waitFor();
});

test('what is new since the last stop is marked with a sign and a word, not by colour alone', async () => {
  let step = await stopAtEntry();
  step = await nextSwitch(step);
  await until(
    async () => {
      if ((await views.stacks.locator('tr.change-new').count()) > 0) return true;
      step = await nextSwitch(step);
      return false;
    },
    (found) => found,
    'a mapping is new',
  );
  const row = views.stacks.locator('tr.change-new').first();
  expect(await row.locator('.mark').innerText()).toBe('+');
  expect(await row.locator('.hidden-text').first().textContent()).toBe('new since the last stop');
  expect(await views.stacks.locator('body > [role=status]').innerText()).toMatch(/\d+ new/);
  await screenshot(workbench, 'views-new');
});

test('the keyboard alone reaches everything in a view, and Enter shows the same thing in the others', async () => {
  const step = await stopAtEntry();
  await nextSwitch(step);
  const buttons = views.stacks.locator('[data-nav]');
  await buttons.first().focus();
  const focused = () => views.stacks.evaluate(() => document.activeElement?.textContent ?? '');
  const texts = await buttons.allInnerTexts();
  expect(await focused()).toBe(texts[0]);
  await workbench.page.keyboard.press('ArrowDown');
  expect(await focused()).toBe(texts[1]);
  await workbench.page.keyboard.press('End');
  expect(await focused()).toBe(texts.at(-1));
  await workbench.page.keyboard.press('Home');
  await workbench.page.keyboard.press('Enter');
  await until(
    () => views.preemption.locator('.is-revealed').count(),
    (count) => count === 1,
    'the task is marked in Preemption',
  );
});

test('a click in the timeline travels there, and so does Enter', async () => {
  let step = await stopAtEntry();
  step = await nextSwitch(await nextSwitch(step));
  const picture = views.timeline.locator('.picture');
  const box = await picture.boundingBox();
  if (!box) throw new Error('the timeline has no size');
  await picture.click({ position: { x: 112 + (box.width - 112) / 2, y: 30 } });
  const middle = await waitForStep(views, { before: step });
  expect(middle).toBeGreaterThan(0);
  expect(middle).toBeLessThan(step);

  // What lay ahead is still there, so one can travel forward again.
  await picture.focus();
  await workbench.page.keyboard.press('End');
  await until(
    () => views.timeline.locator('#said').innerText(),
    (text) => text.startsWith(`step ${step},`),
    'the cursor is at the end',
  );
  await workbench.page.keyboard.press('Enter');
  await waitForStep(views, { exactly: step });
  // VS Code moves the keyboard to the editor at a stop; it comes back, so that the next key is not typed into the program.
  let calm = 0;
  await until(
    () => views.timeline.evaluate(() => document.hasFocus() && document.activeElement?.matches('.picture') === true),
    (focused) => {
      calm = focused ? calm + 1 : 0;
      return calm > 5;
    },
    'the keyboard is in the timeline again',
  );
  await workbench.page.keyboard.press('Home');
  await workbench.page.keyboard.press('Enter');
  await waitForStep(views, { exactly: 0 });
});

test('markers, zoom, axis and table of the timeline work from the keyboard', async () => {
  await nextSwitch(await stopAtEntry());
  const picture = views.timeline.locator('.picture');
  const said = () => views.timeline.locator('#said').innerText();
  await picture.focus();
  const { keyboard } = workbench.page;
  await keyboard.press('Home');
  await keyboard.press('a');
  for (let i = 0; i < 5; i++) await keyboard.press('ArrowRight');
  await keyboard.press('b');
  expect(await said()).toContain('A to B: 5 steps');
  await keyboard.press('+');
  await keyboard.press('0');
  await keyboard.press('t');
  expect(await views.timeline.locator('pre.twin').innerText()).toContain('Timeline at step');
  await screenshot(workbench, 'views-timeline-table');
  await keyboard.press('t');
  await views.timeline.locator('select').selectOption('time');
  await until(
    () => views.timeline.locator('.picture').evaluate(() => (document.querySelector('select') as HTMLSelectElement).value),
    (axis) => axis === 'time',
    'the axis is time',
  );
});

/** Colours of a frame's text and of what is behind it, to see that a theme has arrived. */
const background = (frame: Frame): Promise<string> => frame.evaluate(() => document.body.className);

test('in every kind of theme axe finds nothing wrong', async () => {
  await nextSwitch(await stopAtEntry());
  const choose = (theme: string) => async () => {
    await execute(workbench, 'workbench.action.selectTheme');
    const input = workbench.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(theme);
    await workbench.page.locator(`.quick-input-list .monaco-list-row.focused[aria-label*="${theme}"]`).waitFor();
    await workbench.page.keyboard.press('Enter');
  };
  const toggle = () => palette(workbench, 'Preferences: Toggle between Light/Dark Themes');
  const themes: [string, string, () => Promise<void>][] = [
    ['light', 'vscode-light', async () => undefined],
    ['dark', 'vscode-dark', toggle],
    ['contrast', 'vscode-high-contrast', choose('Dark High Contrast')],
    ['contrast-light', 'vscode-high-contrast-light', choose('Light High Contrast')],
  ];
  for (const [name, wanted, change] of themes) {
    await change();
    await until(
      () => background(views.stacks),
      (classes) => classes.includes(wanted),
      `the ${name} theme has arrived`,
    );
    await screenshot(workbench, `views-${name}`);
    for (const [view, frame] of Object.entries(views))
      expect([view, await axeFindings(frame, view === 'timeline' ? 'panel' : 'sideBar')]).toEqual([view, []]);
  }
});

test('stepping back shows the earlier state in every view', async () => {
  const entry = await stopAtEntry();
  const step = await nextSwitch(entry);
  await toolbar(workbench, 'Step Back');
  const back = await waitForStep(views, { before: step });
  expect(back).toBeLessThan(step);
  for (const frame of [views.slots, views.preemption]) expect(await frame.locator('section').count()).toBeGreaterThan(0);
  expect(await shownStep(views)).toBe(back);
});

test('who asks for less motion gets none', async () => {
  await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
  let step = await stopAtEntry();
  for (let i = 0; i < 3; i++) step = await nextSwitch(step);
  const marked = views.slots.locator('tr.change-new, tr.change-changed, tr.change-gone');
  expect(await marked.count()).toBeGreaterThan(0);
  const motion = await views.slots.evaluate(() =>
    [...document.querySelectorAll('tr > *')]
      .map((cell) => getComputedStyle(cell).animationName)
      .filter((name) => name !== 'none'),
  );
  expect(motion).toEqual([]);
});

test('an interrupt raised by command shows on the timeline', async () => {
  await openFile(workbench, 'irq-nesting.klab');
  await start(workbench);
  views = await machineViews(workbench);
  const entry = await waitForStep(views, {});
  await execute(workbench, 'kmaplab.raiseInterrupt');
  await execute(workbench, 'kmaplab.nextContextSwitch');
  await waitForStep(views, { before: entry });
  await views.timeline.locator('button[aria-label^="Table of the same data"]').click();
  await until(
    () => views.timeline.locator('pre.twin').innerText(),
    (text) => /interrupts\n\s+from step.*\n\s+\d+\s+\d+\s+interrupt/.test(text),
    'the interrupt has a span',
  );
});
