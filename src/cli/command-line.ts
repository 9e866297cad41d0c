/** Chooses the command and turns everything that goes wrong into an exit status. */
import { check } from './commands/check.ts';
import { dap } from './commands/dap.ts';
import { exportTrace } from './commands/export.ts';
import { matrix } from './commands/matrix.ts';
import { metrics } from './commands/metrics.ts';
import { run } from './commands/run.ts';
import { test } from './commands/test.ts';
import { GENERAL_HELP, HELP } from './help.ts';
import { type CommandIo, ExitStatus, UsageError } from './io.ts';

type Command = (io: CommandIo, args: readonly string[]) => ExitStatus | Promise<ExitStatus>;
const COMMANDS: Readonly<Record<string, Command>> = { run, check, test, matrix, metrics, export: exportTrace, dap };

/** @param version shown by `--version` */
export async function commandLine(io: CommandIo, argv: readonly string[], version: string): Promise<ExitStatus> {
  const [name, ...args] = argv;
  if (name === '--version') {
    io.out(version);
    return ExitStatus.clean;
  }
  if (name === undefined) {
    io.err(GENERAL_HELP);
    return ExitStatus.usage;
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(io, args[0]);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return usage(io, `there is no command "${name}"`, 'kmaplab help');
  if (args.includes('--help') || args.includes('-h')) return help(io, name);
  try {
    return await command(io, args);
  } catch (error) {
    if (error instanceof UsageError) return usage(io, error.message, `kmaplab help ${name}`);
    io.err(`kmaplab: internal error, please report it with this command: kmaplab ${argv.join(' ')}`);
    io.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return ExitStatus.internal;
  }
}

function help(io: CommandIo, name: string | undefined): ExitStatus {
  if (name !== undefined && !Object.hasOwn(HELP, name)) return usage(io, `there is no command "${name}"`, 'kmaplab help');
  io.out(name === undefined ? GENERAL_HELP : HELP[name]);
  return ExitStatus.clean;
}

function usage(io: CommandIo, message: string, more: string): ExitStatus {
  io.err(`kmaplab: ${message}. See: ${more}`);
  return ExitStatus.usage;
}
