/** Page frames by number and device memory (highmem 2.3, 2.6, 3.3, 4.1, 4.4, 7.1, 7.2, 7.7). */
import { describe, expect, test } from 'vitest';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const DEVICE = `
page fb[2] = { "F0", "F1" };
struct io_mapping dev;
static struct io_mapping *aperture(void)
{
	return io_mapping_init_wc(&dev, page_to_pfn(fb[0]) << PAGE_SHIFT, 2 * PAGE_SIZE);
}
static char *mapped(void __iomem *vaddr)
{
	return (char *)vaddr;
}
`;
const device = (settings: VectorSettings, body: string): string => program(settings, DEVICE + body);
const task = (settings: VectorSettings, body: string): string => device(settings, `task a(cpu = 0) {\n${body}\n}`);

describe('no lowmem shortcut, and slots on kernels without HIGHMEM too', () => {
  test.each([
    ['km_type', 'fffb7000'],
    ['atomic_stack', 'fffbb000'],
    ['kmap_temporary', 'fffbb000'],
    ['split_switch', 'fffbb000'],
    ['kmap_local', 'fffbb000'],
  ] as const)('%s', (mapping, address) => {
    const body = `	char *x = mapped(io_mapping_map_atomic_wc(aperture(), PAGE_SIZE));
	printk("%lx %lx", (unsigned long)x, (unsigned long)*virt_to_kpte((unsigned long)x) & 0xfff);
	look("x", x);
	io_mapping_unmap_atomic((void __iomem *)x);
	printk("preempt %d nofault %d pinned %d", preempt_count(), current->pagefault_disabled, current->migration_disabled);`;
    for (const highmem of ['on', 'off']) {
      const run = runVector(task({ mapping, highmem }, body));
      // The entry is marked as write combining: PWT, 0x008.
      expect(run.printed()).toEqual([`${address} 16b`, 'x F1', 'preempt 0 nofault 0 pinned 0']);
      expect(run.findings()).toEqual([]);
    }
  });

  test('vector 38: kmap_local_pfn() and its kind take a slot for a low frame', () => {
    const slots = (mapping: VectorSettings['mapping'], map: string) => runVector(task({ mapping }, `\t${map};`)).slots('kmap');
    expect(slots('kmap_local', 'kunmap_local(kmap_local_pfn(page_to_pfn(lowpage)))')).toEqual([0]);
    expect(slots('kmap_temporary', 'kunmap_temporary(kmap_temporary_pfn(page_to_pfn(lowpage)))')).toEqual([0]);
    expect(slots('atomic_stack', 'kunmap_atomic(kmap_atomic_pfn(page_to_pfn(lowpage)))')).toEqual([0]);
    expect(slots('km_type', 'kunmap_atomic(kmap_atomic_pfn(page_to_pfn(lowpage), KM_USER1), KM_USER1)')).toEqual([4]);
  });
});

describe('what the map looks at', () => {
  const busy = (mapping: 'km_type' | 'atomic_stack' | 'kmap_temporary' | 'kmap_local', map: string) =>
    runVector(
      task(
        { mapping },
        `	char *x = map_page(p1);
	pte_t *entry = virt_to_kpte((unsigned long)x);
	unmap_page(x);
	*entry = pfn_pte(page_to_pfn(p2), PAGE_KERNEL);
	look("x", ${map});`,
      ),
    );

  test.each([
    ['km_type', 'kmap_atomic_pfn(page_to_pfn(p3), KM_USER0)'],
    ['atomic_stack', 'kmap_atomic_pfn(page_to_pfn(p3))'],
  ] as const)('%s on x86 overwrites what is in the slot, and says nothing', (mapping, map) => {
    const run = busy(mapping, map);
    expect(run.printed()).toEqual(['x P3']);
    expect(run.kernelFindings()).not.toContain('slot_busy');
  });

  test.each([
    ['kmap_temporary', 'kmap_temporary_pfn(page_to_pfn(p3))'],
    ['kmap_local', 'kmap_local_pfn(page_to_pfn(p3))'],
  ] as const)('%s checks', (mapping, map) => {
    expect(busy(mapping, map).kernelFindings()[0]).toBe('slot_busy');
  });

  test('ARM of 5.9 looked in debug builds', () => {
    const run = runVector(
      task(
        { mapping: 'atomic_stack', arch: 'arm', debug_highmem: 'on' },
        '\tchar *x = kmap_atomic_pfn(page_to_pfn(p1));\n\t*(virt_to_kpte((unsigned long)x) - 1) = pfn_pte(page_to_pfn(p2), PAGE_KERNEL);\n\tkmap_atomic_pfn(page_to_pfn(p3));',
      ),
    );
    expect(run.kernelFindings()).toContain('slot_busy');
  });
});

