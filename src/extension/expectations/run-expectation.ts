/** Runs one `expect` line of a program and says whether it holds. Yields between slices, so that it can be cancelled. */
import { checkText } from '../../kernel/build.ts';
import {
  checkOutcome,
  type ExpectationResult,
  expectationText,
  type RunOutcome,
  settingsFor,
} from '../../kernel/expectations.ts';
import { parseSource } from '../../lang/parser.ts';
import type { ExpectDeclaration } from '../../lang/tree.ts';
import { createSession } from '../../session/session.ts';

export interface ProgramText {
  /** As the adapter names it. */
  uri: string;
  text: string;
  readFile?: (relativePath: string) => string | undefined;
}

export interface FoundExpectation {
  declaration: ExpectDeclaration;
  /** The line without `expect` and the semicolon. */
  label: string;
}

/** Micro-steps between two yields. */
const SLICE_STEPS = 50_000;

/** The program's own `expect` lines, in the order of the text. Only parsed: this runs while the extension starts and at every opening of a file. */
export function expectationsOf({ uri, text }: Pick<ProgramText, 'uri' | 'text'>): FoundExpectation[] {
  return parseSource({ uri, text, role: 'program' }).file.declarations.flatMap((declaration) =>
    declaration.kind === 'expect' ? [{ declaration, label: expectationText(text, declaration) }] : [],
  );
}

/** @param pause gives others a turn and answers whether to go on. */
export async function runExpectation(
  program: ProgramText,
  { declaration, label }: FoundExpectation,
  pause: () => Promise<boolean>,
): Promise<Pick<ExpectationResult, 'status' | 'message'>> {
  const { profile, diagnostics } = checkText(program);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error) return { status: 'failed', message: `the program has an error: ${error.message}` };
  const settings = settingsFor(declaration, profile);
  if (!settings) return { status: 'skipped', message: 'the condition does not hold' };
  if (declaration.on.kind === 'any') return { status: 'unproven', message: 'not every schedule was looked at' };
  const schedule = declaration.on.kind === 'schedule' ? { name: declaration.on.name } : undefined;
  const outcome = await run(program, settings, schedule, pause);
  return outcome ? checkOutcome(declaration, label, outcome) : { status: 'skipped', message: 'cancelled' };
}

async function run(
  { uri, text, readFile }: ProgramText,
  settings: Readonly<Record<string, string | number | boolean>>,
  schedule: { name: string } | undefined,
  pause: () => Promise<boolean>,
): Promise<RunOutcome | undefined> {
  const { session, diagnostics } = createSession({ uri, text, readFile, settings, schedule, history: false });
  if (!session) return { findings: [], ended: false, reason: diagnostics[0]?.message ?? 'it could not be started' };
  session.setEventBreakpoints([], 'none');
  while (!session.ended) {
    const before = session.step;
    const result = session.run({ kind: 'continue' }, SLICE_STEPS);
    if (result.kind === 'stopped' && (result.stop.reason === 'limit' || session.step === before)) break;
    if (!(await pause())) return undefined;
  }
  return { findings: [...session.findings], ended: session.ended, reason: session.stop.description };
}
