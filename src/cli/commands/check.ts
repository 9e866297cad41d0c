/** `kmaplab check`: diagnostics of programs. */
import { buildProgram } from '../../kernel/build.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { namedFiles, readPrograms, textOfSource } from '../programs.ts';

export function check(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, COMMON);
  const settings = options.settings();
  const json = options.flag('json');
  const programs = readPrograms(io, options.positionals);
  let wrong = 0;
  for (const program of programs) {
    const { path, text } = program;
    const { built, diagnostics } = buildProgram({ uri: path, text, settings, ...namedFiles(io, path) });
    printDiagnostics(io, diagnosticRecords(diagnostics, textOfSource(io, program)), json);
    if (!built) wrong++;
  }
  if (!json) io.out(wrong === 0 ? `${programs.length} checked, no errors` : `${programs.length} checked, ${wrong} with errors`);
  return wrong === 0 ? ExitStatus.clean : ExitStatus.usage;
}
