/** What differs from the stop before, as marks that every view shows the same way. */

/** `new`: was not there; `changed`: was there with other values; `gone`: was there and is not any more; empty: as it was. */
export type Change = '' | 'new' | 'changed' | 'gone';

/** The mark as text, for lists and text twins: it never depends on colour. */
export const CHANGE_MARK: Record<Change, string> = { '': ' ', new: '+', changed: '~', gone: '-' };
export const CHANGE_WORD: Record<Change, string> = { '': '', new: 'new', changed: 'changed', gone: 'gone' };

/** Marks one thing against the same thing at the stop before. `hasPrevious` is false at the first stop: nothing is marked. */
export function changeOf<T extends object>(
  now: T,
  before: T | undefined,
  hasPrevious: boolean,
  fields: readonly (keyof T)[],
): Change {
  if (!hasPrevious) return '';
  if (!before) return 'new';
  return fields.some((field) => !same(now[field], before[field])) ? 'changed' : '';
}

/** Names of the fields that differ, in the order given. */
export function changedFields<T extends object>(now: T, before: T | undefined, fields: readonly (keyof T & string)[]): string[] {
  return before ? fields.filter((field) => !same(now[field], before[field])) : [];
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  return a === b;
}
