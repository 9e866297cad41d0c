/** `kmaplab matrix`: programs under every mapping model and chosen settings. */
import type { Diagnostic } from '../../lang/diagnostics.ts';
import { type CellRun, combinations, type RunFigures, runCell } from '../../session/matrix.ts';
import { type MatrixCell, verdictMark } from '../../views/matrix.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { mappingNames, namedFiles, type Program, readPrograms, scheduleOption, textOfSource } from '../programs.ts';
import { columns, milliseconds } from '../text.ts';

/** Micro-steps after which a run counts as one that does not end. */
const STEPS_MAX = 5_000_000;

interface Row {
  file: string;
  /** Settings of the row, `preempt=none`; empty: as the program says. */
  profile: string;
  /** Schedule of the program; empty: none. */
  schedule: string;
  runs: CellRun[];
}

export function matrix(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, { ...COMMON, schedule: { type: 'string' }, schedules: { type: 'boolean' } });
  const lists = options.settings();
  if (lists.mapping !== undefined) throw new UsageError('matrix runs every mapping model; leave --set mapping away');
  const written = options.text('schedule');
  if (written !== undefined && options.flag('schedules')) throw new UsageError('--schedule and --schedules exclude each other');
  const json = options.flag('json');
  const programs = readPrograms(io, options.positionals);
  const profiles = combinations(lists);
  const single = programs.length === 1 && profiles.length === 1 && !options.flag('schedules');

  const rows: Row[] = [];
  let broken = false;
  for (const program of programs) {
    const schedules = options.flag('schedules') ? ['', ...schedulesOf(program.text)] : [written ?? ''];
    const own = profiles.flatMap((profile) => schedules.map((schedule) => runRow(io, program, profile, schedule)));
    const faults = faultsOfText(own);
    if (!faults) rows.push(...own);
    else {
      // No model takes it, so the text itself is at fault, not what a model lacks.
      broken = true;
      const schedule = scheduleOption(io, written);
      printDiagnostics(io, diagnosticRecords(faults, textOfSource(io, program, schedule)), json);
    }
  }
  if (json) for (const row of rows) printJson(io, row, single);
  else if (single) for (const { runs } of rows) printModels(io, runs);
  else if (rows.length > 0) printCells(io, rows);
  const cells = rows.flatMap(({ runs }) => runs.map(({ cell }) => cell));
  if (json) io.out(JSON.stringify({ type: 'summary', programs: programs.length, ...countVerdicts(cells) }));
  else if (cells.some(({ verdict }) => verdict !== undefined)) io.out(verdictLine(programs.length, cells));
  if (broken) return ExitStatus.usage;
  return cells.some(isTrouble) ? ExitStatus.finding : ExitStatus.clean;
}

/** A surprise, or a finding that the program does not speak of. */
const isTrouble = ({ verdict, findings }: MatrixCell): boolean =>
  verdict === 'surprise' || (verdict !== 'expected' && findings.length > 0);

function countVerdicts(
  cells: readonly MatrixCell[],
): Record<'cells' | 'expected' | 'surprises' | 'unstated' | 'notPossible', number> {
  const count = (of: (cell: MatrixCell) => boolean): number => cells.filter(of).length;
  return {
    cells: cells.length,
    expected: count(({ verdict }) => verdict === 'expected'),
    surprises: count(({ verdict }) => verdict === 'surprise'),
    unstated: count(({ verdict, result }) => verdict !== 'expected' && verdict !== 'surprise' && result !== 'n/a'),
    notPossible: count(({ result }) => result === 'n/a'),
  };
}

function verdictLine(programs: number, all: readonly MatrixCell[]): string {
  const { cells, expected, surprises, unstated, notPossible } = countVerdicts(all);
  const size = `${programs} ${programs === 1 ? 'program' : 'programs'}, ${cells} cells`;
  return `${size}: ${expected} as expected, ${surprises} not as expected (!), ${unstated} without an expectation (?), ${notPossible} not possible`;
}

/** Names of the schedules that a program declares. */
const schedulesOf = (text: string): string[] => [...text.matchAll(/^schedule\s+(\w+)/gm)].map(([, name]) => name);

