import { describe, expect, test } from 'vitest';
import { parseHitCondition } from '../../../src/session/breakpoints/hit-condition.ts';

const holdsFor = (text: string) => {
  const condition = parseHitCondition(text);
  if (!condition.ok) return condition.message;
  return [1, 2, 3, 4, 5, 6].filter((hits) => condition.test(hits)).join(' ');
};

describe('hit conditions', () => {
  test.each([
    ['3', '3'],
    [' == 3 ', '3'],
    ['=3', '3'],
    ['> 4', '5 6'],
    ['>=4', '4 5 6'],
    ['< 3', '1 2'],
    ['<= 2', '1 2'],
    ['% 2', '2 4 6'],
  ])('%s holds for the hits %s', (text, hits) => {
    expect(holdsFor(text)).toBe(hits);
  });

  test.each(['', 'x', '3 times', '-1', '>'])("'%s' is refused with what is allowed", (text) => {
    expect(holdsFor(text)).toContain('is no hit count: write a number such as 5');
  });

  test('every zeroth hit is refused', () => {
    expect(holdsFor('% 0')).toContain('never comes');
  });
});
