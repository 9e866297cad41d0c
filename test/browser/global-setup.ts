/** Once before the browser tests: builds, copies the samples to a folder that tests may change, serves the workbench on a free port. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../../scripts/build.mjs';
import { inRepository } from '../../scripts/lib/paths.mjs';
import { serve } from '../../scripts/workbench/server.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the workbench. */
    url: string;
    /** The folder it shows, a copy of `samples/`. */
    folder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build({ quiet: true });
  const root = mkdtempSync(join(tmpdir(), 'kmaplab-browser-'));
  const folder = join(root, 'samples');
  mkdirSync(folder);
  const samples = inRepository('samples');
  if (existsSync(samples))
    for (const name of readdirSync(samples)) cpSync(join(samples, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'page.md'), '# A page of text\n');
  const server = await serve({ folder, port: 0, drive: true });
  project.provide('url', server.url);
  project.provide('folder', folder);
  return async () => {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  };
}
