import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  array,
  bool,
  char,
  defineStruct,
  nested,
  pointer,
  readString,
  s8,
  s16,
  s32,
  s64,
  u8,
  u16,
  u32,
  u64,
  writeString,
} from '../../src/machine/layout.ts';
import { Memory } from '../../src/machine/memory.ts';

const inner = defineStruct('inner', 'Inside.', { flag: bool('A flag.'), when: u64('A time.', { relative: true }) });
const outer = defineStruct('outer', 'All kinds of fields.', {
  a: s8('A byte.'),
  b: u16('A half.'),
  c: u8('A byte.'),
  d: s64('A pair.'),
  e: s16('A half.'),
  list: array(u32('An element.'), 3, 'Words.'),
  inside: nested(inner, 'A struct.'),
  to: pointer('outer', 'Another one.'),
  f: s32('A word.'),
  comm: array(char('A character.'), 5, 'A name.'),
});

describe('a struct layout', () => {
  test("follows C's rules of i386: 64-bit scalars are aligned to 4 bytes", () => {
    expect(outer.fields.map(({ name, offset }) => [name, offset])).toEqual([
      ['a', 0],
      ['b', 2],
      ['c', 4],
      ['d', 8],
      ['e', 16],
      ['list', 20],
      ['inside', 32],
      ['to', 44],
      ['f', 48],
      ['comm', 52],
    ]);
    expect([outer.size, outer.alignment, inner.size, inner.field('when').offset]).toEqual([60, 4, 12, 4]);
    expect(() => outer.field('nothing')).toThrow('struct outer has no field nothing');
  });

  test('gives views that read what was written, and nothing else changes', () => {
    const values = fc.record({
      a: fc.integer({ min: -128, max: 127 }),
      b: fc.nat(0xffff),
      c: fc.nat(0xff),
      d: fc.maxSafeInteger(),
      e: fc.integer({ min: -0x8000, max: 0x7fff }),
      f: fc.integer(),
      to: fc.nat(0xffffffff),
      when: fc.maxSafeNat(),
      list: fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.nat(0xffffffff)),
    });
    const property = fc.property(values, ({ list, when, ...plain }) => {
      const memory = new Memory(512);
      const view = outer.view(memory, 64);
      Object.assign(view, plain);
      view.inside.when = when;
      view.inside.flag = 7;
      list.forEach((value, index) => {
        view.list.set(index, value);
      });
      const { a, b, c, d, e, f, to } = view;
      expect({ a, b, c, d, e, f, to }).toEqual(plain);
      expect([view.inside.when, view.inside.flag, view.list.length]).toEqual([when, 1, 3]);
      expect([0, 1, 2].map((index) => view.list.get(index))).toEqual(list);
      const outside = [...memory.bytes].filter((_, at) => at < 64 || at >= 64 + outer.size);
      expect(outside.every((byte) => byte === 0)).toBe(true);
    });
    fc.assert(property, { seed: 12, numRuns: 100 });
  });

  test('strings are cut to their field and end with NUL', () => {
    const memory = new Memory(256);
    writeString(memory, 52, 5, 'kthreadd');
    expect(readString(memory, 52, 5)).toBe('kthr');
    expect(memory.bytes[56]).toBe(0);
  });
});
