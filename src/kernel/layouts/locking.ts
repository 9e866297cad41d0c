/** Lock words and the queues that sleeping tasks stand in. All of them are valid when zero. */
import { defineStruct, nested, pointer, s32, u32, u64 } from '../../machine/layout.ts';

export const rawSpinlock = defineStruct('raw_spinlock', 'A lock that spins on every preemption model.', {
  owner: pointer(
    'struct task_struct',
    'Task that took it, NULL while it is free. Written by the one compare-exchange that takes it.',
  ),
  owner_cpu: s32('CPU that took it; meaningless while it is free.'),
});

const localLock = defineStruct('local_lock', 'local_lock_t without PREEMPT_RT: nothing but a name for lockdep.', {
  owner: pointer('struct task_struct', 'CONFIG_LOCKDEP: who is inside on this CPU, NULL: nobody.'),
});

const mutexWaiter = defineStruct('mutex_waiter', 'One who waits for a mutex; lies on its stack.', {
  next: pointer('struct mutex_waiter', 'Next waiter. Protected by wait_lock.'),
  task: pointer('struct task_struct', 'Who waits.'),
});

const mutex = defineStruct('mutex', 'A lock that sleeps; without PREEMPT_RT nobody is boosted.', {
  owner: u32(
    'The task that owns it, and in the low bits MUTEX_FLAG_WAITERS 1, HANDOFF 2, PICKUP 4. Changed by compare-exchange only.',
    { hex: true },
  ),
  wait_lock: nested(rawSpinlock, 'Protects the list.'),
  first_waiter: pointer('struct mutex_waiter', 'First of those who wait, in order of arrival.'),
});

const rtWaiterNode = defineStruct('rt_waiter_node', 'Place of a waiter in a list that is sorted by urgency.', {
  next: pointer('struct rt_mutex_waiter', 'Next waiter of the list.'),
  prio: s32('Priority with which it stands there; 120 for all fair tasks.'),
  deadline: u64('SCHED_DEADLINE: its deadline.', { relative: true }),
});

const rtMutexWaiter = defineStruct('rt_mutex_waiter', 'One who waits for a lock with priority inheritance; lies on its stack.', {
  tree: nested(rtWaiterNode, 'Among the waiters of the lock. Protected by wait_lock.'),
  pi_tree: nested(rtWaiterNode, 'Among the top waiters of the owner. Protected by pi_lock of the owner.'),
  task: pointer('struct task_struct', 'Who waits.'),
  lock: pointer('struct rt_mutex_base', 'What for.'),
  wake_state: u32('State in which it sleeps.', { hex: true }),
});

const rtMutexBase = defineStruct('rt_mutex_base', 'The core of a lock with priority inheritance.', {
  owner: pointer('struct task_struct', 'Who owns it; the lowest bit says that somebody waits.'),
  wait_lock: nested(rawSpinlock, 'Protects the waiters.'),
  waiters: pointer('struct rt_mutex_waiter', 'The most urgent waiter: the top waiter. The others follow by tree.next.'),
});

const rtMutex = defineStruct('rt_mutex', 'A lock that sleeps, with priority inheritance on every preemption model.', {
  rtmutex: nested(rtMutexBase, 'The lock itself.'),
});

const semaphoreWaiter = defineStruct('semaphore_waiter', 'One who waits for a semaphore; lies on its stack.', {
  next: pointer('struct semaphore_waiter', 'Next waiter. Protected by the lock.'),
  task: pointer('struct task_struct', 'Who waits.'),
  up: s32('1: it has been let through.'),
});

const semaphore = defineStruct('semaphore', 'A count that tasks take from and wait for; without an owner.', {
  count: u32('How many may pass.'),
  lock: nested(rawSpinlock, 'Protects the list and the count.'),
  first_waiter: pointer('struct semaphore_waiter', 'First of those who wait, in order of arrival.'),
});

export const rwlock = defineStruct('rwlock', 'rwlock_t without PREEMPT_RT: spins, for many readers or one writer.', {
  owner: pointer('struct task_struct', 'The writer, NULL: there is none.'),
  cnts: u32('0xff a writer has it, 0x100 a writer waits, 0x200 for each reader.', { hex: true }),
  wait_lock: nested(rawSpinlock, 'Held by the first who waits; the others spin on it.'),
});

