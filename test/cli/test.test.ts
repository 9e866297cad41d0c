import { describe, expect, test } from 'vitest';
import { BROKEN, CLEAN, runCommand, WRONG } from './support.ts';

const files = {
  'clean.klab': CLEAN,
  'wrong.klab': WRONG,
  'broken.klab': BROKEN,
  'lies.klab': CLEAN.replace('expect clean;', 'expect slot_busy;'),
};

describe('kmaplab test', () => {
  test('lines that hold pass; what no machine satisfies is skipped; every schedule stays unproven', async () => {
    const ran = await runCommand(files, 'test', 'clean.klab');
    expect(ran.out.at(-1)).toBe('2 passed, 0 failed, 1 skipped, 1 unproven');
    expect(ran.status).toBe(0);
  });

  test('a finding that was expected passes', async () => {
    expect((await runCommand(files, 'test', 'wrong.klab')).out.at(-1)).toBe('1 passed, 0 failed, 0 skipped, 0 unproven');
  });

  test('an expectation that does not hold fails with its line and what happened instead', async () => {
    const ran = await runCommand(files, 'test', 'lies.klab');
    expect(ran.status).toBe(1);
    const line = CLEAN.split('\n').indexOf('expect clean;') + 1;
    expect(ran.out[0]).toMatch(new RegExp(`^lies\\.klab:${line}: +failed +slot_busy +\\(no slot_busy; the run was clean\\)$`));
    expect(ran.out.at(-1)).toBe('1 passed, 1 failed, 1 skipped, 1 unproven');
  });

  test('a setting fixed on the command line stays', async () => {
    const ran = await runCommand(files, 'test', '--set', 'mapping=split_switch', 'wrong.klab');
    expect(ran.out.at(-1)).toBe('0 passed, 0 failed, 1 skipped, 0 unproven');
  });

  test('a program with an error counts as failed, status 2', async () => {
    const ran = await runCommand(files, 'test', 'broken.klab', 'clean.klab');
    expect(ran.status).toBe(2);
    expect(ran.err[0]).toMatch(/^broken\.klab:3:/);
    expect(ran.out.at(-1)).toBe('2 passed, 1 failed, 1 skipped, 1 unproven');
  });

  test('as JSON', async () => {
    const lines = (await runCommand(files, 'test', '--json', 'clean.klab')).json();
    expect(lines[0]).toMatchObject({ type: 'expectation', file: 'clean.klab', expect: 'clean', status: 'passed', under: [] });
    expect(lines.at(-1)).toEqual({ type: 'summary', passed: 2, failed: 0, skipped: 1, unproven: 1 });
  });
});
