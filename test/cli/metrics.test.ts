import { describe, expect, test } from 'vitest';
import { STACKING } from '../trace/support.ts';
import { BROKEN, runCommand } from './support.ts';

const FILES = { 'stacking.klab': STACKING, 'broken.klab': BROKEN };
const ran = (...args: string[]) => runCommand(FILES, ...args);

describe('kmaplab metrics', () => {
  test('prints a table, sections and preemptions', async () => {
    const { status, out } = await ran('metrics', 'stacking.klab');
    expect(status).toBe(0);
    expect(out[0]).toMatch(/^metric +of +count +total ms +max ms/);
    expect(out.some((line) => /^wakeup_latency +h30 +1 /.test(line))).toBe(true);
    expect(out.some((line) => line.startsWith('section of l10 on CPU 0 from '))).toBe(true);
    expect(out.some((line) => line.startsWith('md_preempt at 1.000'))).toBe(true);
  });

  test('puts the values of a setting side by side', async () => {
    const { status, out } = await ran('metrics', 'stacking.klab', '--compare', 'migrate_disable=v5_14,as_preempt');
    expect(status).toBe(0);
    expect(out[0]).toMatch(/migrate_disable=v5_14 +migrate_disable=as_preempt$/);
    const wakeup = out.find((line) => /^wakeup_latency +h30/.test(line)) ?? '';
    expect(wakeup).toMatch(/0\.000\d \(1x, .*\) +2\.000\d \(1x, max 2\.000\d\)$/);
    // Without a section there is no section time.
    expect(out.find((line) => /^md\.wall +l10/.test(line))).toMatch(/ -$/);
  });

  test('prints JSON for one run and for several', async () => {
    const one = (await ran('metrics', '--json', 'stacking.klab')).json();
    expect(new Set(one.map(({ type }) => type))).toEqual(new Set(['metric', 'section', 'md_preempt']));
    const two = (await ran('metrics', '--json', '--compare', 'cpus=1,2', 'stacking.klab')).json();
    expect(two.find(({ metric }) => metric === 'md.wall')).toMatchObject({
      subject: 'l10',
      values: { 'cpus=1': null, 'cpus=2': { count: 1 } },
    });
  });

  test.each([
    ['name one file', ['metrics']],
    ['--compare wants NAME=VALUE,VALUE, not "preempt"', ['metrics', '--compare', 'preempt', 'stacking.klab']],
    ['cannot read gone.klab', ['metrics', 'gone.klab']],
  ])('refuses: %s', async (message, args) => {
    const { status, err } = await ran(...args);
    expect(status).toBe(2);
    expect(err[0]).toContain(message);
  });

  test('a value that the setting does not have is an error of its own column', async () => {
    const { status, out, err } = await ran('metrics', '--compare', 'preempt=full,loud', 'stacking.klab');
    expect(status).toBe(0);
    expect(err.join('\n')).toContain('loud');
    expect(out.find((line) => /^md\.wall/.test(line))).toMatch(/ n\/a$/);
  });

  test('a program with errors gives diagnostics', async () => {
    const { status, err } = await ran('metrics', 'broken.klab');
    expect(status).toBe(2);
    expect(err[0]).toMatch(/^broken\.klab:3:\d+: error: /);
  });
});

describe('kmaplab run --metrics', () => {
  test('prints them after the last line, or as JSON before it', async () => {
    const text = await ran('run', '--metrics', 'stacking.klab');
    const ended = text.out.findIndex((line) => line.startsWith('ended at step'));
    expect(text.out[ended + 1]).toMatch(/^metric +of /);
    const types = (await ran('run', '--metrics', '--json', 'stacking.klab')).json().map(({ type }) => type);
    expect(types.at(-1)).toBe('end');
    expect(types).toContain('metric');
    expect((await ran('run', 'stacking.klab')).out.some((line) => line.startsWith('metric'))).toBe(false);
  });
});
