import { describe, expect, it } from 'vitest';
import {
  BOOL,
  CHAR,
  INT,
  LONG,
  LONG_LONG,
  UNSIGNED_INT,
  UNSIGNED_LONG,
  UNSIGNED_LONG_LONG,
} from '../../src/lang/integer-types.ts';
import {
  alignmentOfType,
  commonType,
  pointerTo,
  rangeOf,
  sameType,
  sizeOfType,
  typeText,
  VOID,
} from '../../src/lang/type-facts.ts';
import type { IntegerType, StructType, Type } from '../../src/lang/types.ts';

const page: StructType = { kind: 'struct', name: 'page', members: [], size: 8, alignment: 4 };
const integers: IntegerType[] = [INT, UNSIGNED_INT, LONG, UNSIGNED_LONG, LONG_LONG, UNSIGNED_LONG_LONG, CHAR, BOOL];

describe('types', () => {
  it.each<[Type, string]>([
    [pointerTo(CHAR, { constant: true, user: true }), 'const char __user *'],
    [pointerTo(pointerTo(page)), 'struct page **'],
    [{ kind: 'array', of: { kind: 'array', of: INT, length: 3 }, length: 2 }, 'int [2][3]'],
    [pointerTo({ kind: 'array', of: INT, length: 3 }), 'int (*)[3]'],
    [{ kind: 'array', of: pointerTo(INT), length: 3 }, 'int *[3]'],
    [pointerTo({ kind: 'function', returns: VOID, parameters: [{ name: 'n', type: INT }] }), 'void (*)(int)'],
    [pointerTo(INT, { perCpu: true }), 'int __percpu *'],
    [{ kind: 'enum', name: 'colour', constants: new Map() }, 'enum colour'],
    [{ ...page, name: 'typedef spot_t' }, 'spot_t'],
  ])('%# are written as in C: %s', (type, text) => {
    expect(typeText(type)).toBe(text);
  });

  it('names can stand in them', () => {
    expect(typeText({ kind: 'array', of: pointerTo(CHAR), length: 2 }, 'names')).toBe('char *names[2]');
  });

  it('have the common type of C, whichever stands first', () => {
    for (const a of integers) {
      for (const b of integers) {
        expect(sameType(commonType(a, b), commonType(b, a))).toBe(true);
        expect(commonType(a, b).size).toBe(Math.max(4, a.size, b.size));
      }
    }
    expect(commonType(LONG, UNSIGNED_INT)).toBe(UNSIGNED_LONG);
    expect(commonType(CHAR, BOOL)).toBe(INT);
  });

  it('are the same whatever their names', () => {
    expect(sameType({ ...INT, name: 'pid_t' }, LONG)).toBe(true);
    expect(sameType(CHAR, BOOL)).toBe(false);
    expect(sameType(pointerTo(CHAR), pointerTo(CHAR, { user: true }))).toBe(false);
    expect(sameType(pointerTo(CHAR), pointerTo(CHAR, { constant: true }))).toBe(true);
  });

  it('have the sizes and alignments of i386', () => {
    expect([sizeOfType(LONG_LONG), alignmentOfType(LONG_LONG)]).toEqual([8, 4]);
    expect([sizeOfType(pointerTo(page)), sizeOfType({ kind: 'array', of: page, length: 3 })]).toEqual([4, 24]);
    expect(sizeOfType(VOID)).toBe(0);
  });

  it('have the ranges of two’s complement', () => {
    expect(rangeOf(CHAR)).toEqual({ min: -128, max: 127 });
    expect(rangeOf(UNSIGNED_INT)).toEqual({ min: 0, max: 4294967295 });
    expect(rangeOf(BOOL)).toEqual({ min: 0, max: 1 });
  });
});
