/** `kmaplab test`: do the `expect` lines of programs hold? */

import { type BuiltProgram, buildProgram } from '../../kernel/build.ts';
import { findingEntry } from '../../kernel/catalogue.ts';
import {
  checkOutcome,
  type ExpectationResult,
  expectationText,
  type RunOutcome,
  settingsFor,
} from '../../kernel/expectations.ts';
import type { Diagnostic } from '../../lang/diagnostics.ts';
import type { ExpectDeclaration } from '../../lang/tree.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type Graded, ownExpectations, withExpectations } from '../exercise.ts';
import { type PlacedFinding, placeFindings } from '../finding-lines.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import {
  namedFiles,
  type OpenOptions,
  openSession,
  type Program,
  readProgram,
  readPrograms,
  runToEnd,
  textOfSource,
} from '../programs.ts';
import { columns } from '../text.ts';
import { checkMapping, testModel } from './test-model.ts';

type Settings = Readonly<Record<string, string | number | boolean>>;
type Counts = Record<ExpectationResult['status'], number>;

interface Checked extends ExpectationResult {
  /** File and line of the expectation. */
  place: string;
  /** Settings that differ from the program's own, `name=value`. */
  under: string[];
  schedule?: string;
  /** What the run showed, for a line that failed. */
  findings: PlacedFinding[];
}

export function test(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, { ...COMMON, mapping: { type: 'string' }, expect: { type: 'string' } });
  const mapping = options.text('mapping');
  const settings: Record<string, string> = options.settings();
  const json = options.flag('json');
  const model = mapping === undefined ? undefined : checkMapping(io, mapping, settings, json);
  if (model === 'broken') return ExitStatus.usage;
  const exercise = options.text('expect') === undefined ? undefined : readProgram(io, options.text('expect') ?? '');
  if (mapping !== undefined && options.positionals.length === 0) {
    if (exercise) throw new UsageError('--expect wants the programs to hold it against');
    return testModel(io, { settings, model }, json);
  }

  const total: Counts = { passed: 0, failed: 0, skipped: 0, unproven: 0 };
  let broken = false;
  const programs = readPrograms(io, options.positionals);
  for (const handedIn of programs) {
    const graded = exercise ? withExpectations(handedIn, exercise) : ownExpectations(handedIn);
    const { results, diagnostics } = checkProgram(io, graded, settings, model);
    if (!results) {
      printDiagnostics(io, diagnosticRecords(diagnostics.map(graded.translate), textOfSource(io, graded.program)), json);
      broken = true;
    }
    const counts = results ? countOf(results) : { passed: 0, failed: 1, skipped: 0, unproven: 0 };
    for (const status of Object.keys(total) as (keyof Counts)[]) total[status] += counts[status];
    if (results) print(io, results, json, { path: handedIn.path, settings, model, exercise });
    printProgram(io, handedIn.path, results ? counts : undefined, json, programs.length > 1);
  }
  const { passed, failed, skipped, unproven } = total;
  if (json) io.out(JSON.stringify({ type: 'summary', ...total }));
  else io.out(`${passed} passed, ${failed} failed, ${skipped} skipped, ${unproven} unproven`);
  if (broken) return ExitStatus.usage;
  return failed > 0 ? ExitStatus.finding : ExitStatus.clean;
}

