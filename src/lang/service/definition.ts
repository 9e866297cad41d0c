/** Where a name is defined and used, and what has to change when it is renamed. */
import { keywords } from '../tokens.ts';
import type { Analysis, Place } from './analysis.ts';
import type { Occurrence } from './occurrences.ts';

/** Where the thing at `offset` is defined: in the document or in kernel source. Empty for what is built in. */
export function definition(analysis: Analysis, offset: number): Place[] {
  const occurrence = analysis.occurrenceAt(offset);
  return occurrence ? definitionOf(analysis, occurrence) : [];
}

export function definitionOf(analysis: Analysis, occurrence: Occurrence): Place[] {
  const same = analysis.occurrencesOfSame(occurrence);
  const definitions = same.filter((each) => each.occurrence.definition);
  if (definitions.length > 0) return definitions.map((each) => analysis.place(each.source, each.occurrence));
  // A schedule names functions, a parameter names a constant of an enum: other kinds of the same name.
  for (let source = 0; source < analysis.program.sources.length; source++) {
    const found = analysis.occurrences(source).find((each) => each.definition && each.name === occurrence.name && isGlobal(each));
    if (found) return [analysis.place(source, found)];
  }
  return [];
}

function isGlobal({ meaning }: Occurrence): boolean {
  if (meaning.kind === 'symbol') {
    return meaning.symbol.kind !== 'variable' || !['local', 'parameter'].includes(meaning.symbol.storage.kind);
  }
  return meaning.kind !== 'member' && meaning.kind !== 'label';
}

/** Every use of the thing at `offset`, in all sources. */
export function references(analysis: Analysis, offset: number, includeDefinition: boolean): Place[] {
  const occurrence = analysis.occurrenceAt(offset);
  if (!occurrence) return [];
  return analysis
    .occurrencesOfSame(occurrence)
    .filter((each) => includeDefinition || !each.occurrence.definition)
    .map((each) => analysis.place(each.source, each.occurrence));
}

export type RenameResult = { ok: true; edits: Place[] } | { ok: false; message: string };

/** The ranges to replace by `newName`. Only what is defined in the document can be renamed. */
export function rename(analysis: Analysis, offset: number, newName: string): RenameResult {
  const occurrence = analysis.occurrenceAt(offset);
  if (!occurrence) return { ok: false, message: 'there is no name here' };
  if (!/^[A-Za-z_]\w*$/.test(newName)) return { ok: false, message: `'${newName}' is not a name: use letters, digits and _` };
  if (keywords.has(newName)) return { ok: false, message: `'${newName}' is a word of the language` };
  const same = analysis.occurrencesOfSame(occurrence);
  const definitions = same.filter((each) => each.occurrence.definition);
  if (definitions.length === 0) return { ok: false, message: `'${occurrence.name}' is built in` };
  if (definitions.some((each) => each.source !== analysis.source)) {
    return { ok: false, message: `'${occurrence.name}' is defined in kernel source, which cannot be changed` };
  }
  if (newName !== occurrence.name && analysis.program.names.symbol(newName, analysis.source) && isGlobal(occurrence)) {
    return { ok: false, message: `'${newName}' exists already` };
  }
  return { ok: true, edits: same.map((each) => analysis.place(each.source, each.occurrence)) };
}
