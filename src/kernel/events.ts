/**
 * The one event stream. Everything that happens and that anybody outside the kernel may want to know is one of these;
 * fields are named as in ftrace where ftrace has them; addresses are unsigned. Append-only, in order of steps, cut when a run turns back.
 */

/** `common_flags` of an event, as in the kernel's `trace_flag_type`. */
export const TRACE_FLAG_IRQS_OFF = 0x01;
/** Kernel 6.13 and later; the bit meant something else before. */
export const TRACE_FLAG_NEED_RESCHED_LAZY = 0x02;
export const TRACE_FLAG_NEED_RESCHED = 0x04;
export const TRACE_FLAG_HARDIRQ = 0x08;
export const TRACE_FLAG_SOFTIRQ = 0x10;
export const TRACE_FLAG_PREEMPT_RESCHED = 0x20;
export const TRACE_FLAG_NMI = 0x40;
export const TRACE_FLAG_BH_OFF = 0x80;

import type { AllocPath, DeferredPath } from './allocation-paths.ts';

interface EventBase {
  /** Number of the micro-step that emitted it (the first step of a run is 1). */
  step: number;
  /** Virtual time, ns. */
  time: number;
  cpu: number;
  /** Task in whose context it happened. */
  pid: number;
  comm: string;
  /** Code address of the statement, or -1 when no statement is running. */
  pc: number;
  /** Context as ftrace records it (scheduler 9.5): TRACE_FLAG_*. */
  common_flags: number;
  /** Low four bits: preemption depth; high four bits: depth of migrate_disable(). Both stop at 15. */
  common_preempt_count: number;
}

/** `schedule` is every call that none of the others names: blocking, yielding. */
export type SwitchPath = 'irq-return' | 'preempt-enable' | 'cond-resched' | 'user-return' | 'rtlock' | 'idle' | 'schedule';

export type EventDetail =
  | {
      type: 'sched_switch';
      prev_comm: string;
      prev_pid: number;
      prev_prio: number /** `R`, `R+`, `S`, `D`, `X`. */;
      prev_state: string;
      next_comm: string;
      next_pid: number;
      next_prio: number;
      /** Not in ftrace: the way that led here. */
      via?: SwitchPath;
    }
  | {
      type: 'sched_waking' | 'sched_wakeup' | 'sched_wakeup_new';
      wakee_comm: string;
      wakee_pid: number;
      prio: number;
      target_cpu: number;
      /** SCHED_DEADLINE only, not in ftrace: the absolute deadline, ns. */
      deadline?: number;
    }
  | { type: 'sched_migrate_task'; task_comm: string; task_pid: number; prio: number; orig_cpu: number; dest_cpu: number }
  /** The parent is `pid` and `comm` of the event. */
  | { type: 'sched_process_fork'; child_comm: string; child_pid: number }
  | { type: 'sched_process_exit'; prio: number }
  /** Not in the kernel: an affinity that was asked for is in force. */
  | { type: 'set_cpus_allowed'; task_comm: string; task_pid: number; cpus_mask: number }
  /** Not in the kernel: a deadline task has used up its budget and waits for the next; and the next has come. */
  | { type: 'dl_throttle'; task_comm: string; task_pid: number }
  | { type: 'dl_replenish'; task_comm: string; task_pid: number; deadline: number }
  /** Not in the kernel: the timer of a sleeping task has run out and is handled. `expires` is when it was due, ns. */
  | { type: 'timer_expire'; task_comm: string; task_pid: number; expires: number }
  /** A step of a CPU on its way down or up: `fun` is the callback. */
  | { type: 'cpuhp_enter'; target_cpu: number; fun: string }
  | { type: 'cpuhp_exit'; target_cpu: number; fun: string; ret: number }
  /** Priority inheritance lends the task a priority or takes it back; the event's own task is who waits or unlocks. */
  | { type: 'sched_pi_setprio'; task_comm: string; task_pid: number; oldprio: number; newprio: number }
  | { type: 'irq_handler_entry'; irq: number; name: string }
  | { type: 'irq_handler_exit'; irq: number; ret: 'handled' | 'unhandled' }
  | { type: 'irq_raise'; irq: number; name: string; target_cpu: number }
  | { type: 'local_timer_entry' | 'local_timer_exit'; vector: number }
  | { type: 'reschedule_entry' | 'reschedule_exit'; vector: number }
  | { type: 'call_function_single_entry' | 'call_function_single_exit'; vector: number }
  /** `vec` 0 to 9, `action` its name: HI TIMER NET_TX NET_RX BLOCK IRQ_POLL TASKLET SCHED HRTIMER RCU. */
  | { type: 'softirq_entry' | 'softirq_exit' | 'softirq_raise'; vec: number; action: string }
  | { type: 'nmi_entry' | 'nmi_exit' }
  /** `parent` is the code address to which the function of `pc` returns, -1 when there is none. */
  | { type: 'irq_disable' | 'irq_enable'; parent: number }
  | { type: 'page_fault_kernel' | 'page_fault_user'; address: number; ip: string; error_code: number }
  | { type: 'kmap'; address: number; pfn: number; slot: number; idx: number; model: string; page: string }
  | { type: 'kunmap'; address: number; slot: number; idx: number; model: string; page: string }
  | { type: 'set_pte'; address: number; pfn: number }
  | { type: 'clear_pte'; address: number; pfn: number }
  | { type: 'tlb_fill'; address: number; pfn: number }
  | { type: 'tlb_flush'; address: number /** -1: whole TLB. */; pfn: number; scope: 'page' | 'range' | 'all' }
  | { type: 'cache_flush'; address: number /** -1: whole data cache. */ }
  | { type: 'preempt_disable' | 'preempt_enable'; preempt_count: number; parent: number }
  | { type: 'migrate_disable' | 'migrate_enable'; migration_disabled: number }
  /** `lazy`: only the flag that the tick and the return to user mode look at. */
  | { type: 'need_resched'; target_cpu: number; target_comm: string; lazy?: true }
  | { type: 'lock' | 'unlock'; lock: number; name: string }
  /** `flags` are LCB_F_*: SPIN 1, READ 2, WRITE 4, RT 8, PERCPU 16, MUTEX 32. `owner_pid` is who holds it, 0 if nobody or unknown. */
  | { type: 'contention_begin'; lock: number; name: string; flags: number; owner_pid?: number }
  /** `ret` is 0 when the lock was got, a negative error otherwise. */
  | { type: 'contention_end'; lock: number; name: string; ret: number }
  | { type: 'sys_enter' | 'sys_exit'; name: string; ret?: number }
  /** A page of the allocator; address 0: none was given. `zone`: the lock of the zone was taken on the way, `reclaim`: it had to sleep. */
  | { type: 'alloc'; address: number; size: number; gfp: number; path: AllocPath }
  | { type: 'free'; address: number; size: number; path: AllocPath }
  /** Memory that is freed after a grace period. */
  | { type: 'kvfree_rcu'; address: number; kept: DeferredPath }
  | { type: 'printk'; level: number; text: string }
  | { type: 'finding'; slug: string; headline: string; finding: number };

