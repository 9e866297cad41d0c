/** Named constants of the kernel that programs and kernel sources use. */
import type { NamedConstant } from '../lang/environment.ts';
import type { AddressLayout } from '../machine/address-layout.ts';
import { Line } from '../machine/lines.ts';
import { TASK_COMM_LEN } from './layouts/task.ts';
import { lockConstants } from './lockdep/kinds.ts';
import type { Profile } from './profile.ts';
import { countsPreemption } from './resolve-profile.ts';
import {
  BALANCE_MOVE,
  BALANCE_PUSH_RT,
  DEQUEUE_SLEEP,
  ENQUEUE_HEAD,
  ENQUEUE_INITIAL,
  ENQUEUE_REPLENISH,
  ENQUEUE_WAKEUP,
} from './sched/flags.ts';
import { SOFTIRQS } from './softirqs.ts';
import { PF_KTHREAD, PF_NO_SETAFFINITY } from './task-flags.ts';

type Row = readonly [name: string, value: number, type: string, doc: string];

const fixed: readonly Row[] = [
  ['TASK_RUNNING', 0, 'unsigned int', 'Runs, or waits for its turn.'],
  ['TASK_INTERRUPTIBLE', 1, 'unsigned int', 'Sleeps; a signal would wake it.'],
  ['TASK_UNINTERRUPTIBLE', 2, 'unsigned int', 'Sleeps until it is woken.'],
  ['TASK_NORMAL', 3, 'unsigned int', 'Either kind of sleep.'],
  ['TASK_DEAD', 0x80, 'unsigned int', 'Has ended.'],
  ['TASK_NEW', 0x800, 'unsigned int', 'Made by a fork and not yet on a run queue.'],
  ['TASK_WAKING', 0x200, 'unsigned int', 'Being woken: a CPU is being chosen.'],
  ['TASK_COMM_LEN', TASK_COMM_LEN, 'int', 'Bytes of the name of a task, end mark included.'],
  ['EXIT_DEAD', 16, 'int', 'exit_state of a task that has gone.'],
  ['PF_EXITING', 0x4, 'unsigned int', 'The task is ending.'],
  ['PF_KTHREAD', PF_KTHREAD, 'unsigned int', 'The task is a kernel thread.'],
  ['PF_NO_SETAFFINITY', PF_NO_SETAFFINITY, 'unsigned int', 'The kernel has bound the thread to its CPU.'],
  ['SCHED_NORMAL', 0, 'int', 'Policy of the fair class.'],
  ['SCHED_FIFO', 1, 'int', 'Real time; runs until it blocks, yields or a better task comes.'],
  ['SCHED_RR', 2, 'int', 'Like SCHED_FIFO, with a quantum of 100 ms among equals.'],
  ['SCHED_DEADLINE', 6, 'int', 'Policy of the deadline class.'],
  ['SM_NONE', 0, 'unsigned int', '__schedule(): the task blocks if its state says so.'],
  ['SM_PREEMPT', 1, 'unsigned int', '__schedule(): the task stays queued.'],
  ['MAX_RT_PRIO', 100, 'int', 'Priorities below this are real time.'],
  ['DEQUEUE_SLEEP', DEQUEUE_SLEEP, 'int', 'The task blocks.'],
  ['ENQUEUE_WAKEUP', ENQUEUE_WAKEUP, 'int', 'The task was woken.'],
  ['ENQUEUE_HEAD', ENQUEUE_HEAD, 'int', 'To the head of its equals: a priority was taken away from it.'],
  ['ENQUEUE_REPLENISH', ENQUEUE_REPLENISH, 'int', 'SCHED_DEADLINE: a new period has begun.'],
  ['ENQUEUE_INITIAL', ENQUEUE_INITIAL, 'int', 'The task is new.'],
  ['BALANCE_PUSH_RT', BALANCE_PUSH_RT, 'unsigned int', 'After the switch: push real-time tasks.'],
  ['BALANCE_MOVE', BALANCE_MOVE, 'unsigned int', 'After the switch: move tasks that may not be here.'],
  ['_TIF_NEED_RESCHED', 0x8, 'unsigned int', 'Flag of a task that should give way.'],
  ['_TIF_NEED_RESCHED_LAZY', 0x10, 'unsigned int', 'preempt = lazy: the fair class asks the task to give way, without hurry.'],
  ['PREEMPT_OFFSET', 1, 'int', 'One preempt_disable().'],
  ['PREEMPT_MASK', 0xff, 'int', 'Bits of the preemption depth.'],
  ['SOFTIRQ_OFFSET', 0x100, 'int', 'Serving a softirq.'],
  ['SOFTIRQ_DISABLE_OFFSET', 0x200, 'int', 'One local_bh_disable().'],
  ['SOFTIRQ_MASK', 0xff00, 'int', 'Bits of the softirq part.'],
  ['NR_SOFTIRQS', SOFTIRQS.length, 'int', 'Number of softirqs.'],
  ['MAX_SOFTIRQ_RESTART', 10, 'int', 'Rounds of softirqs in a row, before the rest is left to ksoftirqd.'],
  ['MAX_SOFTIRQ_TIME', 2_000_000, 'unsigned long', 'Time that softirqs take in a row, before the rest is left to ksoftirqd, ns.'],
  ['NR_IRQS', Line.deviceMax + 1, 'int', 'Lines of devices.'],
  ['IRQTF_RUNTHREAD', 1, 'unsigned int', 'The thread of an interrupt has something to do.'],
  ['HARDIRQ_OFFSET', 0x10000, 'int', 'One hardirq.'],
  ['HARDIRQ_MASK', 0xf0000, 'int', 'Bits of the hardirq depth.'],
  ['NMI_OFFSET', 0x100000, 'int', 'One NMI.'],
  ['NMI_MASK', 0xf00000, 'int', 'Bits of the NMI depth.'],
  ['LOCAL_TIMER_VECTOR', 16, 'int', 'Interrupt of the local timer; devices come below.'],
  ['RESCHEDULE_VECTOR', 17, 'int', 'Interrupt by which another CPU asks for a reschedule.'],
  ['CALL_FUNCTION_VECTOR', 18, 'int', 'Interrupt by which another CPU asks for a call.'],
  ['PAGE_SHIFT', 12, 'int', 'Bits of an offset in a page.'],
  ['PAGE_SIZE', 4096, 'unsigned long', 'Bytes of a page.'],
  ['PAGE_MASK', 0xfffff000, 'unsigned long', 'Address bits that name the page.'],
  ['PAGE_OFFSET', 0xc0000000, 'unsigned long', 'Where the direct map of low memory begins.'],
  ['PG_highmem', 1, 'unsigned int', 'page->flags: high memory, no address of its own.'],
  ['PG_user', 2, 'unsigned int', 'page->flags: belongs to user memory.'],
  ['MAX_SCHEDULE_TIMEOUT', 0x7fffffff, 'long', 'schedule_timeout() without a limit.'],
  ['WQ_FLAG_EXCLUSIVE', 1, 'unsigned int', 'A waiter after which a wake-up stops.'],
  ['MUTEX_FLAG_WAITERS', 1, 'unsigned long', 'mutex.owner: somebody sleeps for it.'],
  ['MUTEX_FLAG_HANDOFF', 2, 'unsigned long', 'mutex.owner: the first waiter asks to be given it.'],
  ['MUTEX_FLAG_PICKUP', 4, 'unsigned long', 'mutex.owner: it has been given to the task and waits to be picked up.'],
  ['MUTEX_FLAGS', 7, 'unsigned long', 'mutex.owner: the three flags.'],
  ['LCB_F_SPIN', 1, 'unsigned int', 'contention_begin: spins.'],
  ['LCB_F_READ', 2, 'unsigned int', 'contention_begin: for reading.'],
  ['LCB_F_WRITE', 4, 'unsigned int', 'contention_begin: for writing.'],
  ['LCB_F_RT', 8, 'unsigned int', 'contention_begin: a lock with priority inheritance.'],
  ['LCB_F_PERCPU', 16, 'unsigned int', 'contention_begin: a lock of each CPU.'],
  ['LCB_F_MUTEX', 32, 'unsigned int', 'contention_begin: a mutex.'],
  ['SIGSEGV', 11, 'int', 'Signal of a task that an oops has hit.'],
  ['EAGAIN', 11, 'int', 'No more tasks.'],
  ['EFAULT', 14, 'int', 'Bad address.'],
  ['EBUSY', 16, 'int', 'Busy.'],
  ['EINVAL', 22, 'int', 'Invalid argument.'],
  ['ENOENT', 2, 'int', 'There is no such thing.'],
  ['ENOMEM', 12, 'int', 'No memory.'],
];

