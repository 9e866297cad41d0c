/** "Did you mean": the known word that is closest to a misspelt one. */

/** Number of single-letter changes, swaps of neighbours included, that make `a` into `b`; `limit + 1` when there are more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, beforePrevious[j - 2] + 1);
      row.push(best);
    }
    beforePrevious = previous;
    previous = row;
  }
  return Math.min(previous[b.length], limit + 1);
}

/** Known words ordered by how close they are to `word`, closest first; equally close ones alphabetically. */
export function byCloseness(word: string, known: Iterable<string>): string[] {
  const scored = [...new Set(known)].map((candidate) => ({ candidate, distance: editDistance(word, candidate, 12) }));
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return scored.map(({ candidate }) => candidate);
}

/** The known word that `word` is most likely meant to be, if one is close enough (a third of its letters at most). */
export function closest(word: string, known: Iterable<string>): string | undefined {
  if (word.length < 3) return undefined;
  const limit = Math.min(3, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate, limit);
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && distance <= limit && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean 'x'?` or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const candidate = closest(word, known);
  return candidate === undefined ? '' : `; did you mean '${candidate}'?`;
}
