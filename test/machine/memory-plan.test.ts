import { expect, test } from 'vitest';
import { planMemory } from '../../src/machine/memory-plan.ts';

test('areas follow one another in whole components, regions in the order asked for', () => {
  const plan = planMemory(
    [
      { name: 'a', area: 'hardware', size: 10, owner: 'shared' },
      { name: 'stacks', area: 'kernel', size: 100, count: 3, owner: 'task', align: 128 },
      { name: 'b', area: 'hardware', size: 300, owner: 'cpu', count: 2 },
      { name: 'c', area: 'kernel', size: 8, owner: 'shared', ghost: true },
    ],
    2,
  );
  expect(plan.regions.map(({ name, offset, stride, count }) => [name, offset, stride, count])).toEqual([
    ['a', 0, 12, 1],
    ['b', 12, 300, 2],
    ['stacks', 768, 128, 3],
    ['c', 1152, 8, 1],
    ['frames', 4096, 4096, 2],
  ]);
  expect([plan.kernelStart, plan.kernelSize, plan.framesStart, plan.size]).toEqual([768, 512, 4096, 12288]);
  expect(plan.region('c').ghost).toBe(true);
});

test('two regions of one name, one that is not there, and too much memory are our own faults', () => {
  const one = { name: 'x', area: 'kernel', size: 4, owner: 'shared' } as const;
  expect(() => planMemory([one, one], 0)).toThrow('same name');
  expect(() => planMemory([one], 0).region('y')).toThrow('no memory region y');
  expect(() => planMemory([{ ...one, size: 1 << 25 }], 0)).toThrow('at most');
});
