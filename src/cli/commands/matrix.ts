/** `kmaplab matrix`: one program under every mapping model. */
import type { KernelEvent } from '../../kernel/events.ts';
import { settings as settingSpecs } from '../../kernel/settings.ts';
import type { Diagnostic } from '../../lang/diagnostics.ts';
import type { SessionOptions } from '../../session/api.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { openSession, type Program, readProgram, runToEnd, scheduleOption, textOfSource } from '../programs.ts';
import { columns, milliseconds } from '../text.ts';

interface Cells {
  mapping: string;
  /** `clean`, the slugs of the findings, or `n/a`. */
  result: string;
  findings: string[];
  steps?: number;
  time?: number;
  switches?: number;
  maps?: number;
  pteWrites?: number;
  tlbFlushes?: number;
  /** Why there is no result. */
  why?: string;
}

export function matrix(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, { ...COMMON, schedule: { type: 'string' } });
  if (options.positionals.length !== 1) throw new UsageError('name one file');
  const settings = options.settings();
  if (settings.mapping !== undefined) throw new UsageError('matrix runs every mapping model; leave --set mapping away');
  const program = readProgram(io, options.positionals[0]);
  const schedule = scheduleOption(io, options.text('schedule'));
  const tried = modelNames().map((name) => runUnder(io, program, { ...settings, mapping: name }, schedule));
  const json = options.flag('json');
  if (tried.every(({ cells }) => cells.why !== undefined)) {
    // No model takes it, so the text itself is at fault, not what a model lacks.
    printDiagnostics(io, diagnosticRecords(tried[0].diagnostics, textOfSource(io, program, schedule)), json);
    return ExitStatus.usage;
  }
  const rows = tried.map(({ cells }) => cells);
  if (json) for (const cells of rows) io.out(JSON.stringify({ type: 'model', ...cells }));
  else printTable(io, rows);
  return rows.some(({ findings }) => findings.length > 0) ? ExitStatus.finding : ExitStatus.clean;
}

/** The shipped mapping models, in the order of the table of settings. */
function modelNames(): string[] {
  const value = settingSpecs.find(({ name }) => name === 'mapping')?.value;
  return value?.kind === 'enum-or-path' ? value.values.map(({ name }) => name) : [];
}

function runUnder(
  io: CommandIo,
  program: Program,
  settings: Readonly<Record<string, string>>,
  schedule: SessionOptions['schedule'],
): { cells: Cells; diagnostics: Diagnostic[] } {
  const { session, diagnostics } = openSession(io, program, { settings, schedule });
  const { mapping } = settings;
  if (!session) {
    const why = diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'it could not be started';
    return { cells: { mapping, result: 'n/a', findings: [], why }, diagnostics };
  }
  runToEnd(session);
  const findings = [...new Set(session.findings.filter(({ suppressed }) => !suppressed).map(({ slug }) => slug))];
  const events = session.events(0);
  const count = (...types: KernelEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length;
  const result = findings.join(' ') || (session.ended ? 'clean' : 'not ended');
  return {
    cells: {
      mapping,
      result,
      findings,
      steps: session.step,
      time: session.time,
      switches: count('sched_switch'),
      maps: count('kmap'),
      pteWrites: count('set_pte', 'clear_pte'),
      tlbFlushes: count('tlb_flush'),
    },
    diagnostics,
  };
}

function printTable(io: CommandIo, rows: readonly Cells[]): void {
  const header = ['mapping', 'result', 'steps', 'time', 'switches', 'maps', 'PTE writes', 'TLB flushes'];
  const cell = (value: number | undefined) => (value === undefined ? '' : String(value));
  const table = rows.map((row) => [
    row.mapping,
    row.result,
    cell(row.steps),
    row.time === undefined ? '' : milliseconds(row.time),
    cell(row.switches),
    cell(row.maps),
    cell(row.pteWrites),
    cell(row.tlbFlushes),
  ]);
  for (const line of columns([header, ...table])) io.out(line);
  for (const { mapping, why } of rows) if (why !== undefined) io.out(`n/a: ${mapping}: ${why}`);
}
