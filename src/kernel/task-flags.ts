/** Bits of `task_struct.flags`. */
export const PF_KTHREAD = 0x200000;
/** The kernel has bound the thread to its CPU for good. */
export const PF_NO_SETAFFINITY = 0x4000000;