/** A task when the machine had booted: what the events do not say. */
export interface TaskStart {
  pid: number;
  comm: string;
  /** Idle task of CPU `cpu`. */
  idle: boolean;
  /** Runs system calls. */
  user: boolean;
  cpu: number;
  /** Priority in force, as in `sched_switch`. */
  prio: number;
  /** SCHED_*. */
  policy: number;
  cpus_mask: number;
  /** Of the class above all others, such as `migration/0`. */
  stopper: boolean;
  /** On a run queue; kernel threads sleep. */
  runnable: boolean;
}

export type EventType = EventDetail['type'];
export type KernelEvent = EventBase & EventDetail;

/** `model` of the events of kmap() and kunmap(): `slot` is that of the persistent window there, `idx` its count afterwards. */
export const PKMAP_MODEL = 'pkmap';

/** Groups of events that a person breaks on; exception filters, `breakOn` and the timeline use these names. */
export const EVENT_BREAKPOINTS = {
  context_switch: { label: 'Context switch', types: ['sched_switch'] },
  preemption: { label: 'Preemption', types: ['sched_switch'] },
  migration: { label: 'Migration', types: ['sched_migrate_task'] },
  interrupt: { label: 'Interrupt', types: ['irq_handler_entry', 'nmi_entry'] },
  softirq: { label: 'Softirq', types: ['softirq_entry'] },
  fault: { label: 'Page fault', types: ['page_fault_kernel', 'page_fault_user'] },
  map: { label: 'Map', types: ['kmap'] },
  unmap: { label: 'Unmap', types: ['kunmap'] },
  tlb_flush: { label: 'TLB flush', types: ['tlb_flush'] },
  lock_contention: { label: 'Lock contention', types: ['contention_begin'] },
  boost: { label: 'Priority lent or given back', types: ['sched_pi_setprio'] },
  warn: { label: 'WARN', types: ['finding'] },
  bug: { label: 'BUG, oops', types: ['finding'] },
  sanitizer: { label: 'Sanitizer', types: ['finding'] },
  lockdep: { label: 'lockdep', types: ['finding'] },
} as const satisfies Record<string, { label: string; types: readonly EventType[] }>;
export type EventBreakpointName = keyof typeof EVENT_BREAKPOINTS;
