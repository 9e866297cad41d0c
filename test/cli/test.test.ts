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

/** The older mapping goes first, on line 7. */
const HANDED_IN = `machine { cpus = 2; mapping = kmap_local; }
page letter = "Dear Linus";
task reader(cpu = 0)
{
	char *a = map_page(letter);
	char *b = map_page(letter);
	unmap_page(a);
	unmap_page(b);
}
expect clean when mapping == split_switch;
`;
const RIGHT = HANDED_IN.replace('unmap_page(a);\n\tunmap_page(b)', 'unmap_page(b);\n\tunmap_page(a)').replace(/expect.*\n/, '');
const EXERCISE = `task reader { }
schedule hit { irq nic at kmap_local_page; }
// Newest first.
expect clean;
expect clean when debug_kmap_local;
`;

describe('as a teacher uses it', () => {
  test('below a line that fails: what the run showed, where in the program, and how to see it', async () => {
    const ran = await runCommand({ 'anna.klab': HANDED_IN }, 'test', '--set', 'preempt=none', 'anna.klab');
    expect(ran.out[0]).toMatch(
      /^anna\.klab:10: +failed +clean when mapping == split_switch +\(the run showed unmap_order: WARNING:/,
    );
    expect(ran.out.slice(1)).toEqual([
      '    under mapping=split_switch',
      '    unmap_order: Unmapped an address that is not the newest mapping; line 7, task reader on CPU 0',
      '    see it: kmaplab run --set preempt=none --set mapping=split_switch anna.klab',
      '0 passed, 1 failed, 0 skipped, 0 unproven',
    ]);
    expect(ran.status).toBe(1);
  });

  test('the same as JSON, and what each program came to', async () => {
    const lines = (await runCommand({ 'anna.klab': HANDED_IN }, 'test', '--json', 'anna.klab')).json();
    expect(lines[0]).toMatchObject({
      status: 'failed',
      under: ['mapping=split_switch'],
      findings: [{ slug: 'unmap_order', line: 7, task: 'reader', cpu: 0 }],
      again: 'kmaplab run --set mapping=split_switch anna.klab',
    });
    expect(lines[1]).toEqual({
      type: 'program',
      file: 'anna.klab',
      outcome: 'failed',
      passed: 0,
      failed: 1,
      skipped: 0,
      unproven: 0,
    });
  });

  test('an exercise brings the lines, whatever the program that was handed in says', async () => {
    const files = { 'in/anna.klab': HANDED_IN, 'in/bert.klab': RIGHT, 'exercise.klab': EXERCISE.replace(/schedule.*\n/, '\n') };
    const ran = await runCommand(files, 'test', '--expect', 'exercise.klab', 'in');
    expect(ran.out[0]).toMatch(/^exercise\.klab:4: +failed +clean +\(the run showed unmap_order/);
    expect(ran.out[1]).toContain('line 7, task reader');
    expect(ran.out.filter((line) => line.includes(' hold'))).toEqual(['in/anna.klab: 0 of 2 hold', 'in/bert.klab: 2 of 2 hold']);
    expect(ran.out.at(-1)).toBe('2 passed, 2 failed, 0 skipped, 0 unproven');
  });

  test('what a program lacks for the schedules of the exercise is said at the line of the exercise', async () => {
    const ran = await runCommand(
      { 'bert.klab': RIGHT, 'exercise.klab': EXERCISE },
      'test',
      '--expect',
      'exercise.klab',
      'bert.klab',
    );
    expect(ran.err).toEqual(["exercise.klab:2:20: error: bert.klab: there is no interrupt 'nic' [K1506]"]);
    expect(ran.out).toEqual(['bert.klab: does not build', '0 passed, 1 failed, 0 skipped, 0 unproven']);
    expect(ran.status).toBe(2);
  });

  test('a program without expectations is not taken for one that passes', async () => {
    const ran = await runCommand({ 'bert.klab': RIGHT }, 'test', 'bert.klab');
    expect(ran.out[0]).toBe('bert.klab: nothing was checked: no expect line applies');
    const lines = (await runCommand({ 'bert.klab': RIGHT }, 'test', '--json', 'bert.klab')).json();
    expect(lines[0]).toMatchObject({ type: 'program', outcome: 'unchecked' });
  });

  test('--expect wants programs', async () => {
    expect((await runCommand({ 'exercise.klab': EXERCISE }, 'test', '--expect', 'exercise.klab')).status).toBe(2);
    expect((await runCommand({}, 'test', '--expect', 'none.klab', 'a.klab')).status).toBe(2);
  });
});
