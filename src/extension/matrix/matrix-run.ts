/** Fills the matrix of one program, cell by cell. No vscode here. */
import { MAPPING_MODELS, settings } from '../../kernel/settings.ts';
import { parseSource } from '../../lang/parser.ts';
import type { SessionOptions } from '../../session/api.ts';
import { runCell } from '../../session/matrix.ts';
import type { MatrixCell, MatrixModel } from '../../views/matrix.ts';

/** Micro-steps after which a run counts as one that does not end; a cell is run in one go. */
const STEPS_MAX = 500_000;

export interface MatrixProgram {
  name: string;
  uri: string;
  text: string;
  readFile?: SessionOptions['readFile'];
}

/** Values that a setting is tried with; numbers of CPUs are those that differ. */
function valuesOf(setting: string): string[] {
  if (setting === 'cpus') return ['1', '2', '4'];
  const value = settings.find(({ name }) => name === setting)?.value;
  return value?.kind === 'enum' ? value.values.map(({ name }) => name) : [];
}

/**
 * @param setting setting whose values are tried, or empty
 * @param show called after each cell; answers whether to go on
 */
export async function runMatrix(
  { name: program, uri, text, readFile }: MatrixProgram,
  setting: string,
  show: (model: MatrixModel) => Promise<boolean>,
): Promise<void> {
  const models = MAPPING_MODELS.map(({ name }) => name);
  const empty = (): MatrixCell[] => models.map((mapping) => ({ mapping, result: '', findings: [], why: '' }));
  const { declarations } = parseSource({ uri, text, role: 'program' }).file;
  const schedules = ['', ...declarations.flatMap((each) => (each.kind === 'schedule' ? [each.name] : []))];
  const values = setting === '' ? [''] : valuesOf(setting);
  const rows = values.flatMap((value) =>
    schedules.map((schedule) => ({ schedule, profile: value && `${setting}=${value}`, value, cells: empty() })),
  );
  const model: MatrixModel = { program, models, rows, running: true, setting, fault: '' };
  let fault = '';
  let built = false;
  for (const row of rows) {
    for (const [column, mapping] of models.entries()) {
      const { cell, figures, diagnostics } = runCell(
        {
          uri,
          text,
          settings: { mapping, ...(row.value && { [setting]: row.value }) },
          schedule: row.schedule === '' ? undefined : { name: row.schedule },
          readFile,
        },
        STEPS_MAX,
      );
      row.cells[column] = cell;
      built ||= figures !== undefined || !diagnostics.some(({ severity }) => severity === 'error');
      fault ||= cell.why;
      if (!(await show(model))) return;
    }
  }
  await show(built ? { ...model, running: false } : { ...model, rows: [], running: false, fault });
}
