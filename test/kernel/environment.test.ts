import { describe, expect, test } from 'vitest';
import { createEnvironment } from '../../src/kernel/environment.ts';
import { executed, signatures } from '../../src/kernel/intrinsics/table.ts';
import { klabSources } from '../../src/kernel/klab/index.ts';
import { createLayouts } from '../../src/kernel/layouts.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { parseSource } from '../../src/lang/parser.ts';

const { profile } = resolveProfile('a.klab', []);
const environment = createEnvironment(profile, createLayouts({ kmMaxIdx: 16 }));
const kernelText = Object.values(klabSources).join('\n');
const isCalled = (name: string): boolean => new RegExp(`\\b${name}\\(`).test(kernelText);

describe('what the language knows of the kernel', () => {
  test.each(signatures.map((one) => [one.name, one] as const))(
    '%s is declared in C and says what it does',
    (name, { prototype, doc }) => {
      const { file, diagnostics } = parseSource({ uri: 'a.klab', text: `${prototype};`, role: 'kernel' });
      expect(diagnostics).toEqual([]);
      expect(file.declarations).toMatchObject([{ kind: 'function', name }]);
      expect(doc).toMatch(/\.$/);
    },
  );

  test('no intrinsic of the kernel is left that nothing calls', () => {
    expect(
      signatures.filter(({ name, context }) => context === 'kernel-only' && !isCalled(name)).map(({ name }) => name),
    ).toEqual([]);
  });

  test('intrinsics that are executed come first, so that their numbers are those of the table', () => {
    expect(environment.intrinsics.slice(0, executed.length).map(({ name }) => name)).toEqual(executed.map(([name]) => name));
  });

  test('no name is declared twice', () => {
    const names = [...environment.constants, ...environment.typedefs, ...environment.intrinsics].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const both = [...environment.enabledOptions].filter((name) => environment.disabledOptions.has(name));
    expect(both).toEqual([]);
  });

  test('every option that a kernel source asks for is known', () => {
    const asked = new Set([...kernelText.matchAll(/IS_ENABLED\((\w+)\)/g)].map(([, name]) => name));
    const known = new Set([...environment.enabledOptions, ...environment.disabledOptions]);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  test('calls of the mapping models are known by their models', () => {
    expect(environment.functionModels.get('kmap_local_page')).toEqual(['kmap_local', 'alt_percpu_pgtable', 'alt_local_lock']);
    expect(environment.functionModels.get('kmap_temporary_page')).toEqual([
      'kmap_temporary',
      'split_switch',
      'alt_percpu_idx_switch',
    ]);
    expect(environment.functionModels.get('map_page')).toEqual([
      'km_type',
      'atomic_stack',
      'kmap_temporary',
      'split_switch',
      'kmap_local',
      'alt_percpu_idx_switch',
      'alt_percpu_pgtable',
      'alt_local_lock',
      'alt_vmap',
    ]);
  });

  test('every field of every struct says what it is', () => {
    for (const { name, fields } of environment.layouts) {
      for (const field of fields) expect(`${name}.${field.name}: ${field.doc}`).toMatch(/: \S.*[.]$/);
    }
  });
});
