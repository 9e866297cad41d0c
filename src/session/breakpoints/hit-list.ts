/**
 * At which moments a breakpoint was hit, so that a hit count means the same on the way forward and on the way back: the
 * n-th hit since boot on this branch of time.
 */
export class HitList {
  /** Moments (numbers of steps done), rising. */
  readonly #moments: number[] = [];

  /** Notes a hit; passing the same moment again changes nothing. */
  record(moment: number): void {
    const at = this.count(moment);
    if (at > 0 && this.#moments[at - 1] === moment) return;
    this.#moments.splice(at, 0, moment);
  }

  /** Hits up to and including `moment`. */
  count(moment: number): number {
    let low = 0;
    let high = this.#moments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#moments[middle] <= moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets what came after `moment`: a new branch of time begins there. */
  cut(moment: number): void {
    this.#moments.length = this.count(moment);
  }
}
