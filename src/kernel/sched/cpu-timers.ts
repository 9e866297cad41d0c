/** The timers of a CPU when it goes down and comes up (scheduler 3.6, 5.5). */
import { Line } from '../../machine/lines.ts';
import type { Kernel } from '../kernel.ts';
import { hrtickTimer, tickTimer } from '../timer-numbers.ts';
import { firstCpu } from './cpu-masks.ts';

/** The tick begins, or begins again: at the next multiple of its period, as on the other CPUs. */
export function startTick({ machine, profile }: Kernel, cpu: number): void {
  const period = profile.tick_ns;
  const due = (Math.floor(machine.now / period) + 1) * period;
  machine.clock.arm(tickTimer(cpu), { due, cpu, line: Line.timer, period });
}

/** The CPU is idle and needs no tick (nohz). */
export function stopTick({ machine }: Kernel, cpu: number): void {
  if (machine.clock.isArmed(tickTimer(cpu))) machine.clock.cancel(tickTimer(cpu));
}

/** It is idle no more. */
export function resumeTick(kernel: Kernel, cpu: number): void {
  if (!kernel.machine.clock.isArmed(tickTimer(cpu))) startTick(kernel, cpu);
}

/** The tick of CPU `cpu` stops; all other timers that would interrupt it, and those that have just done so, go to the lowest active CPU. */
export function stopTimers(kernel: Kernel, cpu: number): void {
  const { machine } = kernel;
  const dest = firstCpu(kernel.activeCpus);
  machine.clock.cancel(tickTimer(cpu));
  machine.clock.cancel(hrtickTimer(kernel, cpu));
  for (const timer of machine.clock.timers) {
    if (timer.cpu !== cpu || (timer.armed === 0 && timer.expired === 0)) continue;
    timer.cpu = dest;
    if (timer.expired !== 0) machine.raiseLine(timer.line, dest);
  }
}
