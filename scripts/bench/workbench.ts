/** What is measured in a real workbench: activation, and the time from the adapter's `stopped` to views that are painted. */
import type { Browser, Worker } from 'playwright-core';
import { AT_ENTRY, start, toolbar, waitForStop } from '../../test/browser/support/debugging.ts';
import { machineViews, waitForStep } from '../../test/browser/support/machine-views.ts';
import { execute, openWorkbench, until, type Workbench } from '../../test/browser/support/workbench.ts';
import { percentile, type Row } from './numbers.ts';

const STOPS = 25;

interface Mark {
  name: string;
  startTime: number;
  stop: number;
}

/** The marks that the extension leaves in its own worker. */
async function marks(workers: readonly Worker[]): Promise<Mark[]> {
  const all = await Promise.all(
    workers.map((worker) =>
      worker
        .evaluate(() =>
          performance
            .getEntriesByType('mark')
            .filter((entry) => entry.name.startsWith('kmaplab '))
            .map((entry) => ({
              name: entry.name,
              startTime: entry.startTime,
              stop: ((entry as PerformanceMark).detail as { stop: number } | null)?.stop ?? -1,
            })),
        )
        .catch(() => []),
    ),
  );
  return all.flat();
}

/** Milliseconds, as the workbench itself lists them. */
async function activationTime(workbench: Workbench): Promise<number> {
  await execute(workbench, 'workbench.action.showRuntimeExtensions');
  const row = workbench.page.locator('.runtime-extensions-editor .extension').filter({ hasText: 'kmaplab:' });
  const text = await until(
    () => row.innerText({ timeout: 1000 }).catch(() => ''),
    (shown) => /Activation: \d+ms/.test(shown),
    'the list of running extensions shows ours',
  );
  return Number(/Activation: (\d+)ms/.exec(text)?.[1]);
}

export async function workbenchRows(browser: Browser, url: string): Promise<Row[]> {
  const workbench = await openWorkbench(browser, url, 'live-and-parked.klab');
  await start(workbench);
  await waitForStop(workbench, AT_ENTRY);
  const views = await machineViews(workbench);
  let step = await waitForStep(views, {});
  for (let i = 0; i < STOPS; i++) {
    await toolbar(workbench, 'Step Into');
    step = await waitForStep(views, { before: step });
  }
  const seen = await marks(workbench.page.workers());
  const painted: number[] = [];
  for (const { stop, startTime } of seen.filter((mark) => mark.name === 'kmaplab stopped')) {
    // The last of the four views decides.
    const ends = seen
      .filter((mark) => mark.name.startsWith('kmaplab painted ') && mark.stop === stop)
      .map((mark) => mark.startTime);
    if (ends.length > 0) painted.push(Math.max(...ends) - startTime);
  }
  const activation = await activationTime(workbench);
  await workbench.close();
  if (painted.length === 0) throw new Error('the extension left no time marks');
  const milliseconds = percentile(painted, 0.5);
  const slowest = percentile(painted, 0.95);
  return [
    {
      what: 'activation of the extension',
      value: `${activation} ms`,
      goal: 'at most 50 ms',
      met: activation <= 50,
      numbers: { milliseconds: activation },
    },
    {
      what: 'from stopped to views painted, in a headless browser',
      value: `${milliseconds.toFixed(0)} ms (95th percentile ${slowest.toFixed(0)} ms, ${painted.length} stops)`,
      goal: 'at most 100 ms',
      met: milliseconds <= 100,
      numbers: { milliseconds, slowest, stops: painted.length },
    },
  ];
}
