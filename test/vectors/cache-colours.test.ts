/** Cache colours of xtensa (highmem 1.2, 7.8, 8.1): a slot has an address for each colour, and a page only appears at one of its own. */
import { describe, expect, test } from 'vitest';
import { mappingFacts } from '../../src/kernel/mapping-facts.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { readSnapshot } from '../../src/views/kernel-reader.ts';
import { pkmapModel, pkmapSummary } from '../../src/views/pkmap.ts';
import { slotsModel } from '../../src/views/slots.ts';
import { program, type VectorSettings } from './prelude.ts';
import { open, runVector } from './run.ts';

const coloured = (mapping: VectorSettings['mapping'], colours = 4): VectorSettings => ({
  mapping,
  arch: 'xtensa',
  cache_colours: colours,
  cpus: 2,
});
/** The pages of the programs begin with one of colour 0. */
const WHERE = `static void where(const char *what, const char *addr, const struct page *page)
{
	printk("%s %lx %d %d", what, (unsigned long)addr, (int)(((unsigned long)addr >> 12) & (DCACHE_N_COLORS - 1)),
	       (int)(page_to_pfn(page) & (DCACHE_N_COLORS - 1)));
}
`;
const task = (settings: VectorSettings, body: string) => program(settings, `${WHERE}task a(cpu = 1) {\n${body}\n}`);

describe('addresses', () => {
  const body = `	char *x = map_page(p1);
	char *y = map_page(p2);
	char *z = map_page(p3);
	where("x", x, p1);
	where("y", y, p2);
	where("z", z, p3);
	look("x", x);
	look("z", z);
	unmap_page(z);
	unmap_page(y);
	unmap_page(x);`;

  // index = (slot + KM_MAX_IDX * cpu) * colours + (colours - 1 - colour), from 0xbffff000 downwards; CPU 1, 16 slots.
  const after = ['x bffbc000 0 0', 'y bffb9000 1 1', 'z bffb6000 2 2', 'x P1', 'z P3'];
  // 5.9: index = (slot + KM_TYPE_NR * cpu) * colours + colour, from 0xbfc00000 upwards; 20 slots.
  const before = ['x bfc50000 0 0', 'y bfc55000 1 1', 'z bfc5a000 2 2', 'x P1', 'z P3'];

  test.each([
    ['kmap_local', after],
    ['atomic_stack', before],
    ['kmap_temporary', before],
    ['split_switch', before],
  ] as const)('%s', (mapping, lines) => {
    const run = runVector(task(coloured(mapping), body));
    expect(run.printed()).toEqual(lines);
    expect(run.findings()).toEqual([]);
  });

  test('one colour is as before', () => {
    expect(runVector(task(coloured('kmap_local', 1), body)).printed()[1]).toBe('y bffee000 0 0');
  });

  test('the window holds all colours of all slots', () => {
    const { layout } = mappingFacts(resolveProfile('a.klab', [], { arch: 'xtensa', cache_colours: 4 }).profile);
    expect(layout.FIX_KMAP_END).toBe(16 * 4 * 4 - 1);
    expect([0, 1, 2, 3].map((colour) => (layout.slotAddress(0, 0, colour) >>> 12) & 3)).toEqual([0, 1, 2, 3]);
    expect(layout.LAST_PKMAP).toBe(4096);
  });
});

