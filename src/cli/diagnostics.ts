/** Diagnostics as compilers print them: `file:line:col: error: text`. */
import { kernelSourceText } from '../kernel/kernel-sources.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import { LineIndex } from '../lang/line-index.ts';
import type { CommandIo } from './io.ts';

/** Lines and columns count from 1. */
export interface DiagnosticRecord {
  file: string;
  line: number;
  column: number;
  severity: Diagnostic['severity'];
  code: string;
  message: string;
}

/**
 * Warnings about the kernel's own sources are not the learner's business and are left out; errors there are shown.
 * @param textOf text of a learner's file named in a diagnostic, to count its lines
 */
export function diagnosticRecords(
  diagnostics: readonly Diagnostic[],
  textOf: (uri: string) => string | undefined,
): DiagnosticRecord[] {
  const shown = diagnostics.filter(({ uri, severity }) => severity === 'error' || kernelSourceText(uri) === undefined);
  const indexes = new Map<string, LineIndex>();
  return shown.map(({ uri, range, severity, code, message }) => {
    const index = indexes.get(uri) ?? new LineIndex(kernelSourceText(uri) ?? textOf(uri) ?? '');
    indexes.set(uri, index);
    return { file: uri, line: index.lineOf(range.start) + 1, column: index.columnOf(range.start) + 1, severity, code, message };
  });
}

export const diagnosticLine = ({ file, line, column, severity, code, message }: DiagnosticRecord): string =>
  `${file}:${line}:${column}: ${severity}: ${message} [${code}]`;

/** Prints them: as text to standard error, as JSON to standard output. */
export function printDiagnostics(io: CommandIo, records: readonly DiagnosticRecord[], json: boolean): void {
  for (const record of records) {
    if (json) io.out(JSON.stringify({ type: 'diagnostic', ...record }));
    else io.err(diagnosticLine(record));
  }
}
