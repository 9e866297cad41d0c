/**
 * The yardstick: avr8js, a plain TypeScript emulator of an 8-bit processor without MMU and without history, on the same CRC over its
 * memory.
 */
import { avrInstruction, CPU } from 'avr8js';

/** Where the page lies in the AVR's data memory. */
const DATA_START = 0x200;

// The few encodings of the AVR instruction set that the program needs.
const ldi = (d: number, value: number) => 0xe000 | ((value & 0xf0) << 4) | ((d - 16) << 4) | (value & 0xf);
const eor = (d: number, r: number) => 0x2400 | ((r & 0x10) << 5) | (d << 4) | (r & 0xf);
const loadXPlus = (d: number) => 0x900d | (d << 4);
const lsr = (d: number) => 0x9406 | (d << 4);
const ror = (d: number) => 0x9407 | (d << 4);
const dec = (d: number) => 0x940a | (d << 4);
const brcc = (words: number) => 0xf400 | ((words & 0x7f) << 3);
const brne = (words: number) => 0xf401 | ((words & 0x7f) << 3);
const sbiw24 = (value: number) => 0x9700 | ((value & 0x30) << 2) | (value & 0xf);
const rjmp = (words: number) => 0xc000 | (words & 0xfff);

/** CRC-16 with the reflected polynomial 0xA001, bit by bit; the result is left in r19:r18. */
function program(bytes: number): number[] {
  return [
    ldi(26, DATA_START & 0xff),
    ldi(27, DATA_START >> 8),
    ldi(24, bytes & 0xff),
    ldi(25, bytes >> 8),
    ldi(18, 0),
    ldi(19, 0),
    ldi(22, 0x01),
    ldi(23, 0xa0),
    loadXPlus(20), // 8: next byte
    eor(18, 20),
    ldi(21, 8),
    lsr(19), // 11: next bit
    ror(18),
    brcc(2),
    eor(18, 22),
    eor(19, 23),
    dec(21),
    brne(-7),
    sbiw24(1),
    brne(-12),
    rjmp(-1), // 20: stop here
  ];
}

export interface AvrResult {
  crc: number;
  instructions: number;
}

/** Runs the CRC over `page` once. */
export function avrCrc(page: Uint8Array): AvrResult {
  const words = program(page.length);
  const cpu = new CPU(new Uint16Array([...words, ...new Array(16).fill(0)]), DATA_START + page.length + 256);
  cpu.data.set(page, DATA_START);
  const stop = words.length - 1;
  let instructions = 0;
  while (cpu.pc !== stop) {
    avrInstruction(cpu);
    cpu.tick();
    instructions++;
  }
  return { crc: cpu.data[18] | (cpu.data[19] << 8), instructions };
}

/** The same in TypeScript, to compare results with. */
export function crc16(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
