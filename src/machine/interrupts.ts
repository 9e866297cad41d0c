/**
 * Interrupt lines: pending bits per CPU, the interrupt flag, NMIs, and delivery, which pushes a frame and jumps to the kernel's
 * entry. A higher line goes first; interrupts do not nest by themselves, as delivery turns the flag off. An NMI ignores
 * the flag and blocks further NMIs until its IRET.
 */
import { assert } from '../util/assert.ts';
import { FrameKind } from './bytecode.ts';
import { CPU_STATE_BYTES, CpuWord, StopCause } from './cpu-state.ts';
import { Line, NO_LINE } from './lines.ts';
import type { Machine } from './machine.ts';

const NMI_BIT = 1 << Line.nmi;

export class Interrupts {
  readonly #machine: Machine;
  readonly #cpuWord: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#cpuWord = machine.plan.region('cpu').offset >>> 2;
  }

  /** Line `line` of CPU `cpu` becomes pending; nothing changes when it already is. */
  raise(line: number, cpu: number): void {
    const { memory, hooks } = this.#machine;
    const word = this.#state(cpu) + CpuWord.pending;
    const pending = memory.words[word];
    if ((pending & (1 << line)) !== 0) return;
    memory.write(word, pending | (1 << line));
    hooks.lineRaised?.(cpu, line);
  }

  /** The controller keeps line `line` of CPU `cpu` back, or lets it through again. */
  setMasked(line: number, cpu: number, masked: boolean): void {
    const view = this.#machine.cpus[cpu];
    view.masked = masked ? view.masked | (1 << line) : view.masked & ~(1 << line);
  }

  isPending(line: number, cpu: number): boolean {
    return (this.#machine.memory.words[this.#state(cpu) + CpuWord.pending] & (1 << line)) !== 0;
  }

  /** Whether any line of CPU `cpu` is pending. */
  hasPending(cpu: number): boolean {
    return this.#machine.memory.words[this.#state(cpu) + CpuWord.pending] !== 0;
  }

  /** The line that CPU `cpu` can take in now (the NMI first, then the highest line), or NO_LINE. */
  deliverable(cpu: number): number {
    const { words } = this.#machine.memory;
    const state = this.#state(cpu);
    const pending = words[state + CpuWord.pending];
    if (pending === 0) return NO_LINE;
    if ((pending & NMI_BIT) !== 0 && words[state + CpuWord.nmiBlocked] === 0) return Line.nmi;
    const maskable = pending & ~NMI_BIT & ~words[state + CpuWord.masked];
    return maskable === 0 || words[state + CpuWord.irqsEnabled] === 0 ? NO_LINE : 31 - Math.clz32(maskable);
  }

  /** Whether CPU `cpu` is halted, or busy in a delay, so that an interrupt comes in at once. */
  waits(cpu: number): boolean {
    const { words } = this.#machine.memory;
    const state = this.#state(cpu);
    return words[state + CpuWord.halted] !== 0 || words[state + CpuWord.delayRegister] !== 0;
  }

  /**
   * CPU `cpu` takes line `line` in: a halted CPU wakes, a busy one gets the unused rest of its delay back into its register
   * and executes the delay again later.
   */
  deliver(line: number, cpu: number): void {
    const machine = this.#machine;
    const view = machine.cpus[cpu];
    assert(this.isPending(line, cpu), `line ${line} is not pending on CPU ${cpu}`);
    assert(line === Line.nmi ? !view.nmi_blocked : view.irqs_enabled, `CPU ${cpu} does not take line ${line} in now`);
    const start = this.waits(cpu) ? machine.now : Math.max(machine.now, view.clock);
    if (view.delay_register !== 0) {
      if (view.clock > start) {
        machine.memory.write(machine.offsetOf(view.delay_register) >>> 2, (view.clock - start) | 0);
        view.pc = view.delay_pc;
      }
      view.delay_register = 0;
    }
    view.halted = 0;
    machine.now = start;
    view.clock = start + machine.stepNs;
    view.pending &= ~(1 << line);
    const nmi = line === Line.nmi;
    const handler = nmi ? machine.handlers.nmi : machine.handlers.interrupt;
    machine.enter(cpu, handler, nmi ? FrameKind.nmi : FrameKind.interrupt, view.pc, nmi ? [] : [line]);
    if (nmi) view.nmi_blocked = 1;
    machine.hooks.lineDelivered?.(cpu, line);
  }

  /** IRET: the interrupt flag becomes what it was when the handler was entered. */
  restoreFlag(cpu: number, on: boolean): void {
    const view = this.#machine.cpus[cpu];
    if (on === (view.irqs_enabled !== 0)) return;
    if (on) this.#machine.hooks.interruptFlag?.(cpu, on);
    view.irqs_enabled = Number(on);
  }

  /** What CPU `cpu` waits for, as a sentence; undefined when it can make a step. */
  waitsFor(cpu: number): string | undefined {
    const { clock, cpus, stopped } = this.#machine;
    if (stopped !== StopCause.running) return 'the machine has stopped';
    const view = cpus[cpu];
    const due = clock.nextDue;
    const next = due === Number.POSITIVE_INFINITY ? 'no timer is running' : `the next timer runs out at ${due / 1e6} ms`;
    if (view.halted && view.pending === 0) return `CPU ${cpu} is halted and waits for an interrupt; ${next}`;
    if (view.delay_register !== 0) return `CPU ${cpu} is busy until ${view.clock / 1e6} ms`;
    return undefined;
  }

  #state(cpu: number): number {
    return this.#cpuWord + cpu * (CPU_STATE_BYTES >>> 2);
  }
}
