/** Marks in the event stream, named as the kernel's tracepoints (scheduler 9.1). */

import { hex } from '../../util/bits.ts';
import type { EventDetail } from '../events.ts';
import { pageFaultHeadline } from '../headlines.ts';
import type { Kernel } from '../kernel.ts';
import { isDl } from '../sched/queues.ts';
import { softirqName } from '../softirqs.ts';
import { switchPath } from '../switch-path.ts';
import type { Task } from '../task.ts';
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

const trace = (prototype: string, doc: string, execute: Execute): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});
const mark = (prototype: string, doc: string, detail: EventDetail): Intrinsic =>
  trace(prototype, doc, (kernel, cpu) => void kernel.emit(cpu, detail));

/** `R`, `R+` for a preempted task, `S`, `D`, `X`. */
function stateLetter(preempted: boolean, state: number, exitState: number): string {
  if (preempted) return 'R+';
  if (exitState !== 0) return 'X';
  if (state === 0) return 'R';
  return (state & 1) !== 0 ? 'S' : 'D';
}

const wake = (type: 'sched_waking' | 'sched_wakeup' | 'sched_wakeup_new', doc: string): Intrinsic =>
  trace(`void trace_${type}(struct task_struct *p)`, doc, (kernel, cpu, p) => {
    const task = kernel.task(p);
    const { prio, cpu: target_cpu } = task.view;
    const deadline = isDl(task.view) && type === 'sched_wakeup' ? { deadline: task.view.dl.deadline } : {};
    kernel.emit(cpu, { type, wakee_comm: task.comm, wakee_pid: task.pid, prio, target_cpu, ...deadline });
    // Woken between its deadline and its next period.
    if (task.view.dl.dl_throttled !== 0 && type === 'sched_wakeup') {
      kernel.emit(cpu, { type: 'dl_throttle', task_comm: task.comm, task_pid: task.pid });
    }
    return undefined;
  });

const softirq = (type: 'softirq_raise' | 'softirq_entry' | 'softirq_exit', doc: string): Intrinsic =>
  trace(`void trace_${type}(unsigned int vec)`, doc, (kernel, cpu, vec) => {
    kernel.emit(cpu, { type, vec, action: softirqName(vec) });
    return undefined;
  });

const deviceName = (kernel: Kernel, line: number): string => kernel.devices.find((one) => one.line === line)?.name ?? '?';

/** A kernel that does not count preemption says nothing of this, so we do (vectors P12, F05). */
function reportSleepingHolder(kernel: Kernel, cpu: number, { comm, pid }: Task): void {
  kernel.reportOnce(cpu, {
    slug: 'slept_with_spinlock',
    headline: `${comm}/${pid} gives up the CPU while it holds a spinlock`,
    detail: `whoever wants the lock spins until ${comm} runs again; nothing in this kernel counts the lock, so nothing of it notices`,
  });
}

