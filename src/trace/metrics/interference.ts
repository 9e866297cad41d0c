/**
 * What pinning costs a task: it waits although it is among the best, because it may not go where there is room (scheduler 10). And
 * what that costs the CPUs.
 */
import { bitCount } from '../../util/bits.ts';
import { compareRank, idealRunners } from './ideal.ts';
import { Meters } from './meter.ts';
import type { Observer, ReplayState, TaskState } from './replay.ts';

/** Who runs on the victim's CPU. */
type Cause = 'pinned' | 'movable' | 'other';

export class Interference implements Observer {
  /** By pid of the victim. */
  readonly victims = new Meters<number>();
  /**
   * By cause and pid: the one that runs there cannot move either (pinned, or bound to this CPU); it could and the balancer has not
   * moved it; a stopper, a handler or a switch under way.
   */
  readonly causes: Readonly<Record<Cause, Meters<number>>> = {
    pinned: new Meters(),
    movable: new Meters(),
    other: new Meters(),
  };
  /** By CPU: idle, or running something less urgent than a victim. Of several such CPUs each victim counts the first that it may use. */
  readonly lostCpu = new Meters<number>();

  span(from: number, _to: number, state: ReplayState): void {
    const victims = victimsOf(state);
    this.victims.setOnly(new Set(victims.map(({ pid }) => pid)), from);
    for (const [cause, meters] of Object.entries(this.causes)) {
      meters.setOnly(new Set(victims.filter((task) => causeOf(task, state) === cause).map(({ pid }) => pid)), from);
    }
    this.lostCpu.setOnly(lostCpus(victims, state), from);
  }

  finish(end: number): void {
    for (const meters of [this.victims, ...Object.values(this.causes), this.lostCpu]) meters.setOnly(new Set(), end);
  }
}

/** Best first. */
function victimsOf({ tasks, cpus }: ReplayState): TaskState[] {
  const waiting = [...tasks.values()].filter(({ state, md }) => state === 'runnable' && md > 0);
  if (waiting.length === 0) return [];
  const ideal = idealRunners(
    tasks.values(),
    cpus.map(({ active }) => active),
  );
  return waiting.filter(({ pid }) => ideal.has(pid)).sort((a, b) => compareRank(a, b) || a.order - b.order);
}

function causeOf({ cpu }: TaskState, { tasks, cpus }: ReplayState): Cause {
  const runner = tasks.get(cpus[cpu].current);
  if (cpus[cpu].handlers > 0 || !runner || runner.stopper) return 'other';
  return runner.md > 0 || bitCount(runner.mask) === 1 ? 'pinned' : 'movable';
}

function lostCpus(victims: readonly TaskState[], { tasks, cpus }: ReplayState): Set<number> {
  const lost = new Set<number>();
  for (const victim of victims) {
    const cpu = cpus.findIndex(({ current, active }, index) => {
      if (!active || (victim.mask & (1 << index)) === 0 || lost.has(index)) return false;
      const runner = tasks.get(current);
      return !runner || compareRank(victim, runner) < 0;
    });
    if (cpu >= 0) lost.add(cpu);
  }
  return lost;
}
