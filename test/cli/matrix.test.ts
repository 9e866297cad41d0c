import { describe, expect, test } from 'vitest';
import { BROKEN, CLEAN, runCommand, WRONG } from './support.ts';

const files = { 'clean.klab': CLEAN, 'wrong.klab': WRONG, 'broken.klab': BROKEN };

describe('kmaplab matrix', () => {
  test('shows one row per model; a model that lacks a call is n/a, with the reason', async () => {
    const ran = await runCommand(files, 'matrix', 'clean.klab');
    expect(ran.out[0]).toMatch(/^mapping +result +steps +time +switches +maps +PTE writes +TLB flushes$/);
    expect(ran.out.find((line) => line.startsWith('kmap_local '))).toMatch(/^kmap_local +clean +\d+ +[\d.]+ ms +\d+ +1 /);
    expect(ran.out.find((line) => line.startsWith('split_switch '))).toMatch(/^split_switch +n\/a$/);
    const reasons = ran.out.filter((line) => line.startsWith('n/a: '));
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^n\/a: km_type, atomic_stack, kmap_temporary, split_switch, .*: kmap_local_page\(\)/);
    expect(ran.status).toBe(0);
  });

  test('a program written with map_page() runs on all of them', async () => {
    const rows = (await runCommand(files, 'matrix', '--json', 'wrong.klab')).json();
    for (const mapping of ['kmap_temporary', 'split_switch', 'kmap_local']) {
      expect(rows.find((row) => row.mapping === mapping)?.result).not.toBe('n/a');
    }
    expect(rows.find((row) => row.mapping === 'kmap_local')?.findings).toContain('unmap_order');
  });

  test('a program that no model takes has an error of its own', async () => {
    const ran = await runCommand(files, 'matrix', 'broken.klab');
    expect(ran.status).toBe(2);
    expect(ran.err[0]).toMatch(/^broken\.klab:3:/);
    expect(ran.out).toEqual([]);
  });

  test('a folder is one table, one row for each program and one column for each model', async () => {
    const ran = await runCommand({ 'all/clean.klab': CLEAN, 'all/wrong.klab': WRONG }, 'matrix', 'all');
    expect(ran.out[0]).toMatch(/^program .*kmap_temporary +split_switch +kmap_local/);
    expect(ran.out[1]).toMatch(/^all\/clean\.klab .*n\/a .*clean/);
    expect(ran.out[2]).toMatch(/^all\/wrong\.klab .*unmap_order/);
    expect(ran.out.find((line) => line.startsWith('n/a: all/clean.klab: km_type, '))).toContain('kmap_local_page');
    expect(ran.status).toBe(1);
  });

  test('lists of values are combined, schedules are rows; a schedule that a model has no place for is n/a', async () => {
    const scheduled = `${WRONG.replace('cpus = 1', 'cpus = 2')}irq nic(cpu = 0, when = any) { }
schedule merged { irq nic at __kmap_local_sched_in "restore"; }
`;
    const ran = await runCommand(
      { 'a.klab': scheduled },
      'matrix',
      '--json',
      '--schedules',
      '--set',
      'preempt=full,none',
      'a.klab',
    );
    const rows = ran.json().filter(({ mapping }) => mapping === 'split_switch' || mapping === 'kmap_local');
    expect(rows.map(({ profile, schedule, mapping, result }) => [profile, schedule, mapping, result])).toEqual([
      ['preempt=full', '', 'split_switch', 'unmap_order'],
      ['preempt=full', '', 'kmap_local', 'unmap_order'],
      ['preempt=full', 'merged', 'split_switch', 'n/a'],
      ['preempt=full', 'merged', 'kmap_local', 'unmap_order'],
      ['preempt=none', '', 'split_switch', 'unmap_order'],
      ['preempt=none', '', 'kmap_local', 'unmap_order'],
      ['preempt=none', 'merged', 'split_switch', 'n/a'],
      ['preempt=none', 'merged', 'kmap_local', 'unmap_order'],
    ]);
  });

  const judged =
    WRONG.replace(/expect.*\n/g, '') +
    'expect unmap_order when mapping == kmap_local;\nexpect clean when mapping == split_switch;\n';

  test('cells are compared with the expect lines: against them, not spoken of, as they say', async () => {
    const ran = await runCommand({ 'all/judged.klab': judged }, 'matrix', 'all/judged.klab');
    const result = (mapping: string) => ran.out.find((line) => line.startsWith(`${mapping} `))?.split(/ {2,}/)[1];
    expect([result('kmap_local'), result('split_switch'), result('kmap_temporary')]).toEqual([
      'unmap_order',
      'unmap_order !',
      'unmap_order ?',
    ]);
    expect(ran.out.find((line) => line.startsWith('not as expected: split_switch: '))).toContain(
      'expect clean when mapping == split_switch: the run showed unmap_order: WARNING',
    );
    expect(ran.out.at(-1)).toMatch(
      /^1 program, \d+ cells: 1 as expected, 1 not as expected \(!\), \d+ without an expectation \(\?\), \d+ not possible$/,
    );
    expect(ran.status).toBe(1);
    const rows = (await runCommand({ 'judged.klab': judged }, 'matrix', '--json', 'judged.klab')).json();
    expect(rows.find(({ mapping }) => mapping === 'split_switch')).toMatchObject({
      verdict: 'surprise',
      against: [expect.stringContaining('expect clean')],
    });
    expect(rows.at(-1)).toMatchObject({ type: 'summary', programs: 1, expected: 1, surprises: 1 });
  });

  test('findings that are expected are no reason for status 1', async () => {
    const all = `${WRONG.replace(/expect.*\n/g, '')}expect clean when mapping == km_type;\n`;
    const ran = await runCommand(
      { 'a.klab': `${all}expect unmap_order when mapping != km_type;\n` },
      'matrix',
      '--json',
      'a.klab',
    );
    const troubles = ran
      .json()
      .filter(({ type, verdict, result }) => type === 'model' && verdict !== 'expected' && result !== 'n/a');
    expect(ran.status).toBe(troubles.length > 0 ? 1 : 0);
    expect(ran.json().filter(({ verdict }) => verdict === 'expected').length).toBeGreaterThan(3);
  });
});
