import { describe, expect, test } from 'vitest';
import { BROKEN, CLEAN, runCommand } from './support.ts';

const files = { 'all/clean.klab': CLEAN, 'all/broken.klab': BROKEN, 'all/notes.txt': 'no program' };

describe('kmaplab check', () => {
  test('a program without errors', async () => {
    expect(await runCommand(files, 'check', 'all/clean.klab')).toMatchObject({
      status: 0,
      out: ['1 checked, no errors'],
      err: [],
    });
  });

  test('every program of a folder, errors with their places', async () => {
    const ran = await runCommand(files, 'check', 'all');
    expect(ran.status).toBe(2);
    expect(ran.out).toEqual(['2 checked, 1 with errors']);
    expect(ran.err[0]).toMatch(/^all\/broken\.klab:3:\d+: error: /);
  });

  test('as JSON', async () => {
    const ran = await runCommand(files, 'check', '--json', 'all');
    expect(ran.json()[0]).toMatchObject({ type: 'diagnostic', file: 'all/broken.klab', line: 3 });
  });

  test('under other settings', async () => {
    const ran = await runCommand(files, 'check', '--set', 'mapping=split_switch', 'all/clean.klab');
    expect(ran.status).toBe(2);
    expect(ran.err.join('\n')).toContain('kmap_local_page');
  });
});
