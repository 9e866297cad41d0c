/** The catalogue of diagnostics (highmem section 10): trigger, once-only behaviour, effect on lock debugging, headline; by model and build. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/kernel/build.ts';
import { open } from '../vectors/run.ts';
import { diagnosticCases } from './diagnostic-cases.ts';
import type { DiagnosticCase } from './diagnostics/diagnostic-case.ts';
import { misuseProgram, saidByKernel } from './misuse-case.ts';

const STEPS_MAX = 400_000;

const twoTasks = ({ trigger, before = '', gap = '3' }: DiagnosticCase): string =>
  `static void trigger(void)\n{\n${trigger}\n}\ntask a(cpu = 0) {\n\t${before}\n\ttrigger();\n}\ntask b(cpu = 0) {\n\tmsleep(${gap});\n\ttrigger();\n}\n`;

/** Ids of section 10, with the models of its last column. D21 is one of the compiler. */
const catalogue = readFileSync('docs/reference/highmem.md', 'utf8')
  .split('\n')
  .flatMap((line) => /^\| (D\d\d) \|.*\| ([^|]+) \|$/.exec(line)?.slice(1, 3) ?? [])
  .reduce<Map<string, string>>((ids, text, i, all) => (i % 2 === 0 ? ids.set(text, all[i + 1]) : ids), new Map());

test('every diagnostic of the catalogue has cases', () => {
  expect(catalogue.size).toBe(24);
  const ids = new Set(diagnosticCases.map(({ id }) => id));
  expect([...catalogue.keys()].filter((id) => !ids.has(id))).toEqual(['D21']);
});

const named = diagnosticCases.map((one) => {
  const build = Object.entries(one.settings ?? {}).map(([name, value]) => `${name}=${value}`);
  return [one.id, one.mapping, build.join(' ') || 'release', one] as const;
});

test.each(named)('%s, %s, %s', (_id, _mapping, _build, one) => {
  const { mapping, settings, trigger, whole, kernel, debugLocks = 1 } = one;
  const session = open(misuseProgram(mapping, { says: '', body: whole ? trigger : twoTasks(one), settings, kernel }));
  session.run({ kind: 'continue' }, STEPS_MAX);
  expect(saidByKernel(session.findings)).toEqual(kernel);
  expect(session.ended, session.stop.description).toBe(true);
  // An oops switches lock checks off too.
  const oops = kernel.some((line) => /: kernel BUG at |: BUG: unable to handle /.test(line));
  const expected = String(oops ? 0 : debugLocks);
  expect(session.evaluate('debug_locks', undefined)).toMatchObject({ variable: { value: expected } });
});

test.each([
  ['km_type', 'v2_6_31', 'kunmap_atomic(p1, KM_USER0)', undefined],
  ['km_type', 'v2_6_35', 'kunmap_atomic(p1, KM_USER0)', undefined],
  ['atomic_stack', 'v2_6_37', 'kunmap_atomic(p1)', 'error'],
  ['atomic_stack', 'v5_9', 'kunmap_atomic(p1)', 'error'],
  ['kmap_temporary', 'v5_9', 'kunmap_temporary(p1)', 'error'],
  ['split_switch', 'v5_9', 'kunmap_temporary(p1)', 'error'],
  ['kmap_local', 'v5_11', 'kunmap_local(p1)', 'error'],
  ['kmap_local', 'v6_18', 'kunmap_atomic(p1)', 'error'],
] as const)('D21, %s, %s: %s, a page where an address is due', (mapping, kernel, call, outcome) => {
  const { built, diagnostics } = buildProgram({
    uri: 'vector.klab',
    text: misuseProgram(mapping, { says: '', body: `task a {\n\t${call};\n}\n`, settings: { kernel }, kernel: [] }),
  });
  expect(diagnostics.find(({ severity }) => severity === 'error')?.severity).toBe(outcome);
  expect(built === undefined).toBe(outcome === 'error');
});
