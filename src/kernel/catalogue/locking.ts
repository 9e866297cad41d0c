import type { FindingEntry } from '../findings.ts';

/** What the locks say themselves (reference/scheduler.md section 11: D25, D26). */
export const lockingFindings: readonly FindingEntry[] = [
  {
    slug: 'rtmutex_deadlock',
    kind: 'warn',
    reference: 'S-D25',
    title: 'A task waits for a lock that only it could release',
    explanation:
      'A lock with priority inheritance knows who owns it, and so sees that the owner is the task that wants it, or waits for that task. Nobody ' +
      'can ever release it. The kernel warns, and the task sleeps for good; a caller that asks for detection gets -EDEADLK instead.',
    link: { page: 'scheduler', section: '4.1' },
  },
  {
    slug: 'spinlock_recursion',
    kind: 'debug',
    reference: 'S-D26',
    title: 'A spinlock was taken twice by the same task',
    explanation:
      'The lock is already held by the task that wants it, or by the task that this interrupt handler has interrupted. Nobody will ever ' +
      'release it: the CPU spins for good. A lock that a handler takes too needs the form that disables interrupts.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'spinlock_bad_unlock',
    kind: 'debug',
    reference: 'S-11',
    title: 'A spinlock was released by somebody who does not hold it',
    explanation:
      'The lock was free already, or another task took it, or its holder has slept with it and come back on another CPU. The kernel prints "already ' +
      'unlocked", "wrong owner" or "wrong CPU", and frees it all the same.',
    link: { page: 'scheduler', section: '11' },
  },
];
