/** `docs/findings.md` is made from the catalogue: `UPDATE=1 npx vitest run test/kernel/findings-page.test.ts` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingCatalogue } from '../../src/kernel/catalogue.ts';
import type { FindingEntry, FindingKind } from '../../src/kernel/findings.ts';

const PAGE = 'docs/findings.md';

const HEADINGS: [FindingKind, string, string][] = [
  ['sanitizer', 'Sanitizers', 'Seen by the emulator. A real kernel says nothing here.'],
  ['bug', 'BUG', 'The kernel stops this context for good: the task dies, and in an interrupt the machine.'],
  ['oops', 'Oops', 'An exception in kernel code. The same follows as after a BUG.'],
  ['panic', 'Panic', 'The machine stops.'],
  ['warn', 'WARN', 'The kernel prints it, mostly only the first time at that place, and goes on.'],
  ['debug', 'Checks of debug builds', 'Printed by the checks of preemption, sleeping and locks.'],
  ['lockdep', 'lockdep', 'The validator of locks. After its first report it is silent.'],
  ['assert', 'Of the program', 'What the program itself claims.'],
  ['stuck', 'Of the run', 'Nothing goes on.'],
];

function entryText({ slug, title, reference, explanation, link }: FindingEntry): string {
  const page = `[${link.page} ${link.section}](reference/${link.page}.md)`;
  return `### ${slug}\n\n*${title}.* ${explanation}\n\n${reference.split(' ').join(', ')}; reference ${page}.\n`;
}

function pageText(): string {
  const parts = HEADINGS.map(([kind, heading, text]) => {
    const entries = findingCatalogue.filter((entry) => entry.kind === kind);
    return `## ${heading}\n\n${text}\n\n${entries.map(entryText).join('\n')}`;
  });
  return `# Findings

What a run can report, by the names that \`expect\` lines, schedules and the debugger use. \`H-D02\` is diagnostic D02 of the
[highmem page](reference/highmem.md), \`S-D1\` diagnostic D1 of the [scheduler page](reference/scheduler.md); other numbers are sections.

*Made from \`src/kernel/catalogue/\`.*

${parts.join('\n')}`;
}

test('docs/findings.md says what the catalogue says', () => {
  if (process.env.UPDATE) writeFileSync(PAGE, pageText());
  expect(readFileSync(PAGE, 'utf8')).toBe(pageText());
});

test('every kind of finding has its heading', () => {
  expect(new Set(findingCatalogue.map(({ kind }) => kind))).toEqual(new Set(HEADINGS.map(([kind]) => kind)));
});
