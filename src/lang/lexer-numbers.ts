/** Numbers as C and the laboratory write them: `42`, `0x1fUL`, `017`, `500us`. */
import type { Reporter } from './reporter.ts';
import type { Range } from './source.ts';

export interface DecodedNumber {
  value: number;
  /** As written, in capitals for C's suffixes: `UL`, `ULL`; `ns`, `us`, `ms` for times. */
  suffix: string;
  faulty: boolean;
}

const shape = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uU]?[lL]{0,2}|[lL]{1,2}[uU]|ns|us|ms|s)$/;

/** Decodes a number token; a malformed one is reported and counts as 0. */
export function decodeNumber(text: string, range: Range, reporter: Reporter): DecodedNumber {
  const match = shape.exec(text);
  if (!match) {
    const float = /^[0-9]+\.[0-9]+/.test(text) || /^[0-9]+[eE][0-9]+$/.test(text);
    reporter.report(
      'badNumber',
      range,
      float
        ? `the kernel calculates without floating point: write '${text}' as an integer, in a smaller unit if need be`
        : `'${text}' is not a number: digits may be followed by U, L, UL, ULL, or by ns, us, ms in times`,
    );
    return { value: 0, suffix: '', faulty: true };
  }
  const digits = match[1];
  const suffix = /^[uUlL]*$/.test(match[2]) ? match[2].toUpperCase().replace('LU', 'UL').replace('LLU', 'ULL') : match[2];
  const octal = /^0[0-9]+$/.test(digits);
  if (octal && /[89]/.test(digits)) {
    reporter.report('badNumber', range, `'${text}' begins with 0 and so is octal, but octal digits go from 0 to 7: remove the 0`);
    return { value: 0, suffix, faulty: true };
  }
  const exact = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const all = 0xffff_ffff_ffff_ffffn;
  if (exact > BigInt(Number.MAX_SAFE_INTEGER) && exact !== all) {
    reporter.report('badNumber', range, `'${text}' is too large: numbers in the text go up to ${Number.MAX_SAFE_INTEGER}`);
    return { value: 0, suffix, faulty: true };
  }
  if (exact === all) {
    reporter.report('badNumber', range, `'${text}' is too large: write ~0ULL for all bits set`);
    return { value: 0, suffix, faulty: true };
  }
  return { value: Number(exact), suffix, faulty: false };
}
