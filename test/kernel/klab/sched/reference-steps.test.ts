import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSource } from '../../../../src/lang/parser.ts';

interface Section {
  /** Files that carry the section out. */
  files: string[];
  /** Steps of the reference that are kernel source; the others are the hardware's, or come with lockdep and softirqs. */
  steps: number[];
}

const range = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);
const SECTIONS: Record<string, Section> = {
  'S-12.1': { files: ['sched/preempt'], steps: range(2) },
  'S-12.2': { files: ['sched/migrate'], steps: range(6) },
  'S-12.3': { files: ['kernel/locking'], steps: [1, 2, 3, 4] },
  'S-12.7': { files: ['sched/core'], steps: range(20) },
  'S-12.8': { files: ['sched/wakeup'], steps: range(8) },
  'S-12.9': { files: ['irq/entry'], steps: [2, 3, 4, 5, 6] },
};

const read = (file: string): string => readFileSync(`src/kernel/klab/${file}.klab`, 'utf8');

/** Steps of `section` in the order of the text, with the function that each stands in. */
function stepsOf(text: string, section: string): { function: string; step: number }[] {
  const { file } = parseSource({ uri: 'a.klab', text, role: 'kernel' });
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length - 1;
  const functions = file.declarations.flatMap((one) =>
    one.kind === 'function' ? [{ name: one.name, from: lineOf(one.start), to: lineOf(one.end) }] : [],
  );
  return [...file.tags]
    .sort(([a], [b]) => a - b)
    .flatMap(([line, tags]) =>
      tags.flatMap((tag) => {
        const match = /^(S-[\d.]+) step (\d+)$/.exec(tag);
        const owner = functions.find(({ from, to }) => line >= from && line <= to);
        return match && match[1] === section ? [{ function: owner?.name ?? '', step: Number(match[2]) }] : [];
      }),
    );
}

function outOfOrder(text: string, section: string): string[] {
  const last = new Map<string, number>();
  return stepsOf(text, section).flatMap(({ function: name, step }) => {
    const before = last.get(name) ?? 0;
    last.set(name, step);
    return step < before ? [`${name}: step ${step} after step ${before}`] : [];
  });
}

describe.each(Object.entries(SECTIONS))('reference section %s', (section, { files, steps }) => {
  test('is carried out whole', () => {
    const found = new Set(files.flatMap((file) => stepsOf(read(file), section).map(({ step }) => step)));
    expect([...found].sort((a, b) => a - b)).toEqual(steps);
  });

  test('is carried out in order', () => {
    expect(files.flatMap((file) => outOfOrder(read(file), section))).toEqual([]);
  });
});

test('a swapped pair of steps is seen', () => {
  const text = read('sched/core');
  const [first] = /^.*S-12\.7 step 11\n/m.exec(text) ?? [''];
  const [second] = /^.*S-12\.7 step 12\n/m.exec(text) ?? [''];
  expect(outOfOrder(text.replace(first + second, second + first), 'S-12.7')).toEqual(['__schedule: step 11 after step 12']);
});
