/** Section 11 of the reference (highmem) as data: which misuse, under which model, with what outcome. */
import { readFileSync } from 'node:fs';

export interface ReferenceTable {
  /** Column titles without the first. */
  models: readonly string[];
  rows: readonly { misuse: string; cells: readonly string[] }[];
}

/** Reads the table of misuses from the copy of the reference that is shipped. */
export function readReferenceTable(path = 'docs/reference/highmem.md'): ReferenceTable {
  const text = readFileSync(path, 'utf8');
  const section = /^## 11\. .*\n([\s\S]*?)^---$/m.exec(text)?.[1];
  if (section === undefined) throw new Error('the reference has no section 11');
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const [header, , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return { models: header.slice(1), rows: rows.map(([misuse, ...cells]) => ({ misuse, cells })) };
}

/** The words of a cell that none of the quotations has; empty when all is said. */
export function wordsLeft(cell: string, quotations: readonly string[]): string {
  let rest = cell;
  for (const quotation of quotations.toSorted((a, b) => b.length - a.length)) rest = rest.replace(quotation, ' ');
  return rest
    .replace(/->|[;:,.()]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
