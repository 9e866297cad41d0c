/** Flags of enqueueing and dequeueing, values as in the kernel; the language knows them by the same names. */

/** The task blocks. Without it, it is on its way to another queue. */
export const DEQUEUE_SLEEP = 1;
/** The task was woken. */
export const ENQUEUE_WAKEUP = 1;
/** To the head of its equals, not to the tail: a priority was taken away from it. */
export const ENQUEUE_HEAD = 0x10;
/** SCHED_DEADLINE: a new period has begun. */
export const ENQUEUE_REPLENISH = 0x20;
/** The task is new. */
export const ENQUEUE_INITIAL = 0x80;

/** `task_struct.on_rq`. */
export const TASK_ON_RQ_QUEUED = 1;
export const TASK_ON_RQ_MIGRATING = 2;

/** `rq.balance_callback`: work for after the switch; see `queueBalanceCallback()`. */
export const BALANCE_PUSH_RT = 1;
export const BALANCE_PULL_RT = 4;
export const BALANCE_PUSH_DL = 8;
/** The CPU goes down: whoever may not stay is pushed away. Persistent. */
export const BALANCE_PUSH = 16;
