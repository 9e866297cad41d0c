import { expect, test } from 'vitest';
import { runMatrix } from '../../src/extension/matrix/matrix-run.ts';
import type { MatrixModel } from '../../src/views/matrix.ts';

const text = `machine { cpus = 1; }
page p[2];
task t(cpu = 0) { char *a = map_page(p[0]); char *b = map_page(p[1]); unmap_page(b); unmap_page(a); }
irq nic(cpu = 0, when = any) { }
schedule merged { irq nic at __kmap_local_pfn_prot "map" 1; }
`;

async function fill(program: string, setting = '', limit = 1_000): Promise<{ last: MatrixModel; shown: number }> {
  let last: MatrixModel | undefined;
  let shown = 0;
  await runMatrix({ name: 'p.klab', uri: 'p.klab', text: program }, setting, async (model) => {
    last = model;
    return ++shown < limit;
  });
  if (!last) throw new Error('nothing was shown');
  return { last, shown };
}

test('a row for each schedule, a cell for each model; what a model lacks is n/a', async () => {
  const { last } = await fill(text);
  expect(last).toMatchObject({ running: false, fault: '', program: 'p.klab' });
  expect(last.rows.map(({ schedule }) => schedule)).toEqual(['', 'merged']);
  const cell = (row: number, mapping: string) => last.rows[row].cells.find((each) => each.mapping === mapping);
  expect(cell(0, 'kmap_local')?.result).toBe('clean');
  expect(cell(1, 'kmap_local')?.result).toBe('clean');
  expect(cell(1, 'split_switch')).toMatchObject({ result: 'n/a', why: expect.stringContaining('schedule') });
});

test('a program that no model takes has a fault instead of rows', async () => {
  const { last } = await fill('task t { nothing(); }');
  expect(last.rows).toEqual([]);
  expect(last.fault).toContain('nothing');
});

test('who closes the panel ends the work', async () => {
  expect((await fill(text, 'preempt', 2)).shown).toBe(2);
});
