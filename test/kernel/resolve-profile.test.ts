import { describe, expect, test } from 'vitest';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { settings } from '../../src/kernel/settings.ts';
import { parseSource } from '../../src/lang/parser.ts';

function resolve(machine: string, overrides: Record<string, string | number | boolean> = {}) {
  const text = `machine { ${machine} }`;
  const { file } = parseSource({ uri: 'a.klab', text, role: 'program' });
  const written = file.declarations.flatMap((one) => (one.kind === 'machine' ? one.settings : []));
  const { profile, diagnostics } = resolveProfile('a.klab', written, overrides);
  const shown = diagnostics.map(({ range, message }) => `[${text.slice(range.start, range.end)}] ${message}`);
  return { profile, shown };
}

describe('the settings of a machine', () => {
  test('every setting has a default that it allows itself', () => {
    for (const { name, value, default: preset } of settings) {
      if (value.kind === 'flag') expect(typeof preset, name).toBe('boolean');
      else if (value.kind === 'integer') {
        expect(preset, name).toBeGreaterThanOrEqual(value.min);
        expect(preset, name).toBeLessThanOrEqual(value.max);
      } else expect(value.values.map((one) => one.name)).toContain(preset);
    }
  });

  test('what is written wins over the default, and an override over both', () => {
    const { profile, shown } = resolve('cpus = 3; preempt = none; tick_ns = 2ms;', { cpus: 4, preempt: 'voluntary' });
    expect(shown).toEqual([]);
    expect(profile).toMatchObject({ cpus: 4, preempt: 'voluntary', tick_ns: 2_000_000, mapping: 'kmap_local' });
  });

  test('the preset mainline turns interrupts off during the switch, unless that is written out', () => {
    expect(resolve('').profile.irqs_during_switch).toBe(true);
    expect(resolve('profile = mainline;').profile.irqs_during_switch).toBe(false);
    expect(resolve('profile = mainline; irqs_during_switch = on;').profile.irqs_during_switch).toBe(true);
  });

  test('an unknown name is marked where it stands, and the message lists the names', () => {
    const { shown } = resolve('cpu = 2;');
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/^\[cpu\] there is no setting 'cpu'; settings: profile, cpus, preempt/);
  });

  test('a wrong value is marked where it stands, and the message lists the allowed ones', () => {
    expect(resolve('preempt = real_time;').shown).toEqual([
      "[real_time] 'preempt' cannot be real_time; allowed: full, none, voluntary, lazy, rt",
    ]);
    expect(resolve('cpus = 9;').shown).toEqual(["[9] 'cpus' is out of range: 9 is not within 1 to 8"]);
    expect(resolve('cpus = 2ms;').shown).toEqual(["[2ms] 'cpus' cannot be 2000000; allowed: 1 to 8"]);
    expect(resolve('debug_preempt = maybe;').shown).toEqual(["[maybe] 'debug_preempt' cannot be maybe; allowed: on, off"]);
  });

  test('a fault in an override names the override', () => {
    expect(resolve('', { preempt: 'real_time' }).shown[0]).toContain("override preempt=real_time: 'preempt' cannot be real_time");
    expect(resolve('', { cpuz: 1 }).shown[0]).toContain("override: there is no setting 'cpuz'");
  });

  test('overrides come as text from the command line', () => {
    const { profile, shown } = resolve('', { cpus: '1', debug_preempt: 'off', fault_ns: '2ms', mapping: './mine.klab' });
    expect(shown).toEqual([]);
    expect(profile).toMatchObject({ cpus: 1, debug_preempt: false, fault_ns: 2_000_000, mapping: './mine.klab' });
  });

  test('a count that is needed cannot be switched off', () => {
    expect(resolve('preempt_count = off;').shown[0]).toContain("needs 'preempt = none'");
    expect(resolve('preempt = none; preempt_count = off;').shown[0]).toContain("needs 'debug_atomic_sleep = off'");
    const both = 'preempt = none; debug_atomic_sleep = off; preempt_count = off;';
    expect(resolve(both).shown[0]).toContain("needs 'debug_lockdep = off'");
    expect(resolve(`${both} debug_lockdep = off;`).shown).toEqual([]);
  });

  test('a setting that is written twice is reported', () => {
    expect(resolve('cpus = 1; cpus = 2;').shown).toEqual(["[cpus] 'cpus' is set twice; remove one of the two"]);
  });
});

test('the window of kmap() has a power of two of slots', () => {
  expect(resolve('last_pkmap = 16;')).toMatchObject({ profile: { last_pkmap: 16 }, shown: [] });
  expect(resolve('last_pkmap = 12;').shown).toEqual([
    "[12] 'last_pkmap' is a power of two: 4, 8, 16 and so on up to 1024; not 12",
  ]);
  expect(resolve('last_pkmap = 2;').shown).toEqual(["[2] 'last_pkmap' is out of range: 2 is not within 4 to 1024"]);
});
