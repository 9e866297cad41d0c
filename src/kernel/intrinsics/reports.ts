/** WARN, BUG, assert and what an exception reports (highmem 1.5). The tag on the statement's line (`H-D02`) says which finding it is. */
import { TrapKind } from '../../machine/bytecode.ts';
import { StopCause } from '../../machine/cpu-state.ts';
import { placeName, slugAt } from '../code-places.ts';
import { warningHeadline } from '../headlines.ts';
import type { Kernel } from '../kernel.ts';
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

const report = (prototype: string, doc: string, execute: Execute, conditionText = true): Intrinsic => ({
  prototype,
  doc,
  context: 'any',
  maySleep: false,
  ...(conditionText && { conditionText: true as const }),
  execute,
});
const internal = (prototype: string, doc: string, execute: Execute): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

const place = (kernel: Kernel, cpu: number): number => kernel.machine.pc(cpu) - 1;

function warn(kernel: Kernel, cpu: number, condition: number, text: number, once: boolean): number {
  if (condition === 0) return 0;
  const pc = place(kernel, cpu);
  const { debug } = kernel.built;
  const { comm, pid } = kernel.currentTask(cpu);
  const headline = warningHeadline(kernel.profile, cpu, pid, placeName(debug, pc));
  const detail = `${kernel.stringAt(cpu, text)}; ${comm}/${pid}`;
  const finding = { slug: slugAt(debug, pc) ?? 'warn', kind: 'warn' as const, headline, detail };
  if (once) kernel.reportOnce(cpu, finding);
  else kernel.report(cpu, finding);
  return 1;
}

function bug(kernel: Kernel, cpu: number, detail: string): void {
  const pc = place(kernel, cpu);
  const { debug } = kernel.built;
  const headline = `kernel BUG at ${placeName(debug, pc)}!`;
  kernel.report(cpu, { slug: slugAt(debug, pc) ?? 'bug', kind: 'bug', headline, detail });
  kernel.machine.requestTrap(TrapKind.bug);
}

const TRAP_SLUGS: Readonly<Record<number, { slug: string; headline: string }>> = {
  [TrapKind.divide]: { slug: 'divide_error', headline: 'divide error: 0000 [#1]' },
  [TrapKind.stackOverflow]: { slug: 'stack_overflow', headline: 'BUG: stack guard page was hit' },
  [TrapKind.uninitialised]: { slug: 'uninitialised_read', headline: 'a local variable is read before it was set' },
};

export const reports: IntrinsicTable = {
  WARN_ON: report(
    'bool WARN_ON(bool condition)',
    'Reports when the condition is true, every time, and goes on. Returns the condition.',
    (kernel, cpu, condition, text) => warn(kernel, cpu, condition, text, false),
  ),
  WARN_ON_ONCE: report(
    'bool WARN_ON_ONCE(bool condition)',
    'Reports the first time that the condition is true at this place, and goes on. Returns the condition.',
    (kernel, cpu, condition, text) => warn(kernel, cpu, condition, text, true),
  ),
  BUG_ON: report(
    'void BUG_ON(bool condition)',
    'Stops this context for good when the condition is true: the task dies, and in an interrupt the machine.',
    (kernel, cpu, condition, text) => {
      if (condition !== 0) bug(kernel, cpu, kernel.stringAt(cpu, text));
      return undefined;
    },
  ),
  BUG: report(
    'void BUG(void)',
    'Stops this context for good: the task dies, and in an interrupt the machine.',
    (kernel, cpu) => void bug(kernel, cpu, 'the code was reached that must never be'),
    false,
  ),
  DEBUG_LOCKS_WARN_ON: report(
    'bool DEBUG_LOCKS_WARN_ON(bool condition)',
    'Reports when the condition is true and no lock check has reported before in this boot. Returns the condition.',
    (kernel, cpu, condition, text) => {
      if (condition === 0) return 0;
      const wording = kernel.stringAt(cpu, text);
      const slug = slugAt(kernel.built.debug, place(kernel, cpu)) ?? 'warn';
      kernel.reportLocks(cpu, { slug, headline: `DEBUG_LOCKS_WARN_ON(${wording})`, detail: kernel.callerName(cpu) });
      return 1;
    },
  ),
  assert: report(
    'void assert(bool condition)',
    'The program says that this is so; a finding when it is not.',
    (kernel, cpu, condition, text) => {
      if (condition !== 0) return undefined;
      const wording = kernel.stringAt(cpu, text);
      kernel.report(cpu, { slug: 'assert_failed', headline: `assert(${wording}) failed`, detail: kernel.callerName(cpu) });
      return undefined;
    },
  ),
  panic: report(
    'void panic(const char *reason)',
    'Stops the machine: nothing can happen any more.',
    (kernel, cpu, reason) => {
      const text = kernel.stringAt(cpu, reason);
      kernel.report(cpu, { slug: 'panic', headline: `Kernel panic - not syncing: ${text}`, detail: kernel.callerName(cpu) });
      kernel.machine.stop(cpu, StopCause.panic);
      return undefined;
    },
    false,
  ),
  report_trap: internal(
    'void report_trap(int trap_kind, unsigned long detail)',
    'Reports an exception of kernel code; a BUG has been reported already.',
    (kernel, cpu, kind, local) => {
      const known = TRAP_SLUGS[kind];
      if (!known) return undefined;
      const pc = kernel.trapPc(cpu);
      const name = kind === TrapKind.uninitialised ? localName(kernel, pc, local) : undefined;
      const detail = `in ${kernel.functionAt(pc)}()${name ? `: '${name}' has no value yet` : ''}`;
      kernel.report(cpu, { ...known, detail, pc });
      return undefined;
    },
  ),
  oops_note_irqs_disabled: internal(
    'void oops_note_irqs_disabled(void)',
    'Notes that the task dies with interrupts off.',
    (kernel, cpu) => {
      const { comm, pid } = kernel.currentTask(cpu);
      kernel.emit(cpu, { type: 'printk', level: 6, text: `note: ${comm}[${pid}] exited with irqs disabled` });
      return undefined;
    },
  ),
  oops_note_preempt_count: internal(
    'void oops_note_preempt_count(void)',
    'Notes that the task dies in atomic context.',
    (kernel, cpu) => {
      const { comm, pid, view } = kernel.currentTask(cpu);
      const text = `note: ${comm}[${pid}] exited with preempt_count ${view.thread_info.preempt_count}`;
      kernel.emit(cpu, { type: 'printk', level: 6, text });
      return undefined;
    },
  ),
};

/** Name of local number `local` of the function that holds `pc`. */
function localName(kernel: Kernel, pc: number, local: number): string | undefined {
  return kernel.built.debug.functions.find((one) => one.entry <= pc && pc < one.end)?.locals[local]?.name;
}
