import type { FindingEntry } from '../findings.ts';

/** What lockdep says (reference/scheduler.md sections 7 and 11). */
export const lockdepFindings: readonly FindingEntry[] = [
  {
    slug: 'invalid_wait_context',
    kind: 'lockdep',
    reference: 'S-D12',
    title: 'A lock that may sleep where sleeping is not possible',
    explanation:
      'Each kind of lock allows only some kinds inside: a raw spinlock no spinlock_t, a spinlock_t no mutex, a hardirq handler that is no thread with ' +
      'PREEMPT_RT only raw spinlocks. The check is the same on all preemption models, so that a developer without PREEMPT_RT learns that the code ' +
      'would break there. It does not know preempt_disable() or disabled interrupts. The first report switches lock checks off.',
    link: { page: 'scheduler', section: '7.2' },
  },
  {
    slug: 'recursive_locking',
    kind: 'lockdep',
    reference: 'S-D13',
    title: 'A lock of a class that the task already holds',
    explanation:
      'The task takes the same lock again, or another lock of the same class. The same lock never becomes free: the task waits for itself. Two locks ' +
      'of one class need a fixed order, told to lockdep with a subclass (SINGLE_DEPTH_NESTING).',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'circular_locking',
    kind: 'lockdep',
    reference: 'S-D14',
    title: 'Locks are taken in contradictory orders',
    explanation:
      'Here one lock is taken inside another, and elsewhere, perhaps long ago and through further locks, it was the other way round. If the two meet, ' +
      'each waits for the other for ever. lockdep finds this without the deadlock ever happening. Use one order everywhere.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'inconsistent_lock_state',
    kind: 'lockdep',
    reference: 'S-D15',
    title: 'A lock of an interrupt handler is held with that interrupt on',
    explanation:
      'An interrupt handler (or a softirq) takes the lock, and somewhere it is held while that interrupt can come in. On the CPU that holds it the handler ' +
      'would spin for ever. Hold it with interrupts off (spin_lock_irqsave()), or with softirqs off (spin_lock_bh()).',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'irq_lock_inversion',
    kind: 'debug',
    reference: 'S-7',
    title: 'A lock of an interrupt handler leads to one that is held with interrupts on',
    explanation:
      'One CPU holds the second lock, and the handler that interrupts it waits for the first. Another CPU holds the first and waits for the second. Nobody ' +
      'goes on. Each lock is used consistently; only the two together are not. Hold the second one with interrupts off too, or do not nest them.',
    link: { page: 'scheduler', section: '7' },
  },
  {
    slug: 'bad_unlock_balance',
    kind: 'lockdep',
    reference: 'S-D16',
    title: 'A lock is released that the task does not hold',
    explanation: 'Some path releases twice, or another task took the lock. Only the task that took a lock may release it.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'lock_held_in_user_mode',
    kind: 'lockdep',
    reference: 'S-D17',
    title: 'A system call ends with a lock held',
    explanation:
      'Some path out of the system call misses the unlock. Everybody else who wants the lock waits for a process that knows nothing of it.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'locks_held_at_exit',
    kind: 'lockdep',
    reference: 'S-7',
    title: 'A task ends with locks held',
    explanation:
      'Nobody can release them any more. Usual cause: a path that returns early, or a task that was killed inside the section.',
    link: { page: 'scheduler', section: '7' },
  },
  {
    slug: 'held_lock_freed',
    kind: 'debug',
    reference: 'S-7',
    title: 'Memory is freed with a held lock inside',
    explanation:
      'Whoever gets the memory next finds a lock in it that somebody holds, and the unlock will write into memory of somebody else.',
    link: { page: 'scheduler', section: '7' },
  },
  {
    slug: 'lock_without_key',
    kind: 'lockdep',
    reference: 'S-7',
    title: 'A lock that was never initialised',
    explanation:
      'Classes of locks are told apart by the variable or by the call that initialised them. Memory from an allocator has neither until somebody ' +
      'calls spin_lock_init() or its like. Without a class nothing can be checked, so lock checks are switched off.',
    link: { page: 'scheduler', section: '7' },
  },
  {
    slug: 'suspicious_rcu_usage',
    kind: 'lockdep',
    reference: 'S-D23',
    title: 'A function that may sleep in an RCU reader section',
    explanation:
      'Sleeping gives the CPU away, and for a reader section that counts on staying on the CPU that is its end: what the reader looks at may be freed ' +
      'while it sleeps. Each kind of section is reported once.',
    link: { page: 'scheduler', section: '11' },
  },
];
