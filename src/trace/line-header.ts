/** What stands before the name of an event in a line of the `trace` file (scheduler 9.2). */
import {
  type KernelEvent,
  TRACE_FLAG_BH_OFF,
  TRACE_FLAG_HARDIRQ,
  TRACE_FLAG_IRQS_OFF,
  TRACE_FLAG_NEED_RESCHED,
  TRACE_FLAG_NEED_RESCHED_LAZY,
  TRACE_FLAG_NMI,
  TRACE_FLAG_PREEMPT_RESCHED,
  TRACE_FLAG_SOFTIRQ,
} from '../kernel/events.ts';

type Context = Pick<KernelEvent, 'common_flags' | 'common_preempt_count'>;

/** The five characters: irqs and BH, resched, context, preempt depth, migrate-disable depth. */
export function contextFlags({ common_flags: flags, common_preempt_count: count }: Context): string {
  return irqs(flags) + RESCHED[resched(flags)] + handler(flags) + depth(count & 15) + depth(count >>> 4);
}

function irqs(flags: number): string {
  const off = (flags & TRACE_FLAG_IRQS_OFF) !== 0;
  if ((flags & TRACE_FLAG_BH_OFF) !== 0) return off ? 'D' : 'b';
  return off ? 'd' : '.';
}

/** By folded bit (4), lazy flag (2), flag of the task (1). The letters of the lazy flag came with 6.13. */
const RESCHED = ['.', 'n', 'l', 'b', 'p', 'N', 'L', 'B'];

function resched(flags: number): number {
  return (
    ((flags & TRACE_FLAG_PREEMPT_RESCHED) !== 0 ? 4 : 0) |
    ((flags & TRACE_FLAG_NEED_RESCHED_LAZY) !== 0 ? 2 : 0) |
    ((flags & TRACE_FLAG_NEED_RESCHED) !== 0 ? 1 : 0)
  );
}

/** An NMI counts as a hardirq too, so `z` never shows: as in the kernel. */
function handler(flags: number): string {
  const hardirq = (flags & TRACE_FLAG_HARDIRQ) !== 0;
  if ((flags & TRACE_FLAG_NMI) !== 0) return hardirq ? 'Z' : 'z';
  const softirq = (flags & TRACE_FLAG_SOFTIRQ) !== 0;
  if (hardirq) return softirq ? 'H' : 'h';
  return softirq ? 's' : '.';
}

const depth = (count: number): string => (count === 0 ? '.' : count.toString(16));

/** `%16s-%-7d `: the idle task has no name there. */
export function taskColumn({ comm, pid }: Pick<KernelEvent, 'comm' | 'pid'>): string {
  const name = pid === 0 ? '<idle>' : comm;
  return `${name.padStart(16)}-${String(pid).padEnd(7)} `;
}

export const cpuColumn = (cpu: number): string => `[${String(cpu).padStart(3, '0')}] `;

/** `%5lu.%06lu`: seconds, rounded to microseconds as the kernel does. */
export function microsecondStamp(ns: number): string {
  const us = Math.floor((ns + 500) / 1000);
  return `${String(Math.floor(us / 1e6)).padStart(5)}.${String(us % 1e6).padStart(6, '0')}`;
}

/** Seconds to the nanosecond. */
export function nanosecondStamp(ns: number): string {
  return `${String(Math.floor(ns / 1e9)).padStart(5)}.${String(ns % 1e9).padStart(9, '0')}`;
}
