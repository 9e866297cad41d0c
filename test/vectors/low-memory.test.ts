/** Kernels without HIGHMEM, and low pages (highmem 1.7): one test for each statement. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const MODELS = ['km_type', 'atomic_stack', 'kmap_temporary', 'split_switch', 'kmap_local'] as const;
const off = (mapping: VectorSettings['mapping'], more: Record<string, string | number> = {}): VectorSettings => ({
  mapping,
  highmem: 'off',
  ...more,
});
const task = (settings: VectorSettings, body: string): string => program(settings, `task a(cpu = 0) {\n${body}\n}`);
const isDirect = 'printk("direct %d", (unsigned long)x == PAGE_OFFSET + (page_to_pfn(p1) << PAGE_SHIFT));';

describe('highmem = off: all calls are the address in the direct map', () => {
  test.each(MODELS)('%s', (mapping) => {
    const run = runVector(
      task(off(mapping), `\tchar *x = map_page(p1);\n\t${isDirect}\n\tlook("x", x);\n\tunmap_page(x);\n\tshow(NULL);`),
    );
    expect(run.printed()).toEqual(['direct 1', 'x P1', '0 idx 0 pinned 0 preempt 0 nofault 0']);
    expect(run.ptesCleared('a')).toEqual([]);
    expect(run.findings()).toEqual([]);
  });

  test('kmap_local has no side effect, whatever is unmapped in which order', () => {
    const run = runVector(
      task(
        off('kmap_local', { debug_highmem: 'on' }),
        `\tchar *x = kmap_local_page(p1);\n\tchar *y = kmap_local_page(p2);\n\t${isDirect}\n\tshow(NULL);\n\tkunmap_local(x);\n\tkunmap_local(x);\n\tlook("y", y);\n\tkunmap_local((const void *)0x1000);\n\tshow(NULL);`,
      ),
    );
    expect(run.printed()).toEqual([
      'direct 1',
      '0 idx 0 pinned 0 preempt 0 nofault 0',
      'y P2',
      '0 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.kernelFindings()).toEqual([]);
  });

  test('kmap_local_pfn() too', () => {
    const run = runVector(task(off('kmap_local'), `\tchar *x = kmap_local_pfn(page_to_pfn(p1));\n\t${isDirect}\n\tshow(NULL);`));
    expect(run.printed()).toEqual(['direct 1', '0 idx 0 pinned 0 preempt 0 nofault 0']);
  });

  test('FORCE_MAP changes nothing there (7.10)', () => {
    const run = runVector(
      task(off('kmap_local', { force_map: 'on' }), `\tchar *x = kmap_local_page(p1);\n\t${isDirect}\n\tkunmap_local(x);`),
    );
    expect(run.printed()).toEqual(['direct 1']);
    expect(run.findings()).toEqual([]);
  });

  test.each([
    ['km_type', ', KM_USER0', '0 idx 0 pinned 0 preempt 1 nofault 0'],
    ['atomic_stack', '', '0 idx 0 pinned 0 preempt 1 nofault 1'],
    ['kmap_temporary', '', '0 idx 0 pinned 0 preempt 1 nofault 1'],
    ['split_switch', '', '0 idx 0 pinned 0 preempt 1 nofault 1'],
    ['kmap_local', '', '0 idx 0 pinned 0 preempt 1 nofault 1'],
  ] as const)('kmap_atomic() of %s keeps its effect on preemption and page faults, in both directions', (mapping, type, held) => {
    for (const debug_highmem of ['off', 'on']) {
      const run = runVector(
        task(
          off(mapping, { debug_highmem }),
          `\tchar *x = kmap_atomic(p1${type});\n\tshow(NULL);\n\tkunmap_atomic(x${type});\n\tshow(NULL);`,
        ),
      );
      expect(run.printed()).toEqual([held, '0 idx 0 pinned 0 preempt 0 nofault 0']);
      expect(run.findings()).toEqual([]);
    }
  });

  test.each(MODELS)('kmap() of %s keeps its might_sleep(), and kunmap() looks at nothing', (mapping) => {
    const run = runVector(
      task(
        off(mapping),
        '\tpreempt_disable();\n\tkmap(p1);\n\tpreempt_enable();\n\tpreempt_disable();\n\tkunmap(p1);\n\tkunmap(p1);\n\tpreempt_enable();',
      ),
    );
    expect(run.kernelFindings()).toEqual(['sleeping_in_atomic']);
  });
});

describe('highmem = on: a low page pushes nothing, and its unmap pops nothing', () => {
  test.each(MODELS)('%s', (mapping) => {
    const run = runVector(task({ mapping }, '\tchar *x = map_page(lowpage);\n\tlook("x", x);\n\tunmap_page(x);\n\tshow(NULL);'));
    expect(run.printed()).toEqual(['x lo', '0 idx 0 pinned 0 preempt 0 nofault 0']);
    expect(run.ptesCleared('a')).toEqual([]);
    expect(run.findings()).toEqual([]);
  });
});

describe('the same program with its pages in low and in high memory', () => {
  const sample = readFileSync('samples/lowmem-hides-bugs.klab', 'utf8');
  const high = sample.replace(/^page low /gm, 'page ');

  test.each([
    ['kmap_local', ['unmap_order', 'page_fault']],
    ['kmap_temporary', ['unmap_order', 'page_fault']],
    ['split_switch', ['unmap_order', 'page_fault']],
    ['atomic_stack', ['page_fault']],
    ['km_type', ['page_fault']],
  ] as const)('%s: low pages hide what high ones show, and a kernel without HIGHMEM hides it too', (mapping, findings) => {
    expect(runVector(sample, { settings: { mapping } }).findings()).toEqual([]);
    expect(runVector(high, { settings: { mapping, highmem: false } }).findings()).toEqual([]);
    expect(runVector(high, { settings: { mapping } }).kernelFindings()).toEqual(findings);
  });
});

describe('by page frame number there is no lowmem shortcut: a low page takes a slot too (2.3, 4.2, 7.2, vector 38)', () => {
  test.each([
    [
      'km_type',
      'kmap_atomic_prot_pfn(pfn, KM_USER0, PAGE_KERNEL)',
      'kunmap_atomic(x, KM_USER0)',
      'fffb7000 idx 0 pinned 0 preempt 1 nofault 0',
    ],
    ['kmap_temporary', 'kmap_temporary_pfn(pfn)', 'kunmap_temporary(x)', 'fffbb000 idx 1 pinned 0 preempt 0 nofault 1'],
    ['split_switch', 'kmap_temporary_pfn(pfn)', 'kunmap_temporary(x)', 'fffbb000 idx 1 pinned 0 preempt 0 nofault 1'],
    ['kmap_local', 'kmap_local_pfn(pfn)', 'kunmap_local(x)', 'fffbb000 idx 1 pinned 1 preempt 0 nofault 0'],
  ] as const)('%s', (mapping, map, unmap, held) => {
    const run = runVector(
      task(
        { mapping },
        `\tunsigned long pfn = page_to_pfn(lowpage);\n\tchar *x = ${map};\n\tshow(x);\n\tlook("x", x);\n\t${unmap};\n\tshow(NULL);`,
      ),
    );
    expect(run.printed()).toEqual([held, 'x lo', '0 idx 0 pinned 0 preempt 0 nofault 0']);
    expect(run.findings()).toEqual([]);
  });
});
