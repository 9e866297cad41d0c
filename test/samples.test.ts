/** Every sample teaches what its header says: each `expect` line is checked by running it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../src/kernel/build.ts';
import { checkOutcome, expectationText, type RunOutcome, settingsFor } from '../src/kernel/expectations.ts';
import type { ExpectDeclaration } from '../src/lang/tree.ts';
import { createSession } from '../src/session/session.ts';

const STEPS_MAX = 2_000_000;
const files = readdirSync('samples').filter((name) => name.endsWith('.klab'));

function run(file: string, text: string, settings: Record<string, string | number | boolean>, schedule?: string): RunOutcome {
  const { session, diagnostics } = createSession({
    uri: file,
    text,
    settings,
    history: false,
    schedule: schedule === undefined ? undefined : { name: schedule },
  });
  if (!session) return { findings: [], ended: false, reason: diagnostics.map(({ message }) => message).join('; ') };
  session.setEventBreakpoints([], 'none');
  session.run({ kind: 'continue' }, STEPS_MAX);
  const { scheduleState } = session;
  return { findings: [...session.findings], ended: session.ended, reason: session.stop.description, scheduleState };
}

/** Warnings that belong to the lesson. */
const MEANT: Readonly<Record<string, readonly string[]>> = { 'page-for-address.klab': ['K1714'] };

describe.each(files)('sample %s', (file) => {
  const text = readFileSync(`samples/${file}`, 'utf8');
  const { built, diagnostics } = buildProgram({ uri: file, text });

  test('builds without a diagnostic, except one that is meant', () => {
    expect(diagnostics.map(({ code }) => code)).toEqual(MEANT[file] ?? []);
  });

  test('opens with a header that says what to look at, what to try and where it is from', () => {
    const header = text.slice(0, text.indexOf('\n\nmachine'));
    expect(header).toMatch(/^\/\/ \S.*: .*\.$/m);
    for (const part of ['// Look at: ', '// Try: ', '// From: ']) expect(header).toContain(part);
    expect(text).toContain('expect ');
  });

  const declarations: ExpectDeclaration[] = (built?.program.expects ?? []).map(({ declaration }) => declaration);
  const lines = declarations.map((declaration) => [expectationText(text, declaration), declaration] as const);
  const proven = lines.filter(([, declaration]) => declaration.on.kind !== 'any');
  test.each(proven)('expect %s', (line, declaration) => {
    const settings = built && settingsFor(declaration, built.profile);
    if (!settings) throw new Error('the condition holds for no machine');
    const schedule = declaration.on.kind === 'schedule' ? declaration.on.name : undefined;
    const result = checkOutcome(declaration, line, run(file, text, settings, schedule));
    expect(`${result.status} ${result.message}`.trim()).toBe('passed');
  });
});

test('there are at least nine samples, and some claim something about every schedule, which is not proven here', () => {
  expect(files.length).toBeGreaterThanOrEqual(9);
  const unproven = files.flatMap((file) => {
    const text = readFileSync(`samples/${file}`, 'utf8');
    return (buildProgram({ uri: file, text }).built?.program.expects ?? []).filter(
      ({ declaration }) => declaration.on.kind === 'any',
    );
  });
  expect(unproven.length).toBeGreaterThan(0);
});
