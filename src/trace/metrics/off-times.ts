/**
 * How long a CPU could not preempt, take interrupts, or either (scheduler 10): CPU time, with whatever comes in meanwhile. The idle task
 * runs with preemption disabled all the time; that does not count.
 */
import type { KernelEvent } from '../../kernel/events.ts';
import { Meters } from './meter.ts';
import type { Observer, ReplayState } from './replay.ts';

export class OffTimes implements Observer {
  /** By CPU. */
  readonly preempt = new Meters<number>();
  readonly irqs = new Meters<number>();
  readonly either = new Meters<number>();

  event({ cpu, time }: KernelEvent, { cpus }: ReplayState): void {
    const { current, preemptOff, irqsOff } = cpus[cpu];
    const noPreempt = preemptOff && current !== 0;
    this.preempt.of(cpu).set(noPreempt, time);
    this.irqs.of(cpu).set(irqsOff, time);
    this.either.of(cpu).set(noPreempt || irqsOff, time);
  }

  finish(end: number): void {
    for (const meters of [this.preempt, this.irqs, this.either]) meters.setOnly(new Set(), end);
  }
}
