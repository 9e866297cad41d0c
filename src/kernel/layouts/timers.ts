/** Things that run later: timers, tasklets, work items, and where each CPU keeps them. All of them are valid when zero. */
import { bool, defineStruct, nested, pointer, s32, u32, u64 } from '../../machine/layout.ts';
import { rawSpinlock } from './locking.ts';

export const hrtimer = defineStruct('hrtimer', 'A timer that runs out to the nanosecond. Protected by the lock of its base.', {
  expires: u64('When it runs out, ns since boot.', { relative: true }),
  function: pointer('void', 'What is called: enum hrtimer_restart fn(struct hrtimer *).'),
  next: pointer('struct hrtimer', 'The one that runs out after it on the same CPU.'),
  cpu: s32('CPU on which it was started, and runs out.'),
  state: u32('HRTIMER_STATE_ENQUEUED 1 while it is running.'),
  is_soft: bool('Runs out in softirq: asked for, or by default with PREEMPT_RT.'),
  is_hard: bool('HRTIMER_MODE_HARD: in hardirq also with PREEMPT_RT.'),
});

export const hrtimerCpuBase = defineStruct('hrtimer_cpu_base', 'The high-resolution timers of one CPU.', {
  lock: nested(rawSpinlock, 'Protects the queues and the timers on them.'),
  hard: pointer('struct hrtimer', 'First of those that run out in hardirq.'),
  soft: pointer('struct hrtimer', 'First of those that run out in softirq.'),
  running: pointer('struct hrtimer', 'The one whose function is being called in hardirq.'),
  running_soft: pointer('struct hrtimer', 'The one whose function is being called in softirq.'),
  softirq_activated: bool('HRTIMER_SOFTIRQ has been raised and has not had its turn.'),
});

export const timerList = defineStruct(
  'timer_list',
  'A timer that runs out at a tick, in softirq. Protected by the lock of its base.',
  {
    expires: u32('When it runs out, in ticks since boot (jiffies).'),
    function: pointer('void', 'What is called: void fn(struct timer_list *).'),
    next: pointer('struct timer_list', 'The one that runs out after it on the same CPU.'),
    cpu: s32('CPU on which it was started, and runs out.'),
    pending: bool('It is running.'),
  },
);

export const timerBase = defineStruct('timer_base', 'The timers of one CPU that run out at ticks.', {
  lock: nested(rawSpinlock, 'Protects the queue and the timers on it.'),
  first: pointer('struct timer_list', 'The one that runs out first.'),
  running_timer: pointer('struct timer_list', 'The one whose function is being called.'),
});

export const taskletStruct = defineStruct('tasklet_struct', 'A piece of work for a softirq; never runs on two CPUs at once.', {
  next: pointer('struct tasklet_struct', 'Next one of the CPU that it was scheduled on.'),
  callback: pointer('void', 'What is called: void fn(struct tasklet_struct *).'),
  state: u32('TASKLET_STATE_SCHED 1: it will run. TASKLET_STATE_RUN 2: it runs.', { hex: true }),
});

export const workStruct = defineStruct('work_struct', 'A piece of work for a kworker thread. It may sleep.', {
  next: pointer('struct work_struct', 'Next one in the queue.'),
  func: pointer('void', 'What is called: void fn(struct work_struct *).'),
  pending: bool('It is queued and has not begun.'),
});

export const workerPool = defineStruct('worker_pool', 'The work of one CPU.', {
  lock: nested(rawSpinlock, 'Protects the queue.'),
  worklist: pointer('struct work_struct', 'First piece of work, NULL: nothing to do.'),
});
