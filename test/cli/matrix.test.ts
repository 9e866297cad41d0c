import { describe, expect, test } from 'vitest';
import { BROKEN, CLEAN, runCommand, WRONG } from './support.ts';

const files = { 'clean.klab': CLEAN, 'wrong.klab': WRONG, 'broken.klab': BROKEN };

describe('kmaplab matrix', () => {
  test('shows one row per model; a model that lacks a call is n/a, with the reason', async () => {
    const ran = await runCommand(files, 'matrix', 'clean.klab');
    expect(ran.out[0]).toMatch(/^mapping +result +steps +time +switches +maps +PTE writes +TLB flushes$/);
    expect(ran.out.find((line) => line.startsWith('kmap_local '))).toMatch(/^kmap_local +clean +\d+ +[\d.]+ ms +\d+ +1 /);
    expect(ran.out.find((line) => line.startsWith('split_switch '))).toMatch(/^split_switch +n\/a$/);
    expect(ran.out.find((line) => line.startsWith('n/a: split_switch:'))).toContain('kmap_local_page');
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
});
