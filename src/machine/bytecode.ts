/**
 * The instruction set of the emulated CPU, and the image that a compiler hands to the machine.
 *
 * A register machine whose registers are words of the running function's frame, and the frame lies on the task's
 * kernel stack in emulated memory. So an interrupt saves nothing, a stack walk is a walk over memory, and undo needs no
 * special case.
 *
 * Frame, at word `fp` (stacks grow down: a callee's frame lies at lower addresses, `fp' = fp - frameWords(callee)`):
 *   fp+0  return pc (index into `Image.code`), or RETURN_TO_NOTHING in the first frame of a task
 *   fp+1  kernel virtual address of the caller's frame, 0 in the first frame
 *   fp+2  meta: function index | frame kind << 16 | saved interrupt flag << 20
 *   fp+3  register 0 (first argument), then the other registers, then frame memory (arrays, structs, `&x`)
 *
 * An instruction is one word: opcode in bits 0-7, A in 8-15, B in 16-23, C in 24-31; some have one more word.
 * "imm16" is the signed number in bits 16-31, "off24" the signed number in bits 8-31 (relative to the next
 * instruction), "imm8" the signed number in bits 24-31. 64-bit values are pairs: low word in register r, high in r+1.
 */

export const FRAME_HEADER_WORDS = 3;
export const FRAME_RETURN_PC = 0;
export const FRAME_CALLER = 1;
export const FRAME_META = 2;
/** Registers that an instruction can name. The compiler's diagnostic for a function that needs more names this limit. */
export const REGISTERS_MAX = 240;
export const RETURN_TO_NOTHING = -1;

