import { describe, expect, test } from 'vitest';
import {
  encode,
  encodeImmediate16,
  encodeOffset24,
  FUNCTION_BASE,
  type Image,
  NO_REGISTER,
  Op,
} from '../../src/machine/bytecode.ts';
import { instructionStarts, instructionText } from '../../src/session/disassembly.ts';
import { open, TWO_TASKS } from './support.ts';

const names = { function: (index: number) => ['main', 'helper'][index] ?? '', intrinsic: (index: number) => `intrinsic${index}` };
const image = (...code: number[]) => ({ code: Int32Array.from(code) }) as Image;

describe('instructions as text', () => {
  test.each([
    [[encode(Op.STMT)], 'stmt'],
    [[encodeImmediate16(Op.LDI, 3, -2)], 'ldi r3, -2'],
    [[encode(Op.LDC, 1), 0x1234], 'ldc r1, 0x00001234'],
    [[encode(Op.LDC, 1), FUNCTION_BASE + 16], 'ldc r1, 0xc0800010 <helper>'],
    [[encode(Op.MOV, 1, 2)], 'mov r1, r2'],
    [[encode(Op.ADD, 1, 2, 3)], 'add r1, r2, r3'],
    [[encode(Op.ADDI, 1, 2, -3)], 'addi r1, r2, -3'],
    [[encode(Op.LD32, 4, 5, 8)], 'ld32 r4, [r5+8]'],
    [[encode(Op.ST8, 4, 5, -1)], 'st8 r4, [r5-1]'],
    [[encode(Op.LDX32, 1, 2, 3)], 'ldx32 r1, [r2 + r3]'],
    [[encodeOffset24(Op.JMP, -1)], 'jmp to 0x0'],
    [[encodeImmediate16(Op.JZ, 2, 4)], 'jz r2, to 0x5'],
    [[encode(Op.JEQ, 1, 2), 3], 'jeq r1, r2, to 0x5'],
    [[encodeImmediate16(Op.JNEI, 1, 7), 3], 'jnei r1, 7, to 0x5'],
    [[encode(Op.CALL, 6, 1, 2), 1], 'call helper -> r6'],
    [[encode(Op.CALL, NO_REGISTER, 1, 2), 1], 'call helper'],
    [[encode(Op.INTR, 6, 1, 2), 9], 'intr intrinsic9 -> r6'],
    [[encode(Op.PLD, 1, NO_REGISTER, 4), 16], 'pld r1, per-CPU 0x10'],
    [[encode(Op.RETV)], 'retv'],
    [[0xff], '.word 0x000000ff'],
  ])('%j is %s', (code, text) => {
    expect(instructionText(image(...code), 0, names)).toBe(text);
  });

  test('two-word instructions count as one', () => {
    expect(instructionStarts(image(encode(Op.STMT), encode(Op.LDC, 1), 5, encode(Op.RETV)))).toEqual([0, 1, 3]);
  });

  test('every instruction of a real image has a text', () => {
    const { image: real } = open(TWO_TASKS).kernel.built;
    const texts = instructionStarts(real).map((pc) => instructionText(real, pc, names));
    expect(texts.length).toBeGreaterThan(500);
    expect(texts.filter((text) => text.startsWith('.word'))).toEqual([]);
  });
});
