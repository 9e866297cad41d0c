/** Parses and checks one text on its own, as tests of the language do. */
import type { CheckedProgram } from '../../src/lang/checked-program.ts';
import { checkProgram } from '../../src/lang/checker.ts';
import type { Diagnostic } from '../../src/lang/diagnostics.ts';
import type { LanguageEnvironment } from '../../src/lang/environment.ts';
import { LineIndex } from '../../src/lang/line-index.ts';
import { parseSource } from '../../src/lang/parser.ts';
import type { SourceRole } from '../../src/lang/source.ts';
import { testEnvironment } from './test-environment.ts';

/** What kernels before 2.6.36 did not look at. */
const oldKernel: LanguageEnvironment = {
  ...testEnvironment,
  disabledOptions: new Set([...testEnvironment.disabledOptions, 'CONFIG_KUNMAP_REFUSES_PAGES']),
};

export function checkText(
  text: string,
  role: SourceRole = 'program',
  old = false,
): { program: CheckedProgram; diagnostics: Diagnostic[] } {
  const source = { uri: 'test.klab', text, role };
  const { file, diagnostics } = parseSource(source);
  const { program, diagnostics: more } = checkProgram([{ source, file }], old ? oldKernel : testEnvironment);
  const all = [...diagnostics, ...more].sort((a, b) => a.range.start - b.range.start || (a.code < b.code ? -1 : 1));
  return { program, diagnostics: all };
}

/** `2:5-9 K1201 error: message`, lines and columns from 1, the end exclusive; `2:5-3:1` over lines. */
export function diagnosticText(text: string, { code, severity, range, message }: Diagnostic): string {
  const lines = new LineIndex(text);
  const [line, endLine] = [lines.lineOf(range.start) + 1, lines.lineOf(range.end) + 1];
  const [column, endColumn] = [lines.columnOf(range.start) + 1, lines.columnOf(range.end) + 1];
  return `${line}:${column}-${endLine === line ? '' : `${endLine}:`}${endColumn} ${code} ${severity}: ${message}`;
}
