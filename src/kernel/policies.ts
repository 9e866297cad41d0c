/** Scheduling policies, values as in the kernel; the language knows them by the same names. */
export const SCHED_NORMAL = 0;
export const SCHED_FIFO = 1;
export const SCHED_RR = 2;
export const SCHED_DEADLINE = 6;

/** Number of each policy by its name. */
export const POLICIES: Readonly<Record<string, number>> = { SCHED_NORMAL, SCHED_FIFO, SCHED_RR, SCHED_DEADLINE };
