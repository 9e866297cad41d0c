/**
 * struct task_struct and what lies inside it. Field names are the kernel's; the choice of fields follows kernels 5.11 to
 * 6.18 as far as mapping, preemption and scheduling need them. Left out: address space, signals, files, credentials.
 */
import {
  array,
  bool,
  char,
  defineStruct,
  nested,
  pointer,
  s32,
  s64,
  structs,
  u16,
  u32,
  u64,
  type ViewOf,
} from '../../machine/layout.ts';
import { heldLock, MAX_LOCK_DEPTH } from './lockdep.ts';
import { rawSpinlock } from './locking.ts';

/** Length of `comm` with its end mark, as in the kernel. */
export const TASK_COMM_LEN = 16;

export const threadInfo = defineStruct('thread_info', 'What the entry code needs to find at once.', {
  flags: u32(
    'TIF_NEED_RESCHED (0x8), TIF_NEED_RESCHED_LAZY (0x10). Any CPU may set it, with the run-queue lock of the task held.',
    { hex: true },
  ),
  preempt_count: s32(
    'Preemption depth 0-7, softirq 8-15, hardirq 16-19, NMI 20-23. Only changed by the CPU that runs the task.',
    { hex: true },
  ),
});

export const threadStruct = defineStruct('thread_struct', 'Where the task goes on when a CPU takes it up again.', {
  pc: s32('Saved program counter.'),
  fp: u32('Saved frame pointer (a kernel virtual address).', { hex: true }),
  syscall: pointer('const char', 'Name of the system call that it is in, NULL outside of one.'),
  user_mode: s32('1 while a user process runs its own code, 0 inside a system call and for kernel threads.'),
});

export const schedEntity = defineStruct('sched_entity', 'What the fair class knows of a task. Protected by the run-queue lock.', {
  weight: u32('Weight that the nice value gives: 1024 for nice 0.'),
  on_rq: s32('1 while it is on a fair queue, running or not.'),
  vruntime: s64('Virtual run time: run time times 1024 over the weight, ns.'),
  deadline: s64(
    'Virtual deadline (eevdf): vruntime plus slice times 1024 over the weight; minus vruntime while rel_deadline is 1.',
  ),
  rel_deadline: u32('1: on its way to another queue, and the deadline is kept as a distance (eevdf).'),
  custom_slice: u32('1: the task asked for a slice of its own (eevdf).'),
  vlag: s64('Lag kept while the task is off the queue (eevdf), ns.'),
  slice: u64('Time the task asks for at once, ns.'),
  exec_start: u64('Clock when its run time was last counted, ns.', { relative: true }),
  slice_start: u64('sum_exec_runtime when it was picked (cfs), ns: where its slice began.'),
  sum_exec_runtime: u64('Time it has run in all, ns.'),
  next: pointer('struct task_struct', 'Next queued fair task, in the order they were queued.'),
});

export const schedRtEntity = defineStruct(
  'sched_rt_entity',
  'What the real-time class knows of a task. Protected by the run-queue lock.',
  {
    time_slice: u32('SCHED_RR: ticks left of the quantum (100 ms).'),
    on_rq: s32('1 while it is on a real-time queue, running or not.'),
    next: pointer('struct task_struct', 'Next task of the queue: sorted by priority, first come first served among equals.'),
    pushable_next: pointer('struct task_struct', 'Next of those that wait and may run elsewhere.'),
  },
);

export const schedDlEntity = defineStruct(
  'sched_dl_entity',
  'What the deadline class knows of a task. Protected by the run-queue lock.',
  {
    dl_runtime: u64('Run time that it is given in each period, ns.'),
    dl_deadline: u64('Time from the start of a period to its deadline, ns.'),
    dl_period: u64('Time from one period to the next, ns.'),
    runtime: s64('Run time left until the deadline, ns; below zero when it ran over.'),
    deadline: u64('The deadline it works towards, ns.', { relative: true }),
    dl_throttled: u32('1: the budget is used up, and it waits for the next period.'),
    dl_yielded: u32('1: it gave the rest of its budget away.'),
    on_rq: s32('1 while it is on a deadline queue, running or not.'),
    next: pointer('struct task_struct', 'Next task of the queue: the earliest deadline first.'),
  },
);

/**
 * `slots`: KM_MAX_IDX (KM_TYPE_NR in the older models). pteval follows idx at once: pteval[-1] is idx, as on x86. With PAE its high word is
 * idx, and its low word what lies before.
 */
export function defineKmapCtrl(slots: number, pae: boolean) {
  return defineStruct('kmap_ctrl', 'The temporary mappings of a task. Only touched by the CPU that runs it.', {
    idx: s32('Slots in use. An interrupt uses and restores the index of the task it interrupted.'),
    pteval: array(
      (pae ? u64 : u32)('', { hex: true, typedef: 'pte_t' }),
      slots,
      'PTE of each slot in use, so that a switch can take it out and put it back.',
    ),
  });
}

