/** What the vectors of balancing and affinity compare: switches and moves in order, and the state at a moment. */
import type { Run } from '../../../src/history/run.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { pushable } from '../../../src/kernel/sched/pushable.ts';
import { boot, eventsOf, runToEnd, type Settings } from '../../support/run-program.ts';

const MS = 1_000_000;
/** Times are right within 1 % of a tick. */
const TOLERANCE = 0.01;

/** Starts bound to CPU 0 and widens its mask there, so that it last ran on CPU 0 when it sleeps. */
export const WIDEN = 'set_cpus_allowed_ptr(current, &everywhere);';
export const EVERYWHERE = 'static const cpumask_t everywhere = 0xff;';

/** A SCHED_FIFO task; `where` as in a declaration. */
export const fifo = (name: string, prio: number, body: string, where = 'cpu = 0'): string =>
  `task ${name}(policy = SCHED_FIFO, prio = ${prio}, ${where}) { ${body} }`;

/** A task that last ran on CPU 0 and may run everywhere, wakes after `wake` ms and then does `body`. */
export const fromCpu0 = (name: string, prio: number, wake: number, body: string): string =>
  fifo(name, prio, `${WIDEN} msleep(${wake}); ${body}`);

export class Scheduling {
  readonly run: Run<Kernel>;

  constructor(text: string, settings: Settings = {}) {
    this.run = boot(text, { step_ns: 1, ...settings });
  }

  get kernel(): Kernel {
    return this.run.kernel;
  }

  /** Goes on until that many ms have passed. */
  until(ms: number): this {
    for (let i = 0; i < 2_000_000; i++) {
      if (this.kernel.machine.now >= ms * MS) return this;
      if (!this.run.stepDefault()) throw new Error(`the run has ended, at ${this.kernel.machine.now} ns`);
    }
    throw new Error(`not there after many steps, at ${this.kernel.machine.now} ns`);
  }

  end(): this {
    runToEnd(this.run);
    return this;
  }

  /** Name of the task that each CPU runs. */
  running(): string[] {
    return Array.from({ length: this.kernel.profile.cpus }, (_, cpu) => this.kernel.currentTask(cpu).comm);
  }

  /** Pushable tasks of a CPU, in order. */
  pushable(cpu: number): string[] {
    return [...pushable(this.kernel, this.kernel.rq(cpu))].map(({ comm }) => comm);
  }

  task(name: string) {
    const task = this.kernel.tasks.find(({ comm }) => comm === name);
    if (!task) throw new Error(`there is no task ${name}`);
    return task.view;
  }

  /**
   * Switches of one CPU between two times (ms), as `a ==> b R+`; with `both` CPUs and moves, see `story`. Times are checked by where they
   * are asked for.
   */
  switches(cpu: number, from: number, to: number): string[] {
    return eventsOf(this.kernel, 'sched_switch')
      .filter((event) => event.cpu === cpu && this.#within(event.time, from, to))
      .map(({ prev_comm, prev_state, next_comm }) => `${prev_comm} ==> ${next_comm} ${prev_state}`);
  }

  /** Moves between two times (ms), as `h30 0->1`. */
  moves(from = 0, to = Number.POSITIVE_INFINITY): string[] {
    return eventsOf(this.kernel, 'sched_migrate_task')
      .filter(({ time }) => this.#within(time, from, to))
      .map(({ task_comm, orig_cpu, dest_cpu }) => `${task_comm} ${orig_cpu}->${dest_cpu}`);
  }

  /** Switches of all CPUs and moves at one time (ms): within 1 % of a tick after it, in order. */
  at(ms: number): string[] {
    return this.between(ms, ms + TOLERANCE);
  }

  /** The same between two times. */
  between(from: number, to: number): string[] {
    return this.kernel.events.flatMap((event) => {
      if (!this.#within(event.time, from, to)) return [];
      if (event.type === 'sched_switch') {
        return [`CPU${event.cpu}: ${event.prev_comm} ==> ${event.next_comm} ${event.prev_state}`];
      }
      if (event.type === 'sched_migrate_task') return [`${event.task_comm} ${event.orig_cpu}->${event.dest_cpu}`];
      return [];
    });
  }

  findings(): string[] {
    return this.kernel.findings.map(({ slug, suppressed }) => (suppressed ? `(${slug})` : slug));
  }

  #within(time: number, from: number, to: number): boolean {
    return time >= from * MS && time < to * MS;
  }
}

/** A machine of `cpus` with the program `text`. */
export function scheduling(cpus: number, text: string, settings: Settings = {}): Scheduling {
  return new Scheduling(`machine { cpus = ${cpus}; }\n${EVERYWHERE}\n${text}`, settings);
}
