/** `kmaplab test`: do the `expect` lines of programs hold? */
import { type BuiltProgram, buildProgram } from '../../kernel/build.ts';
import {
  checkOutcome,
  type ExpectationResult,
  expectationText,
  type RunOutcome,
  settingsFor,
} from '../../kernel/expectations.ts';
import type { Diagnostic } from '../../lang/diagnostics.ts';
import { LineIndex } from '../../lang/line-index.ts';
import type { ExpectDeclaration } from '../../lang/tree.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { namedFiles, type OpenOptions, openSession, type Program, readPrograms, runToEnd, textOfSource } from '../programs.ts';
import { columns } from '../text.ts';
import { checkMapping, testModel } from './test-model.ts';

type Settings = Readonly<Record<string, string | number | boolean>>;
interface Checked extends ExpectationResult {
  line: number;
  /** Settings that differ from the program's own, `name=value`. */
  under: string[];
}

export function test(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, { ...COMMON, mapping: { type: 'string' } });
  const mapping = options.text('mapping');
  const settings: Record<string, string> = options.settings();
  const json = options.flag('json');
  const model = mapping === undefined ? undefined : checkMapping(io, mapping, settings, json);
  if (model === 'broken') return ExitStatus.usage;
  if (mapping !== undefined && options.positionals.length === 0) return testModel(io, { settings, model }, json);
  const counts = { passed: 0, failed: 0, skipped: 0, unproven: 0 };
  let broken = false;
  for (const program of readPrograms(io, options.positionals)) {
    const { results, diagnostics } = checkProgram(io, program, settings, model);
    if (!results) {
      printDiagnostics(io, diagnosticRecords(diagnostics, textOfSource(io, program)), json);
      broken = true;
      counts.failed++;
      continue;
    }
    for (const result of results) counts[result.status]++;
    print(io, program, results, json);
  }
  const { passed, failed, skipped, unproven } = counts;
  if (json) io.out(JSON.stringify({ type: 'summary', ...counts }));
  else io.out(`${passed} passed, ${failed} failed, ${skipped} skipped, ${unproven} unproven`);
  if (broken) return ExitStatus.usage;
  return failed > 0 ? ExitStatus.finding : ExitStatus.clean;
}

function print(io: CommandIo, { path }: Program, results: readonly Checked[], json: boolean): void {
  if (json) {
    for (const { line, text, status, under, message } of results) {
      io.out(JSON.stringify({ type: 'expectation', file: path, line, expect: text, status, under, message }));
    }
    return;
  }
  for (const row of columns(
    results.map(({ line, text, status, message }) => [`${path}:${line}:`, status, text, message && `(${message})`]),
  )) {
    io.out(row);
  }
}

/** Expectations of one program; `results` is undefined when its text has errors. */
function checkProgram(
  io: CommandIo,
  program: Program,
  settings: Settings,
  model: string | undefined,
): { results?: Checked[]; diagnostics: Diagnostic[] } {
  const { path, text } = program;
  const { built, diagnostics } = buildProgram({ uri: path, text, settings, ...namedFiles(io, path, model) });
  if (!built) return { diagnostics };
  const lines = new LineIndex(program.text);
  const runs = new Map<string, RunOutcome>();
  const results = ownExpectations(built, program).map((declaration): Checked => {
    const text = expectationText(program.text, declaration);
    const line = lines.lineOf(declaration.start) + 1;
    // What the command line fixed stays; the other settings of the condition are given values under which it holds.
    const found = settingsFor(declaration, built.profile, Object.keys(settings));
    const under = Object.entries(found ?? {}).map(([name, value]) => `${name}=${value}`);
    const as = (status: Checked['status'], message: string): Checked => ({ declaration, text, status, message, line, under });
    if (!found) return as('skipped', 'the condition does not hold');
    if (declaration.on.kind === 'any') return as('unproven', 'not every schedule was looked at');
    const name = declaration.on.kind === 'schedule' ? declaration.on.name : undefined;
    const key = `${under.join(' ')}/${name ?? ''}`;
    const outcome = runs.get(key) ?? runOnce(io, program, { settings: { ...settings, ...found }, model }, name);
    runs.set(key, outcome);
    return { ...checkOutcome(declaration, text, outcome), line, under };
  });
  return { results, diagnostics };
}

/** `expect` lines of the program itself. */
function ownExpectations(built: BuiltProgram, { path }: Program): ExpectDeclaration[] {
  return built.program.expects
    .filter(({ source }) => built.program.sources[source].uri === path)
    .map(({ declaration }) => declaration);
}

function runOnce(io: CommandIo, program: Program, options: OpenOptions, schedule: string | undefined): RunOutcome {
  const { session, diagnostics } = openSession(io, program, {
    ...options,
    schedule: schedule === undefined ? undefined : { name: schedule },
  });
  if (!session) return { findings: [], ended: false, reason: diagnostics[0]?.message ?? 'it could not be started' };
  runToEnd(session);
  const { scheduleState } = session;
  return { findings: [...session.findings], ended: session.ended, reason: session.stop.description, scheduleState };
}
