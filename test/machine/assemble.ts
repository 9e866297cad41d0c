/** Small images written by hand, for tests of machine and history. */
import { encode, encodeImmediate16, FRAME_HEADER_WORDS, type Image, Op } from '../../src/machine/bytecode.ts';
import { firstFrame } from '../../src/machine/frames.ts';
import { Machine, type MachineOptions } from '../../src/machine/machine.ts';

export interface FunctionText {
  arguments?: number;
  /** Registers and frame memory, in words; the header is added. */
  words?: number;
  /** Words of code; a string `@name` stands for the index of a function. */
  code: (number | string)[];
}

export function assemble(functions: Record<string, FunctionText>, data: Uint8Array = new Uint8Array(64), perCpu = 16): Image {
  const names = Object.keys(functions);
  const code: number[] = [];
  const list = names.map((name) => {
    const text = functions[name];
    const entry = code.length;
    for (const word of text.code) code.push(typeof word === 'string' ? names.indexOf(word.slice(1)) : word);
    return {
      name,
      entry,
      end: code.length,
      argumentWords: text.arguments ?? 0,
      frameWords: FRAME_HEADER_WORDS + (text.words ?? 16),
    };
  });
  return { code: Int32Array.from(code), functions: list, variables: [], data, perCpuData: new Uint8Array(perCpu) };
}

/** STMT; LDI r, value */
export const loadImmediate = (register: number, value: number): number => encodeImmediate16(Op.LDI, register, value);
export const STMT = encode(Op.STMT);

/** A machine of `image` whose CPUs start with the functions named, each on a stack of 4 KiB. */
export function machineRunning(image: Image, starts: readonly string[], options: Partial<MachineOptions> = {}): Machine {
  const machine = new Machine({
    image,
    cpus: starts.length,
    ...options,
    regions: [
      { name: 'stacks', area: 'kernel', size: 4096, count: starts.length, owner: 'task', align: 16 },
      ...(options.regions ?? []),
    ],
  });
  starts.forEach((name, cpu) => {
    const low = machine.addressOf(machine.offsetIn('stacks', cpu));
    const index = image.functions.findIndex((f) => f.name === name);
    const { pc, fp } = firstFrame(machine, low + 4096, index);
    machine.switchContext(cpu, pc, fp, low, 0);
    machine.cpus[cpu].irqs_enabled = 1;
  });
  return machine;
}

/** Register `register` of the frame that CPU `cpu` is in. */
export function register(machine: Machine, cpu: number, register: number): number {
  return machine.memory.words[(machine.offsetOf(machine.cpus[cpu].fp) >>> 2) + FRAME_HEADER_WORDS + register];
}
