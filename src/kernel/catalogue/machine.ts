import type { FindingEntry } from '../findings.ts';

/** Faults of the machine, of the program's own checks, and of a run that gets nowhere. */
export const machineFindings: readonly FindingEntry[] = [
  {
    slug: 'warn',
    kind: 'warn',
    reference: 'H-1.5',
    title: 'WARN of the program',
    explanation: 'A condition that the program calls impossible came true. The kernel prints it and goes on.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'bug',
    kind: 'bug',
    reference: 'H-1.5',
    title: 'BUG of the program',
    explanation:
      'A condition that the program calls impossible came true, and it does not dare to go on. Nothing is rolled back. The task is killed; in an ' +
      'interrupt the machine panics.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'panic',
    kind: 'panic',
    reference: 'H-1.5',
    title: 'Kernel panic',
    explanation:
      'The kernel cannot go on: a BUG or a fault happened in an interrupt, where there is no task that could be killed instead. Look at the finding ' +
      'before this one.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'divide_error',
    kind: 'oops',
    reference: 'H-1.5',
    title: 'Division by zero',
    explanation: 'The divisor was zero, or the quotient does not fit. The task is killed; in an interrupt the machine panics.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'stack_overflow',
    kind: 'panic',
    reference: 'H-1.5',
    title: 'Kernel stack overflow',
    explanation:
      'The kernel stack of the task has no room for another frame. In this machine interrupts use the stack of the task they interrupt, so ' +
      'deep calls and nested interrupts add up; real kernels give them stacks of their own. Usual cause: recursion without an end.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'uninitialised_read',
    kind: 'sanitizer',
    reference: 'H-1.5',
    title: 'Read a local variable before it got a value',
    explanation:
      'C leaves such a variable with whatever was on the stack. Here it is an error of its own, because the result would depend on what ' +
      'ran before.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'assert_failed',
    kind: 'assert',
    reference: 'H-1.5',
    title: 'An assert() of the program failed',
    explanation:
      'The program says what must hold here, and it does not. The run stops so that you can look; the program itself goes on.',
    link: { page: 'highmem', section: '1.5' },
  },
  {
    slug: 'stuck',
    kind: 'stuck',
    reference: 'S-1.2',
    title: 'Nothing can happen any more',
    explanation:
      'Tasks are waiting and no CPU, timer or device can do anything that would wake one of them. Usual causes: a wake-up that came before the ' +
      'wait, or two tasks that wait for each other.',
    link: { page: 'scheduler', section: '1.2' },
  },
];
