import type { FindingEntry } from '../findings.ts';

/** What the locks say themselves (reference/scheduler.md section 11: D25). */
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
];
