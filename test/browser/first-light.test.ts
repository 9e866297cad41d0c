/**
 * What a new user does: opens a sample, sets a breakpoint in the gutter, presses F5, stops at entry, ticks "Context switch",
 * continues, reads the four views, steps in to kernel source, steps back, and finds the earlier state. What the views say is
 * compared with what the command line prints for the same micro-step.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { inRepository } from '../../scripts/lib/paths.mjs';
import { launch } from './support/browser.ts';
import {
  AT_ENTRY,
  breakpointLines,
  clickGutter,
  end,
  start,
  stoppedLine,
  tick,
  toolbar,
  variables,
  waitForStop,
} from './support/debugging.ts';
import {
  expectedViews,
  type MachineViews,
  machineViews,
  type PrintedViews,
  readViews,
  shownStep,
  waitForStep,
} from './support/machine-views.ts';
import { activeEditor, openFile, openWorkbench, screenshot, until, visibleText } from './support/workbench.ts';

const SAMPLE = 'live-and-parked.klab';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** The views at a micro-step, as the command line has them. */
function printedViews(step: number): PrintedViews {
  const args = [inRepository('dist/cli.mjs'), 'run', '--json', '--at', String(step), join(inject('folder'), SAMPLE)];
  const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n');
  return JSON.parse(lines[lines.length - 1]);
}

async function compareWithCommandLine(views: MachineViews): Promise<void> {
  const step = (await shownStep(views)) ?? -1;
  const expected = expectedViews(printedViews(step));
  const shown = await readViews(views);
  expect(shown.stacks).toEqual(expected.stacks);
  expect(shown.slots).toEqual(expected.slots);
  expect(shown.timeline).toBe(expected.timeline);
  for (const [cpu, lines] of expected.preemption.entries())
    for (const line of lines) expect(shown.preemption[cpu]).toContain(line);
}

test('a new user runs a sample, reads the views, steps in to kernel source and back', async () => {
  const text = readFileSync(join(inject('folder'), SAMPLE), 'utf8').split('\n');
  const mapLine = text.findIndex((line) => line.includes('kmap_local_page(red[1])')) + 1;

  const workbench = await openWorkbench(browser, inject('url'));
  await openFile(workbench, SAMPLE);
  await clickGutter(workbench, mapLine);
  await until(
    () => breakpointLines(workbench),
    (lines) => lines.includes(mapLine),
    'the breakpoint is there',
  );

  await start(workbench);
  await waitForStop(workbench, AT_ENTRY);
  const views = await machineViews(workbench);
  const entry = await waitForStep(views, {});
  await compareWithCommandLine(views);

  await tick(workbench, 'Context switch');
  let step = entry;
  // The breakpoint comes first, a context switch after it.
  await toolbar(workbench, 'Continue');
  await waitForStop(workbench, /breakpoint/i);
  step = await waitForStep(views, { before: step });
  expect(await stoppedLine(workbench)).toBe(mapLine);
  expect(await activeEditor(workbench)).toBe(SAMPLE);
  await compareWithCommandLine(views);
  const atBreakpoint = await readViews(views);
  const breakpointStep = step;

  // Step in: the kernel's own source opens, read-only.
  await toolbar(workbench, 'Step Into');
  step = await waitForStep(views, { before: step });
  await until(
    () => activeEditor(workbench),
    (title) => title.endsWith('.klab') && title !== SAMPLE,
    'kernel source opened',
  );
  await until(
    () => visibleText(workbench),
    (shown) => shown.includes('kmap'),
    'kernel source is shown',
  );
  await screenshot(workbench, 'kernel-source');

  // Step back: the state of the breakpoint, to the last word of every view.
  await toolbar(workbench, 'Step Back');
  await waitForStep(views, { exactly: breakpointStep });
  await until(
    () => activeEditor(workbench),
    (title) => title === SAMPLE,
    'the program is in front again',
  );
  expect(await stoppedLine(workbench)).toBe(mapLine);
  const again = await readViews(views);
  expect(again.stacks).toEqual(atBreakpoint.stacks);
  expect(again.slots).toEqual(atBreakpoint.slots);
  expect(again.preemption).toEqual(atBreakpoint.preemption);

  // On to the context switch that was ticked.
  await toolbar(workbench, 'Continue');
  await waitForStop(workbench, /context switch: /i);
  step = await waitForStep(views, { before: breakpointStep });
  await compareWithCommandLine(views);
  expect((await variables(workbench)).length).toBeGreaterThan(0);
  await screenshot(workbench, 'first-light');

  await end(workbench);
  expect(workbench.problems).toEqual([]);
  await workbench.close();
});
