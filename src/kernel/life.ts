/**
 * Whether a run can go on. Ticks go on for ever, so "nothing can happen any more" is a question about tasks and devices; the idle
 * loop asks it before it halts the last CPU.
 */
import { StopCause } from '../machine/cpu-state.ts';
import { functionNameAt } from './code-places.ts';
import type { Kernel } from './kernel.ts';
import { waitText } from './locking/locks.ts';
import { hasCpu } from './sched/cpu-masks.ts';
import type { Task } from './task.ts';
import { deviceTimer, dlTimer, sleepTimer } from './timer-numbers.ts';
import { timersWait } from './timers-waiting.ts';

/**
 * `ended`: every task of the program has exited and no device will speak up. `stuck`: tasks are left and nothing will ever wake
 * them. `running`: something can happen.
 */
export type LifeState = 'running' | 'ended' | 'stuck' | 'panic';

export function lifeState(kernel: Kernel): LifeState {
  switch (kernel.machine.stopped) {
    case StopCause.running:
      return 'running';
    case StopCause.shutdown:
      return sleepers(kernel).length > 0 ? 'stuck' : 'ended';
    default:
      return 'panic';
  }
}

/** CPU `cpu` is about to halt: ends the run if no CPU has, or will ever get, anything to do. */
export function endIfNothingLeft(kernel: Kernel, cpu: number): void {
  if (!othersHalted(kernel, cpu) || kernel.tasks.some((task) => !task.idle && canRun(kernel, task)) || deviceWaits(kernel))
    return;
  const left = sleepers(kernel);
  // A timer may start itself again for ever: it counts only as long as it could wake somebody.
  if (left.length > 0 && timersWait(kernel)) return;
  // A device that a person raises at will could still wake them.
  if (left.length > 0 && !kernel.devices.some(({ any }) => any)) {
    kernel.report(cpu, {
      slug: 'stuck',
      headline: 'nothing can happen any more',
      detail: left.map((task) => waitsFor(kernel, task)).join('; '),
    });
  }
  kernel.machine.stop(cpu, StopCause.shutdown);
}

const sleepers = (kernel: Kernel): Task[] => kernel.programTasks.filter(({ view }) => view.exit_state === 0);

/**
 * Whether every other CPU is halted, or stands in the function from which this one asks, about to halt: in lockstep idle CPUs ask at
 * the same moment, and each would wait for the others.
 */
function othersHalted({ machine, built }: Kernel, cpu: number): boolean {
  const halting = functionNameAt(built.debug, machine.pc(cpu));
  return machine.cpus.every(
    ({ halted, pending }, other) =>
      pending === 0 && (halted !== 0 || other === cpu || functionNameAt(built.debug, machine.pc(other)) === halting),
  );
}

function canRun(kernel: Kernel, { index, view }: Task): boolean {
  // Whoever was left on a CPU that is down waits until it is up again, but for its next budget.
  if (view.on_rq !== 0 || view.on_cpu !== 0)
    return hasCpu(kernel.onlineCpus, view.cpu) || timerWaits(kernel, dlTimer(kernel, index));
  if (view.exit_state !== 0) return false;
  return timerWaits(kernel, sleepTimer(kernel, index));
}

function timerWaits({ machine }: Kernel, number: number): boolean {
  const { armed, expired } = machine.clock.timers[number];
  return armed !== 0 || expired !== 0;
}

/** Whether an interrupt is due by the clock. One that comes again and again counts only as long as it could wake somebody. */
function deviceWaits(kernel: Kernel): boolean {
  const anyone = sleepers(kernel).length > 0;
  return kernel.devices.some(({ every }, i) => kernel.machine.clock.isArmed(deviceTimer(kernel, i)) && (every === 0 || anyone));
}

/** What a task that cannot go on waits for, as a sentence. */
export function waitsFor(kernel: Kernel, task: Task): string {
  const { comm, view } = task;
  if (view.exit_state !== 0) return `${comm} has exited`;
  if (view.on_rq !== 0) return `${comm} waits for CPU ${view.cpu}${hasCpu(kernel.onlineCpus, view.cpu) ? '' : ', which is down'}`;
  const offlining = hotplugWait(kernel, task);
  if (offlining) return offlining;
  if (kernel.pkmap.waiters().includes(task)) {
    return `${comm} waits in kmap() for a free pkmap slot: all ${kernel.pkmap.size} have users, and nobody is left to call kunmap()`;
  }
  const lock = waitText(kernel, task);
  if (lock) return `${comm} is ${lock}`;
  return `${comm} sleeps (state ${(view.__state & 1) !== 0 ? 'S' : 'D'}) and nobody is left to wake it`;
}

/** What holds up a CPU that `task` wants to take down. */
function hotplugWait(kernel: Kernel, task: Task): string | undefined {
  if (kernel.hotplugWriter !== task) return undefined;
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    const { hotplug_wait, nr_pinned, nr_running } = kernel.rq(cpu);
    if (hotplug_wait === 0) continue;
    const pinned = kernel.programTasks.filter(
      ({ view }) => view.exit_state === 0 && view.cpu === cpu && view.migration_disabled !== 0,
    );
    if (nr_pinned === 0) return `${task.comm} waits in cpu_down(${cpu}) until the ${nr_running} tasks there have left`;
    const who =
      pinned.length > 0
        ? `${pinned.map(({ comm }) => comm).join(', ')} ${pinned.length > 1 ? 'are' : 'is'} inside migrate_disable() there`
        : 'but no task there is inside migrate_disable(): a count was lost';
    return `${task.comm} waits in cpu_down(${cpu}) for nr_pinned to come to 0: it is ${nr_pinned}, ${who}`;
  }
  return undefined;
}
