import { expect, test } from 'vitest';
import { combinations, runCell } from '../../src/session/matrix.ts';
import { type MatrixModel, matrixSummary, matrixText, rowName } from '../../src/views/matrix.ts';

const model: MatrixModel = {
  program: 'race.klab',
  models: ['a_model', 'b'],
  rows: [
    {
      schedule: '',
      profile: 'preempt=none',
      cells: [
        { mapping: 'a_model', result: 'clean', findings: [], why: '', steps: 3, time: 4 },
        { mapping: 'b', result: 'slot_busy', findings: ['slot_busy'], why: 'kernel BUG' },
      ],
    },
    {
      schedule: 'late',
      profile: '',
      cells: [
        { mapping: 'a_model', result: 'n/a', findings: [], why: 'no such place' },
        { mapping: 'b', result: '', findings: [], why: '' },
      ],
    },
  ],
  running: true,
  setting: 'preempt',
  fault: '',
};

test('the text twin says everything that the table shows', () => {
  expect(matrixText(model)).toBe(`Matrix of race.klab
Running: 1 clean, 1 with findings, 1 not possible.

run                        a_model  b
no schedule, preempt=none  clean    slot_busy
late                       n/a      ...

no schedule, preempt=none, b: kernel BUG
late, a_model: no such place`);
  expect(model.rows.map(rowName)).toEqual(['no schedule, preempt=none', 'late']);
});

test('a program that no model takes has a fault and no rows', () => {
  const broken = { ...model, rows: [], running: false, fault: 'line 1: no' };
  expect(matrixSummary(broken)).toBe('The program does not run: line 1: no');
  expect(matrixText(broken)).toBe('Matrix of race.klab\nThe program does not run: line 1: no');
});

test('a cell that is not as the program expects is marked, and the text says why', () => {
  const cells = [
    { mapping: 'a_model', result: 'clean', findings: [], why: '', verdict: 'expected' as const },
    {
      mapping: 'b',
      result: 'slot_busy',
      findings: ['slot_busy'],
      why: 'kernel BUG',
      verdict: 'surprise' as const,
      against: ['expect clean: no'],
    },
    { mapping: 'c', result: 'clean', findings: [], why: '', verdict: 'unstated' as const },
  ];
  const judged = { ...model, models: ['a_model', 'b', 'c'], rows: [{ schedule: '', profile: '', cells }], running: false };
  expect(matrixText(judged)).toBe(`Matrix of race.klab
2 clean, 1 with findings, 0 not possible, 1 not as the program expects (!).

run          a_model  b            c
no schedule  clean    slot_busy !  clean ?

no schedule, b: expect clean: no
no schedule, b: kernel BUG`);
});

test('combinations of values', () => {
  expect(combinations({})).toEqual([{}]);
  expect(combinations({ preempt: 'full, none', cpus: '2' })).toEqual([
    { preempt: 'full', cpus: '2' },
    { preempt: 'none', cpus: '2' },
  ]);
});

test('cells: clean, a finding with its headline, a run without end, a program that does not build', () => {
  const run = (text: string, stepsMax = 100_000) =>
    runCell({ uri: 'p.klab', text, settings: { mapping: 'kmap_local' } }, stepsMax).cell;
  expect(run('task t { }')).toMatchObject({ mapping: 'kmap_local', result: 'clean', findings: [], why: '' });
  const wrong = run('page p[2];\ntask t { char *a = map_page(p[0]); char *b = map_page(p[1]); unmap_page(a); unmap_page(b); }');
  expect(wrong.findings).toContain('unmap_order');
  expect(wrong.why).not.toBe('');
  expect(run('task t { for (;;) cpu_relax(); }', 2_000).result).toBe('not ended');
  expect(run('task t { nothing(); }')).toMatchObject({ result: 'n/a', why: expect.stringContaining('nothing') });
});
