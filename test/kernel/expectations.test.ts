import { describe, expect, test } from 'vitest';
import { appliesTo, checkOutcome, expectationText, settingsFor } from '../../src/kernel/expectations.ts';
import type { Finding } from '../../src/kernel/findings.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { parseSource } from '../../src/lang/parser.ts';
import type { ExpectDeclaration } from '../../src/lang/tree.ts';

function expectLine(text: string): ExpectDeclaration {
  const { file } = parseSource({ uri: 'test.klab', text, role: 'program' });
  const found = file.declarations.find((declaration) => declaration.kind === 'expect');
  if (!found) throw new Error(`not an expect line: ${text}`);
  return found;
}

const profile = resolveProfile('test.klab', [], { mapping: 'split_switch', cpus: 3, debug_highmem: true }).profile;
const finding = (slug: string, suppressed = false): Finding => ({
  number: 0,
  slug,
  kind: 'warn',
  reference: 'H-D02',
  headline: `${slug} happened`,
  detail: '',
  step: 1,
  time: 0,
  cpu: 0,
  pid: 100,
  comm: 'a',
  pc: 0,
  suppressed,
});
const run = (...slugs: string[]) => ({ findings: slugs.map((slug) => finding(slug)), ended: true, reason: 'ended' });

describe('conditions of expect lines', () => {
  test.each([
    ['expect clean;', true],
    ['expect clean when mapping == split_switch;', true],
    ['expect clean when mapping != split_switch;', false],
    ['expect clean when mapping == kmap_local || cpus > 2;', true],
    ['expect clean when cpus >= 2 && !debug_highmem;', false],
    ['expect clean when debug_highmem == on;', true],
    ['expect clean when debug_kmap_local == off;', true],
    ['expect clean when irqs_during_switch;', true],
    // Words of a setting that is no flag: force_map is auto, on or off.
    ['expect clean when force_map == on;', false],
    ['expect clean when force_map == off;', false],
    ['expect clean when force_map != on;', true],
    ['expect clean when force_map == auto;', true],
  ])('%s', (text, holds) => {
    expect(appliesTo(expectLine(text), profile)).toBe(holds);
  });
});

describe('settings under which a line applies', () => {
  test.each([
    ['expect clean;', {}],
    ['expect clean when mapping == split_switch;', {}],
    ['expect clean when mapping == kmap_local;', { mapping: 'kmap_local' }],
    ['expect clean when mapping == kmap_temporary && !emptiness_check;', { mapping: 'kmap_temporary', emptiness_check: false }],
    ['expect clean when mapping != split_switch && preempt == none;', { mapping: 'km_type', preempt: 'none' }],
    ['expect clean when mapping == nothing;', undefined],
    ['expect clean when cpus == 1;', { cpus: 1 }],
    ['expect clean when cpus > 3;', { cpus: 6 }],
    ['expect clean when cpus >= 9;', undefined],
    ['expect clean when last_pkmap >= 8 && last_pkmap < 1024;', { last_pkmap: 8 }],
    ['expect clean when mapping == kmap_local && last_pkmap <= 4;', { mapping: 'kmap_local', last_pkmap: 4 }],
    // A value may have the name of another setting.
    ['expect clean when alloc_policy == kernel;', {}],
    ['expect clean when alloc_policy != kernel;', { alloc_policy: 'prohibit' }],
  ])('%s', (text, overrides) => {
    expect(settingsFor(expectLine(text), profile)).toEqual(overrides);
  });

  test('a setting that the caller has fixed stays as it is', () => {
    expect(settingsFor(expectLine('expect clean when mapping == kmap_local;'), profile, ['mapping'])).toBeUndefined();
  });
});

describe('outcomes of expect lines', () => {
  test.each([
    ['expect clean;', run(), 'passed'],
    ['expect clean;', run('slot_busy'), 'failed'],
    ['expect clean;', { ...run(), ended: false, reason: 'limit of steps' }, 'failed'],
    ['expect clean on s;', { ...run(), scheduleState: 'skipped' }, 'skipped'],
    ['expect clean on s;', { ...run(), scheduleState: 'pending' }, 'failed'],
    ['expect clean on s;', { ...run(), scheduleState: 'followed' }, 'passed'],
    ['expect slot_busy on s;', { ...run('slot_busy'), scheduleState: 'pending' }, 'passed'],
    ['expect slot_busy;', run('slot_busy', 'panic'), 'passed'],
    ['expect slot_busy;', run('panic'), 'failed'],
    ['expect unmap_order;', { ...run(), findings: [finding('unmap_order', true)] }, 'failed'],
  ] as const)('%s', (text, outcome, status) => {
    expect(checkOutcome(expectLine(text), text, outcome).status).toBe(status);
  });

  test('say what happened instead', () => {
    expect(checkOutcome(expectLine('expect slot_busy;'), '', run('panic')).message).toBe('no slot_busy; the run showed panic');
    expect(checkOutcome(expectLine('expect clean;'), '', run('panic')).message).toBe('the run showed panic: panic happened');
  });

  test('keep their text on one line', () => {
    const source = 'expect slot_busy\n\twhen mapping == kmap_temporary\n\ton torvalds;';
    expect(expectationText(source, expectLine(source))).toBe('slot_busy when mapping == kmap_temporary on torvalds');
  });
});
