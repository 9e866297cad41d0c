/** x86 with PAE (highmem 1.2): entries of 64 bits in two stores, in every model; what the views and the debugger show of them. */
import { describe, expect, test } from 'vitest';
import { MAPPING_MODELS } from '../../src/kernel/mapping-models.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { readSnapshot } from '../../src/views/kernel-reader.ts';
import { slotsModel, slotsText } from '../../src/views/slots.ts';
import { stacksModel } from '../../src/views/stacks.ts';
import { program, type VectorSettings } from './prelude.ts';
import { open, runVector } from './run.ts';

const models = MAPPING_MODELS.filter(({ architectures }) => architectures.includes('x86')).map(
  ({ name }) => name as VectorSettings['mapping'],
);
const pae = (mapping: VectorSettings['mapping']): VectorSettings => ({ mapping, cpus: 2, pae: 'on' });

describe('every model', () => {
  const body = `task a(cpu = 0) {
	char *x = map_page(p1);
	char *y = map_page(p2);
	look("x", x);
	look("y", y);
	unmap_page(y);
	unmap_page(x);
	x = kmap(p3);
	look("kmap", x);
	kunmap(p3);
}
task b(cpu = 0) {
	char *x = map_page(pb[0]);
	look("b", x);
	unmap_page(x);
}`;

  test.each(models)('%s maps and unmaps, with nothing to report, where it does without PAE', (mapping) => {
    const wide = runVector(program(pae(mapping), body));
    expect(wide.printed()).toEqual(['x P1', 'y P2', 'kmap P3', 'b B0']);
    expect(wide.findings()).toEqual([]);
    const narrow = runVector(program({ ...pae(mapping), pae: 'off' }, body));
    expect(wide.slots('kmap')).toEqual(narrow.slots('kmap'));
    const slots = (run: typeof wide) => run.ptesSet().filter((address) => address >= 'fff00000');
    expect(slots(wide)).toEqual(slots(narrow));
  });

  test('vector 12 with PAE: parked and put back, both words of each entry', () => {
    const run = runVector(
      program(
        pae('kmap_local'),
        `task a(cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	char *y = kmap_local_page(pa[1]);
	printk("%llx %llx", current->kmap_ctrl.pteval[0], *virt_to_kpte((unsigned long)y));
	yield();
	look("x", x);
	look("y", y);
	printk("%llx %llx", *virt_to_kpte((unsigned long)x), *virt_to_kpte((unsigned long)y));
	kunmap_local(y);
	kunmap_local(x);
	printk("%llx %llx", current->kmap_ctrl.pteval[0], *virt_to_kpte((unsigned long)x));
}
task b(cpu = 0) {
	char *x = kmap_local_page(pb[0]);
	look("b", x);
	yield();
	kunmap_local(x);
}`,
      ),
    );
    const entries = '8000000037602163 8000000037603163';
    expect(run.printed()).toEqual([entries, 'b B0', 'x A0', 'y A1', entries, '0 0']);
    expect(run.findings()).toEqual([]);
  });

  test('a user page that comes in late, and kmap_to_page()', () => {
    const run = runVector(
      program(
        pae('kmap_local'),
        `user page absentee = "from user" absent;
SYSCALL int sys_fill(void)
{
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	printk("left %lu", copy_from_user(y, absentee, 4));
	printk("%c same %d", y[0], kmap_to_page(y) == p2);
	kunmap_local(y);
	kunmap_local(x);
	return 0;
}
user task a(cpu = 0) { sys_fill(); }`,
      ),
    );
    expect(run.printed()).toEqual(['left 0', 'f same 1']);
    expect(run.kernelFindings()).toEqual(['kmap_to_page_of_kmap']);
  });
});

