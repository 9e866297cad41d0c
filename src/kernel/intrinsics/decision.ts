/** An intrinsic of the scheduler: called by kernel sources only, with the lock of the run queue held. */
import type { Execute, Intrinsic } from './intrinsic.ts';

export const decision = (prototype: string, doc: string, execute: Execute, options?: Intrinsic['options']): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
  ...(options && { options }),
});
