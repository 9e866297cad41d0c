/** What the editor shows when the pointer rests on a name. */
import type { Range } from '../source.ts';
import type { Analysis } from './analysis.ts';
import { describeBuiltin } from './builtins.ts';
import { type Description, describe } from './describe.ts';

export interface Hover extends Description {
  range: Range;
}

/** Undefined: nothing is known about what stands at `offset`. */
export function hover(analysis: Analysis, offset: number): Hover | undefined {
  const occurrence = analysis.occurrenceAt(offset);
  const description = occurrence && describe(analysis, occurrence);
  if (description) return { ...description, range: { start: occurrence.start, end: occurrence.end } };
  const word = analysis.wordAt(offset);
  const builtin = word && describeBuiltin(word.text);
  return builtin && { ...builtin, range: { start: word.start, end: word.end } };
}
