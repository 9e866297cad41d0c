/** Reaches into webviews: a frame of the workbench, and in it the frame with the content. */
import type { Frame } from 'playwright-core';
import { until, type Workbench } from './workbench.ts';

/** Every webview that shows content now. */
export async function webviewFrames({ page }: Workbench): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const outer of await page.locator('iframe.webview.ready').elementHandles()) {
    const frame = await outer.contentFrame();
    const inner = await frame?.$('iframe#active-frame').catch(() => null);
    const content = await inner?.contentFrame();
    if (content) frames.push(content);
  }
  return frames;
}

/** The webview that holds an element matching `selector`. */
export async function webviewWith(workbench: Workbench, selector: string): Promise<Frame> {
  const found = await until(
    async () => {
      for (const frame of await webviewFrames(workbench)) {
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      return undefined;
    },
    (frame) => frame !== undefined,
    `a webview shows ${selector}`,
  );
  return found as Frame;
}
