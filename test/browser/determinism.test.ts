/** The same program gives the same bytes and the same events in Node and in a browser's worker. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inRepository } from '../../scripts/lib/paths.mjs';
import { launch } from './support/browser.ts';
import { type RunSummary, summarise } from './support/engine.ts';

const folder = inRepository('samples');
const samples = readdirSync(folder).filter((name) => name.endsWith('.klab'));

let browser: Browser;
let page: Page;
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [inRepository('test/browser/support/engine-worker.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  });
  browser = await launch();
  page = await browser.newPage();
  await page.goto(`${inject('url')}extension/package.json`);
  await page.evaluate((source) => {
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    Object.assign(globalThis, { worker });
  }, outputFiles[0].text);
});
afterAll(() => browser?.close());

/** Runs a program in the page's worker. */
async function inWorker(uri: string, text: string, settings: Record<string, string>): Promise<RunSummary> {
  const answer = await page.evaluate(
    (message) =>
      new Promise<{ summary?: RunSummary; failure?: string }>((resolve) => {
        const { worker } = globalThis as unknown as { worker: Worker };
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message: failure }) => resolve({ failure });
        worker.postMessage(message);
      }),
    { uri, text, settings },
  );
  if (!answer.summary) throw new Error(answer.failure);
  return answer.summary;
}

describe('Node and a browser worker agree on every byte and every event', () => {
  test('there are samples to compare', () => {
    expect(samples.length).toBeGreaterThanOrEqual(8);
  });

  test.each(samples)('%s', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const here = summarise(name, text, {});
    const there = await inWorker(name, text, {});
    expect(here.events.length).toBeGreaterThan(10);
    expect(there.hashes).toEqual(here.hashes);
    expect(there).toEqual(here);
  });
});
