/** Fields of `preempt_count` and the flags beside it (scheduler 1.1, 1.2), values as in the kernel; the language knows them by the same names. */
export const PREEMPT_MASK = 0xff;
/** Serving a softirq. */
export const SOFTIRQ_OFFSET = 0x100;
export const SOFTIRQ_MASK = 0xff00;
export const HARDIRQ_MASK = 0xf0000;
export const NMI_MASK = 0xf00000;

/** Bits of `thread_info.flags`. */
export const TIF_NEED_RESCHED_MASK = 0x8;
export const TIF_NEED_RESCHED_LAZY_MASK = 0x10;