test.each(['kmap_temporary', 'split_switch', 'kmap_local'] as const)(
  'vector 12 with colours: parked and put back (%s)',
  (mapping) => {
    const run = runVector(
      program(
        coloured(mapping),
        `task a(cpu = 0) {
	char *x = map_page(p2);
	char *y = map_page(p3);
	yield();
	look("x", x);
	look("y", y);
	unmap_page(y);
	unmap_page(x);
}
task b(cpu = 0) {
	char *x = map_page(p4);
	look("b", x);
	yield();
	look("b", x);
	unmap_page(x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['b P4', 'x P2', 'y P3', 'b P4']);
    expect(run.findings()).toEqual([]);
  },
);

test('what an unmap empties is named by the address: with another colour it is another entry, and the right one stays', () => {
  const run = runVector(
    task(coloured('kmap_local'), '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tunmap_page(x);\n\tunmap_page(y);'),
  );
  expect(run.kernelFindings()).toEqual(['unmap_order', 'unmap_order (suppressed)']);
  expect(run.ptesSet()).toEqual(['bffbc000', 'bffb9000']);
  expect(run.ptesCleared('a').slice(0, 2)).toEqual(['bffb8000', 'bffbd000']);
});

test('kmap_to_page() finds the page of a slot with colours', () => {
  const run = runVector(
    task(coloured('kmap_local'), '\tchar *x = map_page(p2);\n\tprintk("%d", kmap_to_page(x) == p2);\n\tunmap_page(x);'),
  );
  expect(run.printed()).toEqual(['1']);
});

describe('kmap(): each colour for itself (8.1)', () => {
  const four = { ...coloured('kmap_local'), last_pkmap: 4 };

  test('vector 73 with colours: the first slot of each colour is the one after its first', () => {
    const run = runVector(
      task(
        four,
        '\twhere("p1", kmap(p1), p1);\n\twhere("p2", kmap(p2), p2);\n\twhere("p1", kmap(p1), p1);\n\twhere("p4", kmap(p4), p4);\n\tprintk("%d", LAST_PKMAP);',
      ),
    );
    // Four slots for each of four colours; the window begins at 0xbec00000.
    expect(run.printed()).toEqual(['p1 bec04000 0 0', 'p2 bec05000 1 1', 'p1 bec04000 0 0', 'p4 bec07000 3 3', '16']);
    expect(run.findings()).toEqual([]);
  });

  const full = program(
    four,
    `page q[20] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19" };
${WHERE}
static struct page *of_colour(int n)
{
	int i;

	for (i = 0; i < 20; i++) {
		if ((page_to_pfn(q[i]) & 3) == 1 && n-- == 0)
			return q[i];
	}
	return NULL;
}
task a(cpu = 0) {
	int i;

	for (i = 0; i < 4; i++)
		kmap(of_colour(i));
	where("other colour", kmap(p1), p1);
	msleep(2);
	kunmap(of_colour(2));
}
task b(cpu = 1) {
	struct page *p = of_colour(4);

	msleep(1);
	where("b", kmap(p), p);
}`,
  );

  test('a colour whose slots all have users makes its callers sleep, and no other', () => {
    const run = runVector(full);
    // Slots 5, 9, 13 and, after the wrap, 1 are taken in this order: the third is 13.
    expect(run.printed()).toEqual(['other colour bec04000 0 0', 'b bec0d000 1 1']);
    expect(run.findings()).toEqual([]);
    expect(run.flushes().length).toBeGreaterThan(0);
  });

  test('the views say where each search stands and who waits', () => {
    const session = open(full, {}, true);
    session.run({ kind: 'continue' }, 400_000);
    const woken = session.events(0).findLast((event) => event.type === 'kunmap');
    session.run({ kind: 'to-step', step: (woken?.step ?? 0) - 1 }, 400_000);
    const snapshot = readSnapshot(session.kernel, session.step);
    expect(pkmapSummary(pkmapModel(snapshot))).toBe(
      '11 of 16 free, the searches, one a colour, go on after slots 4, 13, 2 and 3; b waits for a slot',
    );
  });
});

test('PTE Slots shows the address in use', () => {
  const session = open(task(coloured('kmap_local'), '\tchar *x = map_page(p2);\n\tunmap_page(x);'), {}, true);
  session.run({ kind: 'continue' }, 400_000);
  session.run({ kind: 'to-step', step: session.events(0).find((event) => event.type === 'kmap')?.step ?? 0 }, 400_000);
  const [row] = slotsModel(readSnapshot(session.kernel, session.step)).cpus[1].rows;
  expect(row.address).toBe('0xbffbd000');
});

test('only xtensa has colours, and a power of two of them', () => {
  const message = (settings: Record<string, string | number>) =>
    resolveProfile('a.klab', [], settings).diagnostics.map((each) => each.message);
  expect(message({ cache_colours: 2 })).toEqual([
    "override cache_colours=2: 'cache_colours = 2' needs 'arch = xtensa', not 'x86'",
  ]);
  expect(message({ arch: 'xtensa', cache_colours: 3 })).toEqual([
    "override cache_colours=3: 'cache_colours' is a power of two: 1, 2 or 4",
  ]);
});

test('a program that is run under a model without such an architecture forgets its colours with it', () => {
  const lines = runVector(
    program(
      coloured('kmap_local'),
      'task a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tprintk("%lx %d", (unsigned long)x, DCACHE_N_COLORS);\n\tunmap_page(x);\n}',
    ),
    {
      settings: { mapping: 'km_type' },
    },
  ).printed();
  expect(lines).toEqual(['fffb7000 1']);
});
