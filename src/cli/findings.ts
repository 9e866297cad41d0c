/** Findings in words and as records. */
import { findingEntry, findingLink, isFindingSlug } from '../kernel/catalogue.ts';
import type { Finding } from '../kernel/findings.ts';
import { milliseconds } from './text.ts';

const entryOf = (slug: string) => (isFindingSlug(slug) ? findingEntry(slug) : undefined);

/** What happened, where and when, and what it means. */
export function findingLines(finding: Finding): string[] {
  if (finding.suppressed) return [];
  const entry = entryOf(finding.slug);
  return [
    `${finding.kind}: ${finding.slug} (${finding.reference})`,
    `  ${finding.headline}`,
    ...(finding.detail ? finding.detail.split('\n').map((line) => `  ${line}`) : []),
    `  step ${finding.step}, ${milliseconds(finding.time)}, task ${finding.comm} on CPU ${finding.cpu}`,
    ...(entry ? [`  ${entry.explanation}`, `  see ${findingLink(entry)}`] : []),
  ];
}

export function findingRecord(finding: Finding): Record<string, unknown> {
  const entry = entryOf(finding.slug);
  return { type: 'finding', ...finding, ...(entry && { title: entry.title, explanation: entry.explanation, link: entry.link }) };
}
