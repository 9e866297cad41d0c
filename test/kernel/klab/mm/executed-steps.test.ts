/** The steps of the reference in the order in which a run really takes them, read from the tags of the executed statements. */
import { describe, expect, test } from 'vitest';
import { Run } from '../../../../src/history/run.ts';
import { bootKernel } from '../../../../src/kernel/boot.ts';
import { buildProgram } from '../../../../src/kernel/build.ts';

const PROGRAM = `
machine { cpus = 2; }
page p = "P";
task a(policy = SCHED_FIFO, prio = 10, cpu = 0)
{
	char *x = map_page(p);
	yield();
	unmap_page(x);
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0)
{
	yield();
}
`;

/** Step tags of the statements that begin on CPU 0, in order, runs of the same tag taken together. */
function executedTags(mapping: string, text = PROGRAM, arch = 'x86'): string[] {
  const { built } = buildProgram({ uri: 'steps.klab', text, settings: { mapping, arch } });
  if (!built) throw new Error('the program does not build');
  const tagsAt = new Map(built.debug.statements.map(({ start, tags }) => [start, tags.filter((tag) => / step \d+$/.test(tag))]));
  const kernel = bootKernel(built);
  const run = new Run(kernel, { history: false });
  const seen: string[] = [];
  while (!run.ended) {
    const pc = kernel.machine.pc(0);
    run.stepDefault();
    for (const tag of tagsAt.get(pc) ?? []) if (seen.at(-1) !== tag) seen.push(tag);
  }
  return seen;
}

const stepsOf = (tags: readonly string[], section: string) =>
  tags.flatMap((tag) => (tag.startsWith(`${section} step `) ? [Number(tag.slice(section.length + 6))] : []));

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** Without repetitions that lie beside each other. */
const distinct = (steps: readonly number[]) => steps.filter((step, index) => step !== steps[index - 1]);

describe.each([
  // Without debug options: no check of contexts, no check of the address.
  ['km_type', 'H-2.3', [1, 2, 4, 5, 6], 'H-2.4', [1, 2, 4]],
  ['atomic_stack', 'H-3.3', [1, 2, 3, 4, 5], 'H-3.4', [1, 2, 4, 5, 6]],
] as const)('%s carries its steps out in order', (mapping, map, mapSteps, unmap, unmapSteps) => {
  const tags = executedTags(mapping);

  test.each([
    [map, mapSteps],
    [unmap, unmapSteps],
  ] as const)('%s', (section, steps) => {
    expect(distinct(stepsOf(tags, section))).toEqual(steps);
  });
});

// Step 2 of section 5 is the change of `current` itself, which is the scheduler's.
describe.each([
  ['kmap_temporary', 'H-4.2', 'H-4.3', 'H-4.4', [1, 2, 1, 2]],
  ['split_switch', 'H-4.2', 'H-4.3', 'H-5', [1, 3]],
  // Step 3 is the hook for data caches, which x86 does not have.
  ['kmap_local', 'H-7.2', 'H-7.3', 'H-7.5', [1, 2, 4, 5, 6, 7, 8]],
] as const)('%s carries its steps out in order', (mapping, map, unmap, change, order) => {
  const tags = executedTags(mapping);

  test.each([map, unmap])('map and unmap: %s', (section) => {
    const steps = stepsOf(tags, section);
    expect(steps.length).toBeGreaterThan(5);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });

  test(`switch: ${change}`, () => {
    expect(distinct(stepsOf(tags, change))).toEqual(order);
  });
});

test('SPARC has the hook before the unmap too, in kunmap_local() and at the switch', () => {
  const tags = executedTags('kmap_local', PROGRAM, 'sparc');
  expect(distinct(stepsOf(tags, 'H-7.3'))).toEqual(upTo(10));
  expect(distinct(stepsOf(tags, 'H-7.5'))).toEqual(upTo(8));
});

test('alt_percpu_idx_switch pops after it has cleared and pushes before it sets; both as a map and an unmap do', () => {
  const tags = executedTags('alt_percpu_idx_switch');
  expect(distinct(stepsOf(tags, 'H-9.6'))).toEqual([1, 2, 3, 4, 1, 5, 6]);
  expect(distinct(stepsOf(tags, 'H-4.2'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 4]);
  expect(distinct(stepsOf(tags, 'H-4.3'))).toEqual([8, 1, 2, 3, 5, 6, 8, 9, 10]);
});

test('alt_percpu_pgtable: the same address at each step, out at the switch, and in', () => {
  const steps = stepsOf(executedTags('alt_percpu_pgtable'), 'H-9.1');
  expect(steps[0]).toBe(1);
  expect(distinct(steps.filter((step) => step !== 1))).toEqual([2, 3]);
});

test('alt_local_lock carries its steps out in order', () => {
  expect(distinct(stepsOf(executedTags('alt_local_lock'), 'H-9.2'))).toEqual(upTo(6));
});

test('alt_vmap carries its steps out in order, and puts the flush off', () => {
  expect(distinct(stepsOf(executedTags('alt_vmap'), 'H-9.3'))).toEqual([1, 2, 3, 1, 4, 5]);
  const text = PROGRAM.replace('unmap_page(x);', 'unmap_page(x);\n\tvm_unmap_aliases();');
  expect(stepsOf(executedTags('alt_vmap', text), 'H-9.3').at(-1)).toBe(6);
});

const KMAP = `
machine { cpus = 2; last_pkmap = 4; }
page p[5] = { "0", "1", "2", "3", "4" };
task a(cpu = 0)
{
	int i;

	for (i = 0; i < 5; i++)
		kmap(p[i]);
}
task b(cpu = 1)
{
	msleep(1);
	kunmap(p[1]);
}
`;

test('kmap() carries its steps out in order, for a sleep and the search after it too', () => {
  const steps = distinct(stepsOf(executedTags('kmap_local', KMAP), 'H-8.2'));
  const free = [1, 2, 3, 4, 6];
  const sleeping = [1, 2, 3, 5, 3, 4, 6];
  expect(steps).toEqual([...free, ...free, ...free, ...free, ...sleeping]);
});

test('kunmap() carries its steps out in order, and so does the flush of unused slots', () => {
  const text = KMAP.replace('kmap(p[i]);', '{ kmap(p[i]); kunmap(p[i]); }').replace('kunmap(p[1]);', '');
  const tags = executedTags('kmap_local', text);
  expect(distinct(stepsOf(tags, 'H-8.3')).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(distinct(stepsOf(tags, 'H-8.4')).slice(0, 6)).toEqual([1, 2, 3, 4, 1, 2]);
  expect(stepsOf(tags, 'H-8.4').at(-1)).toBe(5);
});
