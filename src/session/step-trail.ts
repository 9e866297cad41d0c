/**
 * The steps a person has just taken, so that Step Back is their exact inverse: out of a function and back is inside
 * again, at the very moment. Any other command ends the trail.
 */
import type { Stop } from './api.ts';

interface Taken {
  from: Stop;
  /** Number of the micro-step at which the step ended. */
  to: number;
}

/** Steps remembered. */
const TRAIL_MAX = 10_000;

export class StepTrail {
  #taken: Taken[] = [];

  /** A step led from one stop to another. */
  add(from: Stop, to: Stop): void {
    if (this.#taken.length >= TRAIL_MAX) this.#taken.shift();
    this.#taken.push({ from, to: to.step });
  }

  /** Where the step that ended at micro-step `step` with `pid` shown began; it is taken off the trail. */
  takeBack(step: number, pid: number): Stop | undefined {
    const last = this.#taken.at(-1);
    if (!last || last.to !== step || last.from.pid !== pid) return undefined;
    this.#taken.pop();
    return last.from;
  }

  forget(): void {
    this.#taken = [];
  }
}
