/** Lengths of intervals, ns: how many, how long in all, the longest. */

export interface Figures {
  count: number;
  total: number;
  max: number;
}

export class Meter {
  readonly #figures: Figures = { count: 0, total: 0, max: 0 };
  #since: number | undefined;

  /** A snapshot. */
  get figures(): Figures {
    return { ...this.#figures };
  }

  add(length: number): void {
    this.#figures.count++;
    this.#figures.total += length;
    this.#figures.max = Math.max(this.#figures.max, length);
  }

  /** From `time` on the thing is so, or not; an interval without length counts for nothing. */
  set(active: boolean, time: number): void {
    if (active === (this.#since !== undefined)) return;
    if (this.#since !== undefined && time > this.#since) this.add(time - this.#since);
    this.#since = active ? time : undefined;
  }
}

/** One meter for each key that came up, in order of first use. */
export class Meters<K extends number | string> {
  readonly #meters = new Map<K, Meter>();

  of(key: K): Meter {
    let meter = this.#meters.get(key);
    if (!meter) {
      meter = new Meter();
      this.#meters.set(key, meter);
    }
    return meter;
  }

  /** Those of `active` are on from `time` on, all others off. */
  setOnly(active: ReadonlySet<K>, time: number): void {
    for (const key of active) this.of(key).set(true, time);
    for (const [key, meter] of this.#meters) if (!active.has(key)) meter.set(false, time);
  }

  /** Sorted by key where keys are numbers. */
  rows(): [K, Figures][] {
    const rows = [...this.#meters].map(([key, meter]): [K, Figures] => [key, meter.figures]);
    return rows.sort(([a], [b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  }
}
