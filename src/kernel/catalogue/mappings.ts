import type { FindingEntry } from '../findings.ts';

/** What the kernel's own mapping code says (reference/highmem.md section 10). */
export const mappingFindings: readonly FindingEntry[] = [
  {
    slug: 'slot_busy',
    kind: 'bug',
    reference: 'H-D01',
    title: 'The slot that is about to be filled is still in use',
    explanation:
      'A map call took the next free index, and the page table entry of that slot was not empty. Two users now believe that one slot ' +
      'is theirs. Usual causes: an interrupt came in while a context switch had already restored the mappings of the next task, an ' +
      'earlier unmap cleared another slot than its own, or a slot was leaked. Torvalds described the interrupt case on 20 September 2020. ' +
      'In released kernels interrupts are off during the switch; irqs_during_switch = on replays the argument of the mails.',
    link: { page: 'highmem', section: '4.5' },
  },
  {
    slug: 'unmap_order',
    kind: 'warn',
    reference: 'H-D02',
    title: 'Unmapped an address that is not the newest mapping',
    explanation:
      'Mappings form a stack: the newest must go first. The address given is not the one of the top slot on this CPU. The kernel warns ' +
      'once and then goes on: it clears the page table entry of the top slot, but flushes the translation of the address given. So one page ' +
      'keeps a stale translation and another stays mapped. Usual causes: two unmaps in the wrong order, an unmap done twice, or a task that ' +
      'moved to another CPU with its mapping.',
    link: { page: 'highmem', section: '7.4' },
  },
  {
    slug: 'idx_overflow',
    kind: 'bug',
    reference: 'H-D03',
    title: 'Too many mappings nested',
    explanation:
      'The index of the mapping stack ran past the slots of one CPU. The depth is shared by a task and everything that interrupts it. ' +
      'With kmap_local the 16th nested mapping is one too many (the 17th in a debug build), with kmap_temporary the 21st. With atomic_stack the stack ' +
      'is that of the CPU and only debug builds look, at the 42nd (up to 3.10 at the 43rd, one too late). Usual causes: ' +
      'a mapping forgotten in a loop, or recursion.',
    link: { page: 'highmem', section: '7.1' },
  },
  {
    slug: 'unmap_user_address',
    kind: 'warn',
    reference: 'H-D04',
    title: 'Unmapped an address below the kernel',
    explanation:
      'The address given to the unmap call lies below PAGE_OFFSET, where only user memory is. It can never have come from a map call. ' +
      'The kernel warns once and does nothing else, so the real mapping stays. The models up to 5.10 look in debug builds only, and stop ' +
      'with a BUG.',
    link: { page: 'highmem', section: '7.3' },
  },
  {
    slug: 'unmap_not_lowmem',
    kind: 'bug',
    reference: 'H-D05',
    title: 'Unmapped an address that is neither a slot nor lowmem',
    explanation:
      'Only the debug builds of the models up to 5.10 ask this. The address is outside the slots and above high_memory, so no map call can ' +
      'have returned it.',
    link: { page: 'highmem', section: '2.4' },
  },
  {
    slug: 'idx_underflow',
    kind: 'bug',
    reference: 'H-D06',
    title: 'Unmapped more often than mapped',
    explanation:
      'The index of the mapping stack went below zero. Before that the unmap has already cleared a page table entry that was not its own: ' +
      'the last slot of the CPU before, or on CPU 0 the entry of the last IO-APIC page. Usual causes: a double unmap, or unmapping a ' +
      'mapping of another task.',
    link: { page: 'highmem', section: '7.3' },
  },
  {
    slug: 'map_irqs_on',
    kind: 'warn',
    reference: 'H-D07',
    title: 'Mapped in a hard interrupt with interrupts on',
    explanation:
      'An interrupt handler switched interrupts on again and then mapped a page. Further interrupts can nest on top without bound, and all of ' +
      'them share the depth of one task. The mapping is made all the same.',
    link: { page: 'highmem', section: '7.6' },
  },
  {
    slug: 'type_context',
    kind: 'warn',
    reference: 'H-D08',
    title: 'Mapped with a type that is not for this context',
    explanation:
      'Up to 2.6.36 each map call names its slot by a type, and each type is meant for one context. Either code in this context must not use ' +
      'the type, because whoever it interrupted may have a page in that slot; or the type needs interrupts (or softirqs) off, and they are ' +
      'on, so that an interrupt may come and want the same slot. Only debug builds look, and only about ten times in a boot. The mapping is ' +
      'made all the same.',
    link: { page: 'highmem', section: '2.5' },
  },
  {
    slug: 'pteval_empty',
    kind: 'warn',
    reference: 'H-D09',
    title: 'A context switch found no saved entry where one was due',
    explanation:
      'The index of the task says that a slot is in use, but the saved page table entry of that slot is empty. The switch skips it, so the ' +
      'mapping is not removed or not restored. Usual cause: a switch came in between raising the index and saving the entry. In 5.11 it is ' +
      'also a harmless quirk of the build with DEBUG_KMAP_LOCAL and without DEBUG_HIGHMEM.',
    link: { page: 'highmem', section: '7.5' },
  },
  {
    slug: 'guard_not_empty',
    kind: 'warn',
    reference: 'H-D10',
    title: 'A guard slot is not empty',
    explanation:
      'Debug builds leave every second slot empty, so that running off a page faults. A context switch found a saved entry in such a guard. ' +
      'Something wrote to the array of saved entries.',
    link: { page: 'highmem', section: '7.5' },
  },
  {
    slug: 'fork_with_mappings',
    kind: 'warn',
    reference: 'H-D11',
    title: 'Forked while holding a mapping',
    explanation:
      'The child is a copy of its parent, the mapping stack included, but the mappings belong to the parent. kmap_local warns once and empties ' +
      'the stack of the child. The parent keeps its own.',
    link: { page: 'highmem', section: '7.9' },
  },
  {
    slug: 'mapping_kept_to_user',
    kind: 'debug',
    reference: 'H-D12',
    title: 'Returned to user mode with a mapping',
    explanation:
      'A system call ended and its mapping stack is not empty. Nothing is unmapped: the slot stays, and the next system call starts above it. ' +
      'The check switches lock debugging off, so a second leak is silent.',
    link: { page: 'highmem', section: '7.9' },
  },
  {
    slug: 'exit_with_mappings',
    kind: 'warn',
    reference: 'H-9.5',
    title: 'Exited while holding a mapping, and was asked',
    explanation:
      'The setting check_at_exit is "always", and a task ended with mappings on its stack. No kernel asks this: of the three places that Torvalds ' +
      'named on 20 September 2020, fork and the return to user mode were built. The last switch clears the slots; with kmap_local the CPU ' +
      'stays pinned.',
    link: { page: 'highmem', section: '9.5' },
  },
  {
    slug: 'kmap_to_page_of_kmap',
    kind: 'warn',
    reference: 'H-D23',
    title: 'Asked for the page of a mapped address',
    explanation:
      'Somebody gave kmap_to_page() an address that came from kmap() or from a temporary mapping. Whoever mapped it knows the page; from 6.1 on the ' +
      'kernel warns once and answers all the same. Up to 5.15 it said nothing, and for a temporary mapping the answer was garbage.',
    link: { page: 'highmem', section: '7.11' },
  },
  {
    slug: 'unmap_outside_slots',
    kind: 'warn',
    reference: 'H-D13',
    title: 'Unmapped an address outside the slots under forced mapping',
    explanation:
      'In this debug build every page goes through a slot, lowmem pages too. An address of the direct map can therefore not have come from a ' +
      'map call. The kernel warns once and unmaps nothing.',
    link: { page: 'highmem', section: '7.10' },
  },
  {
    slug: 'kunmap_in_interrupt',
    kind: 'bug',
    reference: 'H-D15',
    title: 'kunmap() in an interrupt',
    explanation:
      'The call takes a lock that is not safe in interrupts, and belongs into task context like kmap(). Kernels up to 2.6.37 stopped here with a ' +
      'BUG; later ones only ask might_sleep(), so the mistake shows in debug builds.',
    link: { page: 'highmem', section: '8.3' },
  },
  {
    slug: 'pkmap_not_mapped',
    kind: 'bug',
    reference: 'H-D16',
    title: 'kunmap() of a page that has no user left',
    explanation:
      'The call names a page. Either the page has no persistent mapping at all, or its count would come to zero, which only the flush of unused ' +
      'slots may do. The BUG comes with kmap_lock held, so every later kmap() and kunmap() spins. Usual causes: a second kunmap(), or kunmap() for a ' +
      'page that was mapped with kmap_local_page() only.',
    link: { page: 'highmem', section: '8.3' },
  },
  {
    slug: 'pkmap_count_low',
    kind: 'bug',
    reference: 'H-D17',
    title: 'A persistent mapping in use has no count',
    explanation:
      'A call of kmap() has added a user, and the count of the slot is below two. It is a check of the kernel for itself: something else has written to ' +
      'pkmap_count[].',
    link: { page: 'highmem', section: '8.2' },
  },
  {
    slug: 'pkmap_pte_lost',
    kind: 'bug',
    reference: 'H-D18',
    title: 'A persistent mapping without users has no page table entry',
    explanation:
      'The flush of unused slots found a count of one, which means still mapped, and an empty entry. It is a check of the kernel for itself: ' +
      'something else has cleared the entry.',
    link: { page: 'highmem', section: '8.4' },
  },
  {
    slug: 'proposed_types',
    kind: 'warn',
    reference: 'H-D24',
    title: 'Proposed 2009: types are not balanced',
    explanation:
      'A check that Peter Zijlstra proposed in June 2009 and that was never merged; what is concrete here is our reading of the mails. Each map ' +
      'records its type, and an unmap has to name the type on top of the stack of its CPU. This one names another type, or nothing was mapped.',
    link: { page: 'highmem', section: '2.7' },
  },
  {
    slug: 'proposed_depth',
    kind: 'warn',
    reference: 'H-2.7',
    title: 'Proposed 2009: the depths of all contexts add up to the limit',
    explanation:
      'A check that Ingo Molnar proposed in June 2009 and that was never merged; what is concrete here is our reading of the mails. How deep ' +
      'tasks, softirqs, hardirqs and NMIs map is counted for each alone. Should they ever nest at their deepest, the sum would reach the limit. ' +
      'It need not have happened in one go.',
    link: { page: 'highmem', section: '2.7' },
  },
  {
    slug: 'page_fault',
    kind: 'oops',
    reference: 'H-D22',
    title: 'The kernel touched an address that nothing is mapped at',
    explanation:
      'There is no page table entry for the address and no translation left in the TLB of this CPU. The task is killed; in an interrupt the ' +
      'machine panics. Usual causes: a mapping used after its unmap, a mapping that an interrupt or another task cleared, or an address ' +
      'of another CPU after a migration.',
    link: { page: 'highmem', section: '1.5' },
  },
];
