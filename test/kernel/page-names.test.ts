import { describe, expect, test } from 'vitest';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';
import { pageName, pageNames } from '../../src/kernel/page-names.ts';

function boot(text: string) {
  const { built, diagnostics } = buildProgram({ uri: 'test.klab', text });
  if (!built) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return bootKernel(built);
}

describe('names of pages', () => {
  const kernel = boot('page one = "1"; page low note = "low"; page many[2] = { "a", "b" }; task t(cpu = 0) { }');

  test('are those of the program, arrays with their index', () => {
    expect(pageName(kernel, 0x373fe)).toBe('one');
    expect(pageName(kernel, 0x100)).toBe('note');
    expect([0x373ff, 0x37400].map((pfn) => pageName(kernel, pfn))).toEqual(['many[0]', 'many[1]']);
  });

  test('of other frames are their numbers, and the IO-APIC is called by its name', () => {
    expect(pageName(kernel, 0x123)).toBe('pfn 0x123');
    expect([...pageNames(kernel).values()]).toContain('IO-APIC');
  });

  test('are worked out once', () => {
    expect(pageNames(kernel)).toBe(pageNames(kernel));
  });
});
