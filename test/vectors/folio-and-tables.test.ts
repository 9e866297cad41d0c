/** Pages that belong together under kmap_local (highmem 7.2, 7.11), and page tables in high memory under km_type (2.2, 2.6). */
import { describe, expect, test } from 'vitest';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const task = (settings: VectorSettings, body: string): string => program(settings, `task a(cpu = 0) {\n${body}\n}`);

describe('kmap_local_folio()', () => {
  const body = `	char *x = kmap_local_folio(page_folio(pa[0]), 2 * PAGE_SIZE + 1);
	printk("%lx idx %d pinned %d", (unsigned long)x, current->kmap_ctrl.idx, current->migration_disabled);
	printk("%c", x[0]);
	kunmap_local(x);`;

  test.each(['v6_1', 'v6_18'])('%s: maps the page in which the offset lies, and answers with that byte', (kernel) => {
    const run = runVector(task({ mapping: 'kmap_local', kernel }, body));
    expect(run.printed()).toEqual(['fffbb001 idx 1 pinned 1', '2']);
    expect(run.findings()).toEqual([]);
  });

  test('the other pages of the folio are not mapped', () => {
    const run = runVector(
      task(
        { mapping: 'kmap_local', io_apic: 'off' },
        '\tchar *x = kmap_local_folio(page_folio(pa[0]), 0);\n\tlook("first", x);\n\tlook("second", x + PAGE_SIZE);',
      ),
    );
    expect(run.printed()).toEqual(['first A0']);
    expect(run.faults()).toEqual(['fffbc000']);
  });

  test('without HIGHMEM it is the address of the folio and the whole offset', () => {
    const run = runVector(
      task(
        { mapping: 'kmap_local', highmem: 'off' },
        '\tchar *first = page_address(pa[0]);\n\tchar *x = kmap_local_folio(page_folio(pa[0]), PAGE_SIZE);\n\tprintk("%d %c%c", (int)(x - first), x[0], x[1]);\n\tkunmap_local(x);',
      ),
    );
    expect(run.printed()).toEqual(['4096 A1']);
    expect(run.findings()).toEqual([]);
  });

  test('5.15 did not have it', () => {
    const run = runVector(
      task({ mapping: 'kmap_local', kernel: 'v5_15' }, '\tprintk("%d", kmap_local_folio(page_folio(pa[0]), 0) == NULL);'),
    );
    expect(run.printed()).toEqual(['1']);
    expect(run.kernelFindings()).toEqual(['warn']);
  });
});

test('kmap_local_page_try_from_panic(): an address for a low page, none for a high one; 6.18 only', () => {
  const answer = (kernel: string) =>
    runVector(
      task(
        { mapping: 'kmap_local', kernel },
        '\tprintk("%d %d", kmap_local_page_try_from_panic(lowpage) == page_address(lowpage), kmap_local_page_try_from_panic(p1) == NULL);',
      ),
    ).printed();
  expect(answer('v6_18')).toEqual(['1 1']);
  expect(answer('v6_1')).toEqual(['0 1']);
});

describe('a page table in high memory (2.2)', () => {
  /** A task looks up an entry, and an NMI does so meanwhile. */
  const walk = (task: string, nmi: string, debug = 'off') =>
    runVector(
      program(
        { mapping: 'km_type', cpus: 1, kernel: 'v2_6_35', debug_highmem: debug },
        `nmi perf(cpu = 0, at = 100us) {
${nmi}
}
task a(cpu = 0) {
${task}
}`,
      ),
    );
  const outer = (who: string) =>
    `\tpte_t *${who} = pte_offset_map(p1, 0x3000);\n\tprintk("${who} %lx", (unsigned long)${who});\n\tudelay(${who === 'nmi' ? 0 : 200});\n\tpte_unmap(${who});`;
  const nested = (who: string) =>
    `\tpte_t *${who} = pte_offset_map_nested(p2, 0x1000);\n\tprintk("${who} %lx", (unsigned long)${who});\n\tudelay(${who === 'nmi' ? 0 : 200});\n\tpte_unmap_nested(${who});`;

  test('an NMI has a slot of its own for the outer level', () => {
    for (const debug of ['off', 'on']) {
      const run = walk(outer('task'), outer('nmi'), debug);
      expect(run.printed().map((line) => line.replace(/ .*(...)$/, ' $1'))).toEqual(['task 00c', 'nmi 00c']);
      expect(run.slots('kmap')).toEqual(debug === 'on' ? [15, 37] : [7, 18]);
      expect(run.findings()).toEqual([]);
    }
  });

  test('the nested level has one slot for all contexts: an NMI that walks there stops the machine', () => {
    const run = walk(nested('task'), nested('nmi'));
    expect(run.kernelFindings()).toEqual(['slot_busy', 'panic']);
  });

  test('a hardirq has its own as well', () => {
    const run = runVector(
      program(
        { mapping: 'km_type', cpus: 1 },
        `irq nic(cpu = 0, when = any) {
	pte_unmap(pte_offset_map(p2, 0));
}
task a(cpu = 0) {
	pte_t *x = pte_offset_map(p1, 0);
	raise_irq(nic);
	pte_unmap(x);
}`,
      ),
    );
    expect(run.slots('kmap')).toEqual([7, 16]);
    expect(run.findings()).toEqual([]);
  });
});
