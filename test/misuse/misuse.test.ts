/** The table of misuses (highmem section 11), cell by cell: each claim of a cell is a program whose outcome is what the cell says. */
import { describe, expect, test } from 'vitest';
import { open, VectorRun } from '../vectors/run.ts';
import { rows } from './cases.ts';
import { type MisuseCase, MODELS, type Model, misuseProgram, saidByKernel } from './misuse-case.ts';
import { readReferenceTable, wordsLeft } from './reference-table.ts';

const STEPS_MAX = 400_000;
const table = readReferenceTable();

describe('the table', () => {
  test('has the columns and rows that the cases have', () => {
    expect(table.models).toEqual(Object.keys(MODELS));
    expect(table.rows.map(({ misuse }) => misuse)).toEqual(Object.keys(rows));
  });

  test.each(
    table.rows.flatMap(({ misuse, cells }) => table.models.map((title, column) => [misuse, title, cells[column]] as const)),
  )('%s, %s: every word of the cell has a case', (misuse, title, cell) => {
    const cases = rows[misuse]?.[MODELS[title]] ?? [];
    expect(cases.length).toBeGreaterThan(0);
    for (const { says } of cases) expect(cell).toContain(says);
    expect(
      wordsLeft(
        cell,
        cases.map(({ says }) => says),
      ),
    ).toBe('');
  });
});

const claims = Object.entries(rows).flatMap(([misuse, row]) =>
  Object.values(MODELS).flatMap((model) => row[model].map((one) => [misuse, model, one.says, one] as const)),
);

test.each(claims)('%s, %s: %s', (_misuse, model: Model, _says, one: MisuseCase) => {
  const { schedule } = one;
  const session = open(misuseProgram(model, one), { schedule });
  session.run({ kind: 'continue' }, STEPS_MAX);
  const run = new VectorRun(session, '');
  expect(saidByKernel(session.findings)).toEqual(one.kernel);
  expect(run.sanitizerFindings()).toEqual(one.seen ?? []);
  expect(session.ended, session.stop.description).toBe(true);
  if (schedule !== undefined) expect(session.scheduleState).toBe('followed');
  if (one.printed) expect(run.printed()).toEqual(one.printed);
  if (one.cleared) expect([one.cleared[0], ...run.ptesCleared(one.cleared[0])]).toEqual(one.cleared);
  one.holds?.(run);
});
