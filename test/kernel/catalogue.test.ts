import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingCatalogue, findingEntry, isFindingSlug, slugOfReference } from '../../src/kernel/catalogue.ts';

const pages = {
  highmem: readFileSync('docs/reference/highmem.md', 'utf8'),
  scheduler: readFileSync('docs/reference/scheduler.md', 'utf8'),
};

describe('the catalogue of findings', () => {
  test('has each slug once, in snake_case', () => {
    const slugs = findingCatalogue.map((entry) => entry.slug);
    expect(new Set(slugs).size).toBe(slugs.length);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  test.each(findingCatalogue.map((entry) => [entry.slug, entry] as const))('%s links to a section that exists', (_, entry) => {
    const heading = new RegExp(`^#{2,3} ${entry.link.section.replace('.', '\\.')}\\.? `, 'm');
    expect(pages[entry.link.page]).toMatch(heading);
  });

  test.each(findingCatalogue.map((entry) => [entry.slug, entry] as const))('%s explains itself in sentences', (_, entry) => {
    expect(entry.title).not.toMatch(/[.]$/);
    expect(entry.explanation.length).toBeGreaterThan(entry.title.length);
    expect(entry.explanation).toMatch(/^[A-Z`].*\.$/s);
  });

  test('knows the slug of each diagnostic id', () => {
    expect(slugOfReference('H-D01')).toBe('slot_busy');
    expect(slugOfReference('H-D02')).toBe('unmap_order');
    expect(slugOfReference('S-D1')).toBe('scheduling_while_atomic');
    expect(slugOfReference('H-D19')).toBe('scheduling_while_atomic');
    expect(slugOfReference('H-D99')).toBeUndefined();
  });

  test('refuses a slug that it does not have', () => {
    expect(isFindingSlug('unmap_order')).toBe(true);
    expect(isFindingSlug('unmap')).toBe(false);
    expect(() => findingEntry('unmap')).toThrow(/no finding is called/);
  });
});
