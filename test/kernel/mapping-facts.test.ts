import { describe, expect, test } from 'vitest';
import { mappingFacts } from '../../src/kernel/mapping-facts.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';

const facts = (settings: Record<string, string | boolean>) => mappingFacts(resolveProfile('test.klab', [], settings).profile);

describe('slots of a CPU (highmem 3.1, 4.1, 7.1)', () => {
  test.each([
    [{ mapping: 'kmap_temporary' }, 'x86_5_9', 20, 1],
    [{ mapping: 'kmap_temporary', debug_highmem: true }, 'x86_5_9', 41, 1],
    [{ mapping: 'split_switch' }, 'x86_5_9', 20, 1],
    [{ mapping: 'kmap_local' }, 'x86_5_11', 16, 1],
    [{ mapping: 'kmap_local', debug_kmap_local: true }, 'x86_5_11', 33, 2],
    [{ mapping: 'kmap_local', debug_highmem: true }, 'x86_5_11', 33, 2],
    [{ mapping: './mine.klab' }, 'x86_5_11', 16, 1],
  ] as const)('%o', (settings, layout, slotsPerCpu, increment) => {
    expect(facts(settings)).toMatchObject({ layout: { name: layout, stride: slotsPerCpu }, slotsPerCpu, increment });
  });

  test('DEBUG_HIGHMEM on x86 means guards and forced maps (7.1), DEBUG_KMAP_LOCAL alone only guards', () => {
    expect(facts({ debug_highmem: true }).enabledOptions).toContain('CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP');
    expect(facts({ debug_highmem: true, force_map: 'off' }).disabledOptions).toContain('CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP');
    expect(facts({ debug_kmap_local: true }).disabledOptions).toContain('CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP');
    expect(facts({ force_map: 'on' }).enabledOptions).toContain('CONFIG_DEBUG_KMAP_LOCAL');
  });

  test('every option is either on or off', () => {
    const { enabledOptions, disabledOptions } = facts({});
    const all = [...enabledOptions, ...disabledOptions];
    expect(new Set(all).size).toBe(all.length);
  });
});
