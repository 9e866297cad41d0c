/**
 * A log whose end moves with the run: entries after the present step are put aside when a run goes back, in the same
 * objects, and come back when it goes forward through known steps again.
 */
interface Entry {
  readonly step: number;
}

/** Entries that were cut off together; those before `from` are back in the log. */
interface Piece {
  entries: Entry[];
  from: number;
}

export class KnownFuture {
  readonly #log: Entry[];
  /** Entries after the present step, in pieces as they were cut off: the last piece comes next. */
  readonly #aside: Piece[] = [];

  constructor(log: Entry[]) {
    this.#log = log;
  }

  /** The present is now `step`, one that is known. */
  moveTo(step: number): void {
    const log = this.#log;
    if (log.length > 0 && log[log.length - 1].step > step) {
      this.#aside.push({ entries: log.splice(indexAfter(log, 0, step)), from: 0 });
      return;
    }
    for (;;) {
      const piece = this.#aside[this.#aside.length - 1];
      if (piece === undefined || piece.entries[piece.from].step > step) return;
      const end = indexAfter(piece.entries, piece.from, step);
      for (; piece.from < end; piece.from++) log.push(piece.entries[piece.from]);
      if (piece.from === piece.entries.length) this.#aside.pop();
    }
  }

  /** What was put aside will not happen. */
  forget(): void {
    this.#aside.length = 0;
  }
}

/** Index of the first entry of `list`, from `from` on, that belongs to a step after `step`. */
function indexAfter(list: readonly Entry[], from: number, step: number): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}
