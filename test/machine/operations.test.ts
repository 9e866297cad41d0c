import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, encodeImmediate16, encodeOffset24, Op, TrapKind } from '../../src/machine/bytecode.ts';
import { StepEnd } from '../../src/machine/cpu-state.ts';
import { assemble, machineRunning, register, STMT } from './assemble.ts';

const LOOP = encodeOffset24(Op.JMP, -1);
const s32 = (value: bigint): number => Number(BigInt.asIntN(32, value));
const u = (value: number): bigint => BigInt(value >>> 0);
const i = (value: number): bigint => BigInt(value);
const word = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2, 31, 32, 63, 64, 0x7fffffff, -0x80000000));

/** Runs one instruction with registers 1 to 4 set; registers 0 to 1 afterwards in `result`. */
function run(instruction: number[], registers: readonly number[]): { end: number; result: number[] } {
  const image = assemble({
    main: { words: 12, code: [...instruction, LOOP] },
    exc_bug: { arguments: 2, words: 4, code: [STMT, STMT, LOOP] },
  });
  const machine = machineRunning(image, ['main']);
  const base = (machine.offsetOf(machine.cpus[0].fp) >>> 2) + 3;
  registers.forEach((value, at) => {
    machine.memory.write(base + 2 + at, value);
  });
  const end = machine.step(0);
  return { end, result: [register(machine, 0, 0), register(machine, 0, 1)] };
}

const shift = (value: number): bigint => BigInt(value & 31);
const words: Partial<Record<keyof typeof Op, (b: number, c: number) => bigint | 'trap'>> = {
  ADD: (b, c) => i(b) + i(c),
  SUB: (b, c) => i(b) - i(c),
  MUL: (b, c) => i(b) * i(c),
  DIVS: (b, c) => (c === 0 || (c === -1 && b === -0x80000000) ? 'trap' : i(b) / i(c)),
  DIVU: (b, c) => (c === 0 ? 'trap' : u(b) / u(c)),
  MODS: (b, c) => (c === 0 || (c === -1 && b === -0x80000000) ? 'trap' : i(b) % i(c)),
  MODU: (b, c) => (c === 0 ? 'trap' : u(b) % u(c)),
  AND: (b, c) => i(b) & i(c),
  OR: (b, c) => i(b) | i(c),
  XOR: (b, c) => i(b) ^ i(c),
  SHL: (b, c) => i(b) << shift(c),
  SHRS: (b, c) => i(b) >> shift(c),
  SHRU: (b, c) => u(b) >> shift(c),
  EQ: (b, c) => BigInt(b === c),
  NE: (b, c) => BigInt(b !== c),
  LTS: (b, c) => BigInt(b < c),
  LTU: (b, c) => BigInt(u(b) < u(c)),
  LES: (b, c) => BigInt(b <= c),
  LEU: (b, c) => BigInt(u(b) <= u(c)),
  NEG: (b) => -i(b),
  NOT: (b) => ~i(b),
  LNOT: (b) => BigInt(b === 0),
  BOOL: (b) => BigInt(b !== 0),
  SEXT8: (b) => BigInt.asIntN(8, i(b)),
  SEXT16: (b) => BigInt.asIntN(16, i(b)),
  ZEXT8: (b) => BigInt.asUintN(8, i(b)),
  ZEXT16: (b) => BigInt.asUintN(16, i(b)),
  MOV: (b) => i(b),
};

describe('32-bit instructions', () => {
  test.each(Object.keys(words) as (keyof typeof Op)[])('%s', (name) => {
    const property = fc.property(word, word, (b, c) => {
      const { end, result } = run([encode(Op[name], 0, 2, 3)], [b, c]);
      const expected = words[name]!(b, c);
      if (expected === 'trap') expect([end, result[0]]).toEqual([StepEnd.trap, TrapKind.divide]);
      else expect(result[0]).toBe(s32(expected));
    });
    fc.assert(property, { seed: 32, numRuns: 40 });
  });
});

