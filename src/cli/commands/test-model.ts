/** `kmaplab test --mapping MODEL`: the shipped suite under a mapping model. */
import { checkModel } from '../../kernel/build.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus, UsageError } from '../io.ts';
import { type PartResult, runPart, type SuiteOptions } from '../model-suite.ts';
import { mappingNames, readPrograms, textOfSource } from '../programs.ts';
import { columns } from '../text.ts';

/**
 * Puts the model into `settings`. Answers with its path when it is a file, and with `broken`, after saying why, when it has errors.
 * @throws UsageError when there is no such model
 */
export function checkMapping(
  io: CommandIo,
  mapping: string,
  settings: Record<string, string>,
  json: boolean,
): string | undefined {
  if (settings.mapping !== undefined) throw new UsageError('--mapping and --set mapping exclude each other');
  settings.mapping = mapping;
  if (mappingNames().includes(mapping)) return undefined;
  const text = io.readFile(mapping);
  if (text === undefined) {
    throw new UsageError(`--mapping wants ${mappingNames().join(', ')} or a file, and ${mapping} cannot be read`);
  }
  // Without a dot or a slash it would be taken for the name of a shipped model.
  const path = /[./]/.test(mapping) ? mapping : `./${mapping}`;
  settings.mapping = path;
  const faults = checkModel(path, text).diagnostics.filter(({ severity }) => severity === 'error');
  if (faults.length === 0) return path;
  printDiagnostics(
    io,
    diagnosticRecords(faults, (uri) => (uri === path ? text : undefined)),
    json,
  );
  return 'broken';
}

export function testModel(io: CommandIo, options: SuiteOptions, json: boolean): ExitStatus {
  const results: PartResult[] = [];
  for (const program of readPrograms(io, [io.suite])) {
    const result = runPart(io, program, options);
    if (!Array.isArray(result)) {
      results.push(result);
      continue;
    }
    printDiagnostics(io, diagnosticRecords(result, textOfSource(io, program)), json);
    return ExitStatus.usage;
  }
  const failed = results.filter(({ status }) => status === 'failed');
  const counts = { passed: results.length - failed.length, failed: failed.length };
  if (json) {
    for (const result of results) io.out(JSON.stringify({ type: 'part', ...result }));
    io.out(JSON.stringify({ type: 'summary', ...counts }));
  } else {
    const rows = results.map(({ part, status, runs, findings, message }) => [
      part,
      status,
      `${runs} run${runs === 1 ? '' : 's'}`,
      findings.join(' '),
      message,
    ]);
    for (const row of columns(rows)) io.out(row);
    for (const { part, schedule } of failed) io.out(`schedule of ${part}:\n${(schedule ?? '').trimEnd()}`);
    io.out(`${counts.passed} passed, ${counts.failed} failed`);
  }
  return failed.length > 0 ? ExitStatus.finding : ExitStatus.clean;
}