export function defineTaskStruct(kmapCtrl: ReturnType<typeof defineKmapCtrl>) {
  return defineStruct('task_struct', 'A task: a kernel thread, a user process, or the idle task of a CPU.', {
    thread_info: nested(threadInfo, 'Flags and preemption count.'),
    __state: u32(
      'TASK_RUNNING 0, TASK_INTERRUPTIBLE 1, TASK_UNINTERRUPTIBLE 2, TASK_DEAD 0x80. Written by the task itself and by who wakes it.',
      { hex: true },
    ),
    saved_state: u32('State kept while the task waits for a lock that sleeps.', { hex: true }),
    stack: pointer('void', 'Lowest address of the kernel stack.'),
    on_cpu: s32('1 from before a CPU switches to it until that CPU has left it for good.'),
    on_rq: s32('TASK_ON_RQ_QUEUED 1: on a run queue, running or waiting for its turn. Protected by the run-queue lock.'),
    cpu: s32('CPU whose run queue it belongs to.'),
    wake_cpu: s32('CPU on which it last ran.'),
    prio: s32(
      'Priority in force: -1 deadline, 0-98 real time (99 - rt_priority), 100-139 fair (120 + nice); stopper threads show 0.',
    ),
    static_prio: s32('120 + nice.'),
    normal_prio: s32('Priority without boosting.'),
    rt_priority: u32('1-99, larger is more urgent; 0 for fair tasks.'),
    policy: u32('SCHED_NORMAL 0, SCHED_FIFO 1, SCHED_RR 2, SCHED_DEADLINE 6.'),
    is_stopper: u32(
      '1: stopper thread of its CPU, whose class is above all others (in the kernel: sched_class is stop_sched_class).',
    ),
    se: nested(schedEntity, 'Fair class.'),
    rt: nested(schedRtEntity, 'Real-time class.'),
    dl: nested(schedDlEntity, 'Deadline class.'),
    cpus_ptr: pointer(
      'cpumask_t',
      'The mask that the scheduler obeys: cpus_mask, or cpumask_of(cpu) once switched out while pinned.',
      { typedef: 'const cpumask_t *' },
    ),
    cpus_mask: u32('Affinity asked for, one bit a CPU. Protected by pi_lock and the run-queue lock.', {
      hex: true,
      typedef: 'cpumask_t',
    }),
    nr_cpus_allowed: s32('Number of bits in cpus_mask; migrate_disable() leaves it alone.'),
    migration_disabled: u16('Depth of migrate_disable().'),
    migration_pending: pointer(
      'struct set_affinity_pending',
      'A change of affinity that waits for it to leave its section. Protected by pi_lock.',
    ),
    migration_flags: u16('MDF_PUSH 1: the stopper wanted to push it away.', { hex: true }),
    pagefault_disabled: s32('Depth of pagefault_disable().'),
    rcu_read_lock_nesting: s32('Depth of rcu_read_lock().'),
    spinlocks_held: u32('Spinlocks that it holds, counted where nothing else does: without PREEMPT_COUNT.'),
    preempt_disable_ip: u32('DEBUG_PREEMPT: code address of the call that made its preempt_count leave 0.', {
      hex: true,
      ghost: true,
    }),
    non_block_count: s32('Depth of non_block_start(): code that must not sleep although it could.'),
    softirq_disable_cnt: s32('PREEMPT_RT: softirq part of the preemption count.', { hex: true }),
    pi_lock: nested(rawSpinlock, 'Serialises wake-ups, affinity and priority changes.'),
    pi_waiters: pointer(
      'struct rt_mutex_waiter',
      'Top waiters of the locks with priority inheritance that it owns, the most urgent first; linked by pi_tree. Protected by pi_lock.',
    ),
    pi_top_task: pointer('struct task_struct', 'Whose priority it has been lent, if that is better than its own.'),
    pi_blocked_on: pointer('struct rt_mutex_waiter', 'Itself as a waiter of such a lock. Protected by pi_lock.'),
    blocked_on: pointer('void', 'Lock that it waits for, asleep or about to be; from contention_begin to contention_end.', {
      ghost: true,
    }),
    spins_on: pointer('void', 'Spinning lock that it waits for, running.', { ghost: true }),
    pid: s32('100 and up in order of declaration; 0 for idle tasks.'),
    flags: u32('PF_EXITING 0x4, PF_KTHREAD 0x200000, PF_NO_SETAFFINITY 0x4000000.', { hex: true }),
    exit_state: s32('EXIT_DEAD 16 once it has gone.'),
    comm: array(char(''), TASK_COMM_LEN, 'Name, cut to 15 characters.'),
    thread: nested(threadStruct, 'Where it goes on.'),
    entry: pointer('void', 'Its body: a function without parameters, or the one given to kernel_thread().'),
    entry_arg: pointer('void', 'What kernel_thread() was given for it.'),
    wait_until: u64('msleep, schedule_timeout: when its timer ends, ns; 0: no timer.', { relative: true }),
    nvcsw: u32('Voluntary context switches.', { ghost: true }),
    nivcsw: u32('Involuntary context switches.', { ghost: true }),
    lockdep_depth: s32('Locks that it holds, as lockdep knows them.'),
    held_locks: structs(heldLock, MAX_LOCK_DEPTH, 'Those locks, outermost first.'),
    hardirq_threaded: bool('lockdep: the handler that runs on it would be a thread with PREEMPT_RT.'),
    irq_config: bool('lockdep: what runs in this hardirq would be a thread or a softirq with PREEMPT_RT.'),
    kmap_ctrl: nested(kmapCtrl, 'Its temporary mappings.'),
  });
}

export type TaskStructLayout = ReturnType<typeof defineTaskStruct>;
export type TaskView = ViewOf<TaskStructLayout>;
