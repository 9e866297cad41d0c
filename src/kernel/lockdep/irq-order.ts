/**
 * Locks of interrupt handlers and what is taken inside them (`check_irq_usage()`, `check_usage_forwards()`, `check_usage_backwards()`): a
 * lock that a handler takes must not lead, through whatever is taken inside, to one that is held with that interrupt on. The holder of the second one
 * may be interrupted by a handler that waits for the first, whose holder waits for the second.
 */
import type { LockClasses } from './lock-classes.ts';
import type { LockGraph } from './lock-graph.ts';
import { usageBit } from './usage.ts';

export interface IrqOrder {
  softirq: boolean;
  /** Class that the handler takes, and the bit that says so. */
  safe: number;
  safeBit: number;
  /** Class that is held with the interrupt on. */
  unsafe: number;
  unsafeBit: number;
}

/** Pairs of uses that contradict each other, as bits; readers do not block readers. */
const PAIRS = [false, true].flatMap((softirq) =>
  [
    [0, 0],
    [0, 1],
    [1, 0],
  ].map(([used, held]) => ({ softirq, safeBit: usageBit(softirq, false, used), unsafeBit: usageBit(softirq, true, held) })),
);

/** What a dependency from class `from` to class `to` would connect; undefined: nothing that contradicts. */
export function irqOrder(classes: LockClasses, graph: LockGraph, from: number, to: number): IrqOrder | undefined {
  const has = (index: number, bit: number): boolean => ((classes.view(index).usage_mask >>> bit) & 1) !== 0;
  for (const { softirq, safeBit, unsafeBit } of PAIRS) {
    const safe = graph.nearest(from, (index) => has(index, safeBit), true);
    const unsafe = safe === undefined ? undefined : graph.nearest(to, (index) => has(index, unsafeBit));
    if (safe !== undefined && unsafe !== undefined && safe !== unsafe) return { softirq, safe, safeBit, unsafe, unsafeBit };
  }
  return undefined;
}
