/** `preempt_count`, decoded (scheduler 1.1). */

export interface PreemptCount {
  /** The word in hexadecimal, without the folded need-resched bit. */
  raw: string;
  /** Depth of preempt_disable(), bits 0 to 7. */
  preempt: number;
  /** Softirq being served (bit 8). */
  servingSoftirq: boolean;
  /** Depth of local_bh_disable(): bits 9 to 15. */
  softirqDisabled: number;
  /** Bits 16 to 19. An NMI counts here too. */
  hardirq: number;
  /** Bits 20 to 23. */
  nmi: number;
}

export type Context = 'task' | 'softirq' | 'hardirq' | 'NMI';

/** @param softirq with PREEMPT_RT the softirq part is not in the word: `softirq_disable_cnt` of the task. */
export function decodePreemptCount(word: number, softirq = 0): PreemptCount {
  const value = word & 0x7fffffff;
  return {
    raw: `0x${value.toString(16).padStart(8, '0')}`,
    preempt: value & 0xff,
    servingSoftirq: (((value | softirq) >>> 8) & 1) === 1,
    softirqDisabled: ((value | softirq) >>> 9) & 0x7f,
    hardirq: (value >>> 16) & 0xf,
    nmi: (value >>> 20) & 0xf,
  };
}

export function contextOf(count: PreemptCount): Context {
  if (count.nmi > 0) return 'NMI';
  if (count.hardirq > 0) return 'hardirq';
  return count.servingSoftirq ? 'softirq' : 'task';
}
