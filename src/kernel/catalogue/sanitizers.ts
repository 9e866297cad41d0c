import type { FindingEntry } from '../findings.ts';

/** What the emulator sees and the kernel does not: rules over accesses through mapping windows (reference/highmem.md section 11). */
export const sanitizerFindings: readonly FindingEntry[] = [
  {
    slug: 'slept_with_spinlock',
    kind: 'sanitizer',
    reference: 'S-6.1',
    title: 'Slept with a spinlock held, and the kernel did not notice',
    explanation:
      'On a kernel without PREEMPT_COUNT a spinlock leaves no trace in the preempt count, so neither the scheduler nor the page fault handler can see ' +
      'that the task must not sleep. Another CPU that wants the lock spins for as long as the sleep lasts. Debug options switch the count on and show the mistake.',
    link: { page: 'scheduler', section: '6.1' },
  },
  {
    slug: 'wrong_page',
    kind: 'sanitizer',
    reference: 'H-7.4',
    title: 'Own mapping, another page behind it',
    explanation:
      'The task uses an address that it mapped itself, but the page behind it is not the one it mapped. Either the TLB of this CPU still holds an ' +
      'older translation, or the page table entry was replaced. On x86 nothing is flushed at a map, so an unmap that flushed the wrong ' +
      'address is enough.',
    link: { page: 'highmem', section: '7.4' },
  },
  {
    slug: 'use_after_unmap',
    kind: 'sanitizer',
    reference: 'H-7.5',
    title: 'Used a mapping after its unmap',
    explanation:
      'The slot was unmapped by this task, yet the access goes through: an old translation is still in the TLB, or the page table entry was never ' +
      'cleared. On another day it is a page fault, or the page of somebody else. A page of kmap() stays mapped for a while after its last kunmap(), ' +
      'until the next flush of unused slots.',
    link: { page: 'highmem', section: '7.5' },
  },
  {
    slug: 'foreign_mapping',
    kind: 'sanitizer',
    reference: 'H-4.6',
    title: "Reads or writes through somebody else's mapping",
    explanation:
      'The slot belongs to another task. All CPUs share one kernel page table, so nothing stops the access. Usual causes: a task moved to ' +
      'another CPU and kept its old address (Zijlstra, September 2020), a pointer handed to another task, or a mapping call of an ' +
      'interrupt that was not undone.',
    link: { page: 'highmem', section: '4.6' },
  },
  {
    slug: 'stale_tlb',
    kind: 'sanitizer',
    reference: 'H-1.3',
    title: 'The TLB disagrees with the page table',
    explanation:
      'This CPU still holds a translation that the page table no longer has. The hardware uses it without asking. Flushes of single pages are ' +
      'local to one CPU, so whoever unmapped on another CPU could not drop it.',
    link: { page: 'highmem', section: '1.3' },
  },
  {
    slug: 'slot_overflow',
    kind: 'sanitizer',
    reference: 'H-1.2',
    title: 'Ran off a page into the neighbour slot',
    explanation:
      'Slots lie directly beside each other, the newer at the lower address. Running past the end of a page reads the mapping made before it, ' +
      'running before its start the one made after it. Debug builds put an empty guard between them, which makes it a page fault.',
    link: { page: 'highmem', section: '1.2' },
  },
  {
    slug: 'leak_at_exit',
    kind: 'sanitizer',
    reference: 'H-7.9',
    title: 'Exited with mappings',
    explanation:
      'The task is gone and its mapping stack is not empty. The kernel has no check at exit: the last switch clears the slots, but with ' +
      'kmap_local the CPU stays pinned for ever, and could not be taken offline.',
    link: { page: 'highmem', section: '7.9' },
  },
  {
    slug: 'unmap_of_pkmap',
    kind: 'sanitizer',
    reference: 'H-8.6',
    title: 'Gave an address of kmap() to the unmap call of temporary mappings',
    explanation:
      'What kmap() does is undone by kunmap(), which takes the page. kunmap_local() and kunmap_atomic() take an address, and one of the persistent window is ' +
      'none of theirs: on x86 they do nothing and say nothing. The count never goes down, so the slot is lost. When all are lost, ' +
      'everybody who calls kmap() sleeps for ever.',
    link: { page: 'highmem', section: '8.6' },
  },
  {
    slug: 'leak_at_irq_return',
    kind: 'sanitizer',
    reference: 'H-7.6',
    title: 'An interrupt handler returned with a mapping',
    explanation:
      'A handler maps on the stack of the task that it interrupted and has to leave that stack as it found it. What it leaves becomes the ' +
      'newest mapping of a task that knows nothing of it, so the next unmap of that task hits the wrong slot.',
    link: { page: 'highmem', section: '7.6' },
  },
  {
    slug: 'leak_at_user_return',
    kind: 'sanitizer',
    reference: 'H-9.5',
    title: 'Returned to user mode with mappings, unchecked',
    explanation:
      'A system call ended with mappings left, and this mapping model has no check of its own there, or has used it up. The slots stay taken, ' +
      'and each call that leaks goes one deeper.',
    link: { page: 'highmem', section: '7.9' },
  },
];
