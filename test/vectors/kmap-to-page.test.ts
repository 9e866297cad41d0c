/** Vector 37 of the reference (highmem section 13): helpers whose answer depends on the kernel (7.11), and forced mappings (7.10). */
import { describe, expect, test } from 'vitest';
import { program } from './prelude.ts';
import { runVector } from './run.ts';

const local = { mapping: 'kmap_local' } as const;

const asks = (kernel: string, more: Record<string, string> = {}) =>
  runVector(
    program(
      { ...local, kernel, ...more },
      `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	printk("slot 0 %s", kmap_to_page(x) == p1 ? "right" : "garbage");
	printk("slot 1 %s", kmap_to_page(y) == p2 ? "right" : "garbage");
	printk("is %d %d", is_kmap_addr(x), is_kmap_addr(y));
	kunmap_local(y);
	kunmap_local(x);
}`,
    ),
  );

describe('kmap_to_page() and is_kmap_addr() of a temporary mapping', () => {
  test.each([
    ['v5_11', ['slot 0 garbage', 'slot 1 garbage', 'is 0 0'], []],
    ['v5_15', ['slot 0 garbage', 'slot 1 garbage', 'is 0 0'], []],
    ['v6_1', ['slot 0 garbage', 'slot 1 right', 'is 0 0'], ['kmap_to_page_of_kmap']],
    ['v6_18', ['slot 0 garbage', 'slot 1 right', 'is 0 1'], ['kmap_to_page_of_kmap']],
  ])('vector 37: %s: the border at the top is exclusive, so slot 0 of CPU 0 is missed', (kernel, printed, findings) => {
    const run = asks(kernel);
    expect(run.printed()).toEqual(printed);
    expect(run.findings()).toEqual(findings);
  });

  test('vector 37: in a debug build the first slot is a guard, so nothing is missed', () => {
    const run = asks('v6_1', { debug_kmap_local: 'on' });
    expect(run.printed().slice(0, 2)).toEqual(['slot 0 right', 'slot 1 right']);
    expect(run.findings()).toEqual(['kmap_to_page_of_kmap', 'kmap_to_page_of_kmap (suppressed)']);
  });

  test.each([
    ['v5_11', 'right 0', []],
    ['v6_1', 'right 1', ['kmap_to_page_of_kmap']],
  ])('an address of kmap(): %s knows the page', (kernel, printed, findings) => {
    const run = runVector(
      program(
        { ...local, kernel },
        'task a(cpu = 0) {\n\tchar *x = kmap(p1);\n\tprintk("%s %d", kmap_to_page(x) == p1 ? "right" : "garbage", is_kmap_addr(x));\n\tkunmap(p1);\n}',
      ),
    );
    expect(run.printed()).toEqual([printed]);
    expect(run.findings()).toEqual(findings);
  });

  test('an address of low memory: the page, without a word', () => {
    const run = runVector(
      program(local, 'task a(cpu = 0) {\n\tprintk("%d", kmap_to_page(page_address(lowpage)) == lowpage);\n}'),
    );
    expect(run.printed()).toEqual(['1']);
    expect(run.findings()).toEqual([]);
  });
});

describe('forced mappings (7.10)', () => {
  const forced = { ...local, force_map: 'on' } as const;

  test('a low page takes a slot, at an address of its own, with kmap_atomic() too', () => {
    const run = runVector(
      program(
        forced,
        'task a(cpu = 0) {\n\tchar *x = kmap_local_page(lowpage);\n\tchar *y = kmap_atomic(lowpage);\n\tshow(y);\n\tkunmap_atomic(y);\n\tshow(x);\n\tkunmap_local(x);\n}',
      ),
    );
    expect(run.printed()).toEqual(['fffb8000 idx 4 pinned 2 preempt 1 nofault 1', 'fffba000 idx 2 pinned 1 preempt 0 nofault 0']);
    expect(run.findings()).toEqual([]);
  });

  test('the misuse that low memory hides shows: two unmaps in the wrong order', () => {
    const body =
      'task a(cpu = 0) {\n\tchar *x = kmap_local_page(lowpage);\n\tchar *y = kmap_local_page(p1);\n\tkunmap_local(x);\n\tkunmap_local(y);\n}';
    expect(runVector(program(local, body)).findings()).toEqual([]);
    expect(runVector(program(forced, body)).kernelFindings()).toEqual(['unmap_order', 'unmap_order (suppressed)']);
  });

  test('an address of a user is outside of the slots as well, and is reported as such', () => {
    const body = 'task a(cpu = 0) {\n\tkunmap_local((const void *)0x1000);\n}';
    expect(runVector(program(forced, body)).findings()).toEqual(['unmap_outside_slots']);
  });
});
