/** Runs axe inside a frame and answers what it finds wrong, as short lines. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** @param place whose colour is behind the view: webviews are transparent, and axe would take white for granted. */
export async function axeFindings(frame: Frame, place: 'sideBar' | 'panel' | 'editor'): Promise<string[]> {
  await frame.evaluate(source);
  await frame.evaluate((name) => {
    document.body.style.backgroundColor = `var(--vscode-${name}-background)`;
  }, place);
  const result = (await frame.evaluate(
    `axe.run(document.body, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } })`,
  )) as AxeResult;
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}
