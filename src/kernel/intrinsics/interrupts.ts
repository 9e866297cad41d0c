/** The interrupt flag, device interrupts, and what the entry code needs to know. */
import { FRAME_META, FrameKind, FUNCTION_BASE, META_IF_SHIFT, META_KIND_SHIFT } from '../../machine/bytecode.ts';
import { Line } from '../../machine/lines.ts';
import { hex } from '../../util/bits.ts';
import { emitToggle } from '../event-context.ts';
import type { Kernel } from '../kernel.ts';
import { softirqName } from '../softirqs.ts';
import type { IntrinsicTable } from './intrinsic.ts';

function setIrqs(kernel: Kernel, cpu: number, on: boolean): number {
  const registers = kernel.machine.cpus[cpu];
  const old = registers.irqs_enabled;
  if (old === Number(on)) return old;
  // As in the kernel: both events are recorded while interrupts are off.
  if (on) emitToggle(kernel, cpu, { type: 'irq_enable' });
  registers.irqs_enabled = Number(on);
  if (on) kernel.lockdep.hardirqsOn(cpu);
  if (!on) emitToggle(kernel, cpu, { type: 'irq_disable' });
  return old;
}

/** The interrupt flag that the innermost exception frame of CPU `cpu` saved. */
function savedFlag(kernel: Kernel, cpu: number): number {
  const { machine } = kernel;
  const { words } = machine.memory;
  let fp = machine.cpus[cpu].fp | 0;
  while (fp !== 0) {
    const word = machine.offsetOf(fp) >>> 2;
    const meta = words[word + FRAME_META];
    if (((meta >>> META_KIND_SHIFT) & 0xf) === FrameKind.exception) return (meta >>> META_IF_SHIFT) & 1;
    fp = words[word + 1];
  }
  return 0;
}

function setMasked(kernel: Kernel, line: number, masked: boolean): undefined {
  const device = kernel.devices.find((one) => one.line === line);
  if (device) kernel.machine.interrupts.setMasked(line, device.cpu, masked);
}

export const interrupts: IntrinsicTable = {
  irqs_disabled: {
    prototype: 'bool irqs_disabled(void)',
    doc: 'Whether maskable interrupts are off on this CPU.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu) => (kernel.irqsEnabled(cpu) ? 0 : 1),
  },
  local_irq_disable: {
    prototype: 'void local_irq_disable(void)',
    doc: 'Keeps maskable interrupts off this CPU. Also keeps the task on it: without interrupts nothing preempts.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu) => void setIrqs(kernel, cpu, false),
  },
  local_irq_enable: {
    prototype: 'void local_irq_enable(void)',
    doc: 'Lets maskable interrupts in again. By itself it never switches tasks; a pending interrupt may.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu) => void setIrqs(kernel, cpu, true),
  },
  arch_local_irq_save: {
    prototype: 'unsigned long arch_local_irq_save(void)',
    doc: 'Turns interrupts off and returns how they were.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu) => setIrqs(kernel, cpu, false),
  },
  local_irq_restore: {
    prototype: 'void local_irq_restore(unsigned long flags)',
    doc: 'Puts the interrupt flag back to what was saved.',
    context: 'any',
    maySleep: false,
    execute: (kernel, cpu, flags) => void setIrqs(kernel, cpu, flags !== 0),
  },
  exception_saved_irqs: {
    prototype: 'bool exception_saved_irqs(void)',
    doc: 'Whether interrupts were on where the exception happened that is being handled.',
    context: 'kernel-only',
    maySleep: false,
    execute: savedFlag,
  },
  raise_irq: {
    prototype: 'void raise_irq(int irq)',
    doc: 'The device raises its interrupt line now, as if it had something to say.',
    context: 'any',
    maySleep: false,
    execute(kernel, _cpu, irq) {
      const device = kernel.devices.find((one) => one.irq === irq);
      if (device) kernel.raiseDevice(device);
      return undefined;
    },
  },
  irq_handler: {
    prototype: 'void *irq_handler(int irq)',
    doc: 'Handler of a device line.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, _cpu, line) {
      const device = kernel.devices.find((one) => one.line === line);
      return device ? FUNCTION_BASE + device.handler * 16 : 0;
    },
  },
  mask_irq: {
    prototype: 'void mask_irq(int irq)',
    doc: 'The controller keeps the line of a device back; what comes meanwhile stays pending.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, _cpu, line) => setMasked(kernel, line, true),
  },
  unmask_irq: {
    prototype: 'void unmask_irq(int irq)',
    doc: 'The controller lets the line of a device through again.',
    context: 'kernel-only',
    maySleep: false,
    execute: (kernel, _cpu, line) => setMasked(kernel, line, false),
  },
  nmi_handler: {
    prototype: 'void *nmi_handler(void)',
    doc: 'Handler of the non-maskable interrupt of this CPU; NULL when the program has none.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu) {
      const device = kernel.devices.find((one) => one.line === Line.nmi && one.cpu === cpu);
      return device ? FUNCTION_BASE + device.handler * 16 : 0;
    },
  },
  __ffs: {
    prototype: 'unsigned long __ffs(unsigned long word)',
    doc: 'Number of the lowest bit that is set; one must be.',
    context: 'any',
    maySleep: false,
    execute: (_kernel, _cpu, word) => 31 - Math.clz32(word & -word),
  },
  softirq_leaked_count: {
    prototype: 'void softirq_leaked_count(unsigned int vec, void *action, int count)',
    doc: 'Reports a softirq handler that came back with another preemption count than it was called with.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, vec, action, before) {
      const { preempt_count: after } = kernel.currentTask(cpu).view.thread_info;
      const counts = `preempt_count ${hex(before).slice(2)}, exited with ${hex(after).slice(2)}`;
      kernel.report(cpu, {
        slug: 'softirq_count_leak',
        headline: `huh, entered softirq ${vec} ${softirqName(vec)} ${hex(action).slice(2)} with ${counts}?`,
        detail: 'the count is put back to what it was',
      });
      return undefined;
    },
  },
  irq_handler_enabled_irqs: {
    prototype: 'void irq_handler_enabled_irqs(int irq)',
    doc: 'Reports a handler that came back with interrupts on.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, cpu, line) {
      const name = kernel.devices.find((one) => one.line === line)?.name ?? '?';
      const headline = `irq ${line} handler ${name} enabled interrupts`;
      kernel.reportOnce(cpu, { slug: 'irq_handler_enabled_irqs', headline, detail: 'they are turned off again here' });
      return undefined;
    },
  },
};
