/**
 * The one catalogue of findings: every slug that a run can report, with plain words for a learner and the place in the
 * reference pages. Slugs are stable: `expect` lines, schedules and other people's exercises name them.
 */
import { assert } from '../util/assert.ts';
import { lockdepFindings } from './catalogue/lockdep.ts';
import { lockingFindings } from './catalogue/locking.ts';
import { machineFindings } from './catalogue/machine.ts';
import { mappingFindings } from './catalogue/mappings.ts';
import { sanitizerFindings } from './catalogue/sanitizers.ts';
import { schedulerFindings } from './catalogue/scheduler.ts';
import type { FindingEntry } from './findings.ts';

export const findingCatalogue: readonly FindingEntry[] = [
  ...mappingFindings,
  ...sanitizerFindings,
  ...schedulerFindings,
  ...lockingFindings,
  ...lockdepFindings,
  ...machineFindings,
];

const bySlug = new Map(findingCatalogue.map((entry) => [entry.slug, entry]));
const byReference = new Map(
  [...mappingFindings, ...schedulerFindings, ...lockingFindings, ...lockdepFindings].flatMap((entry) =>
    entry.reference.split(' ').map((id) => [id, entry.slug] as const),
  ),
);

/** The entry of `slug`; fails when there is none, because slugs come from our own code. */
export function findingEntry(slug: string): FindingEntry {
  const entry = bySlug.get(slug);
  assert(entry, `no finding is called "${slug}"; add it to the catalogue`);
  return entry;
}

/** Whether a name that a person wrote (`expect slot_busy`) is a finding. */
export function isFindingSlug(name: string): boolean {
  return bySlug.has(name);
}

/** Slug for a diagnostic's id as kernel sources tag it: `H-D02`, `S-D1`. Undefined: the id names none. */
export function slugOfReference(reference: string): string | undefined {
  return byReference.get(reference);
}

/** Where a person reads more: path of the shipped page and the section's number. */
export function findingLink(entry: FindingEntry): string {
  return `docs/reference/${entry.link.page}.md, section ${entry.link.section}`;
}
