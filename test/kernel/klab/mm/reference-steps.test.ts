import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSource } from '../../../../src/lang/parser.ts';

const upTo = (last: number, except: readonly number[] = []): number[] =>
  Array.from({ length: last }, (_, i) => i + 1).filter((step) => !except.includes(step));

/** Steps of the reference that each model has to carry out, section by section. The alternatives leave out what their header says. */
const REQUIRED: Record<string, Record<string, readonly number[]>> = {
  'km-type': { 'H-2.3': upTo(6), 'H-2.4': upTo(4) },
  'atomic-stack': { 'H-3.3': upTo(5), 'H-3.4': upTo(6) },
  'kmap-temporary': { 'H-4.2': upTo(8), 'H-4.3': upTo(10), 'H-4.4': upTo(2) },
  'split-switch': { 'H-4.2': upTo(8), 'H-4.3': upTo(10), 'H-5': upTo(3) },
  'kmap-local': { 'H-7.2': upTo(9), 'H-7.3': upTo(10), 'H-7.5': upTo(8), 'H-7.9': upTo(2) },
  pkmap: { 'H-8.2': upTo(6), 'H-8.3': upTo(6), 'H-8.4': upTo(5) },
  'alt-percpu-idx-switch': { 'H-4.2': upTo(8), 'H-4.3': upTo(10, [4, 7]), 'H-9.6': upTo(6) },
  'alt-percpu-pgtable': { 'H-7.2': upTo(9, [2, 3]), 'H-7.3': upTo(9, [4]), 'H-9.1': upTo(3) },
  'alt-local-lock': { 'H-9.2': upTo(6) },
  'alt-vmap': { 'H-9.3': upTo(6) },
};
/** Diagnostics that each model can raise itself (highmem section 10). */
const DIAGNOSTICS: Record<string, string[]> = {
  'km-type': ['H-D01', 'H-D02', 'H-D04', 'H-D05', 'H-D08'],
  'atomic-stack': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D05', 'H-D06', 'H-D07'],
  'kmap-temporary': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D06', 'H-D07', 'H-D09'],
  'split-switch': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D06', 'H-D07', 'H-D09'],
  'kmap-local': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D06', 'H-D07', 'H-D09', 'H-D10', 'H-D11', 'H-D12', 'H-D13'],
  'alt-percpu-idx-switch': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D06', 'H-D07', 'H-D09'],
  'alt-percpu-pgtable': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D06', 'H-D07', 'H-D09'],
  'alt-local-lock': ['H-D01', 'H-D02', 'H-D03', 'H-D04', 'H-D06'],
  'alt-vmap': [],
  pkmap: ['H-D14', 'H-D15', 'H-D16', 'H-D17', 'H-D18'],
};

interface TaggedStep {
  function: string;
  section: string;
  step: number;
}

/** Step tags of a source in the order of its text, with the function that each stands in. */
function stepsOf(text: string): TaggedStep[] {
  const { file } = parseSource({ uri: 'model.klab', text, role: 'kernel' });
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length - 1;
  const functions = file.declarations.flatMap((declaration) =>
    declaration.kind === 'function'
      ? [{ name: declaration.name, from: lineOf(declaration.start), to: lineOf(declaration.end) }]
      : [],
  );
  return [...file.tags]
    .sort(([a], [b]) => a - b)
    .flatMap(([line, tags]) =>
      tags.flatMap((tag) => {
        const match = /^(H-[\d.]+) step (\d+)$/.exec(tag);
        const owner = functions.find(({ from, to }) => line >= from && line <= to);
        return match ? [{ function: owner?.name ?? '', section: match[1], step: Number(match[2]) }] : [];
      }),
    );
}

function uncovered(text: string, required: Record<string, readonly number[]>): string[] {
  const steps = stepsOf(text);
  const missing: string[] = [];
  for (const [section, wanted] of Object.entries(required)) {
    for (const step of wanted) {
      if (!steps.some((found) => found.section === section && found.step === step)) missing.push(`${section} step ${step}`);
    }
  }
  return missing;
}

function outOfOrder(text: string): string[] {
  const last = new Map<string, number>();
  return stepsOf(text).flatMap(({ function: name, section, step }) => {
    const key = `${name} ${section}`;
    const before = last.get(key) ?? 0;
    last.set(key, step);
    return step < before ? [`${name}: ${section} step ${step} after step ${before}`] : [];
  });
}

describe.each(Object.keys(REQUIRED))('the source of %s', (model) => {
  const text = readFileSync(`src/kernel/klab/mm/${model}.klab`, 'utf8');

  test('carries out every step of its reference sections', () => {
    expect(uncovered(text, REQUIRED[model])).toEqual([]);
  });

  test('has the steps of each function in the order of the reference', () => {
    expect(outOfOrder(text)).toEqual([]);
  });

  test('names no step that the reference does not have', () => {
    const unknown = stepsOf(text).filter(({ section, step }) => !REQUIRED[model][section]?.includes(step));
    expect(unknown).toEqual([]);
  });

  test('tags each diagnostic that the model can raise', () => {
    const { file } = parseSource({ uri: 'model.klab', text, role: 'kernel' });
    const tags = new Set([...file.tags.values()].flat().filter((tag) => tag.startsWith('H-D')));
    expect([...tags].sort()).toEqual(DIAGNOSTICS[model]);
  });
});

describe('the check itself', () => {
  const text = readFileSync('src/kernel/klab/mm/kmap-local.klab', 'utf8');

  test('sees a dropped step', () => {
    const without = text.replace(/^.*H-7\.3 step 6.*\n/m, '');
    expect(uncovered(without, REQUIRED['kmap-local'])).toEqual(['H-7.3 step 6']);
  });

  test('sees two swapped steps', () => {
    const [clear] = /^.*H-7\.3 step 5.*\n/m.exec(text) ?? [''];
    const [flush] = /^.*H-7\.3 step 6.*\n/m.exec(text) ?? [''];
    expect(outOfOrder(text.replace(clear + flush, flush + clear))).toEqual(['kunmap_local: H-7.3 step 5 after step 6']);
  });
});