describe('vector 59, with device memory: KM_USER0 in a task, and in a handler without anybody knowing', () => {
  const run = runVector(
    device(
      { mapping: 'km_type' },
      `irq nic(cpu = 0, when = any) {
	char *f = mapped(io_mapping_map_atomic_wc(&dev, 0));
	look("irq", f);
	io_mapping_unmap_atomic((void __iomem *)f);
}
task a(cpu = 0) {
	char *x;
	aperture();
	x = kmap_atomic(p1, KM_USER0);
	look("a", x);
	raise_irq(nic);
	look("a", x);
}`,
    ),
  );

  test('the handler reads the page of the task, and the task faults', () => {
    expect(run.printed()).toEqual(['a P1', 'irq P1']);
    expect(run.faults()).toEqual(['fffb7000']);
  });
});

test('atomic_stack: device memory nests on the stack of the CPU', () => {
  const run = runVector(
    task(
      { mapping: 'atomic_stack' },
      `	char *x = kmap_atomic(p1);
	char *y = mapped(io_mapping_map_atomic_wc(aperture(), 0));
	look("x", x);
	look("y", y);
	io_mapping_unmap_atomic((void __iomem *)y);
	kunmap_atomic(x);`,
    ),
  );
  expect(run.printed()).toEqual(['x P1', 'y F0']);
  expect(run.slots('kmap')).toEqual([0, 1]);
  expect(run.findings()).toEqual([]);
});

describe('the switch', () => {
  const held = (settings: VectorSettings, calls: { map: string; unmap: string }) =>
    runVector(
      device(
        settings,
        `task a(cpu = 0) {
	char *x = mapped(${calls.map}(aperture(), 0));
	look("a", x);
	yield();
	look("a", x);
	${calls.unmap}((void __iomem *)x);
}
task b(cpu = 0) {
	char *x = mapped(${calls.map}(aperture(), PAGE_SIZE));
	look("b", x);
	yield();
	look("b", x);
	${calls.unmap}((void __iomem *)x);
}`,
      ),
    );
  const temporary = { map: 'io_mapping_map_temporary_wc', unmap: 'io_mapping_unmap_temporary' };
  const local = { map: 'io_mapping_map_local_wc', unmap: 'io_mapping_unmap_local' };
  const lines = ['a F0', 'b F1', 'a F0', 'b F1'];

  test.each([
    ['kmap_temporary', temporary, 'on'],
    ['split_switch', temporary, 'on'],
    ['split_switch', temporary, 'off'],
    ['kmap_local', local, 'on'],
    ['kmap_local', local, 'off'],
  ] as const)('%s parks device memory too (%j, highmem = %s)', (mapping, calls, highmem) => {
    const run = held({ mapping, highmem }, calls);
    expect(run.printed()).toEqual(lines);
    expect(run.findings()).toEqual([]);
  });

  test('kmap_temporary without HIGHMEM: as posted the switch does nothing, and the second task finds its slot taken (4.4)', () => {
    const run = held({ mapping: 'kmap_temporary', highmem: 'off' }, temporary);
    expect(run.printed()).toEqual(['a F0', 'a F0']);
    expect(run.kernelFindings()).toEqual(['slot_busy']);
  });
});

test('an offset outside of the area stops', () => {
  const run = runVector(task({ mapping: 'kmap_local' }, '\tio_mapping_map_local_wc(aperture(), 2 * PAGE_SIZE);'));
  expect(run.kernelFindings()).toEqual(['bug']);
});

test('only x86 has io mappings by slots', () => {
  const run = runVector(task({ mapping: 'kmap_local', arch: 'arm' }, '\tprintk("%d", aperture() == NULL);'));
  expect(run.printed()).toEqual(['1']);
});

test('a model without them says which have them', () => {
  const body = '\tio_mapping_map_atomic_wc(aperture(), 0);';
  expect(() => runVector(task({ mapping: 'alt_percpu_pgtable' }, body))).toThrow(
    /io_mapping_map_atomic_wc\(\) does not exist .* needs mapping = km_type or mapping = atomic_stack or /,
  );
});
