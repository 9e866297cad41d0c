import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arguments, RequestError } from '../../src/dap/arguments.ts';
import { decodeBase64, encodeBase64 } from '../../src/dap/base64.ts';
import { fromInstructionReference, parseAddress, toInstructionReference } from '../../src/dap/instruction-reference.ts';

describe('base64', () => {
  test('decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
      { seed: 1, numRuns: 30 },
    );
  });
  test('says no to what is none', () => {
    expect(decodeBase64('!')).toBeUndefined();
  });
});

describe('addresses', () => {
  test.each([
    ['0xC1000000', 0xc1000000],
    [' 16 ', 16],
    ['here', undefined],
    ['', undefined],
    ['-1', undefined],
    ['0x', undefined],
    ['0x12345678901234', undefined],
  ])("'%s' is %s", (text, value) => {
    expect(parseAddress(text)).toBe(value);
  });
  test('of code come back as they went, also before the beginning', () => {
    for (const pc of [-300, 0, 5000]) expect(fromInstructionReference(toInstructionReference(pc))).toBe(pc);
  });
});

describe('arguments', () => {
  const args = new Arguments({ text: 'a', number: 5, half: 0.5, flag: true, list: [{ line: 1 }], nothing: null }, 'do');
  test('have the type that is asked for', () => {
    expect([args.string('text'), args.integer('number'), args.boolean('flag', false)]).toEqual(['a', 5, true]);
    expect([args.optionalString('nothing'), args.optionalInteger('missing'), args.boolean('missing', true)]).toEqual([
      undefined,
      undefined,
      true,
    ]);
    expect(args.list('list')[0].integer('line')).toBe(1);
    expect(new Arguments('nonsense', 'do').list('list')).toEqual([]);
  });
  test.each([
    [() => args.string('number'), "do: 'number' must be a text; it is 5"],
    [() => args.integer('half'), "do: 'half' must be a whole number; it is 0.5"],
    [() => args.integer('number', 6, 7), "do: 'number' must be a number from 6 to 7; it is 5"],
    [() => args.oneOf('text', ['x', 'y']), 'do: \'text\' must be one of x, y; it is "a"'],
    [() => args.list('list')[0].string('name'), "do.list[0]: 'name' must be a text; it is missing"],
    [() => args.values('text'), 'do: \'text\' must be a list; it is "a"'],
  ])('refuse in words: %s', (read, message) => {
    expect(read).toThrow(new RequestError(message));
  });
});
