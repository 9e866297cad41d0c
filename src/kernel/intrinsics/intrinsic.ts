/**
 * An intrinsic: a call from kernel source (or a program) that TypeScript carries out as exactly one micro-step. It never blocks,
 * drops a lock or calls kernel source. Facts that checker, hover and documentation read stand beside the code.
 */
import type { CallContext, IntrinsicSignature } from '../../lang/environment.ts';
import { TrapKind } from '../../machine/bytecode.ts';
import type { MachineIntrinsic } from '../../machine/machine.ts';
import { EmulatedFault } from '../emulated-fault.ts';
import type { Kernel } from '../kernel.ts';

/**
 * What happens. `a` to `d` are the first argument words (an argument of 64 bits takes two, low word first), `args` is the word
 * index of the first one, `option` the chosen option of an intrinsic that offers a choice. The result's low word; undefined for void.
 */
export type Execute = (
  kernel: Kernel,
  cpu: number,
  a: number,
  b: number,
  c: number,
  d: number,
  args: number,
  option: number,
) => number | undefined;

export interface Intrinsic {
  prototype: string;
  doc: string;
  context: CallContext;
  maySleep: boolean;
  /** The compiler hands over the address of the argument's source text as last argument. */
  conditionText?: true;
  execute: Execute;
  /** Offers a choice: the number of options that there are now, at least 1. Changes nothing. */
  options?(kernel: Kernel, cpu: number, a: number, b: number): number;
}

export type IntrinsicTable = Readonly<Record<string, Intrinsic>>;

export function signatureOf(name: string, intrinsic: Intrinsic): IntrinsicSignature {
  const { prototype, doc, context, maySleep, conditionText, options } = intrinsic;
  return { name, prototype, doc, context, maySleep, ...(options && { choice: true }), ...(conditionText && { conditionText }) };
}

/** The intrinsic as the machine calls it. A pointer to nothing makes the call fault. */
export function machineIntrinsic({ execute, options }: Intrinsic): MachineIntrinsic<Kernel> {
  return {
    choice: options !== undefined,
    execute(kernel, cpu, args, option) {
      const { words } = kernel.machine.memory;
      try {
        return execute(kernel, cpu, words[args], words[args + 1], words[args + 2], words[args + 3], args, option);
      } catch (error) {
        if (!(error instanceof EmulatedFault)) throw error;
        kernel.machine.requestTrap(TrapKind.pageFault, error.address, 0);
        return undefined;
      }
    },
  };
}
