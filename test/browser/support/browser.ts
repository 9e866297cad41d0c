/** One browser for the tests of a file. */
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../../scripts/lib/browser.mjs';

export async function launch(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('no browser found: install chromium or set KMAPLAB_BROWSER to its path');
  // Chromium refuses to run as root inside its sandbox.
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    args: root ? ['--no-sandbox', '--disable-dev-shm-usage'] : ['--disable-dev-shm-usage'],
  });
}
