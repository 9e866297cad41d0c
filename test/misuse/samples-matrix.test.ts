/** `kmaplab matrix samples/` holds no surprise: every sample under every model comes out as its `expect` lines say, or is not possible there. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/kernel/build.ts';
import { appliesTo } from '../../src/kernel/expectations.ts';
import { MAPPING_MODELS } from '../../src/kernel/mapping-models.ts';
import { runCell } from '../../src/session/matrix.ts';
import type { MatrixCell } from '../../src/views/matrix.ts';

const STEPS_MAX = 2_000_000;
const models = MAPPING_MODELS.map(({ name }) => name);
const samples = readdirSync('samples').filter((name) => name.endsWith('.klab'));
const textOf = (file: string): string => readFileSync(`samples/${file}`, 'utf8');

/** For all models of one sample, ms; a busy machine is slow. */
const TIMEOUT = 120_000;

/** Samples of the scheduler alone say so in a line of their header, and need no line for each model. */
const SCHEDULER_ALONE = '// The mapping model does not matter here.';

describe.each(samples)('%s', (file) => {
  const text = textOf(file);
  let cells: MatrixCell[] = [];
  beforeAll(() => {
    cells = models.map((mapping) => runCell({ uri: file, text, settings: { mapping } }, STEPS_MAX).cell);
  }, TIMEOUT);

  test('every cell with an expectation is as expected', () => {
    expect(cells.flatMap(({ mapping, against = [] }) => against.map((line) => `${mapping}: ${line}`))).toEqual([]);
  });

  test('no cell is without an expectation', () => {
    const missing = cells.filter(({ verdict, result }) => verdict === 'unstated' || (verdict === undefined && result !== 'n/a'));
    const alone = text.includes(SCHEDULER_ALONE);
    expect(missing.map(({ mapping, result }) => `${mapping}: ${result}`).filter(() => !alone)).toEqual([]);
  });

  test('what went wrong first is what a line names', () => {
    const unnamed = cells.filter(({ mapping, findings }) => {
      const { built } = buildProgram({ uri: file, text, settings: { mapping } });
      if (!built || findings.length === 0) return false;
      const lines = built.program.expects.filter(
        ({ declaration }) => declaration.on.kind === 'default' && appliesTo(declaration, built.profile),
      );
      return lines.length > 0 && !lines.some(({ declaration }) => declaration.outcome === findings[0]);
    });
    expect(unnamed.map(({ mapping, findings }) => `${mapping}: ${findings[0]}`)).toEqual([]);
  });

  test('it runs under a model at all', () => {
    expect(cells.some(({ result }) => result !== 'n/a')).toBe(true);
  });
});
