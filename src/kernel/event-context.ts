/**
 * The context of an event as ftrace records it with every entry (scheduler 9.2, 9.5; `tracing_gen_ctx_irq_test()`): what the five
 * characters before the time of a trace line say.
 */
import { FRAME_RETURN_PC } from '../machine/bytecode.ts';
import {
  type TaskStart,
  TRACE_FLAG_BH_OFF,
  TRACE_FLAG_HARDIRQ,
  TRACE_FLAG_IRQS_OFF,
  TRACE_FLAG_NEED_RESCHED,
  TRACE_FLAG_NEED_RESCHED_LAZY,
  TRACE_FLAG_NMI,
  TRACE_FLAG_PREEMPT_RESCHED,
  TRACE_FLAG_SOFTIRQ,
} from './events.ts';
import type { Kernel } from './kernel.ts';
import {
  HARDIRQ_MASK,
  NMI_MASK,
  PREEMPT_MASK,
  SOFTIRQ_MASK,
  SOFTIRQ_OFFSET,
  TIF_NEED_RESCHED_LAZY_MASK,
  TIF_NEED_RESCHED_MASK,
} from './preempt-count.ts';
import type { Task } from './task.ts';

/** The softirq part shifted by this is not 0 when softirqs are disabled; being in one is the bit below. */
const BH_OFF_SHIFT = 9;
/** Four bits for each depth. */
const DEPTH_MAX = 15;

/** `common_flags`: what CPU `cpu` is doing for its task. */
export function commonFlags(kernel: Kernel, cpu: number, { view }: Task): number {
  const { preempt_count, flags } = view.thread_info;
  let result = 0;
  if (!kernel.irqsEnabled(cpu)) result |= TRACE_FLAG_IRQS_OFF;
  if ((flags & TIF_NEED_RESCHED_MASK) !== 0) result |= TRACE_FLAG_NEED_RESCHED;
  if ((flags & TIF_NEED_RESCHED_LAZY_MASK) !== 0) result |= TRACE_FLAG_NEED_RESCHED_LAZY;
  if (kernel.preemptNeedResched(cpu)) result |= TRACE_FLAG_PREEMPT_RESCHED;
  // Without PREEMPT_RT softirq_disable_cnt is always 0, with it these bits of preempt_count are.
  const softirq = (preempt_count | view.softirq_disable_cnt) & SOFTIRQ_MASK;
  if (((preempt_count & (NMI_MASK | HARDIRQ_MASK)) | softirq) === 0) return result;
  if ((preempt_count & NMI_MASK) !== 0) result |= TRACE_FLAG_NMI;
  if ((preempt_count & HARDIRQ_MASK) !== 0) result |= TRACE_FLAG_HARDIRQ;
  if ((softirq & SOFTIRQ_OFFSET) !== 0) result |= TRACE_FLAG_SOFTIRQ;
  if (softirq >>> BH_OFF_SHIFT !== 0) result |= TRACE_FLAG_BH_OFF;
  return result;
}

/** `common_preempt_count`: both depths, neither above 15. */
export function commonPreemptCount({ view }: Task): number {
  const depth = Math.min(view.thread_info.preempt_count & PREEMPT_MASK, DEPTH_MAX);
  return depth | (Math.min(view.migration_disabled, DEPTH_MAX) << 4);
}

type Toggle = { type: 'irq_disable' | 'irq_enable' } | { type: 'preempt_disable' | 'preempt_enable'; preempt_count: number };

/** Records that interrupts or preemption have gone off on CPU `cpu`, or are about to come on, and who asked for it. */
export function emitToggle(kernel: Kernel, cpu: number, toggle: Toggle): void {
  kernel.emit(cpu, { ...toggle, parent: parentPc(kernel, cpu) });
}

/** Code address to which the running function of CPU `cpu` returns. */
function parentPc({ machine }: Kernel, cpu: number): number {
  const fp = machine.cpus[cpu].fp | 0;
  return fp === 0 ? -1 : machine.memory.words[(machine.offsetOf(fp) >>> 2) + FRAME_RETURN_PC];
}

export function taskStart({ pid, comm, idle, user, view }: Task): TaskStart {
  const { cpu, prio, policy, cpus_mask } = view;
  const stopper = view.is_stopper !== 0;
  return { pid, comm, idle, user, cpu, prio, policy, cpus_mask, stopper, runnable: !idle && view.__state === 0 };
}
