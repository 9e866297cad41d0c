/** What a CPU can choose between at its next micro-step. */
import { FRAME_HEADER_WORDS, Op } from '../machine/bytecode.ts';
import { EmulatedFault } from './emulated-fault.ts';
import { executed } from './intrinsics/table.ts';
import type { Kernel } from './kernel.ts';

/** Number of options of the intrinsic that CPU `cpu` is about to execute, 1 when there is nothing to choose. Changes nothing. */
export function optionsAt(kernel: Kernel, cpu: number): number {
  const { machine } = kernel;
  const { code } = machine.image;
  const { words } = machine.memory;
  const pc = machine.pc(cpu);
  if ((code[pc] & 0xff) !== Op.INTR) return 1;
  const [, intrinsic] = executed[code[pc + 1]];
  if (!intrinsic.options) return 1;
  const args = (machine.offsetOf(machine.cpus[cpu].fp) >>> 2) + FRAME_HEADER_WORDS + ((code[pc] >>> 16) & 0xff);
  try {
    return intrinsic.options(kernel, cpu, words[args], words[args + 1]);
  } catch (error) {
    // The pointer is to nothing: the call will fault, and there is one way to do that.
    if (error instanceof EmulatedFault) return 1;
    throw error;
  }
}