export const traces: IntrinsicTable = {
  trace_sched_switch: trace(
    'void trace_sched_switch(bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)',
    'Records a context switch.',
    (kernel, cpu, preempt, prev, next, state) => {
      const from = kernel.task(prev);
      const to = kernel.task(next);
      if (preempt === 0 && from.view.spinlocks_held > 0) reportSleepingHolder(kernel, cpu, from);
      if (preempt !== 0 || state === 0) from.view.nivcsw++;
      else from.view.nvcsw++;
      kernel.emit(cpu, {
        type: 'sched_switch',
        prev_comm: from.comm,
        prev_pid: from.pid,
        prev_prio: from.view.prio,
        prev_state: stateLetter(preempt !== 0, state, from.view.exit_state),
        next_comm: to.comm,
        next_pid: to.pid,
        next_prio: to.view.prio,
        via: switchPath(kernel, cpu),
      });
      return undefined;
    },
  ),
  trace_sched_waking: wake('sched_waking', 'Records that a task is about to be woken, on the CPU of who wakes it.'),
  trace_sched_wakeup: wake('sched_wakeup', 'Records that a task was put on a run queue.'),
  trace_sched_wakeup_new: wake('sched_wakeup_new', 'Records that a new task was put on a run queue for the first time.'),
  trace_sched_process_fork: trace(
    'void trace_sched_process_fork(struct task_struct *parent, struct task_struct *child)',
    'Records that a task was made.',
    (kernel, cpu, _parent, child) => {
      const { comm, pid } = kernel.task(child);
      kernel.emit(cpu, { type: 'sched_process_fork', child_comm: comm, child_pid: pid });
      return undefined;
    },
  ),
  trace_set_cpus_allowed: trace(
    'void trace_set_cpus_allowed(struct task_struct *p)',
    'Records that a task has a new affinity.',
    (kernel, cpu, p) => {
      const { comm, pid, view } = kernel.task(p);
      kernel.emit(cpu, { type: 'set_cpus_allowed', task_comm: comm, task_pid: pid, cpus_mask: view.cpus_mask });
      return undefined;
    },
  ),
  trace_sched_process_exit: trace('void trace_sched_process_exit(long code)', 'Records the end of a task.', (kernel, cpu) => {
    kernel.emit(cpu, { type: 'sched_process_exit', prio: kernel.currentTask(cpu).view.prio });
    return undefined;
  }),
  trace_migrate_disable: trace('void trace_migrate_disable(int depth)', 'Records the new depth.', (kernel, cpu, depth) => {
    kernel.emit(cpu, { type: 'migrate_disable', migration_disabled: depth });
    return undefined;
  }),
  trace_migrate_enable: trace('void trace_migrate_enable(int depth)', 'Records the new depth.', (kernel, cpu, depth) => {
    kernel.emit(cpu, { type: 'migrate_enable', migration_disabled: depth });
    return undefined;
  }),
  trace_irq_handler_entry: trace(
    'void trace_irq_handler_entry(int irq)',
    'Records that a handler begins.',
    (kernel, cpu, irq) => {
      kernel.emit(cpu, { type: 'irq_handler_entry', irq, name: deviceName(kernel, irq) });
      return undefined;
    },
  ),
  trace_irq_handler_exit: trace('void trace_irq_handler_exit(int irq)', 'Records that a handler ends.', (kernel, cpu, irq) => {
    kernel.emit(cpu, { type: 'irq_handler_exit', irq, ret: 'handled' });
    return undefined;
  }),
  trace_local_timer_entry: mark('void trace_local_timer_entry(void)', 'Records the local timer interrupt.', {
    type: 'local_timer_entry',
    vector: 16,
  }),
  trace_local_timer_exit: mark('void trace_local_timer_exit(void)', 'Records the end of the local timer interrupt.', {
    type: 'local_timer_exit',
    vector: 16,
  }),
  trace_reschedule_entry: mark('void trace_reschedule_entry(void)', 'Records the reschedule interrupt.', {
    type: 'reschedule_entry',
    vector: 17,
  }),
  trace_reschedule_exit: mark('void trace_reschedule_exit(void)', 'Records the end of the reschedule interrupt.', {
    type: 'reschedule_exit',
    vector: 17,
  }),
  trace_softirq_raise: softirq('softirq_raise', 'Records that a softirq is due.'),
  trace_softirq_entry: softirq('softirq_entry', 'Records that a softirq begins.'),
  trace_softirq_exit: softirq('softirq_exit', 'Records that a softirq ends.'),
  trace_call_function_single_entry: mark(
    'void trace_call_function_single_entry(void)',
    'Records the interrupt by which another CPU asks for a call.',
    { type: 'call_function_single_entry', vector: 18 },
  ),
  trace_call_function_single_exit: mark('void trace_call_function_single_exit(void)', 'Records the end of that interrupt.', {
    type: 'call_function_single_exit',
    vector: 18,
  }),
  trace_nmi_entry: mark('void trace_nmi_entry(void)', 'Records a non-maskable interrupt.', { type: 'nmi_entry' }),
  trace_nmi_exit: mark('void trace_nmi_exit(void)', 'Records the end of a non-maskable interrupt.', { type: 'nmi_exit' }),
  trace_page_fault_kernel: trace(
    'void trace_page_fault_kernel(unsigned long address, unsigned long error_code)',
    'Records a page fault of kernel code.',
    (kernel, cpu, address, error_code) => {
      kernel.emit(cpu, {
        type: 'page_fault_kernel',
        address: address >>> 0,
        ip: kernel.functionAt(kernel.trapPc(cpu)),
        error_code,
      });
      return undefined;
    },
  ),
  trace_sys_enter: trace('void trace_sys_enter(const char *name)', 'Records that a system call begins.', (kernel, cpu, name) => {
    kernel.emit(cpu, { type: 'sys_enter', name: kernel.stringAt(cpu, name) });
    return undefined;
  }),
  trace_sys_exit: trace(
    'void trace_sys_exit(const char *name, long ret)',
    'Records that a system call ends.',
    (kernel, cpu, name, ret) => {
      kernel.emit(cpu, { type: 'sys_exit', name: kernel.stringAt(cpu, name), ret });
      return undefined;
    },
  ),
  page_fault_oops: trace(
    'void page_fault_oops(unsigned long address, unsigned long error_code)',
    'Reports an access of kernel code that found no translation.',
    (kernel, cpu, address, code) => {
      const where = kernel.functionAt(kernel.trapPc(cpu));
      kernel.report(cpu, {
        slug: 'page_fault',
        headline: pageFaultHeadline(kernel.profile, hex(address).slice(2)),
        detail:
          `#PF: supervisor ${(code & 2) !== 0 ? 'write' : 'read'} access in kernel mode, error_code(0x${code.toString(16).padStart(4, '0')}) - ` +
          `${(code & 1) !== 0 ? 'permissions violation' : 'not-present page'}, in ${where}()`,
        pc: kernel.trapPc(cpu),
      });
      return undefined;
    },
  ),
};
