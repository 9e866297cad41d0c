/** The counting of `npm test`, and how a browser is found. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBrowser, onPath } from '../../scripts/lib/browser.mjs';
import { summary, tally, tallyOfReport, total } from '../../scripts/test.mjs';

describe('the last lines of npm test', () => {
  test('add up all groups', () => {
    const sum = total([tally({ passed: 3 }), tally({ passed: 1, failed: 2 }), tally({ skipped: 4 })]);
    expect(summary(sum)).toEqual(['4 passed, 2 failed, 4 skipped']);
  });

  test('say apart what nothing can prove yet', () => {
    const lines = summary(tally({ passed: 1, unproven: 2 }));
    expect(lines[0]).toMatch(/^2 unproven /);
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 0 skipped');
  });

  test('count a test file that could not be loaded as a failure', () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [] },
        { status: 'failed', assertionResults: [{}] },
        { status: 'passed', assertionResults: [{}] },
      ],
    };
    expect(tallyOfReport(report)).toEqual(tally({ passed: 5, failed: 2, skipped: 2 }));
  });
});

describe('the browser', () => {
  test('is the one that KMAPLAB_BROWSER names, if it is there', () => {
    expect(findBrowser({ KMAPLAB_BROWSER: process.execPath })).toBe(process.execPath);
    expect(findBrowser({ KMAPLAB_BROWSER: '/no/such/browser' })).toBeUndefined();
  });

  test('is else the first known name on the PATH that can be executed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kmaplab-path-'));
    const path = join(folder, 'google-chrome');
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    expect(onPath(['google-chrome'], { PATH: folder })).toBeUndefined();
    chmodSync(path, 0o755);
    expect(onPath(['chromium', 'google-chrome'], { PATH: folder })).toBe(path);
    expect(findBrowser({ PATH: folder })).toBe(path);
    rmSync(folder, { recursive: true, force: true });
  });
});
