/**
 * A page with a workbench, and what a person does with the editor in it. Everything waits by polling; nothing sleeps.
 * Each page has a browser context of its own, so its own settings, breakpoints and layout.
 */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** Starting a workbench on a busy machine. */
const START_MS = 90_000;
/** Anything after that. */
export const WAIT_MS = 30_000;
/** Between two looks. */
const POLL_MS = 50;

/** Where screenshots go; named in the output of a failed test. */
export const artifacts = process.env.KMAPLAB_ARTIFACTS ?? join(tmpdir(), 'kmaplab-artifacts');

export interface Workbench {
  page: Page;
  /** Page errors, console errors, failed requests, and requests to anything but the machine itself. */
  problems: string[];
  close(): Promise<void>;
}

/** Polls until `probe` gives a value that `accept` likes. @throws with what was seen last */
export async function until<T>(
  probe: () => Promise<T>,
  accept: (value: T) => boolean,
  what: string,
  timeout = WAIT_MS,
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await probe();
    if (accept(value)) return value;
    if (performance.now() > end) throw new Error(`not so within ${timeout} ms: ${what}; last seen ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Requests that never leave the machine: webview resources are answered by a service worker. */
function isLocal(url: string): boolean {
  return /^(http:\/\/127\.0\.0\.1:|data:|blob:|https:\/\/[\w.+-]*\.vscode-resource\.vscode-cdn\.net\/)/.test(url);
}

/** Opens the workbench with the program `file` of the samples open. */
export async function openWorkbench(browser: Browser, url: string, file?: string): Promise<Workbench> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 960 } });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!isLocal(request.url())) problems.push(`foreign request: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  await page.goto(file ? `${url}?open=${encodeURIComponent(file)}` : url);
  await page.waitForSelector('.monaco-workbench', { timeout: START_MS });
  await page.waitForSelector('.monaco-editor .view-line', { timeout: START_MS });
  return { page, problems, close: () => context.close() };
}

/** Name of the language of the open editor, as the status bar shows it. */
export const languageName = ({ page }: Workbench): Promise<string> => page.locator('#status\\.editor\\.mode').innerText();

/** Text that the editor shows; only what is scrolled into view. */
export async function visibleText({ page }: Workbench): Promise<string> {
  const lines = await page.locator('.editor-instance .monaco-editor .view-line').allInnerTexts();
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

/** Title of the editor in front. */
export const activeEditor = ({ page }: Workbench): Promise<string> =>
  page.locator('.editor-group-container.active .tab.active .label-name').innerText();

/** Runs a command by its identifier, without the palette, and does not wait for its answer. */
export async function execute({ page }: Workbench, command: string, ...args: unknown[]): Promise<void> {
  await page.evaluate(
    ([id, rest]) => {
      const drive = (
        globalThis as unknown as { kmaplabDrive: { commands: { executeCommand(id: string, ...args: unknown[]): unknown } } }
      ).kmaplabDrive;
      void drive.commands.executeCommand(id as string, ...(rest as unknown[]));
    },
    [command, args] as const,
  );
}

/**
 * Types into the quick input until its list puts a row in front whose label `accept` likes, then presses Enter. The text is typed
 * again when the box was emptied meanwhile, which happens while it opens.
 */
async function quickInput({ page }: Workbench, key: string, text: string, accept: (label: string) => boolean): Promise<void> {
  await page.keyboard.press(key);
  const input = page.locator('.quick-input-widget input.input');
  const row = page.locator('.quick-input-list .monaco-list-row.focused');
  await until(
    async () => {
      if ((await input.inputValue()) !== text) await input.fill(text);
      return (await row.getAttribute('aria-label', { timeout: 500 }).catch(() => null)) ?? '';
    },
    accept,
    `"${text}" is offered`,
  );
  await page.keyboard.press('Enter');
}

/** Chooses a command in the palette by its label. A "similar command" is not accepted. */
export const palette = (workbench: Workbench, label: string): Promise<void> =>
  quickInput(workbench, 'F1', `>${label}`, (name) => name.includes(label) && !name.includes('similar'));

/** Opens a file of the folder by name. */
export async function openFile(workbench: Workbench, name: string): Promise<void> {
  await quickInput(workbench, 'Control+P', name, (label) => label.startsWith(name));
  await until(
    () => activeEditor(workbench),
    (title) => title === name,
    `${name} is open`,
  );
}

export async function goToLine({ page }: Workbench, line: number): Promise<void> {
  await page.keyboard.press('Control+G');
  await page.locator('.quick-input-widget input.input').fill(`:${line}`);
  await page.keyboard.press('Enter');
  await until(
    () => page.locator('#status\\.editor\\.selection').innerText(),
    (text) => text.startsWith(`Ln ${line},`),
    `the cursor is on line ${line}`,
  );
}

export const notifications = ({ page }: Workbench): Promise<string[]> =>
  page.locator('.notification-toast .notification-list-item-message').allInnerTexts();

/** Saves what the page shows; for people who look at a failed run, and for the README. */
export async function screenshot({ page }: Workbench, name: string): Promise<string> {
  mkdirSync(artifacts, { recursive: true });
  const path = join(artifacts, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
