/** Whether a run can go on. Ticks go on for ever, so "nothing can happen any more" is a question about tasks and devices. */
import { StopCause } from '../machine/cpu-state.ts';
import { deviceTimer, sleepTimer } from './intrinsics/timers.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

/**
 * `ended`: every task of the program has exited and no device will speak up. `stuck`: tasks are left and nothing will ever wake
 * them. `running`: something can happen.
 */
export type LifeState = 'running' | 'ended' | 'stuck' | 'panic';

export function lifeState(kernel: Kernel): LifeState {
  if (kernel.machine.stopped !== StopCause.running) return 'panic';
  let left = false;
  for (let i = kernel.profile.cpus; i < kernel.tasks.length; i++) {
    const { view } = kernel.tasks[i];
    if (view.exit_state === 0 || view.on_cpu !== 0) {
      if (view.__state === 0 || view.on_rq !== 0 || view.on_cpu !== 0) return 'running';
      if (kernel.machine.clock.isArmed(sleepTimer(kernel, i)) || kernel.machine.clock.timers[sleepTimer(kernel, i)].expired) {
        return 'running';
      }
      left = true;
    }
  }
  if (deviceSpeaks(kernel) || !allIdle(kernel)) return 'running';
  return left ? 'stuck' : 'ended';
}

function deviceSpeaks(kernel: Kernel): boolean {
  const { clock, interrupts } = kernel.machine;
  return kernel.devices.some(
    ({ line, cpu, every }, i) =>
      interrupts.isPending(line, cpu) || (clock.isArmed(deviceTimer(kernel, i)) && (every === 0 || anyoneLeft(kernel))),
  );
}

/** A periodic device keeps a run alive only as long as there is a task that it could wake. */
function anyoneLeft(kernel: Kernel): boolean {
  return kernel.programTasks.some(({ view }) => view.exit_state === 0);
}

function allIdle(kernel: Kernel): boolean {
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const registers = kernel.machine.cpus[cpu];
    if (registers.halted === 0) return false;
  }
  return true;
}

/** What a task that cannot go on waits for, as a sentence. */
export function waitsFor(task: Task): string {
  const { view } = task;
  if (view.exit_state !== 0) return `${task.comm} has exited`;
  if (view.on_rq !== 0) return `${task.comm} waits for CPU ${view.cpu}`;
  return `${task.comm} sleeps (state ${(view.__state & 1) !== 0 ? 'S' : 'D'}) and nobody is left to wake it`;
}
