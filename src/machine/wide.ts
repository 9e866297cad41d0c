/**
 * 64-bit arithmetic on pairs of 32-bit words, without BigInt. Every operation returns the low word and leaves the high word
 * in `high`.
 */
import { highWord, lowWord, WORD } from '../util/bits.ts';

/** 2^53: whole numbers below it are exact in a double. */
const EXACT = 0x20_0000_0000_0000;

export class Wide {
  high = 0;
  /** Remainder of the last division. */
  #remainderLow = 0;
  #remainderHigh = 0;

  add(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    const low = (aLow + bLow) | 0;
    this.high = (aHigh + bHigh + (low >>> 0 < aLow >>> 0 ? 1 : 0)) | 0;
    return low;
  }

  subtract(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    this.high = (aHigh - bHigh - (aLow >>> 0 < bLow >>> 0 ? 1 : 0)) | 0;
    return (aLow - bLow) | 0;
  }

  negate(low: number, high: number): number {
    return this.subtract(0, 0, low, high);
  }

  multiply(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    const cross = (Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
    this.high = (multiplyHigh(aLow >>> 0, bLow >>> 0) + cross) | 0;
    return Math.imul(aLow, bLow);
  }

  shiftLeft(low: number, high: number, by: number): number {
    const n = by & 63;
    if (n === 0) {
      this.high = high;
      return low;
    }
    if (n >= 32) {
      this.high = low << (n - 32);
      return 0;
    }
    this.high = (high << n) | (low >>> (32 - n));
    return low << n;
  }

  shiftRight(low: number, high: number, by: number, signed: boolean): number {
    const n = by & 63;
    const fill = signed ? high >> 31 : 0;
    if (n === 0) {
      this.high = high;
      return low;
    }
    if (n >= 32) {
      this.high = fill;
      return signed ? high >> (n - 32) : (high >>> (n - 32)) | 0;
    }
    this.high = signed ? high >> n : (high >>> n) | 0;
    return (low >>> n) | (high << (32 - n));
  }

  /** The divisor is not 0. */
  divideUnsigned(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    return this.#divide(aLow, aHigh, bLow, bHigh);
  }

  remainderUnsigned(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    this.#divide(aLow, aHigh, bLow, bHigh);
    this.high = this.#remainderHigh;
    return this.#remainderLow;
  }

  /** Rounds towards zero. The divisor is not 0; the least value divided by -1 is the least value. */
  divideSigned(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    const low = this.#divideMagnitudes(aLow, aHigh, bLow, bHigh);
    return (aHigh ^ bHigh) < 0 ? this.negate(low, this.high) : low;
  }

  /** Has the sign of the dividend. */
  remainderSigned(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    this.#divideMagnitudes(aLow, aHigh, bLow, bHigh);
    this.high = this.#remainderHigh;
    return aHigh < 0 ? this.negate(this.#remainderLow, this.#remainderHigh) : this.#remainderLow;
  }

  #divideMagnitudes(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    let [dividendLow, dividendHigh, divisorLow, divisorHigh] = [aLow, aHigh, bLow, bHigh];
    if (aHigh < 0) {
      dividendLow = this.negate(aLow, aHigh);
      dividendHigh = this.high;
    }
    if (bHigh < 0) {
      divisorLow = this.negate(bLow, bHigh);
      divisorHigh = this.high;
    }
    return this.#divide(dividendLow, dividendHigh, divisorLow, divisorHigh);
  }

  #divide(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    const a = (aHigh >>> 0) * WORD + (aLow >>> 0);
    const b = (bHigh >>> 0) * WORD + (bLow >>> 0);
    if (a < EXACT && b < EXACT) {
      const quotient = Math.floor(a / b);
      const remainder = a - quotient * b;
      this.#remainderLow = lowWord(remainder);
      this.#remainderHigh = highWord(remainder);
      this.high = highWord(quotient);
      return lowWord(quotient);
    }
    return this.#divideBitwise(aLow, aHigh, bLow, bHigh);
  }

  /** Long division, one bit at a time: only for values that a double cannot hold. */
  #divideBitwise(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    let [low, high, restLow, restHigh] = [aLow, aHigh, 0, 0];
    for (let bit = 0; bit < 64; bit++) {
      const overflow = restHigh < 0;
      restHigh = (restHigh << 1) | (restLow >>> 31);
      restLow = (restLow << 1) | (high >>> 31);
      high = (high << 1) | (low >>> 31);
      low <<= 1;
      if (overflow || compareUnsigned(restLow, restHigh, bLow, bHigh) >= 0) {
        restLow = this.subtract(restLow, restHigh, bLow, bHigh);
        restHigh = this.high;
        low |= 1;
      }
    }
    this.#remainderLow = restLow;
    this.#remainderHigh = restHigh;
    this.high = high;
    return low;
  }
}

/** Negative, 0 or positive as a is below, equal to or above b. */
export function compareUnsigned(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh >>> 0 !== bHigh >>> 0 ? (aHigh >>> 0) - (bHigh >>> 0) : (aLow >>> 0) - (bLow >>> 0);
}

/** Like `compareUnsigned`, the high words being signed. */
export function compareSigned(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh !== bHigh ? aHigh - bHigh : (aLow >>> 0) - (bLow >>> 0);
}

/** Upper 32 bits of the product of two unsigned words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle2 = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000)) | 0;
}
