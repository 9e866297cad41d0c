import { describe, expect, test } from 'vitest';
import { klabSources } from '../../../src/kernel/klab/index.ts';
import { parseSource } from '../../../src/lang/parser.ts';

describe.each(Object.entries(klabSources))('the kernel source %s', (path, text) => {
  const { file, diagnostics } = parseSource({ uri: path, text, role: 'kernel' });

  test('can be read without a fault', () => {
    expect(diagnostics).toEqual([]);
  });

  test('opens with what it models', () => {
    expect(file.header.length).toBeGreaterThan(20);
  });

  test('says above each function what it does', () => {
    const silent = file.declarations.flatMap((one) =>
      one.kind === 'function' && one.body && !/\.$/.test(one.doc) ? [`${one.name}: ${one.doc}`] : [],
    );
    expect(silent).toEqual([]);
  });

  test('has no line that is too long to read', () => {
    expect(text.split('\n').filter((line) => line.length > 155)).toEqual([]);
  });
});
