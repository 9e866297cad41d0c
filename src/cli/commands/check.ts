/** `kmaplab check`: diagnostics of programs. */
import { buildProgram } from '../../kernel/build.ts';
import { diagnosticRecords, printDiagnostics } from '../diagnostics.ts';
import { type CommandIo, ExitStatus } from '../io.ts';
import { COMMON, readOptions } from '../options.ts';
import { besideProgram, readPrograms } from '../programs.ts';

export function check(io: CommandIo, args: readonly string[]): ExitStatus {
  const options = readOptions(args, COMMON);
  const settings = options.settings();
  const json = options.flag('json');
  const programs = readPrograms(io, options.positionals);
  let wrong = 0;
  for (const { path, text } of programs) {
    const readFile = (name: string) => io.readFile(besideProgram(path, name));
    const { built, diagnostics } = buildProgram({ uri: path, text, settings, readFile });
    printDiagnostics(
      io,
      diagnosticRecords(diagnostics, (uri) => (uri === path ? text : io.readFile(uri))),
      json,
    );
    if (!built) wrong++;
  }
  if (!json) io.out(wrong === 0 ? `${programs.length} checked, no errors` : `${programs.length} checked, ${wrong} with errors`);
  return wrong === 0 ? ExitStatus.clean : ExitStatus.usage;
}