function countOf(results: readonly Checked[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, unproven: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

/** What the lines of one program come to; `counts` is undefined when it does not build. */
function printProgram(io: CommandIo, path: string, counts: Counts | undefined, json: boolean, several: boolean): void {
  const outcome = !counts ? 'broken' : counts.failed > 0 ? 'failed' : counts.passed > 0 ? 'passed' : 'unchecked';
  if (json) {
    io.out(JSON.stringify({ type: 'program', file: path, outcome, ...counts }));
    return;
  }
  if (!counts) io.out(`${path}: does not build`);
  else if (outcome === 'unchecked') io.out(`${path}: nothing was checked: no expect line applies`);
  else if (several) io.out(`${path}: ${counts.passed} of ${counts.passed + counts.failed} hold`);
}

interface Reproduce {
  path: string;
  settings: Settings;
  model: string | undefined;
  exercise: Program | undefined;
}

/** The command that shows the run again; a schedule of the exercise is not in the program, so there is none then. */
function commandFor({ path, settings, exercise }: Reproduce, { under, schedule }: Checked): string | undefined {
  if (exercise && schedule !== undefined) return undefined;
  const fixed = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const set = [...fixed, ...under].map((piece) => ` --set ${piece}`);
  return `kmaplab run${set.join('')}${schedule === undefined ? '' : ` --schedule ${schedule}`} ${path}`;
}

function print(io: CommandIo, results: readonly Checked[], json: boolean, how: Reproduce): void {
  const rows = columns(results.map(({ place, text, status, message }) => [`${place}:`, status, text, message && `(${message})`]));
  for (const [i, result] of results.entries()) {
    const again = result.status === 'failed' ? commandFor(how, result) : undefined;
    if (json) {
      const { text, status, under, message, findings } = result;
      const line = Number(result.place.slice(result.place.lastIndexOf(':') + 1));
      const seen = findings.map(({ finding, line: at }) => ({
        slug: finding.slug,
        headline: finding.headline,
        line: at,
        task: finding.comm,
        cpu: finding.cpu,
        step: finding.step,
        title: findingEntry(finding.slug).title,
      }));
      const more = status === 'failed' && { findings: seen, again };
      io.out(JSON.stringify({ type: 'expectation', file: how.path, line, expect: text, status, under, message, ...more }));
      continue;
    }
    io.out(rows[i]);
    if (result.status !== 'failed') continue;
    if (result.under.length > 0) io.out(`    under ${result.under.join(' ')}`);
    for (const { finding, line } of result.findings) {
      const where = `${line === undefined ? '' : `line ${line}, `}task ${finding.comm} on CPU ${finding.cpu}`;
      io.out(`    ${finding.slug}: ${findingEntry(finding.slug).title}; ${where}`);
    }
    if (again !== undefined) io.out(`    see it: ${again}`);
  }
}

/** Expectations of one program; `results` is undefined when its text has errors. */
function checkProgram(
  io: CommandIo,
  { program, placeOf }: Graded,
  settings: Settings,
  model: string | undefined,
): { results?: Checked[]; diagnostics: Diagnostic[] } {
  const { path, text } = program;
  const { built, diagnostics } = buildProgram({ uri: path, text, settings, ...namedFiles(io, path, model) });
  if (!built) return { diagnostics };
  const runs = new Map<string, RunOutcome>();
  const results = expectationsOf(built, program).map((declaration): Checked => {
    const line = expectationText(program.text, declaration);
    // What the command line fixed stays; the other settings of the condition are given values under which it holds.
    const found = settingsFor(declaration, built.profile, Object.keys(settings));
    const under = Object.entries(found ?? {}).map(([name, value]) => `${name}=${value}`);
    const place = placeOf(declaration.start);
    const schedule = declaration.on.kind === 'schedule' ? declaration.on.name : undefined;
    const about = { place, under, schedule, findings: [] };
    const as = (status: Checked['status'], message: string): Checked => ({ declaration, text: line, status, message, ...about });
    if (!found) return as('skipped', 'the condition does not hold');
    if (declaration.on.kind === 'any') return as('unproven', 'not every schedule was looked at');
    const key = `${under.join(' ')}/${schedule ?? ''}`;
    const options = optionsFor({ ...settings, ...found }, model, schedule);
    const outcome = runs.get(key) ?? runOnce(io, program, options);
    runs.set(key, outcome);
    const result = checkOutcome(declaration, line, outcome);
    const findings = result.status === 'failed' ? placeFindings(io, program, options, outcome.findings) : [];
    return { ...result, ...about, findings };
  });
  return { results, diagnostics };
}

/** `expect` lines of the program itself. */
function expectationsOf(built: BuiltProgram, { path }: Program): ExpectDeclaration[] {
  return built.program.expects
    .filter(({ source }) => built.program.sources[source].uri === path)
    .map(({ declaration }) => declaration);
}

const optionsFor = (settings: Settings, model: string | undefined, schedule: string | undefined): OpenOptions => ({
  settings,
  model,
  schedule: schedule === undefined ? undefined : { name: schedule },
});

function runOnce(io: CommandIo, program: Program, options: OpenOptions): RunOutcome {
  const { session, diagnostics } = openSession(io, program, options);
  if (!session) return { findings: [], ended: false, reason: diagnostics[0]?.message ?? 'it could not be started' };
  runToEnd(session);
  const { scheduleState } = session;
  return { findings: [...session.findings], ended: session.ended, reason: session.stop.description, scheduleState };
}
