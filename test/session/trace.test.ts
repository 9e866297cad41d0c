import { expect, test } from 'vitest';
import { TaskTrace } from '../../src/session/trace.ts';

test('notes whose step each one was, over many chunks', () => {
  const trace = new TaskTrace();
  const STEPS = 150_000;
  for (let step = 1; step <= STEPS; step++) trace.append(step % 7 === 0 ? -1 : step % 5);
  expect(trace.length).toBe(STEPS);
  for (const step of [1, 7, 65_535, 65_536, 65_537, 131_072, STEPS])
    expect(trace.task(step)).toBe(step % 7 === 0 ? -1 : step % 5);
});

test('cut, it goes on with the steps of the new branch', () => {
  const trace = new TaskTrace();
  for (let step = 1; step <= 100_000; step++) trace.append(1);
  trace.cut(65_536);
  expect(trace.length).toBe(65_536);
  trace.append(2);
  expect([trace.task(65_536), trace.task(65_537)]).toEqual([1, 2]);
  trace.cut(1_000_000);
  expect(trace.length).toBe(65_537);
});