describe('two stores', () => {
  const half = (at: string) => `irq nic(cpu = 0, when = any) {
	char *f = kmap_local_page(p3);
	pte_t *mine = virt_to_kpte((unsigned long)f);
	printk("%lx, below it %llx", (unsigned long)f, mine[1]);
	look("irq", f);
	kunmap_local(f);
}
task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	look("a", x);
	kunmap_local(x);
}
schedule between { irq nic at ${at}; }`;

  test('an interrupt between the two of set_pte() sees no present bit, and takes the next slot', () => {
    const run = runVector(program(pae('kmap_local'), half('set_pte "low"')), { schedule: 'between' });
    expect(run.printed()).toEqual(['fffba000, below it 8000000000000000', 'irq P3', 'a P1']);
    expect(run.findings()).toEqual([]);
  });

  test('between the two of pte_clear() as well', () => {
    const run = runVector(program(pae('kmap_local'), half('pte_clear "high"')), { schedule: 'between' });
    expect(run.printed()).toEqual(['a P1', 'fffba000, below it 8000000000000000', 'irq P3']);
    expect(run.findings()).toEqual([]);
  });

  test('each entry is told once', () => {
    const run = runVector(program(pae('kmap_local'), 'task a(cpu = 0) { kunmap_local(kmap_local_page(p1)); }'));
    expect(run.tableChanges()).toEqual(['set_pte fffbb000', 'clear_pte fffbb000', 'tlb_flush fffbb000']);
  });
});

test('a double unmap writes below the saved entries: with PAE the index is the high word of what it hits (11)', () => {
  const body = 'task a(cpu = 0) {\n\tchar *x = kmap_local_page(p1);\n\tkunmap_local(x);\n\tkunmap_local(x);\n}';
  const run = runVector(program(pae('kmap_local'), body));
  expect(run.kernelFindings()).toEqual(['unmap_order', 'idx_underflow']);
  expect(run.idxOf('a')).toBe(-1);
});

test('without PAE 1024 slots for kmap(), with it 512; the end of low memory moves', () => {
  const low = (on: 'on' | 'off') =>
    runVector(
      program({ ...pae('kmap_local'), pae: on }, 'task a(cpu = 0) { printk("%d %lx", LAST_PKMAP, high_memory); }'),
    ).printed();
  expect(low('off')).toEqual(['1024 f73fe000']);
  expect(low('on')).toEqual(['512 f75fe000']);
});

describe('what a person sees', () => {
  const held = program(
    pae('kmap_local'),
    'task a(cpu = 0) {\n\tchar *x = kmap_local_page(p1);\n\tlook("x", x);\n\tkmap(p2);\n\tBUG_ON(true);\n}',
  );

  test('the views show 16 digits', () => {
    const session = open(held, {}, true);
    session.run({ kind: 'continue' }, 400_000);
    const at = session.events(0).find((event) => event.type === 'kmap' && event.model === 'pkmap');
    session.run({ kind: 'to-step', step: at?.step ?? 0 }, 400_000);
    const snapshot = readSnapshot(session.kernel, session.step);
    const [entry] = stacksModel(snapshot).tasks[0].entries;
    expect(entry).toMatchObject({
      pteval: '0x80000000375fe163',
      pte: '0x80000000375fe163',
      page: 'p1',
      state: 'live',
      tlb: 'fresh',
    });
    const slots = slotsModel(snapshot);
    expect(slots.cpus[0].rows[0]).toMatchObject({ pte: '0x80000000375fe163', page: 'p1', owner: 'a' });
    expect(slots.cpus[0].rows[1].pte).toBe('0x0000000000000000');
    expect(slots.pkmap.rows).toMatchObject([{ slot: 1, pte: '0x80000000375ff163', page: 'p2' }]);
    expect(slotsText(slots)).toContain('0x80000000375fe163');
  });

  test('a half written entry is not empty, and maps no page', () => {
    const session = open(held, {}, true);
    session.run({ kind: 'continue' }, 400_000);
    const at = session.events(0).find((event) => event.type === 'set_pte');
    session.run({ kind: 'to-step', step: (at?.step ?? 0) - 1 }, 400_000);
    const row = slotsModel(readSnapshot(session.kernel, session.step)).cpus[0].rows[0];
    expect(row).toMatchObject({ pte: '0x8000000000000000', page: '' });
  });
});

test('other architectures have no PAE', () => {
  const { diagnostics } = resolveProfile('a.klab', [], { arch: 'arm', pae: true });
  expect(diagnostics.map(({ message }) => message)).toEqual(["override pae=true: 'pae = on' needs 'arch = x86', not 'arm'"]);
});
