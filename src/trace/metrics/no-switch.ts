/** How long a CPU has gone on with one task (D31 of scheduler 11 in place of the kernel's softlockup message). An idle CPU does not count. */
import type { KernelEvent } from '../../kernel/events.ts';
import { Meters } from './meter.ts';
import type { Observer } from './replay.ts';

export class NoSwitch implements Observer {
  /** By CPU. */
  readonly times = new Meters<number>();

  event(event: KernelEvent): void {
    if (event.type !== 'sched_switch') return;
    const meter = this.times.of(event.cpu);
    meter.set(false, event.time);
    meter.set(event.next_pid !== 0, event.time);
  }

  finish(end: number): void {
    this.times.setOnly(new Set(), end);
  }
}
