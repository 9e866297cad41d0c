/** What the commands need from the program around them, so that tests can run them without a process. */

export interface CommandIo {
  /** Writes a line to standard output. */
  out(line: string): void;
  /** Writes a line to standard error. */
  err(line: string): void;
  /** Text of a file; undefined when it cannot be read. */
  readFile(path: string): string | undefined;
  /** Writes a whole file. Returns why it could not, undefined when it is there. */
  writeFile(path: string, data: string | Uint8Array): string | undefined;
  /** Programs of a folder, sorted; undefined when it is no folder. */
  listPrograms(path: string): string[] | undefined;
  /** Folder of the programs that try out a mapping model. */
  suite: string;
}

/** Exit status of every command. */
export const ExitStatus = {
  /** Clean, or everything as expected. */
  clean: 0,
  /** A finding, or an expectation that does not hold. */
  finding: 1,
  /** Wrong use, or an error in a program's text. */
  usage: 2,
  /** A fault of kmaplab itself. */
  internal: 3,
} as const;
export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/** Wrong use of a command: shown as one line with the way to its help, exit status 2. */
export class UsageError extends Error {}
