/** *Matrix*: one program under every mapping model, what came out in each cell. Plain data, and its text twin. */
import { table } from './text.ts';

export interface MatrixCell {
  mapping: string;
  /** `clean`, the slugs of the findings, `n/a`, `not reached`, `not ended`; empty while it has not run yet. */
  result: string;
  findings: readonly string[];
  /** The first finding's headline, or why there is no result; else empty. */
  why: string;
  /**
   * How the run compares with the program's own `expect` lines for this machine and schedule: as they say, against them, or they say
   * nothing about it. Absent: no run, or a program without such lines.
   */
  verdict?: 'expected' | 'surprise' | 'unstated';
  /** The lines that do not hold, with what came instead; only of a surprise. */
  against?: readonly string[];
  /** Micro-steps and virtual time (ns) of the run. */
  steps?: number;
  time?: number;
}

export interface MatrixRow {
  /** Schedule of the program that the run followed; empty: none. */
  schedule: string;
  /** Settings that the row fixes, `preempt=none`; empty: as the program says. */
  profile: string;
  /** One for each model, in the same order. */
  cells: readonly MatrixCell[];
}

export interface MatrixModel {
  /** Name of the program's file. */
  program: string;
  models: readonly string[];
  rows: readonly MatrixRow[];
  /** Cells are still to come. */
  running: boolean;
  /** Setting whose values are tried, one row each; empty: none. */
  setting: string;
  /** What is wrong with the program when no model takes it. */
  fault: string;
}

export type ToMatrix = { type: 'matrix'; model: MatrixModel };
export type FromMatrix =
  | { type: 'ready' }
  /** Run that cell in the debugger; both count from 0. */
  | { type: 'open'; row: number; column: number }
  | { type: 'again' }
  | { type: 'setting'; setting: string };

/** Settings that the view offers to try. */
export const MATRIX_SETTINGS = ['preempt', 'profile', 'cpus'] as const;

/** How a row is called: `no schedule`, `torvalds`, `torvalds, preempt=none`. */
export const rowName = ({ schedule, profile }: MatrixRow): string =>
  [schedule || 'no schedule', ...(profile ? [profile] : [])].join(', ');

/** What stands behind the result of a cell that is not as the program expects: `!` against it, `?` it says nothing. */
export const verdictMark = ({ verdict }: MatrixCell): string =>
  verdict === 'surprise' ? ' !' : verdict === 'unstated' ? ' ?' : '';

/** What became of all cells, in one sentence. */
export function matrixSummary({ rows, running, fault }: MatrixModel): string {
  if (fault) return `The program does not run: ${fault}`;
  const cells = rows.flatMap((row) => row.cells);
  const clean = cells.filter(({ result }) => result === 'clean').length;
  const findings = cells.filter((cell) => cell.findings.length > 0).length;
  const none = cells.filter(({ result }) => result === 'n/a').length;
  const surprises = cells.filter(({ verdict }) => verdict === 'surprise').length;
  const parts = [`${clean} clean`, `${findings} with findings`, `${none} not possible`];
  if (surprises > 0) parts.push(`${surprises} not as the program expects (!)`);
  return `${running ? 'Running: ' : ''}${parts.join(', ')}.`;
}

export function matrixText(model: MatrixModel): string {
  const lines = [`Matrix of ${model.program}`, matrixSummary(model)];
  if (model.rows.length === 0) return lines.join('\n');
  lines.push(
    '',
    table(
      ['run', ...model.models],
      model.rows.map((row) => [rowName(row), ...row.cells.map((cell) => (cell.result || '...') + verdictMark(cell))]),
    ),
  );
  const reasons = model.rows.flatMap((row) =>
    row.cells.flatMap(({ mapping, why, against = [] }) =>
      [...against, ...(why === '' ? [] : [why])].map((reason) => `${rowName(row)}, ${mapping}: ${reason}`),
    ),
  );
  if (reasons.length > 0) lines.push('', ...reasons);
  return lines.join('\n');
}
