/** Timers that the program has started and that have yet to run out. */
import type { Kernel } from './kernel.ts';
import { hrtimerTimer } from './timer-numbers.ts';

/** Whether any CPU has a timer of hrtimer_start() or mod_timer() that will run out. */
export function timersWait(kernel: Kernel): boolean {
  const { machine, layouts } = kernel;
  const first = kernel.variableOffset('timer_bases') + layouts.timer_base.field('first').offset;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    if (machine.clock.isArmed(hrtimerTimer(kernel, cpu))) return true;
    if (machine.memory.words[(machine.offsetOf(machine.perCpuBase(cpu)) + first) >>> 2] !== 0) return true;
  }
  return false;
}
