/** From the moment when something should happen to a task until it runs: wake-ups and timers (scheduler 10), by pid. */
import type { KernelEvent } from '../../kernel/events.ts';
import { isWakeup } from '../task-states.ts';
import { Meters } from './meter.ts';
import type { Observer } from './replay.ts';

export class Latencies implements Observer {
  /** sched_waking to sched_switch. */
  readonly wakeup = new Meters<number>();
  /** sched_wakeup to sched_switch: without the way to the other CPU's queue. */
  readonly runnable = new Meters<number>();
  /** Expiry of a sleep as programmed, to the interrupt that handles it, and to the task that runs. */
  readonly timerIrq = new Meters<number>();
  readonly timerThread = new Meters<number>();
  readonly #asleep = new Set<number>();
  readonly #woken = new Map<number, number>();
  readonly #queued = new Map<number, number>();
  readonly #expired = new Map<number, number>();

  /** @param blocked tasks that are asleep when the recording begins */
  constructor(blocked: Iterable<number>) {
    this.#asleep = new Set(blocked);
  }

  event(event: KernelEvent): void {
    const { time } = event;
    if (event.type === 'timer_expire') {
      this.timerIrq.of(event.task_pid).add(time - event.expires);
      if (this.#asleep.has(event.task_pid)) this.#expired.set(event.task_pid, event.expires);
    } else if (event.type === 'sched_waking') {
      if (this.#asleep.has(event.wakee_pid) && !this.#woken.has(event.wakee_pid)) this.#woken.set(event.wakee_pid, time);
    } else if (isWakeup(event)) {
      if (this.#asleep.has(event.wakee_pid) || event.type === 'sched_wakeup_new') this.#queued.set(event.wakee_pid, time);
      if (event.type === 'sched_wakeup_new') this.#woken.set(event.wakee_pid, time);
      this.#asleep.delete(event.wakee_pid);
    } else if (event.type === 'sched_switch') {
      if (!event.prev_state.startsWith('R')) this.#asleep.add(event.prev_pid);
      this.#runs(event.next_pid, time);
    }
  }

  #runs(pid: number, time: number): void {
    const pairs = [
      [this.#woken, this.wakeup],
      [this.#queued, this.runnable],
      [this.#expired, this.timerThread],
    ] as const;
    for (const [since, meters] of pairs) {
      const start = since.get(pid);
      if (start !== undefined) meters.of(pid).add(time - start);
      since.delete(pid);
    }
    this.#asleep.delete(pid);
  }
}
