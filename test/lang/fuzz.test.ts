/** 500 random and damaged programs: always a result, never an exception, and a good part of them compile, boot and run. */
import { expect, it } from 'vitest';
import { Run } from '../../src/history/run.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';
import type { Diagnostic } from '../../src/lang/diagnostics.ts';
import { mutate, Random, randomProgram, randomWords } from './random-text.ts';

const PROGRAMS = 500;
const STEPS = 300;
const SEED = Number(process.env.FUZZ_SEED ?? 20200919);

function textOf(random: Random, index: number): string {
  // Of ten texts: five clean, one careless, three damaged, one mere words.
  const kind = index % 10;
  if (kind === 9) return randomWords(random);
  const program = randomProgram(random, kind === 5);
  return kind > 5 ? mutate(random, program) : program;
}

function checkRange(uri: string, text: string, { uri: of, range, message, code }: Diagnostic): void {
  expect(code).toMatch(/^K\d{4}$/);
  expect(message).not.toBe('');
  if (of !== uri) return;
  expect(range.start).toBeGreaterThanOrEqual(0);
  expect(range.end).toBeGreaterThanOrEqual(range.start);
  expect(range.end).toBeLessThanOrEqual(text.length);
}

it(`${PROGRAMS} random and damaged programs are answered, and at least a third of them run`, { timeout: 600_000 }, () => {
  let compiled = 0;
  let steps = 0;
  let findings = 0;
  const outside = new Set<string>();
  for (let index = 0; index < PROGRAMS; index += 1) {
    const text = textOf(new Random(SEED + index), index);
    const uri = `fuzz-${SEED + index}.klab`;
    try {
      const { built, diagnostics } = buildProgram({ uri, text });
      for (const diagnostic of diagnostics) {
        checkRange(uri, text, diagnostic);
        if (diagnostic.uri !== uri) outside.add(`${diagnostic.uri}: ${diagnostic.message}`);
      }
      expect(built === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      if (!built) continue;
      compiled += 1;
      const run = new Run(bootKernel(built), { history: false });
      while (run.step < STEPS && run.stepDefault()) steps += 1;
      findings += run.kernel.findings.length;
    } catch (fault) {
      throw new Error(`seed ${SEED + index} (${uri}):\n${text}`, { cause: fault });
    }
  }
  const share = Math.round((compiled / PROGRAMS) * 100);
  console.log(
    `fuzz: seed ${SEED}, ${PROGRAMS} texts, ${compiled} compiled and booted (${share}%), ${steps} steps, ${findings} findings`,
  );
  // A fault in a program never shows as one of the kernel's own sources.
  expect([...outside]).toEqual([]);
  expect(compiled).toBeGreaterThanOrEqual(PROGRAMS / 3);
});
