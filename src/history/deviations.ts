/** The choices of a run that differ from the default, by step: together with the program they are the run. */
import type { Choice } from './choice.ts';

export interface Deviation {
  /** Step that the choice made. */
  step: number;
  choice: Choice;
}

export class Deviations {
  readonly #list: Deviation[] = [];

  get list(): readonly Deviation[] {
    return this.#list;
  }

  /** Steps come in ascending order. */
  append(step: number, choice: Choice): void {
    this.#list.push({ step, choice });
  }

  /** The choice noted for `step`, or undefined: the default one. */
  at(step: number): Choice | undefined {
    const list = this.#list;
    if (list.length === 0 || list[list.length - 1].step < step) return undefined;
    let low = 0;
    let high = list.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle].step < step) low = middle + 1;
      else high = middle;
    }
    return list[low].step === step ? list[low].choice : undefined;
  }

  /** Forgets what lies after `step`. */
  cut(step: number): void {
    while (this.#list.length > 0 && this.#list[this.#list.length - 1].step > step) this.#list.pop();
  }
}
