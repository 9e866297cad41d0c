/** Waiting for a lock, as the kernel's two tracepoints tell it (scheduler 9.1). What they say is also kept in the task, for who asks. */
import { emitContentionBegin, emitContentionEnd } from '../locking/contention.ts';
import type { IntrinsicTable } from './intrinsic.ts';

export const contention: IntrinsicTable = {
  trace_contention_begin: {
    prototype: 'void trace_contention_begin(void *lock, unsigned int flags)',
    doc: 'Records that the running task begins to wait for a lock; flags are LCB_F_*.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, cpu, lock, flags) => void emitContentionBegin(kernel, cpu, lock, flags),
  },
  trace_contention_end: {
    prototype: 'void trace_contention_end(void *lock, int ret)',
    doc: 'Records that the waiting is over: with 0 the lock was got.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, cpu, lock, ret) => void emitContentionEnd(kernel, cpu, lock, ret),
  },
};
