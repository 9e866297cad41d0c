import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/lang/service/completion.ts';
import { analyse } from './analyse.ts';

describe('completion', () => {
  const labels = (text: string) => {
    const { analysis, offset } = analyse(text);
    return complete(analysis, offset).map((item) => item.label);
  };

  test('offers members behind a dot and an arrow', () => {
    expect(labels('task t(cpu = 0) { put(current->^); }')).toEqual([]);
    expect(labels('struct s { int a; char b; };\ntask t(cpu = 0) { struct s x; x.^ }')).toEqual(['a', 'b']);
    expect(labels('struct s { int a; struct s *n; };\ntask t(cpu = 0) { struct s x[2]; x[1].n->^ }')).toEqual(['a', 'n']);
  });

  test('offers locals, functions and words inside a body', () => {
    const found = labels('page x = "";\ntask t(cpu = 0) { int near = 1; ^ }');
    for (const wanted of ['near', 'map_page', 'put', 'x', 'while', 'u32']) expect(found).toContain(wanted);
    expect(found).not.toContain('hidden');
  });

  test('offers settings and their values in machine', () => {
    expect(labels('machine { ^ }')).toEqual(['cpus', 'mapping', 'irqs_during_switch']);
    expect(labels('machine { mapping = ^ }')).toEqual(['kmap_local', 'split_switch']);
    expect(labels('machine { irqs_during_switch = ^; }')).toEqual(['on', 'off']);
  });

  test('offers declarations, outcomes and nothing in comments', () => {
    expect(labels('^')).toContain('task');
    expect(labels('expect ^')).toEqual(['clean', 'slot_busy']);
    expect(labels('// a^')).toEqual([]);
    expect(labels('task t(^) { }')).toContain('policy');
  });
});
