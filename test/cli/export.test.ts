import { describe, expect, test } from 'vitest';
import { BROKEN, CLEAN, runCommand, WRONG } from './support.ts';

const FILES = { 'clean.klab': CLEAN, 'wrong.klab': WRONG, 'broken.klab': BROKEN };
const exported = (...args: string[]) => runCommand(FILES, 'export', ...args);

describe('kmaplab export', () => {
  test('writes ftrace text to standard output, and how much there was to standard error', async () => {
    const { status, out, err } = await exported('--format', 'ftrace', 'clean.klab');
    expect(status).toBe(0);
    expect(out[0]).toBe('# tracer: nop');
    const events = out.filter((line) => !line.startsWith('#'));
    expect(events.some((line) => line.includes('sched_switch: prev_comm=swapper/0 '))).toBe(true);
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(new RegExp(`^${events.length} events up to step \\d+, [\\d.]+ ms$`));
  });

  test.each(['ftrace', 'perfetto', 'json'])('writes %s into a file', async (format) => {
    const { status, out, err, written } = await exported('--format', format, '--output', 'x/run.out', 'clean.klab');
    expect({ status, out }).toEqual({ status: 0, out: [] });
    expect(typeof written['x/run.out']).toBe('string');
    expect(err[0]).toMatch(/ in x\/run\.out$/);
  });

  test('writes trace.dat as bytes', async () => {
    const { status, written } = await exported('--format', 'tracedat', '--output', 'trace.dat', 'clean.klab');
    expect(status).toBe(0);
    expect(written['trace.dat']).toBeInstanceOf(Uint8Array);
    expect((written['trace.dat'] as Uint8Array).subarray(0, 3)).toEqual(new Uint8Array([0x17, 0x08, 0x44]));
  });

  test('a finding of the run is an event and no failure of the export', async () => {
    const { status, out } = await exported('--format', 'ftrace', 'wrong.klab');
    expect(status).toBe(0);
    expect(out.some((line) => line.includes('finding: slug=unmap_order '))).toBe(true);
  });

  test('settings, schedules, a last step and a choice of events', async () => {
    const all = await exported('--format', 'ftrace', 'clean.klab');
    const two = await exported('--format', 'ftrace', '--set', 'cpus=2', 'clean.klab');
    expect(two.out[2]).toMatch(/#P:2$/);
    const early = await exported('--format', 'ftrace', '--steps', '30', 'clean.klab');
    expect(early.out.length).toBeLessThan(all.out.length);
    expect(early.err[0]).toMatch(/up to step 30, .*not ended$/);
    const some = await exported('--format', 'ftrace', '--events', 'sched_switch,printk', 'clean.klab');
    const names = some.out.filter((line) => !line.startsWith('#')).map((line) => /\d: (\w+): /.exec(line)?.[1]);
    expect(new Set(names)).toEqual(new Set(['sched_switch', 'console']));
  });

  test.each([
    ['--format is missing; it is one of ftrace, perfetto, tracedat, json', ['clean.klab']],
    ['there is no format "svg"; --format is one of ftrace, perfetto, tracedat, json', ['--format', 'svg', 'clean.klab']],
    ['--format tracedat writes bytes, not text: name a file with --output', ['--format', 'tracedat', 'clean.klab']],
    ['name one file', ['--format', 'json']],
    ['cannot read gone.klab', ['--format', 'json', 'gone.klab']],
    ['cannot write nowhere/t.json: no such folder', ['--format', 'json', '--output', 'nowhere/t.json', 'clean.klab']],
  ])('refuses: %s', async (message, args) => {
    const { status, err, out } = await exported(...args);
    expect({ status, out }).toEqual({ status: 2, out: [] });
    expect(err[0]).toContain(message);
    expect(err[0]).toContain('See: kmaplab help export');
  });

  test('an unknown event names those that there are', async () => {
    const { status, err } = await exported('--format', 'ftrace', '--events', 'sched_swich', 'clean.klab');
    expect(status).toBe(2);
    expect(err[0]).toMatch(/has no system and no event "sched_swich"; it has emul, .*sched_switch/);
  });

  test('a program with errors gives diagnostics and no trace', async () => {
    const { status, err, written } = await exported('--format', 'json', '--output', 'o', 'broken.klab');
    expect({ status, written }).toEqual({ status: 2, written: {} });
    expect(err[0]).toMatch(/^broken\.klab:3:\d+: error: /);
  });
});
