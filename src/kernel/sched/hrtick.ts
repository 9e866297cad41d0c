/** The timer that ends a budget to the nanosecond (scheduler 2.7); without it the next tick does. */
import { Line } from '../../machine/lines.ts';
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import { hrtickTimer } from '../timer-numbers.ts';

/** Nothing shorter is worth an interrupt, ns. */
const HRTICK_MIN = 10_000;

/** The running task of `rq` has `left` ns to run. */
export function startHrtick(kernel: Kernel, rq: RqView, left: number): void {
  if (!kernel.profile.hrtick) return;
  const due = kernel.machine.now + Math.max(left, HRTICK_MIN);
  kernel.machine.clock.arm(hrtickTimer(kernel, rq.cpu), { due, cpu: rq.cpu, line: Line.timer });
}

/** Whatever it was set for, another task is about to be picked. */
export function clearHrtick(kernel: Kernel, cpu: number): void {
  if (kernel.machine.clock.isArmed(hrtickTimer(kernel, cpu))) kernel.machine.clock.cancel(hrtickTimer(kernel, cpu));
}
