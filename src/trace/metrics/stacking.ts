/** Pinned tasks on top of one another on a CPU (stack_depth), and the same while a CPU that they may use is idle (SHC, scheduler 10). */
import { Meters } from './meter.ts';
import type { Observer, ReplayState, TaskState } from './replay.ts';

export class Stacking implements Observer {
  /** By CPU: at least one pinned task waits there. */
  readonly stacked = new Meters<number>();
  /** By CPU: the same while another CPU is idle that one of them may use. */
  readonly shc = new Meters<number>();
  /** By CPU: the most pinned tasks that waited there at once. */
  readonly depthMax: number[] = [];

  span(from: number, _to: number, { tasks, cpus }: ReplayState): void {
    const waiting = [...tasks.values()].filter(({ state, md }) => state === 'runnable' && md > 0);
    const idle = cpus.reduce((mask, { current, active }, cpu) => (active && current === 0 ? mask | (1 << cpu) : mask), 0);
    this.stacked.setOnly(new Set(waiting.map(({ cpu }) => cpu)), from);
    this.shc.setOnly(new Set(waiting.filter(({ mask }) => (mask & idle) !== 0).map(({ cpu }) => cpu)), from);
    cpus.forEach((_, cpu) => {
      this.depthMax[cpu] = Math.max(this.depthMax[cpu] ?? 0, depthOf(waiting, cpu));
    });
  }

  finish(end: number): void {
    this.stacked.setOnly(new Set(), end);
    this.shc.setOnly(new Set(), end);
  }
}

const depthOf = (waiting: readonly TaskState[], on: number): number => waiting.filter(({ cpu }) => cpu === on).length;
