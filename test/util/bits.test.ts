import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromSignedWords, fromWords, highWord, lowWord, wordsToText } from '../../src/util/bits.ts';

const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

describe('word pairs as text', () => {
  it('is exact over all 64 bits, in both bases', () => {
    fc.assert(
      fc.property(word, word, (low, high) => {
        const unsigned = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
        expect(wordsToText(low, high, 10, false)).toBe(unsigned.toString());
        expect(wordsToText(low, high, 16, false)).toBe(unsigned.toString(16));
        expect(wordsToText(low, high, 10, true)).toBe(BigInt.asIntN(64, unsigned).toString());
      }),
      { seed: 20200919 },
    );
  });

  it('knows the ends of the signed range', () => {
    expect(wordsToText(0, -0x8000_0000, 10, true)).toBe('-9223372036854775808');
    expect(wordsToText(-1, -1, 10, true)).toBe('-1');
    expect(wordsToText(0, 0, 10, true)).toBe('0');
  });

  it('splits and joins what a double holds exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(fromSignedWords(lowWord(value), highWord(value))).toBe(value);
        if (value >= 0) expect(fromWords(lowWord(value), highWord(value))).toBe(value);
      }),
      { seed: 20200919 },
    );
  });
});
