import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectationsOf, runExpectation } from '../../src/extension/expectations/run-expectation.ts';

const goOn = async (): Promise<boolean> => true;
const program = (text: string) => ({ uri: '/w/a.klab', text });
const body = 'machine { cpus = 1; }\npage p = "x";\ntask t()\n{\n\tchar *a = kmap_local_page(p);\n\tkunmap_local(a);\n}\n';

async function results(text: string, pause = goOn): Promise<[string, string, string][]> {
  const list: [string, string, string][] = [];
  for (const expectation of expectationsOf(program(text))) {
    const { status, message } = await runExpectation(program(text), expectation, pause);
    list.push([expectation.label, status, message]);
  }
  return list;
}

test('a line that holds passes, one that does not fails and says what happened', async () => {
  const [clean, wrong] = await results(`${body}expect clean;\nexpect page_fault;\n`);
  expect(clean).toEqual(['clean', 'passed', '']);
  expect(wrong.slice(0, 2)).toEqual(['page_fault', 'failed']);
  expect(wrong[2]).not.toBe('');
});

test('a line about every schedule is unproven', async () => {
  expect(await results(`${body}expect clean on any;\n`)).toEqual([
    ['clean on any', 'unproven', 'not every schedule was looked at'],
  ]);
});

test('an error in the program fails its lines in words', async () => {
  const [result] = await results(`${body}task u() { nonsense(); }\nexpect clean;\n`);
  expect(result[1]).toBe('failed');
  expect(result[2]).toContain('the program has an error');
});

test('a run that is cancelled is skipped', async () => {
  const endless = 'machine { cpus = 1; }\ntask t() { while (1) cond_resched(); }\nexpect clean;\n';
  const [result] = await results(endless, async () => false);
  expect(result.slice(1)).toEqual(['skipped', 'cancelled']);
});

test('every line of a shipped sample is listed at its place', () => {
  const text = readFileSync(new URL('../../samples/switch-race.klab', import.meta.url), 'utf8');
  const found = expectationsOf({ uri: 'switch-race.klab', text });
  expect(found.length).toBe(text.match(/^expect\b/gm)?.length);
  for (const { declaration } of found) expect(text.slice(declaration.start, declaration.start + 6)).toBe('expect');
});
