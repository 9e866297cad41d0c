/**
 * migrate_disable() sections: where their time went (md.wall, md.runtime, md.preempted, md.blocked), and every preemption inside one
 * (scheduler 10).
 */
import type { KernelEvent } from '../../kernel/events.ts';
import type { Observer, ReplayState } from './replay.ts';

/** From the outermost migrate_disable() to the matching migrate_enable(). wall = runtime + preempted + blocked + irq. All ns. */
export interface Section {
  pid: number;
  comm: string;
  /** CPU on which it began, and so stayed. */
  cpu: number;
  start: number;
  wall: number;
  /** Current, and no handler on top of it: Zijlstra's bound. */
  runtime: number;
  /** Runnable and not current. */
  preempted: number;
  /** Not runnable. */
  blocked: number;
  /** Taken by interrupts, softirqs and NMIs while it was current. */
  irq: number;
  /** The recording or the task ended first. */
  unfinished: boolean;
}

/** A task stops being current inside its section: still runnable, or waiting for a spinlock of PREEMPT_RT. */
export interface MdPreempt {
  time: number;
  pid: number;
  comm: string;
  cpu: number;
  depth: number;
  next_pid: number;
  next_comm: string;
  kind: string;
}

export class Sections implements Observer {
  readonly done: Section[] = [];
  readonly preemptions: MdPreempt[] = [];
  readonly #open = new Map<number, Section>();

  event(event: KernelEvent, state: ReplayState): void {
    const { pid, comm, cpu, time } = event;
    if (event.type === 'migrate_disable' && event.migration_disabled === 1) {
      const nothing = { wall: 0, runtime: 0, preempted: 0, blocked: 0, irq: 0 };
      this.#open.set(pid, { pid, comm, cpu, start: time, ...nothing, unfinished: false });
    } else if (event.type === 'migrate_enable' && event.migration_disabled === 0) this.#close(pid, time, false);
    else if (event.type === 'sched_switch') this.#switched(event, state);
  }

  #switched(event: KernelEvent & { type: 'sched_switch' }, { tasks }: ReplayState): void {
    const { time, cpu, prev_pid, prev_comm, next_pid, next_comm, via = 'schedule' } = event;
    if (!this.#open.has(prev_pid)) return;
    const task = tasks.get(prev_pid);
    if (!task) this.#close(prev_pid, time, true);
    else if (task.state === 'runnable' || via === 'rtlock') {
      this.preemptions.push({ time, pid: prev_pid, comm: prev_comm, cpu, depth: task.md, next_pid, next_comm, kind: via });
    }
  }

  span(from: number, to: number, { tasks, cpus }: ReplayState): void {
    for (const section of this.#open.values()) {
      const task = tasks.get(section.pid);
      if (!task) continue;
      if (task.state === 'blocked') section.blocked += to - from;
      else if (task.state === 'runnable') section.preempted += to - from;
      else if (cpus[task.cpu].handlers > 0) section.irq += to - from;
      else section.runtime += to - from;
    }
  }

  finish(end: number): void {
    for (const pid of [...this.#open.keys()]) this.#close(pid, end, true);
  }

  #close(pid: number, time: number, unfinished: boolean): void {
    const section = this.#open.get(pid);
    if (!section) return;
    this.#open.delete(pid);
    section.wall = time - section.start;
    section.unfinished = unfinished;
    this.done.push(section);
  }
}