/** How a frame came to be; stored in FRAME_META and shown in stack traces. */
export const FrameKind = {
  /** An ordinary call. */
  call: 0,
  /** First frame of a task. */
  task: 1,
  /** A maskable interrupt; IRET ends it and restores the saved interrupt flag. */
  interrupt: 2,
  /** A non-maskable interrupt; IRET ends it. */
  nmi: 3,
  /** A CPU exception (page fault, BUG trap, division by zero); IRET re-executes the instruction that trapped. */
  exception: 4,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export const META_KIND_SHIFT = 16;
export const META_IF_SHIFT = 20;

/**
 * Opcodes. In the comments r[x] is register x of the frame, pc the address of the next instruction.
 * `|` marks what ends a micro-step after the instruction (always, or "shared": unless the address lies in the current frame).
 */
export const Op = {
  /** Statement boundary. Ends the micro-step before it has any effect, unless it is the first instruction of one. */
  STMT: 0,
  /** r[A] = imm16 */
  LDI: 1,
  /** r[A] = following word */
  LDC: 2,
  /** r[A] = r[B] */
  MOV: 3,
  /** r[A] = kernel virtual address of frame word C<<8|B (counted from fp) */
  LEA: 4,

  ADD: 5,
  SUB: 6,
  MUL: 7,
  /** Signed division; traps with TrapKind.divide when r[C] is 0 or the quotient overflows. */
  DIVS: 8,
  DIVU: 9,
  MODS: 10,
  MODU: 11,
  AND: 12,
  OR: 13,
  XOR: 14,
  SHL: 15,
  SHRS: 16,
  SHRU: 17,
  EQ: 18,
  NE: 19,
  LTS: 20,
  LTU: 21,
  LES: 22,
  LEU: 23,
  /** r[A] = r[B] + imm8 */
  ADDI: 24,
  /** r[A] = -r[B] */
  NEG: 25,
  /** r[A] = ~r[B] */
  NOT: 26,
  /** r[A] = r[B] == 0 */
  LNOT: 27,
  SEXT8: 28,
  SEXT16: 29,
  ZEXT8: 30,
  ZEXT16: 31,

  /** pair A = pair B op pair C */
  ADD64: 32,
  SUB64: 33,
  MUL64: 34,
  DIVS64: 35,
  DIVU64: 36,
  MODS64: 37,
  MODU64: 38,
  AND64: 39,
  OR64: 40,
  XOR64: 41,
  /** pair A = pair B shifted by r[C] & 63 */
  SHL64: 42,
  SHRS64: 43,
  SHRU64: 44,
  /** r[A] = pair B op pair C */
  EQ64: 45,
  NE64: 46,
  LTS64: 47,
  LTU64: 48,
  LES64: 49,
  LEU64: 50,
  NEG64: 51,
  NOT64: 52,
  /** pair A = sign-extended r[B] */
  SEXT64: 53,
  /** pair A = zero-extended r[B] */
  ZEXT64: 54,
  /** pair A = pair B */
  MOV64: 55,
  /** r[A] = r[B] != 0 */
  BOOL: 59,
  /** r[A] = address of the task this CPU runs (`current`) */
  CUR: 60,

  /** pc += off24 */
  JMP: 56,
  /** if r[A] == 0: pc += imm16 */
  JZ: 57,
  /** if r[A] != 0: pc += imm16 */
  JNZ: 58,

  /** r[A] = memory at address r[B] + imm8, sign- or zero-extended | shared */
  LD8S: 64,
  LD8U: 65,
  LD16S: 66,
  LD16U: 67,
  LD32: 68,
  /** memory at address r[B] + imm8 = low bits of r[A] | shared */
  ST8: 69,
  ST16: 70,
  ST32: 71,

  /** Calls the function with index (following word); B = first argument register, C = argument words, A = result register (NO_REGISTER: none). */
  CALL: 80,
  /** Like CALL with the function's address in r[C of the following word's low byte]; following word: register | argument words << 8. */
  CALLR: 81,
  /** Returns r[A] to the caller's result register. */
  RET: 82,
  /** Returns the pair A. */
  RET64: 83,
  /** Returns nothing. */
  RETV: 84,
  /** Runs the intrinsic with index (following word); arguments and result as in CALL | always */
  INTR: 85,
  /** Ends an interrupt, NMI or exception frame: restores pc, fp and the interrupt flag | always */
  IRET: 86,
  /** Busy time: consumes r[A] ns of this CPU's time; an interrupt may come in at any moment, the rest stays in r[A] | always */
  DELAY: 87,
  /** Traps with TrapKind.uninitialised unless r[A] (an "is set" flag kept by the compiler) is non-zero; B = local's number in debug info */
  CHK: 88,
  /** Lets interrupts in (IF on) and stops this CPU until one is pending, both at once; the `sti; hlt` of x86 | always */
  HALT: 89,

  /** if r[A] == r[B]: pc += following word (relative to the next instruction); the other five likewise. */
  JEQ: 96,
  JNE: 97,
  JLTS: 98,
  JLTU: 99,
  JGES: 100,
  JGEU: 101,
  /** if r[A] == imm16: pc += following word; the other five likewise (unsigned ones compare with imm16 sign-extended, as unsigned). */
  JEQI: 102,
  JNEI: 103,
  JLTSI: 104,
  JLTUI: 105,
  JGESI: 106,
  JGEUI: 107,
  /** r[A] = r[B] op C, where C is the unsigned number in bits 24-31 */
  ANDI: 108,
  SHLI: 109,
  SHRSI: 110,
  SHRUI: 111,
  MULI: 112,
  /** r[A] = memory at r[B] + r[C]; LDX32: at r[B] + 4 * r[C] | shared */
  LDX8S: 113,
  LDX8U: 114,
  LDX32: 115,
  /** memory at r[B] + r[C] = low bits of r[A]; STX32: at r[B] + 4 * r[C] | shared */
  STX8: 116,
  STX32: 117,

  /** r[A] = address of this CPU's per-CPU segment + following word + (r[B] unless B is NO_REGISTER) | always */
  PCPU: 118,
  /** r[A] = address of the per-CPU segment of CPU r[C] + following word + (r[B] unless B is NO_REGISTER) */
  PCPUN: 119,
  /** r[A] = this CPU's per-CPU variable at following word + (r[B] unless NO_REGISTER); C is a PerCpuSize | always */
  PLD: 120,
  /** The same place = low bits of r[A] | always */
  PST: 121,
  /** Reads, changes and writes the same place, nothing comes in between; C is PerCpuSize | PerCpuChange << 4; r[A] = the new value (xchg: the old) | always */
  PRMW: 122,
} as const;
export type Op = (typeof Op)[keyof typeof Op];

/** In B of the per-CPU instructions: no register is added. */
export const NO_REGISTER = 255;

/** Width and extension of an access by the per-CPU instructions. */
export const PerCpuSize = { s8: 0, u8: 1, s16: 2, u16: 3, word: 4 } as const;
export type PerCpuSize = (typeof PerCpuSize)[keyof typeof PerCpuSize];

/** What PRMW does with r[A]. */
export const PerCpuChange = { add: 0, or: 1, and: 2, xchg: 3 } as const;
export type PerCpuChange = (typeof PerCpuChange)[keyof typeof PerCpuChange];

/** What a CPU can trap on. The kernel's exception entry (in the language) receives it. */
export const TrapKind = {
  /** No translation for the address, or a write to a read-only page. */
  pageFault: 0,
  divide: 1,
  /** BUG(): the ud2 of x86. */
  bug: 2,
  stackOverflow: 3,
  uninitialised: 4,
} as const;
export type TrapKind = (typeof TrapKind)[keyof typeof TrapKind];

export function encode(op: Op, a = 0, b = 0, c = 0): number {
  return (op & 0xff) | ((a & 0xff) << 8) | ((b & 0xff) << 16) | ((c & 0xff) << 24);
}

export function encodeImmediate16(op: Op, a: number, immediate: number): number {
  return (op & 0xff) | ((a & 0xff) << 8) | (immediate << 16);
}

export function encodeOffset24(op: Op, offset: number): number {
  return (op & 0xff) | (offset << 8);
}

/** Opcodes that take one more word. */
export function instructionWords(op: number): number {
  if (op >= Op.JEQ && op <= Op.JGEUI) return 2;
  if (op >= Op.PCPU && op <= Op.PRMW) return 2;
  return op === Op.LDC || op === Op.CALL || op === Op.CALLR || op === Op.INTR ? 2 : 1;
}

/** Kernel virtual address of the program's data segment: the first bytes of the kernel area. Code holds absolute addresses in it. */
export const DATA_BASE = 0xc1000000 | 0;

export interface ImageFunction {
  name: string;
  /** Index of the first instruction in `Image.code`. Function "addresses" in the language are FUNCTION_BASE + index * 16. */
  entry: number;
  /** One past the last word of code. */
  end: number;
  /** Words of argument registers. */
  argumentWords: number;
  /** Header, registers and frame memory, in words. */
  frameWords: number;
}

/** A function pointer's value is FUNCTION_BASE + 16 * function index: an address no data lives at. */
export const FUNCTION_BASE = 0xc0800000 | 0;

/** A variable with static storage in the kernel's data area. */
export interface ImageVariable {
  name: string;
  /** Byte offset from the start of the program's data segment; the same in each CPU's copy for per-CPU variables. */
  offset: number;
  size: number;
  perCpu: boolean;
}

/** What a compiler hands to the machine. */
export interface Image {
  code: Int32Array;
  functions: ImageFunction[];
  variables: ImageVariable[];
  /** Initial bytes of the data segment (static variables, string literals), placed at DATA_BASE by the machine. */
  data: Uint8Array;
  /** Initial bytes of one CPU's per-CPU segment; the machine makes a copy per CPU. */
  perCpuData: Uint8Array;
}
