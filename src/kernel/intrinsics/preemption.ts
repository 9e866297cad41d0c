/** The preemption count (scheduler 1.1, 12.1): one instruction on x86, one micro-step here. */

import { hex } from '../../util/bits.ts';
import { emitToggle } from '../event-context.ts';
import type { Kernel } from '../kernel.ts';
import { HARDIRQ_MASK, PREEMPT_MASK, SOFTIRQ_MASK } from '../preempt-count.ts';
import { PF_NO_SETAFFINITY } from '../task-flags.ts';
import type { IntrinsicTable } from './intrinsic.ts';

const count = (kernel: Kernel, cpu: number) => kernel.currentTask(cpu).view.thread_info;

function add(kernel: Kernel, cpu: number, value: number): void {
  const info = count(kernel, cpu);
  const old = info.preempt_count;
  info.preempt_count = old + value;
  if ((value & HARDIRQ_MASK) !== 0 && (old & HARDIRQ_MASK) === 0) kernel.lockdep.hardirqEnter(kernel.currentTask(cpu).view);
  if (old === 0) {
    if (kernel.profile.debug_preempt) kernel.currentTask(cpu).view.preempt_disable_ip = kernel.lockdep.callerPc(cpu);
    emitToggle(kernel, cpu, { type: 'preempt_disable', preempt_count: old + value });
  }
  if (kernel.profile.debug_preempt && ((old + value) & PREEMPT_MASK) >= PREEMPT_MASK - 10) {
    const headline = 'DEBUG_LOCKS_WARN_ON((preempt_count() & PREEMPT_MASK) >= PREEMPT_MASK - 10)';
    kernel.reportLocks(cpu, { slug: 'preempt_count_overflow', headline, detail: `preempt_count is ${hex(old + value)}` });
  }
}

/** Takes `value` off. False: the debug check refused, and the count stays as it is. */
function subtract(kernel: Kernel, cpu: number, value: number): boolean {
  const info = count(kernel, cpu);
  const old = info.preempt_count;
  if (kernel.profile.debug_preempt && value > old) {
    const headline = 'DEBUG_LOCKS_WARN_ON(val > preempt_count())';
    const detail = `${kernel.currentTask(cpu).comm} takes ${hex(value, 1)} off a preempt_count of ${hex(old)}: there was no matching preempt_disable()`;
    kernel.reportLocks(cpu, { slug: 'preempt_count_underflow', headline, detail });
    return false;
  }
  // As in the kernel: recorded while the count still stands.
  if (old - value === 0) emitToggle(kernel, cpu, { type: 'preempt_enable', preempt_count: 0 });
  info.preempt_count = old - value;
  if ((old & SOFTIRQ_MASK) !== 0 && (info.preempt_count & SOFTIRQ_MASK) === 0) kernel.lockdep.softirqsOn(cpu);
  return true;
}

/** Reports a use of this CPU where the task could be moved before it has made use of it (S-D4). `what` is printed as the kernel does. */
function checkPreemptionDisabled(kernel: Kernel, cpu: number, what: string): void {
  if (!kernel.profile.debug_preempt || !kernel.countsPreemption || kernel.profile.cpus === 1) return;
  const task = kernel.currentTask(cpu);
  const { view } = task;
  const perCpuThread = (view.flags & PF_NO_SETAFFINITY) !== 0 && view.nr_cpus_allowed === 1;
  if (view.thread_info.preempt_count !== 0 || !kernel.irqsEnabled(cpu) || perCpuThread || view.migration_disabled !== 0) return;
  const headline = `BUG: using ${what} in preemptible [00000000] code: ${task.comm}/${task.pid}`;
  kernel.report(cpu, { slug: 'smp_processor_id_preemptible', headline, detail: `caller is ${kernel.callerName(cpu)}` });
}

export const preemption: IntrinsicTable = {
  preempt_count_add: {
    prototype: 'void preempt_count_add(int val)',
    doc: 'Adds to the preemption count of the running task.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, cpu, value) => void add(kernel, cpu, value),
  },
  preempt_count_sub: {
    prototype: 'void preempt_count_sub(int val)',
    doc: 'Takes off the preemption count of the running task; debug kernels refuse to go below zero.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, cpu, value) => void subtract(kernel, cpu, value),
  },
  preempt_count_dec_and_test: {
    prototype: 'bool preempt_count_dec_and_test(void)',
    doc: 'Takes one off the preemption count and says whether it is 0 now and somebody waits for this CPU.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu) {
      subtract(kernel, cpu, 1);
      return count(kernel, cpu).preempt_count === 0 && kernel.preemptNeedResched(cpu) ? 1 : 0;
    },
  },
  preempt_count_set: {
    prototype: 'void preempt_count_set(int value)',
    doc: 'Forces the preemption count of the running task to a value.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, value) {
      count(kernel, cpu).preempt_count = value;
      return undefined;
    },
  },
  raw_smp_processor_id: {
    prototype: 'int raw_smp_processor_id(void)',
    doc: 'Number of this CPU, without any check.',
    context: 'any',
    maySleep: false,
    execute: (_kernel, cpu) => cpu,
  },
  smp_processor_id: {
    prototype: 'int smp_processor_id(void)',
    doc: 'Number of this CPU. Debug kernels report it where the task could be moved before it uses the answer.',
    context: 'any',
    maySleep: false,
    execute(kernel, cpu) {
      checkPreemptionDisabled(kernel, cpu, 'smp_processor_id()');
      return cpu;
    },
  },
  __this_cpu_preempt_check: {
    prototype: 'void __this_cpu_preempt_check(const char *op)',
    doc: 'What debug kernels do before __this_cpu_read() and its relatives: a report where the task could be moved. op is what follows __this_cpu_.',
    context: 'any',
    maySleep: false,
    execute(kernel, cpu, op) {
      // inc, dec and sub are made of add in the kernel, and are named so.
      const made = kernel.stringAt(cpu, op).replace(/^(inc|dec|sub)/, 'add');
      checkPreemptionDisabled(kernel, cpu, `__this_cpu_${made}()`);
      return undefined;
    },
  },
};