const signed = BigInt.asIntN.bind(undefined, 64);
const unsigned = BigInt.asUintN.bind(undefined, 64);
type Pair = (b: bigint, c: bigint) => bigint | 'trap';
const pairs: Partial<Record<keyof typeof Op, Pair>> = {
  ADD64: (b, c) => b + c,
  SUB64: (b, c) => b - c,
  MUL64: (b, c) => b * c,
  DIVS64: (b, c) => (c === 0n ? 'trap' : b / c),
  DIVU64: (b, c) => (c === 0n ? 'trap' : unsigned(b) / unsigned(c)),
  MODS64: (b, c) => (c === 0n ? 'trap' : b % c),
  MODU64: (b, c) => (c === 0n ? 'trap' : unsigned(b) % unsigned(c)),
  AND64: (b, c) => b & c,
  OR64: (b, c) => b | c,
  XOR64: (b, c) => b ^ c,
  SHL64: (b, c) => b << (c & 63n),
  SHRS64: (b, c) => b >> (c & 63n),
  SHRU64: (b, c) => unsigned(b) >> (c & 63n),
  NEG64: (b) => -b,
  NOT64: (b) => ~b,
  SEXT64: (b) => BigInt.asIntN(32, b),
  ZEXT64: (b) => BigInt.asUintN(32, b),
  MOV64: (b) => b,
};
const comparisons: Partial<Record<keyof typeof Op, (b: bigint, c: bigint) => boolean>> = {
  EQ64: (b, c) => b === c,
  NE64: (b, c) => b !== c,
  LTS64: (b, c) => b < c,
  LTU64: (b, c) => unsigned(b) < unsigned(c),
  LES64: (b, c) => b <= c,
  LEU64: (b, c) => unsigned(b) <= unsigned(c),
};
const join = (low: number, high: number): bigint => (i(high) << 32n) | u(low);

describe('64-bit instructions', () => {
  const operands = fc.tuple(word, word, word, fc.oneof(word, fc.constant(0)));

  test.each(Object.keys(pairs) as (keyof typeof Op)[])('%s', (name) => {
    const property = fc.property(operands, ([bLow, bHigh, cLow, cHigh]) => {
      const { end, result } = run([encode(Op[name], 0, 2, 4)], [bLow, bHigh, cLow, cHigh]);
      const expected = pairs[name]!(join(bLow, bHigh), join(cLow, cHigh));
      if (expected === 'trap') expect([end, result[0]]).toEqual([StepEnd.trap, TrapKind.divide]);
      else expect(join(result[0], result[1])).toBe(signed(expected));
    });
    fc.assert(property, { seed: 64, numRuns: 60 });
  });

  test.each(Object.keys(comparisons) as (keyof typeof Op)[])('%s', (name) => {
    const property = fc.property(operands, fc.boolean(), ([bLow, bHigh, cLow, cHigh], equal) => {
      const c = equal ? [bLow, bHigh] : [cLow, cHigh];
      const { result } = run([encode(Op[name], 0, 2, 4)], [bLow, bHigh, ...c]);
      expect(result[0]).toBe(Number(comparisons[name]!(join(bLow, bHigh), join(c[0], c[1]))));
    });
    fc.assert(property, { seed: 65, numRuns: 40 });
  });
});

describe('instructions with immediates', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const half = fc.integer({ min: -0x8000, max: 0x7fff });

  test('ADDI, ANDI, MULI and the shifts by a constant', () => {
    const property = fc.property(word, byte, fc.integer({ min: 0, max: 31 }), (b, c, by) => {
      const low = (op: Op, value: number): number => run([encode(op, 0, 2, value)], [b]).result[0];
      expect(low(Op.ADDI, c)).toBe((b + ((c << 24) >> 24)) | 0);
      expect(low(Op.ANDI, c)).toBe(b & c);
      expect(low(Op.MULI, c)).toBe(Math.imul(b, c));
      expect(low(Op.SHLI, by)).toBe(b << by);
      expect(low(Op.SHRSI, by)).toBe(b >> by);
      expect(low(Op.SHRUI, by)).toBe((b >>> by) | 0);
    });
    fc.assert(property, { seed: 8, numRuns: 40 });
  });

  const conditions: [keyof typeof Op, keyof typeof Op, (a: number, b: number) => boolean][] = [
    ['JEQ', 'JEQI', (a, b) => a === b],
    ['JNE', 'JNEI', (a, b) => a !== b],
    ['JLTS', 'JLTSI', (a, b) => a < b],
    ['JLTU', 'JLTUI', (a, b) => a >>> 0 < b >>> 0],
    ['JGES', 'JGESI', (a, b) => a >= b],
    ['JGEU', 'JGEUI', (a, b) => a >>> 0 >= b >>> 0],
  ];

  test.each(conditions)('%s and %s', (compare, immediate, holds) => {
    // Taken: over the instruction that loads 1 into register 0.
    const taken = (code: number[], registers: number[]): boolean =>
      run([...code, encodeImmediate16(Op.LDI, 0, 1)], registers).result[0] === 0;
    const property = fc.property(fc.oneof(word, half), half, (a, b) => {
      expect(taken([encode(Op[compare], 2, 3), 1], [a, b])).toBe(holds(a, b));
      expect(taken([encodeImmediate16(Op[immediate], 2, b), 1], [a])).toBe(holds(a, b));
    });
    fc.assert(property, { seed: 16, numRuns: 60 });
  });
});