const rwbaseRt = defineStruct('rwbase_rt', 'The core of rwlock_t and rw_semaphore with PREEMPT_RT.', {
  rtmutex: nested(rtMutexBase, 'Held by the writer; readers wait for it while there is one.'),
  readers: u32('Readers, RWBASE_WRITER_PENDING and RWBASE_WRITER_BIAS.', { hex: true }),
});

const rwsemWaiter = defineStruct('rwsem_waiter', 'One who waits for an rw_semaphore; lies on its stack.', {
  next: pointer('struct rwsem_waiter', 'Next waiter. Protected by wait_lock.'),
  task: pointer('struct task_struct', 'Who waits.'),
  write: s32('1: for writing.'),
  granted: s32('1: it has been given to the task.'),
});

const rwSemaphore = defineStruct('rw_semaphore', 'A lock that sleeps, for many readers or one writer.', {
  owner: pointer('struct task_struct', 'The writer, NULL: there is none.'),
  readers: u32('Readers that have it.'),
  wait_lock: nested(rawSpinlock, 'Protects all of it.'),
  first_waiter: pointer('struct rwsem_waiter', 'First of those who wait, in order of arrival.'),
});

export const waitQueueHead = defineStruct('wait_queue_head', 'Tasks that wait for the same thing, in order of arrival.', {
  lock: nested(rawSpinlock, 'Protects the list.'),
  head: pointer('struct wait_queue_entry', 'First waiter, NULL: none. Protected by lock.'),
});

export const waitQueueEntry = defineStruct('wait_queue_entry', 'One waiter; lies on its stack.', {
  private: pointer('struct task_struct', 'Who waits.'),
  flags: u32('WQ_FLAG_EXCLUSIVE: a normal wake-up stops after the first such waiter.', { hex: true }),
  next: pointer('struct wait_queue_entry', 'Next waiter. Protected by the lock of the head.'),
  queued: s32('1 while on the list. Protected by the lock of the head.'),
});

export const completion = defineStruct('completion', '"That event has happened", with a count.', {
  done: u32('How many waiters may still pass. Protected by wait.lock.'),
  wait: nested(waitQueueHead, 'Who waits for it.'),
});

const base = (doc: string) => nested(rtMutexBase, doc);

/** The locks of a kernel, inner structs first. With PREEMPT_RT those that used to spin, and the mutex, are built on rt_mutex. */
export function lockLayouts(rt: boolean) {
  return {
    raw_spinlock: rawSpinlock,
    rt_waiter_node: rtWaiterNode,
    rt_mutex_waiter: rtMutexWaiter,
    rt_mutex_base: rtMutexBase,
    rt_mutex: rtMutex,
    spinlock: rt
      ? defineStruct('spinlock', 'spinlock_t with PREEMPT_RT: sleeps, with priority inheritance.', { lock: base('The lock.') })
      : defineStruct('spinlock', 'spinlock_t: without PREEMPT_RT the same as a raw spinlock.', {
          rlock: nested(rawSpinlock, 'The raw lock inside.'),
        }),
    semaphore_waiter: semaphoreWaiter,
    semaphore,
    rwbase_rt: rwbaseRt,
    rwlock: rt
      ? defineStruct('rwlock', 'rwlock_t with PREEMPT_RT: sleeps; writers are boosted, readers are not.', {
          rwbase: nested(rwbaseRt, 'The lock.'),
        })
      : rwlock,
    rwsem_waiter: rwsemWaiter,
    rw_semaphore: rt
      ? defineStruct('rw_semaphore', 'A lock that sleeps, for many readers or one writer; with PREEMPT_RT writers are boosted.', {
          rwbase: nested(rwbaseRt, 'The lock.'),
        })
      : rwSemaphore,
    local_lock: localLock,
    mutex_waiter: mutexWaiter,
    mutex: rt
      ? defineStruct('mutex', 'A lock that sleeps; with PREEMPT_RT it has priority inheritance.', { rtmutex: base('The lock.') })
      : mutex,
  };
}
