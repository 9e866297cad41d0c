/** Measuring. Ratios are taken between things measured in turns in the same process, so that a busy machine spoils both alike. */

/** Milliseconds that `work` takes. */
export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

export async function timedAsync(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** `share` 0.5 is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** A fixed sequence of numbers from 0 to 1; the bench is the same at every run. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

export interface Row {
  what: string;
  value: string;
  goal: string;
  /** Undefined: there is no goal, or it could not be measured here. */
  met?: boolean;
  /** The numbers behind `value`. */
  numbers: Record<string, number>;
}