function runRow(io: CommandIo, program: Program, profile: Readonly<Record<string, string>>, schedule: string): Row {
  const { path: uri, text } = program;
  const found = scheduleOption(io, schedule || undefined);
  const runs = mappingNames().map((mapping) =>
    runCell({ uri, text, settings: { ...profile, mapping }, schedule: found, ...namedFiles(io, uri) }, STEPS_MAX),
  );
  const settings = Object.entries(profile).map(([name, value]) => `${name}=${value}`);
  return { file: uri, profile: settings.join(' '), schedule, runs };
}

/** Diagnostics when every model refuses the program. */
function faultsOfText(rows: readonly Row[]): Diagnostic[] | undefined {
  const runs = rows.flatMap((row) => row.runs);
  const refused = (run: CellRun): boolean =>
    run.figures === undefined && run.diagnostics.some(({ severity }) => severity === 'error');
  return runs.every(refused) ? runs[0].diagnostics : undefined;
}

function printJson(io: CommandIo, { file, profile, schedule, runs }: Row, single: boolean): void {
  for (const { cell, figures } of runs) {
    const { mapping, result, findings, why, verdict, against } = cell;
    const about = single ? { type: 'model' } : { type: 'cell', file, profile, schedule };
    io.out(JSON.stringify({ ...about, mapping, result, findings, ...figures, ...(why !== '' && { why }), verdict, against }));
  }
}

/** One program under one profile: a row for each model, with what the run cost. */
function printModels(io: CommandIo, runs: readonly CellRun[]): void {
  const header = ['mapping', 'result', 'steps', 'time', 'switches', 'maps', 'PTE writes', 'TLB flushes'];
  for (const line of columns([
    header,
    ...runs.map(({ cell, figures }) => [cell.mapping, cell.result + verdictMark(cell), ...figureCells(figures)]),
  ]))
    io.out(line);
  printReasons(
    io,
    runs.map(({ cell }) => ({ cell, row: '' })),
  );
}

function figureCells(figures: RunFigures | undefined): string[] {
  if (!figures) return ['', '', '', '', '', ''];
  const { steps, time, switches, maps, pteWrites, tlbFlushes } = figures;
  return [String(steps), milliseconds(time), ...[switches, maps, pteWrites, tlbFlushes].map(String)];
}

/** Several programs, profiles or schedules: a row for each, a column for each model. */
function printCells(io: CommandIo, rows: readonly Row[]): void {
  const some = (name: 'profile' | 'schedule'): boolean => rows.some((row) => row[name] !== '');
  const titles = (['profile', 'schedule'] as const).filter(some);
  const table = rows.map((row) => [
    row.file,
    ...titles.map((name) => row[name] || '-'),
    ...row.runs.map(({ cell }) => cell.result + verdictMark(cell)),
  ]);
  for (const line of columns([['program', ...titles, ...mappingNames()], ...table])) io.out(line);
  printReasons(
    io,
    rows.flatMap((row) => {
      const name = [row.file, ...titles.map((title) => row[title]).filter((text) => text !== '')].join(' ');
      return row.runs.map(({ cell }) => ({ cell, row: `${name}: ` }));
    }),
  );
}

/** Why there is no result, once for all models that lack the same; then the lines that do not hold. */
function printReasons(io: CommandIo, cells: readonly { cell: MatrixCell; row: string }[]): void {
  const lacking = new Map<string, { row: string; why: string; models: string[] }>();
  for (const { cell, row } of cells) {
    if (cell.result !== 'n/a') continue;
    const group = lacking.get(`${row}\n${cell.why}`) ?? { row, why: cell.why, models: [] };
    group.models.push(cell.mapping);
    lacking.set(`${row}\n${cell.why}`, group);
  }
  for (const { row, why, models } of lacking.values()) io.out(`n/a: ${row}${models.join(', ')}: ${why}`);
  for (const { cell, row } of cells) {
    for (const line of cell.against ?? []) io.out(`not as expected: ${row}${cell.mapping}: ${line}`);
  }
}
