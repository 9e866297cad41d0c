/**
 * A log whose end moves with the run: entries after the present step are put aside when a run goes back, in the same
 * objects, and come back when it goes forward through known steps again.
 */
export class KnownFuture {
  readonly #log: { readonly step: number }[];
  /** Entries after the present step, latest first. */
  readonly #aside: { readonly step: number }[] = [];

  constructor(log: { readonly step: number }[]) {
    this.#log = log;
  }

  /** The present is now `step`, one that is known. */
  moveTo(step: number): void {
    const log = this.#log;
    const aside = this.#aside;
    while (log.length > 0 && log[log.length - 1].step > step) aside.push(log.pop()!);
    while (aside.length > 0 && aside[aside.length - 1].step <= step) log.push(aside.pop()!);
  }

  /** What was put aside will not happen. */
  forget(): void {
    this.#aside.length = 0;
  }
}