export function constants(profile: Profile, layout: AddressLayout): NamedConstant[] {
  const rows: Row[] = [
    ...fixed,
    ...SOFTIRQS.map(({ name, doc }, nr): Row => [`${name}_SOFTIRQ`, nr, 'unsigned int', `Softirq: ${doc}`]),
    ...lockConstants,
    ['nr_cpu_ids', profile.cpus, 'int', 'Number of CPUs.'],
    ['NR_CPUS', layout.nrCpus, 'int', 'CPUs that the kernel is built for.'],
    ['CPU_MASK_ALL', (1 << profile.cpus) - 1, 'cpumask_t', 'All CPUs.'],
    ['HZ', Math.max(1, Math.round(1e9 / profile.tick_ns)), 'int', 'Ticks in a second.'],
    ['TICK_NSEC', profile.tick_ns, 'unsigned long', 'Time between two ticks, ns.'],
    ['FAULT_NSEC', profile.fault_ns, 'unsigned long', 'Time that a missing user page takes to come, ns.'],
    [
      'SOFTIRQ_LOCK_OFFSET',
      0x200 + (countsPreemption(profile) ? 1 : 0),
      'int',
      'What spin_lock_bh() adds to the count, without PREEMPT_RT.',
    ],
    ['PREEMPT_DISABLE_OFFSET', countsPreemption(profile) ? 1 : 0, 'int', 'What preempt_disable() adds to the count.'],
    ['PKMAP_BASE', layout.PKMAP_BASE, 'unsigned long', 'Where persistent mappings begin.'],
    ['LAST_PKMAP', layout.LAST_PKMAP, 'int', 'Number of persistent mappings.'],
    ['high_memory', layout.high_memory, 'unsigned long', 'End of the direct map.'],
  ];
  return rows.map(([name, value, type, doc]) => ({ name, value, type, doc }));
}
