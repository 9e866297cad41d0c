import { describe, expect, test } from 'vitest';
import { BROKEN, CLEAN, runCommand, WRONG } from './support.ts';

const files = { 'clean.klab': CLEAN, 'wrong.klab': WRONG, 'broken.klab': BROKEN };

describe('kmaplab run', () => {
  test('prints what the kernel says and ends with status 0 when nothing went wrong', async () => {
    const ran = await runCommand(files, 'run', 'clean.klab');
    expect(ran.err).toEqual([]);
    expect(ran.out.join('\n')).toContain('hello from 7');
    expect(ran.out.at(-1)).toMatch(/^ended at step \d+, [\d.]+ ms; clean$/);
    expect(ran.status).toBe(0);
  });

  test('prints a finding with its reason, its place and the schedule that reproduces it, status 1', async () => {
    const ran = await runCommand(files, 'run', 'wrong.klab');
    const text = ran.out.join('\n');
    expect(text).toMatch(/unmap_order \(H-/);
    expect(text).toMatch(/step \d+, [\d.]+ ms, task writer on CPU 0/);
    expect(text).toContain('see docs/reference/highmem.md');
    expect(text).toContain('schedule that reproduces this:');
    expect(ran.out.at(-1)).toMatch(/; \d+ findings?$/);
    expect(ran.status).toBe(1);
  });

  test('--json prints one event or finding per line and a last line with the hash', async () => {
    const ran = await runCommand(files, 'run', '--json', 'wrong.klab');
    const lines = ran.json();
    expect(lines.some((line) => line.type === 'kmap' && line.page !== '')).toBe(true);
    const finding = lines.find((line) => line.type === 'finding');
    expect(finding).toMatchObject({ slug: 'unmap_order', comm: 'writer', cpu: 0 });
    expect(finding?.explanation).toBeTypeOf('string');
    expect(lines.at(-1)).toMatchObject({ type: 'end', ended: true });
    expect(lines.at(-1)?.bytesHash).toMatch(/^[0-9a-f]{16}$/);
    expect(ran.status).toBe(1);
  });

  test('the same command prints the same lines', async () => {
    const first = await runCommand(files, 'run', '--json', 'clean.klab');
    const second = await runCommand(files, 'run', '--json', 'clean.klab');
    expect(second.out).toEqual(first.out);
  });

  test('--events prints every event in words', async () => {
    const ran = await runCommand(files, 'run', '--events', 'clean.klab');
    expect(ran.out.join('\n')).toMatch(/context switch: first to second on CPU 0/);
  });

  test('--steps stops after so many micro-steps', async () => {
    const ran = await runCommand(files, 'run', '--steps', '10', 'clean.klab');
    expect(ran.out.at(-1)).toMatch(/^stopped at step 10, /);
  });

  test('--at prints the four views at a step, as text or as their models', async () => {
    const text = (await runCommand(files, 'run', '--at', '20', 'clean.klab')).out;
    expect(text[0]).toMatch(/^step 20, /);
    const [views] = (await runCommand(files, 'run', '--json', '--at', '20', 'clean.klab')).json();
    expect(views).toMatchObject({ type: 'views', step: 20 });
    for (const name of ['stacks', 'slots', 'preemption', 'timeline']) {
      expect(views[name]).toMatchObject({ view: name, step: 20 });
      const twin = (views.text as Record<string, string>)[name];
      expect(text.join('\n')).toContain(twin);
    }
  });

  test('--at behind the end says where the end is', async () => {
    const ran = await runCommand(files, 'run', '--at', '10000000', 'clean.klab');
    expect(ran.status).toBe(2);
    expect(ran.err[0]).toMatch(/--at 10000000: the run ends at step \d+/);
  });

  test('--set overrides the machine, and a wrong setting is an error with the allowed values', async () => {
    const good = await runCommand(files, 'run', '--json', '--at', '1', '--set', 'cpus=3', 'clean.klab');
    expect((good.json()[0].slots as { cpuCount: number }).cpuCount).toBe(3);
    const bad = await runCommand(files, 'run', '--set', 'cpus=99', 'clean.klab');
    expect(bad.status).toBe(2);
    expect(bad.err[0]).toMatch(/^clean\.klab:1:1: error: override cpus=99: /);
    expect((await runCommand(files, 'run', '--set', 'colour=red', 'clean.klab')).status).toBe(2);
  });

  test('a schedule that the program lacks is an error', async () => {
    const ran = await runCommand(files, 'run', '--schedule', 'nobody', 'clean.klab');
    expect(ran.status).toBe(2);
    expect(ran.err.join('\n')).toContain('nobody');
  });

  test('an error in the text is printed with its place, status 2', async () => {
    const ran = await runCommand(files, 'run', 'broken.klab');
    expect(ran.status).toBe(2);
    expect(ran.err[0]).toMatch(/^broken\.klab:3:\d+: error: .*';'/);
    const asJson = await runCommand(files, 'run', '--json', 'broken.klab');
    expect(asJson.json()[0]).toMatchObject({ type: 'diagnostic', file: 'broken.klab', line: 3, severity: 'error' });
  });
});
