/** The suite of the models: on the shipped ones, and on a learner's own. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCommand } from './support.ts';

const media = new URL('../../media/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, media), 'utf8');
const parts = readdirSync(new URL('model-suite', media)).map((name) => name.replace('.klab', ''));
const suite = Object.fromEntries(parts.map((name) => [`suite/${name}.klab`, read(`model-suite/${name}.klab`)]));
const template = read('templates/kmap-model.klab');

/** The race of the first posting, as docs/mapping-models.md builds it. */
const loop = /\tint i;\n\n\tfor \(i = 0; i < current->kmap_ctrl\.idx; i\+\+\)\n\t\tset_pte\(.*\n/;
const racing = template
  .replace(loop, '')
  .replace(
    /(flush_tlb_one_kernel\(kmap_slot_addr\(kmap_slot\(i\)\)\); \/\/ @flush\n\t\})/,
    '$1\n\tfor (i = 0; i < next->kmap_ctrl.idx; i++)\n\t\tset_pte(kmap_slot_pte(kmap_slot(i)), next->kmap_ctrl.pteval[i]);',
  );

/** Parts that a model fails. */
async function failures(files: Record<string, string>, ...args: string[]): Promise<Record<string, string[]>> {
  const ran = await runCommand({ ...suite, ...files }, 'test', '--json', ...args);
  const rows = ran.json();
  expect(
    rows
      .filter(({ type }) => type === 'part')
      .map(({ part }) => part)
      .sort(),
  ).toEqual([...parts].sort());
  const failed = rows.filter(({ status }) => status === 'failed');
  expect(ran.status).toBe(failed.length > 0 ? 1 : 0);
  for (const { schedule } of failed) expect(schedule).toContain('kmaplab schedule 1');
  return Object.fromEntries(failed.map(({ part, findings }) => [part, findings as string[]]));
}

describe('kmaplab test --mapping', () => {
  test('kmap_local passes everything', async () => {
    expect(await failures({}, '--mapping', 'kmap_local')).toEqual({});
  });

  test('kmap_temporary fails the race and the migration', async () => {
    const found = await failures({}, '--mapping', 'kmap_temporary');
    expect(Object.keys(found).sort()).toEqual(['migration', 'switch-interrupt-more']);
    expect(found.migration).toContain('foreign_mapping');
    expect(found['switch-interrupt-more'][0]).toBe('slot_busy');
  });

  test('split_switch without a pin fails the migration only, with one nothing', async () => {
    expect(Object.keys(await failures({}, '--mapping', 'split_switch', '--set', 'pin=none'))).toEqual(['migration']);
    expect(await failures({}, '--mapping', 'split_switch', '--set', 'pin=migrate')).toEqual({});
  });

  test('the template passes; the change that the page describes brings the race back', async () => {
    expect(await failures({ 'own/mine.klab': template }, '--mapping', './own/mine.klab'.slice(2))).toEqual({});
    expect(racing).not.toMatch(loop);
    expect(Object.keys(await failures({ 'mine.klab': racing }, '--mapping', 'mine.klab'))).toEqual(['switch-interrupt-more']);
  });

  test('a model that forgets to flush, and one that does not pin, are found out', async () => {
    const flushless = template.replace(/^.*\/\/ @flush_one.*\n/m, '').replace(/^.*\/\/ @flush\n/m, '');
    expect(Object.keys(await failures({ 'm.klab': flushless }, '--mapping', 'm.klab'))).toEqual(
      expect.arrayContaining(['order', 'leak', 'switch']),
    );
    const loose = template.replace(/^.*migrate_(dis|en)able\(\).*\n/gm, '');
    expect(Object.keys(await failures({ 'm.klab': loose }, '--mapping', 'm.klab'))).toEqual(['migration']);
  });

  test('the table names part, result, finding and moment, and the schedule follows', async () => {
    const ran = await runCommand(suite, 'test', '--mapping', 'kmap_temporary');
    expect(ran.out.find((line) => line.startsWith('nesting '))).toMatch(/^nesting +passed +1 run$/);
    expect(ran.out.find((line) => line.startsWith('switch-interrupt-more '))).toMatch(
      /^switch-interrupt-more +failed +\d+ runs +slot_busy panic +kernel BUG at .* \(nic before step \d+\)$/,
    );
    expect(ran.out).toContain('schedule of switch-interrupt-more:');
    expect(ran.out.at(-1)).toBe(`${parts.length - 2} passed, 2 failed`);
    expect(ran.status).toBe(1);
  });

  test('with programs it checks their expect lines under the model, whose path is relative to where one is', async () => {
    const program = 'page p = "x";\ntask t(cpu = 0) { char *a = map_page(p); unmap_page(a); }\nexpect clean;\n';
    const ran = await runCommand(
      { 'mine.klab': template, 'deep/p.klab': program },
      'test',
      '--mapping',
      'mine.klab',
      'deep/p.klab',
    );
    expect(ran.out.at(-1)).toBe('1 passed, 0 failed, 0 skipped, 0 unproven');
  });

  test('what is wrong with the model is said once, with the place', async () => {
    const broken = template.replace('void kmap_fork(', 'void kmap_spoon(');
    const ran = await runCommand({ ...suite, 'mine.klab': broken }, 'test', '--mapping', 'mine.klab');
    expect(ran.status).toBe(2);
    expect(ran.err).toEqual([
      "mine.klab:1:1: error: a mapping model has to define 'void kmap_fork(struct task_struct *child)'; it is called when a task is copied, on the stack of the parent [K5007]",
    ]);
    const missing = await runCommand(suite, 'test', '--mapping', 'none.klab');
    expect(missing.status).toBe(2);
    expect(missing.err[0]).toContain('none.klab cannot be read');
  });
});
