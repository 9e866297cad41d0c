/** Reads our views as a person does, and says what they must show for the models that the command line prints. */
import type { Frame } from 'playwright-core';
import { pkmapSummary } from '../../../src/views/pkmap.ts';
import type { PreemptionModel } from '../../../src/views/preemption.ts';
import type { SlotsModel } from '../../../src/views/slots.ts';
import type { StacksModel } from '../../../src/views/stacks.ts';
import type { ViewsBody } from '../../../src/views/views.ts';
import { webviewWith } from './webviews.ts';
import { until, type Workbench } from './workbench.ts';

const TITLES = { stacks: 'Kmap Stacks', slots: 'PTE Slots', preemption: 'Preemption', timeline: 'Timeline of CPUs' } as const;
type ViewName = keyof typeof TITLES;

export type MachineViews = Record<ViewName, Frame>;

/** The four views, as soon as all of them are there. */
export async function machineViews(workbench: Workbench): Promise<MachineViews> {
  const found = {} as MachineViews;
  for (const name of Object.keys(TITLES) as ViewName[])
    found[name] = await webviewWith(workbench, `main[aria-label="${TITLES[name]}"]`);
  return found;
}

/** Step of the stop that a view shows, from what it announces to a screen reader. */
export async function shownStep(views: MachineViews): Promise<number | undefined> {
  const text = await views.stacks.locator('body > [role=status]').innerText();
  const step = /^Stopped at step (\d+):/.exec(text)?.[1];
  return step === undefined ? undefined : Number(step);
}

/** What the views announce of the stop: `Stopped at step 12: context switch: ...`. */
export const waitForAnnouncement = (views: MachineViews, text: RegExp): Promise<string> =>
  until(
    () => views.stacks.locator('body > [role=status]').innerText(),
    (said) => text.test(said),
    `the views announce ${text}`,
  );

/** Waits until the views show another step than `before`, or step `exactly`. */
export async function waitForStep(
  views: MachineViews,
  { before, exactly }: { before?: number; exactly?: number },
): Promise<number> {
  const step = await until(
    () => shownStep(views),
    (now) => now !== undefined && now !== before && (exactly === undefined || now === exactly),
    exactly === undefined ? `the views show another step than ${before}` : `the views show step ${exactly}`,
  );
  return step as number;
}

/** Lines of text of each section of a view, without the marks of what changed and without what is gone since. */
function sections(frame: Frame): Promise<string[][]> {
  return frame.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true) as HTMLElement;
    for (const extra of copy.querySelectorAll('.mark, .mark + .hidden-text, .change-gone, thead, .codicon')) extra.remove();
    const text = (element: Element) => {
      // Cells and lines are apart on the screen; words of neighbours must not run together.
      for (const cell of element.querySelectorAll('td, th, span, dt, dd, button')) cell.append(' ');
      return (element.textContent ?? '').replace(/\s+/g, ' ').trim();
    };
    return [...copy.querySelectorAll('section')].map((section) =>
      [...section.querySelectorAll('h2, p, tr, dl > div')].map(text).filter((line) => line !== ''),
    );
  });
}

const line = (...parts: (string | number | false | undefined)[]): string =>
  parts
    .filter((part) => part !== '' && part !== false && part !== undefined)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();

function stacksLines({ tasks }: StacksModel): string[][] {
  return tasks.map((task) => [
    line(task.comm, task.state, 'idx', task.idx, task.migrationDisabled > 0 && `pinned (${task.migrationDisabled})`),
    ...(task.entries.length === 0 ? ['nothing mapped'] : []),
    ...[...task.entries]
      .reverse()
      .map((entry) =>
        line(entry.slot, entry.page || 'no page yet', entry.address, entry.state, 'TLB', entry.tlb, entry.pteval, entry.pte),
      ),
  ]);
}

const tlbText = ({ state, page }: { state: string; page: string }): string =>
  state === 'none' ? '· none' : state === 'fresh' ? 'fresh' : `stale ${page}`;

function slotsLines({ cpus, pkmap }: SlotsModel): string[][] {
  const perCpu = cpus.map((cpu) => [
    `CPU ${cpu.cpu}`,
    ...cpu.rows.map((row) => {
      const empty = row.page === '';
      return line(
        row.slot,
        row.address,
        empty ? 'empty' : row.pte,
        row.guard && empty ? 'guard' : row.page,
        row.owner,
        ...row.tlb.map(tlbText),
      );
    }),
    ...(cpu.hidden > 0 ? [`${cpu.hidden} more, all empty`] : []),
  ]);
  const pkmapRows = pkmap.rows.map((row) =>
    line(row.slot, row.address, row.page === '' ? 'empty' : row.pte, row.page, row.state, ...row.tlb.map(tlbText)),
  );
  return [...perCpu, ['kmap() window', ...pkmapRows, pkmapSummary(pkmap)]];
}

/** What the Preemption view must say of each CPU; each of these is one of its lines. */
function preemptionLines({ cpus }: PreemptionModel): string[][] {
  return cpus.map((cpu) => [
    line(
      'CPU',
      cpu.cpu,
      cpu.current,
      cpu.idle ? 'idle' : `${cpu.policy} ${cpu.prio}`,
      cpu.context !== 'task' && `in ${cpu.context}`,
    ),
    cpu.why,
    line('interrupts', cpu.irqsEnabled ? 'on' : 'off'),
    line('need_resched', cpu.needResched ? 'set' : 'clear'),
    line('migration_disabled', cpu.migrationDisabled),
    line('nr_pinned', cpu.nrPinned),
    ...cpu.queue.map((row) =>
      line(
        row.comm,
        row.policy.replace('SCHED_', ''),
        row.prio,
        (row.running ? 'running' : 'waiting') + (row.migrationDisabled > 0 ? ', pinned' : ''),
      ),
    ),
  ]);
}

export interface ShownViews {
  stacks: string[][];
  slots: string[][];
  preemption: string[][];
  timeline: string;
}

/** Everything the four views show now; the timeline by its text twin, which this switches on. */
export async function readViews(views: MachineViews): Promise<ShownViews> {
  const twin = views.timeline.locator('pre.twin');
  if ((await twin.count()) === 0) await views.timeline.locator('button[aria-label^="Table of the same data"]').click();
  await twin.waitFor();
  return {
    stacks: await sections(views.stacks),
    slots: await sections(views.slots),
    preemption: await sections(views.preemption),
    timeline: (await twin.textContent()) ?? '',
  };
}

/** What `kmaplab run --json --at STEP` prints. */
export type PrintedViews = ViewsBody & { text: Record<ViewName, string>; bytesHash: string };

/** The same as `readViews`, made from the models of the command line; Preemption holds only what must be among its lines. */
export const expectedViews = (printed: PrintedViews): ShownViews => ({
  stacks: stacksLines(printed.stacks),
  slots: slotsLines(printed.slots),
  preemption: preemptionLines(printed.preemption),
  timeline: printed.text.timeline,
});
