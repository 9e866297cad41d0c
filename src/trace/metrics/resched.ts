/**
 * From need_resched set to the `__schedule()` that clears it (scheduler 10), by CPU. The clearing has no event of its own: it shows in the flags of
 * the next event of that CPU, which follows it within a few steps.
 */
import { type KernelEvent, TRACE_FLAG_NEED_RESCHED, TRACE_FLAG_NEED_RESCHED_LAZY } from '../../kernel/events.ts';
import { Meters } from './meter.ts';
import type { Observer } from './replay.ts';

export class ReschedLatency implements Observer {
  readonly full = new Meters<number>();
  /** Of the lazy flag of preempt = lazy. */
  readonly lazy = new Meters<number>();

  event(event: KernelEvent): void {
    const { cpu, time, common_flags: flags } = event;
    if ((flags & TRACE_FLAG_NEED_RESCHED) === 0) this.full.of(cpu).set(false, time);
    if ((flags & TRACE_FLAG_NEED_RESCHED_LAZY) === 0) this.lazy.of(cpu).set(false, time);
    if (event.type === 'need_resched') (event.lazy ? this.lazy : this.full).of(event.target_cpu).set(true, time);
  }

  finish(end: number): void {
    this.full.setOnly(new Set(), end);
    this.lazy.setOnly(new Set(), end);
  }
}
