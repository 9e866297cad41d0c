/**
 * An intrinsic: a call from kernel source (or a program) that TypeScript carries out as exactly one micro-step. It never blocks,
 * drops a lock or calls kernel source. Facts that checker, hover and documentation read stand beside the code.
 */
import type { CallContext, IntrinsicSignature } from '../../lang/environment.ts';
import type { Kernel } from '../kernel.ts';

/** Arguments as 32-bit words, in order; an argument of 64 bits takes two (low word first). Unused ones are 0. */
export type Execute = (kernel: Kernel, cpu: number, a: number, b: number, c: number, d: number) => number | undefined;

export interface Intrinsic {
  prototype: string;
  doc: string;
  context: CallContext;
  maySleep: boolean;
  conditionText?: true;
  /** What happens. The result's low word; undefined for void. */
  execute: Execute;
  /** Number of options the choice before it has now (1: no choice). Only for intrinsics that offer one. */
  options?(kernel: Kernel, cpu: number, a: number, b: number, c: number, d: number): number;
}

export type IntrinsicTable = Readonly<Record<string, Intrinsic>>;

export function signatureOf(name: string, intrinsic: Intrinsic): IntrinsicSignature {
  const { prototype, doc, context, maySleep, conditionText, options } = intrinsic;
  return { name, prototype, doc, context, maySleep, ...(options && { choice: true }), ...(conditionText && { conditionText }) };
}
