/** Hit conditions: `5`, `== 5`, `>= 5`, `> 5`, `< 5`, `<= 5`, `% 5` (every fifth). Hits count from 1, from boot. */

export type HitTest = (hits: number) => boolean;
export type HitCondition = { ok: true; test: HitTest } | { ok: false; message: string };

const TESTS: Record<string, (count: number) => HitTest> = {
  '': (count) => (hits) => hits === count,
  '=': (count) => (hits) => hits === count,
  '==': (count) => (hits) => hits === count,
  '>': (count) => (hits) => hits > count,
  '>=': (count) => (hits) => hits >= count,
  '<': (count) => (hits) => hits < count,
  '<=': (count) => (hits) => hits <= count,
  '%': (count) => (hits) => hits % count === 0,
};

/** Reads `text` as a hit condition; a message says what is allowed when it is none. */
export function parseHitCondition(text: string): HitCondition {
  const match = /^\s*(==|=|>=|>|<=|<|%)?\s*(\d{1,9})\s*$/.exec(text);
  if (!match) {
    return {
      ok: false,
      message: `'${text.trim()}' is no hit count: write a number such as 5, or one with >=, >, <, <= or % before it`,
    };
  }
  const operator = match[1] ?? '';
  const count = Number(match[2]);
  if (operator === '%' && count === 0) return { ok: false, message: 'a hit count of % 0 never comes: write % 2 or more' };
  return { ok: true, test: TESTS[operator](count) };
}
