/** What lockdep makes of the context in which a CPU runs (`task_wait_context()`, `task_irq_context()`). */
import type { Kernel } from '../kernel.ts';
import type { TaskView } from '../layouts.ts';
import { HARDIRQ_MASK, NMI_MASK, SOFTIRQ_MASK, SOFTIRQ_OFFSET } from '../preempt-count.ts';
import type { WaitTypes } from './kinds.ts';

const IRQ_CONTEXT_SOFTIRQ = 1;
const IRQ_CONTEXT_HARDIRQ = 2;

export interface LockContext {
  view: TaskView;
  nmi: boolean;
  hardirq: boolean;
  /** A softirq is being served. */
  softirq: boolean;
  hardirqsOn: boolean;
  softirqsOn: boolean;
  /** Locks of another context than this one belong to what was interrupted. */
  irqContext: number;
}

export function lockContext(kernel: Kernel, cpu: number): LockContext {
  const { view } = kernel.currentTask(cpu);
  const count = view.thread_info.preempt_count;
  // With PREEMPT_RT the softirq part lies in softirq_disable_cnt; the other one is 0.
  const softirqCount = (count | view.softirq_disable_cnt) & SOFTIRQ_MASK;
  const hardirq = (count & HARDIRQ_MASK) !== 0;
  const softirq = (softirqCount & SOFTIRQ_OFFSET) !== 0;
  return {
    view,
    nmi: (count & NMI_MASK) !== 0,
    hardirq,
    softirq,
    hardirqsOn: kernel.irqsEnabled(cpu),
    softirqsOn: softirqCount === 0,
    irqContext: (hardirq ? IRQ_CONTEXT_HARDIRQ : 0) | (softirq ? IRQ_CONTEXT_SOFTIRQ : 0),
  };
}

/** The longest wait that the context itself allows. */
export function contextWait({ view, hardirq, softirq }: LockContext, wait: WaitTypes): number {
  if (hardirq) return view.hardirq_threaded !== 0 || view.irq_config !== 0 ? wait.config : wait.spin;
  return softirq ? wait.config : wait.max;
}
