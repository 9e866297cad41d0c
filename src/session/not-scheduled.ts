/**
 * CPUs that have run the same task for long. The kernel's watchdogs (soft lockup, RCU stall) wait for seconds and are not modelled; this says
 * the same when a run is stopped because it takes too many steps (scheduler S-D31).
 */
import type { Kernel } from '../kernel/kernel.ts';

/** Ticks without a switch that are worth telling. */
const LONG_TICKS = 10;

/** `CPU 0 has not scheduled for 12.5 ms: spinner runs there`, one for each such CPU; empty: there is none. */
export function notScheduled(kernel: Kernel): string[] {
  const { machine, profile, events } = kernel;
  return machine.cpus.flatMap((_, cpu) => {
    const task = kernel.currentTask(cpu);
    let at = events.length - 1;
    while (at >= 0 && !(events[at].cpu === cpu && events[at].type === 'sched_switch')) at--;
    const since = machine.now - (at < 0 ? 0 : events[at].time);
    if (task.idle || since < LONG_TICKS * profile.tick_ns) return [];
    return [`CPU ${cpu} has not scheduled for ${(since / 1e6).toFixed(1)} ms: ${task.comm} runs there`];
  });
}
