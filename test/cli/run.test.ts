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

  test('--at prints the views at a step, as text or as their models', async () => {
    const text = (await runCommand(files, 'run', '--at', '20', 'clean.klab')).out;
    expect(text[0]).toMatch(/^step 20, /);
    const [views] = (await runCommand(files, 'run', '--json', '--at', '20', 'clean.klab')).json();
    expect(views).toMatchObject({ type: 'views', step: 20 });
    for (const name of ['stacks', 'slots', 'preemption', 'queues', 'locks', 'timeline']) {
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

  test('faults of a schedule file and of an own mapping model have their place there', async () => {
    const all = {
      ...files,
      'sub/own.klab': 'machine { mapping = "./mine.klab"; }\n',
      'sub/mine.klab': '/* mine */\nvoid *map_page(struct page *page)\n{\n\treturn 5 +;\n}\n',
      'bad.sched': 'kmaplab schedule 1\n\n\tbase other\n',
    };
    const schedule = await runCommand(all, 'run', '--schedule', 'bad.sched', 'clean.klab');
    expect([schedule.status, schedule.err]).toEqual([
      2,
      [expect.stringMatching(/^bad\.sched:3:\d+: error: the only base chooser/)],
    ]);
    expect((await runCommand(all, 'run', 'sub/own.klab')).err[0]).toMatch(/mine\.klab:4:12: error: /);
  });

  test('what a schedule names and the machine lacks is said, with and without events', async () => {
    const texts = ['raise 99 step 5', 'raise 1 on cpu5 step 5', 'run cpu0 until first 1 on cpu3', 'change 0x7ffffff0=0x1 step 5'];
    for (const text of texts) {
      const all = { ...files, 'a.sched': `kmaplab schedule 1\n\n${text}\n` };
      for (const mode of [[], ['--events'], ['--json']]) {
        const ran = await runCommand(all, 'run', ...mode, '--schedule', 'a.sched', 'clean.klab');
        expect(ran.out.join('\n')).toMatch(
          /schedule: line 3: there is no (device 99|CPU [35]|memory at offset 0x7ffffff0); the schedule is skipped/,
        );
        expect(ran.status).toBe(0);
      }
    }
  });

  test('entries that turn out impossible while the program runs are said too', async () => {
    const all = { ...files, 'a.sched': 'kmaplab schedule 1\n\ndeliver 3 on cpu0 step 30\n' };
    const ran = await runCommand(all, 'run', '--schedule', 'a.sched', 'clean.klab');
    expect(ran.out.join('\n')).toContain("schedule: line 3: 'deliver' is left out: it cannot happen");
  });

  test('the schedule that reproduces a finding has positions, so that it outlives a change of the program', async () => {
    const program = `${WRONG}\nirq nic(cpu = 0, when = any) { }\nschedule s { irq nic at writer 1; }\n`;
    const ran = await runCommand({ 'irq.klab': program }, 'run', '--schedule', 's', 'irq.klab');
    expect(ran.out.join('\n')).toMatch(/\nraise nic on cpu0 at .+ step \d+\n/);
  });

  test('a run without an end says that it was cut', async () => {
    const endless = 'machine { cpus = 1; steps_max = 1000; }\ntask t { while (true) ; }\n';
    expect((await runCommand({ 'e.klab': endless }, 'run', 'e.klab')).out.at(-1)).toMatch(
      /^not ended, stopped by steps_max at step 1000, /,
    );
  });
});
