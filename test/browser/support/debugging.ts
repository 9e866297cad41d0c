/** What a person does while debugging: gutter, keys, tool bar, side bar. */
import type { Locator } from 'playwright-core';
import { until, type Workbench } from './workbench.ts';

const margin = '.editor-group-container.active .editor-instance .monaco-editor';

/**
 * Sets or clears a breakpoint by a click beside the line number. Until the workbench shows its breakpoint hint under the pointer, such
 * clicks are silently lost, so that is waited for.
 */
export async function clickGutter(workbench: Workbench, line: number): Promise<void> {
  const { page } = workbench;
  const number = page
    .locator(`${margin} .line-numbers`)
    .filter({ hasText: new RegExp(`^${line}$`) })
    .first();
  await number.waitFor();
  const point = async () => {
    const box = await number.boundingBox();
    const left = await page.locator(`${margin} .margin`).first().boundingBox();
    if (!box || !left) throw new Error(`line ${line} is not in view`);
    return { x: left.x + 9, y: box.y + box.height / 2 };
  };
  await until(
    async () => {
      const { x, y } = await point();
      await page.mouse.move(x + 30, y);
      await page.mouse.move(x, y);
      return page.locator(`${margin} .glyph-margin-widgets .codicon-debug-hint`).count();
    },
    (count) => count > 0,
    'the gutter takes breakpoints',
  );
  const { x, y } = await point();
  await page.mouse.click(x, y);
}

/** Lines whose offset an element has inside the editor's text; line heights are equal. */
async function linesOf(locator: Locator): Promise<number[]> {
  const lines = await locator.evaluateAll((elements) =>
    elements.map((element) => {
      const row = element as HTMLElement;
      return (
        Math.round(Number.parseFloat(row.style.top) / Number.parseFloat(row.style.height || getComputedStyle(row).height)) + 1
      );
    }),
  );
  return lines.sort((a, b) => a - b);
}

/** Lines of the active editor with a breakpoint. */
export const breakpointLines = ({ page }: Workbench): Promise<number[]> =>
  linesOf(page.locator(`${margin} .glyph-margin-widgets .cgmr[class*="codicon-debug-breakpoint"]`));

/** Line of the active editor where execution stands, if it does. */
export async function stoppedLine({ page }: Workbench): Promise<number | undefined> {
  return (
    await linesOf(
      page
        .locator(`${margin} .view-overlays .debug-top-stack-frame-line, ${margin} .view-overlays .debug-focused-stack-frame-line`)
        .locator('..'),
    )
  )[0];
}

/** What the call stack says at the first stop. */
export const AT_ENTRY = /the first statement of the program/;

export const isDebugging = ({ page }: Workbench): Promise<boolean> => page.locator('.debug-toolbar').isVisible();

/** Presses F5 and waits until a session shows its tool bar. */
export async function start(workbench: Workbench): Promise<void> {
  await workbench.page.keyboard.press('F5');
  await until(
    () => isDebugging(workbench),
    (on) => on,
    'a debug session started',
  );
}

/** Presses a button of the debug tool bar: `Continue`, `Step Into`, `Step Back`, `Reverse`. */
export async function toolbar({ page }: Workbench, label: string): Promise<void> {
  await page.locator(`.debug-toolbar .action-label[aria-label^="${label}"]:not(.disabled)`).first().click();
}

export async function end(workbench: Workbench): Promise<void> {
  await workbench.page.keyboard.press('Shift+F5');
  await until(
    () => isDebugging(workbench),
    (on) => !on,
    'the debug session ended',
  );
}

/** Rows of the call stack as a screen reader hears them. */
export const callStack = ({ page }: Workbench): Promise<string[]> =>
  page
    .locator('.debug-call-stack .monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));

/** Waits until a thread of the call stack is paused with that description. */
export const waitForStop = (workbench: Workbench, description: RegExp): Promise<string[]> =>
  until(
    () => callStack(workbench),
    (rows) => rows.some((row) => description.test(row)),
    `the call stack says ${description}`,
  );

export interface ShownVariable {
  name: string;
  value: string;
}
/** Rows of the Variables view that are in view. */
export const variables = ({ page }: Workbench): Promise<ShownVariable[]> =>
  page.locator('.debug-variables .monaco-list-row').evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector('.name')?.textContent ?? '',
      value: row.querySelector('.value')?.textContent ?? '',
    })),
  );

/** Unfolds a scope of the Variables view. */
export async function unfoldScope({ page }: Workbench, name: string): Promise<void> {
  const row = page.locator('.debug-variables .monaco-list-row').filter({ hasText: name }).first();
  await row.waitFor();
  if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
}

/** Rows of the Breakpoints view. */
export const breakpointRows = ({ page }: Workbench): Promise<string[]> =>
  page.locator('.debug-breakpoints .monaco-list-row').allInnerTexts();

/** Ticks or clears a row of the Breakpoints view, such as the event breakpoint "Context switch". */
export async function tick({ page }: Workbench, label: string): Promise<void> {
  const row = page.locator('.debug-breakpoints .monaco-list-row').filter({ hasText: label }).first();
  await row.waitFor();
  await row.locator('input[type=checkbox], .monaco-checkbox').first().click();
}
