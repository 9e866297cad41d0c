/**
 * Timed events: a table of timers in memory. A timer that runs out raises a line of a CPU and stays marked as expired until the
 * handler takes it. Ticks, sleeping tasks and devices (`at`, `every`) are all timers; what a timer is for is its owner's business:
 * it chooses the number and a cookie.
 */
import { assert } from '../util/assert.ts';
import { fromWords, highWord, lowWord } from '../util/bits.ts';
import { MachineWord } from './cpu-state.ts';
import { defineStruct, u32, u64, type ViewOf } from './layout.ts';
import type { Machine } from './machine.ts';
import type { RegionRequest } from './memory-plan.ts';

export const timerState = defineStruct('timer_state', 'One timer of the hardware.', {
  armed: u32('1: it will run out at `due`.'),
  expired: u32('1: it ran out and nobody has taken notice yet.'),
  cpu: u32('CPU whose line it raises.'),
  line: u32('Line it raises.'),
  cookie: u32('Whatever its owner wants to find again.', { hex: true }),
  due: u64('Virtual time at which it runs out, ns.', { relative: true }),
  period: u64('0: once; otherwise it runs out again after so many ns.'),
});

/** `nextDue` when nothing is due ever. */
export const NEVER = Number.POSITIVE_INFINITY;

export interface TimerRequest {
  /** Virtual time, ns. In the past: due at once. */
  due: number;
  cpu: number;
  line: number;
  cookie?: number;
  /** ns; absent or 0: once. */
  period?: number;
}

export function timerRegion(timers: number): RegionRequest {
  return { name: 'timers', area: 'hardware', layout: timerState, count: timers, owner: 'shared' };
}

export class Clock {
  readonly timers: readonly ViewOf<typeof timerState>[];
  readonly #machine: Machine;
  readonly #dueWord: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    const region = machine.plan.region('timers');
    this.timers = Array.from({ length: region.count }, (_, i) =>
      timerState.view(machine.memory, region.offset + i * region.stride),
    );
    this.#dueWord = (machine.plan.region('machine').offset >>> 2) + MachineWord.nextDue;
    this.#noteNext();
  }

  /** Virtual time of the next timed event, ns; NEVER when there is none. */
  get nextDue(): number {
    const { words } = this.#machine.memory;
    return words[this.#dueWord + 1] === -1 ? NEVER : fromWords(words[this.#dueWord], words[this.#dueWord + 1]);
  }

  /** Sets timer `timer`; what it was set to before is forgotten. */
  arm(timer: number, { due, cpu, line, cookie = 0, period = 0 }: TimerRequest): void {
    const view = this.#timer(timer);
    view.armed = 1;
    view.expired = 0;
    view.cpu = cpu;
    view.line = line;
    view.cookie = cookie;
    view.due = due;
    view.period = period;
    this.#noteNext();
  }

  /** Stops timer `timer`. Whether it was still running. An expiry that nobody took notice of is forgotten too. */
  cancel(timer: number): boolean {
    const view = this.#timer(timer);
    const running = view.armed !== 0;
    view.armed = 0;
    view.expired = 0;
    view.due = 0;
    this.#noteNext();
    return running;
  }

  isArmed(timer: number): boolean {
    return this.#timer(timer).armed !== 0;
  }

  /**
   * The lowest timer that raised line `line` of CPU `cpu` and was not taken notice of yet; takes notice. -1 when there is none.
   */
  takeExpired(cpu: number, line: number): number {
    for (let i = 0; i < this.timers.length; i++) {
      const timer = this.timers[i];
      if (timer.expired === 0 || timer.cpu !== cpu || timer.line !== line) continue;
      timer.expired = 0;
      return i;
    }
    return -1;
  }

  /** Time passes up to the next timed event; everything due by then runs out, earliest first. */
  advance(): void {
    const machine = this.#machine;
    const due = this.nextDue;
    assert(due !== NEVER, 'there is no timed event to wait for');
    if (due > machine.now) machine.now = due;
    for (let next = this.#earliest(machine.now); next >= 0; next = this.#earliest(machine.now)) this.#runOut(next);
    this.#noteNext();
  }

  #runOut(index: number): void {
    const { hooks, interrupts } = this.#machine;
    const timer = this.timers[index];
    timer.expired = 1;
    if (timer.period > 0) timer.due += timer.period;
    else {
      timer.armed = 0;
      timer.due = 0;
    }
    hooks.timerFired?.(index, timer.cpu, timer.cookie);
    interrupts.raise(timer.line, timer.cpu);
  }

  /** The armed timer with the smallest due time not later than `limit`, lowest number first; -1: none. */
  #earliest(limit: number): number {
    let found = -1;
    let best = limit;
    for (let i = 0; i < this.timers.length; i++) {
      const timer = this.timers[i];
      if (timer.armed === 0) continue;
      const { due } = timer;
      if (due < best || (due === best && found < 0)) {
        best = due;
        found = i;
      }
    }
    return found;
  }

  #noteNext(): void {
    const next = this.#earliest(NEVER);
    const { memory } = this.#machine;
    const due = next < 0 ? -1 : this.timers[next].due;
    memory.write(this.#dueWord, lowWord(due));
    memory.write(this.#dueWord + 1, highWord(due));
  }

  #timer(timer: number): ViewOf<typeof timerState> {
    const view = this.timers[timer];
    assert(view, `the machine has ${this.timers.length} timers; there is no timer ${timer}`);
    return view;
  }
}
