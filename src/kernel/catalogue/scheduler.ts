import type { FindingEntry } from '../findings.ts';

/** What the scheduler and the context checks say (reference/scheduler.md section 11). */
export const schedulerFindings: readonly FindingEntry[] = [
  {
    slug: 'scheduling_while_atomic',
    kind: 'debug',
    reference: 'S-D1 H-D19',
    title: 'Scheduled in an atomic section',
    explanation:
      'A task gave up the CPU while its preempt count said that it must not: inside preempt_disable(), under a spinlock, inside kmap_atomic() ' +
      'or in an interrupt. The kernel prints this, resets the count and switches all the same.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'sleeping_in_atomic',
    kind: 'debug',
    reference: 'S-D2 H-D14',
    title: 'A call that may sleep in an atomic section',
    explanation:
      'The call did not have to sleep this time, but it could have. The check runs at its start, so that the mistake shows on every run and ' +
      'not only on the unlucky one. It needs CONFIG_DEBUG_ATOMIC_SLEEP.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'scheduling_in_non_block',
    kind: 'debug',
    reference: 'S-D24',
    title: 'A task blocked in a section that must not',
    explanation:
      'Between non_block_start() and non_block_end() the context would allow to sleep, and the code promised not to: somebody waits for it who ' +
      'could not bear it, such as a path that frees memory. Here it gave the CPU away all the same.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'smp_processor_id_preemptible',
    kind: 'debug',
    reference: 'S-D4',
    title: 'Asked for the CPU number while it can change',
    explanation:
      'The task can be preempted and can migrate, so the answer may be wrong before it is used. Disable preemption or migration around the ' +
      'use, or take raw_smp_processor_id() where a stale answer does no harm.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'migrate_enable_unbalanced',
    kind: 'warn',
    reference: 'S-D7',
    title: 'migrate_enable() without migrate_disable()',
    explanation: 'The count of disabled migration is already zero. Some path enabled twice, or another task did the enabling.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'migrate_disable_overflow',
    kind: 'warn',
    reference: 'S-D8',
    title: 'migrate_disable() nested too deeply',
    explanation:
      'The count of disabled migration has 16 bits, and this section is more than 32,767 deep. Usual cause: a missing migrate_enable() in a ' +
      'loop. Debug builds of 6.12 warn half-way, before the count comes round to zero.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'pinned_task_waits',
    kind: 'sanitizer',
    reference: 'S-10',
    title: 'A pinned task waits while a CPU idles',
    explanation:
      'The task is inside migrate_disable(), and something more urgent runs on its CPU. Another CPU has nothing to do, but the task cannot go there: the ' +
      'CPUs do not run the most urgent tasks that there are. Nothing is broken; this is the price of pinning, and it is asked for with report_pinned_waits.',
    link: { page: 'scheduler', section: '3.4' },
  },
  {
    slug: 'preempt_count_underflow',
    kind: 'debug',
    reference: 'S-D9',
    title: 'preempt_enable() without preempt_disable()',
    explanation:
      'The preempt count would go below zero; the subtraction is skipped. Either an enable is one too many, or an earlier "scheduling while ' +
      'atomic" has reset the count.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'preempt_count_overflow',
    kind: 'debug',
    reference: 'S-D10',
    title: 'Preemption disabled too deeply',
    explanation:
      'The depth of disabled preemption comes near the end of its eight bits. Usual cause: a missing preempt_enable() in a loop.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'preempt_count_corrupted',
    kind: 'warn',
    reference: 'S-D11',
    title: 'The preempt count is wrong after a switch',
    explanation:
      'Every context switch happens at a preempt count of exactly 2. The task that comes in had another value; it is forced to 2. ' +
      'Some section before it was not balanced.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'softirq_count_leak',
    kind: 'debug',
    reference: 'S-D19',
    title: 'A softirq handler came back with another preempt count',
    explanation:
      'A softirq handler took a lock or disabled preemption and did not undo it, or undid too much. Whatever was interrupted would go on with ' +
      'the wrong count, so the kernel puts it right. The lock, if it was one, stays taken.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'timer_count_leak',
    kind: 'warn',
    reference: 'S-D20',
    title: 'A timer function came back with another preempt count',
    explanation:
      'The function of a timer took a lock or disabled preemption and did not undo it, or undid too much. The kernel warns once and puts the count ' +
      'right; the lock, if it was one, stays taken.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'work_leak',
    kind: 'debug',
    reference: 'S-D18',
    title: 'A work function left something behind',
    explanation:
      'A function that ran in a kworker thread returned with preemption disabled, with a lock held or inside an RCU reader section. The thread goes on to ' +
      'the work of somebody else, which would run in that state.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'irq_handler_enabled_irqs',
    kind: 'warn',
    reference: 'S-D21',
    title: 'An interrupt handler returned with interrupts on',
    explanation:
      'A handler runs with interrupts off and has to return so. With interrupts on, other handlers nest on top of it. The kernel warns once ' +
      'and switches them off again.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'migrated_while_pinned',
    kind: 'warn',
    reference: 'H-D20 S-D29',
    title: 'A task with disabled migration was moved',
    explanation:
      'The scheduler moved a task that holds a local mapping or has called migrate_disable(). Its mapped addresses belong to ' +
      'the CPU it came from. It must never do that.',
    link: { page: 'highmem', section: '10' },
  },
  {
    slug: 'rcu_switch_in_reader',
    kind: 'warn',
    reference: 'S-D22',
    title: 'A task blocked inside an RCU reader section',
    explanation:
      'Between rcu_read_lock() and rcu_read_unlock() a task may be preempted, but it must not give the CPU away itself: a grace period ' +
      'would wait for as long as it sleeps.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'affinity_while_pinned',
    kind: 'warn',
    reference: 'S-D30',
    title: 'A pinned task tried to leave its CPU',
    explanation:
      'Inside migrate_disable() a task asked for an affinity without the CPU that it is pinned to. It cannot have both; the call returns ' +
      '-EBUSY and nothing changes.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'blocking_while_not_running',
    kind: 'warn',
    reference: 'S-D3',
    title: 'A function that may sleep was called with the state already set',
    explanation:
      'A task sets its state to sleep last, just before it calls schedule(). A function that may sleep itself would set the state back to ' +
      'running, and the sleep that was prepared would not happen.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'not_atomic',
    kind: 'debug',
    reference: 'S-D5',
    title: 'Code that must not be preempted runs preemptible',
    explanation:
      'With cant_sleep() a function says that it cannot be preempted. Here the preemption count is 0 and interrupts are on, so the assumption is wrong.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'not_pinned',
    kind: 'debug',
    reference: 'S-D6',
    title: 'Code that must stay on its CPU can be moved',
    explanation:
      'With cant_migrate() a function says that it stays on this CPU. Here preemption and interrupts are on and migration is not disabled, so the ' +
      'task may be moved at any moment.',
    link: { page: 'scheduler', section: '11' },
  },
  {
    slug: 'dying_cpu_not_vacated',
    kind: 'warn',
    reference: 'S-D27',
    title: 'A CPU went down with tasks on it',
    explanation:
      'Before a CPU goes, everybody who may not stay is moved away, and tasks inside migrate_disable() are waited for. At the last moment ' +
      'somebody is there all the same: the count of pinned tasks was wrong, or a task was woken that had to stay on this CPU. Whoever is left ' +
      'will not run until the CPU comes up again.',
    link: { page: 'scheduler', section: '3.6' },
  },
];
