/** The run queue of a CPU, and the other things a CPU has of its own. */
import { bool, defineStruct, nested, pointer, s32, s64, u32, u64, type ViewOf } from '../../machine/layout.ts';
import { rawSpinlock } from './locking.ts';
import { cpuStopWork } from './stop.ts';

export const rtRq = defineStruct('rt_rq', 'Real-time part of a run queue. Protected by the run-queue lock.', {
  rt_nr_running: u32('Tasks on it, the running one included.'),
  queue: pointer('struct task_struct', 'First task: the most urgent one, and of equals the one that came first.'),
  pushable_tasks: pointer(
    'struct task_struct',
    'First of those that wait and may run elsewhere: by priority, then as they came to wait.',
  ),
});

export const dlRq = defineStruct('dl_rq', 'Deadline part of a run queue. Protected by the run-queue lock.', {
  dl_nr_running: u32('Tasks on it, the running one included; not those that wait for their next period.'),
  queue: pointer('struct task_struct', 'First task: the one with the earliest deadline.'),
});

export const cfsRq = defineStruct('cfs_rq', 'Fair part of a run queue. Protected by the run-queue lock.', {
  nr_running: u32('Tasks on it, the running one included.'),
  min_vruntime: s64('Virtual time of the queue; never goes back, ns.'),
  queue: pointer('struct task_struct', 'First queued task (the running one is on the list too).'),
});

export const rqLayout = defineStruct('rq', 'Run queue of one CPU.', {
  __lock: nested(rawSpinlock, 'The run-queue lock.'),
  cpu: s32('CPU it belongs to.'),
  nr_running: u32('Runnable tasks here, the running one included, the idle task not.'),
  curr: pointer('struct task_struct', 'Task that runs, or is just being switched to: `current` follows a few steps later.'),
  idle: pointer('struct task_struct', 'Idle task of this CPU.'),
  stop: pointer('struct task_struct', 'Stopper thread of this CPU while it is runnable, NULL otherwise.'),
  dl: nested(dlRq, 'Deadline class.'),
  rt: nested(rtRq, 'Real-time class.'),
  cfs: nested(cfsRq, 'Fair class.'),
  nr_pinned: u32('Tasks of this queue inside migrate_disable(), running, queued or asleep.'),
  push_busy: bool('A push-away is under way.'),
  push_work: nested(cpuStopWork, 'The work of the push-away.'),
  balance_callback: u32(
    'Work left for after the switch: 1 push real-time tasks, 4 pull real-time tasks, 8 push deadline tasks, 16 the CPU goes down (stays set).',
    { hex: true },
  ),
  hotplug_wait: pointer('struct task_struct', 'Hotplug thread that waits until nothing is left here, NULL: none.'),
  distribute_cursor: s32('CPU that balance_pick = kernel_distribute took last, from here.'),
  pinned_waiter: pointer(
    'struct task_struct',
    'report_pinned_waits: who waited, pinned elsewhere, at the last tick that found this CPU idle.',
  ),
  pinned_wait_ticks: u32('report_pinned_waits: how many ticks in a row have found it so.'),
  clock: u64('Time of this queue, ns.', { ghost: true }),
  nr_switches: u32('Context switches so far.', { ghost: true }),
  ticks: u32('Ticks so far; every fourth one balances.'),
  nr_balance_failed: u32('Times in a row that the periodic balance of this CPU found only tasks that may not come.'),
  active_balance: bool('The stopper here is about to send the running fair task to push_cpu.'),
  push_cpu: s32('CPU that asked for it.'),
  active_balance_work: nested(cpuStopWork, 'The work for the stopper.'),
  nr_failed_migrations_affine: u32('Times the balancer met a task that may not move.', { ghost: true }),
});
export type RqView = ViewOf<typeof rqLayout>;

export const irqCpustat = defineStruct('irq_cpustat', 'Interrupt counts of one CPU, as in /proc/interrupts.', {
  __softirq_pending: u32('Softirqs raised and not yet run.', { hex: true }),
  __nmi_count: u32('NMIs.', { ghost: true }),
  apic_timer_irqs: u32('Local timer interrupts.', { ghost: true }),
  irq_resched_count: u32('Reschedule interrupts.', { ghost: true }),
  irq_call_count: u32('Function call interrupts.', { ghost: true }),
});
