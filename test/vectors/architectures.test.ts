/** What differs by architecture (highmem 1.2, 1.3, 2.3, 2.4, 3.3, 3.4, 7.2, 7.3): vectors 8, 21 and 22 on ARM, and the rows of the tables. */
import { describe, expect, test } from 'vitest';
import { mappingFacts } from '../../src/kernel/mapping-facts.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const ARCHITECTURES = ['x86', 'arm', 'mips', 'powerpc', 'sparc', 'xtensa', 'arc', 'csky', 'microblaze'] as const;
/** Those that km_type is followed on. */
const OLD = ['x86', 'arm', 'mips', 'powerpc', 'sparc'] as const;
type Arch = (typeof ARCHITECTURES)[number];

const local = (arch: Arch): VectorSettings => ({ mapping: 'kmap_local', arch, cpus: 2 });
const COUNT = 'static void counts(const char *what, const struct page *p)\n{\n\tprintk("%s %d", what, pkmap_count[1]);\n}\n';
const task = (settings: VectorSettings, body: string): string => program(settings, `${COUNT}task a(cpu = 0) {\n${body}\n}`);

describe('after a map: x86, ARC and xtensa trust the last unmap, the others flush (1.3)', () => {
  const wrongOrder = (arch: Arch) =>
    program(
      local(arch),
      `irq nic(cpu = 0, when = any) {
	char *f = kmap_local_page(p3);
	look("irq", f);
	kunmap_local(f);
}
task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	look("x", x);
	look("y", y);
	kunmap_local(x);
	look("y", y);
	raise_irq(nic);
	kunmap_local(y);
}`,
    );

  test.each([
    ['x86', 'irq P2'],
    ['arm', 'irq P3'],
    ['mips', 'irq P3'],
    ['powerpc', 'irq P3'],
    ['sparc', 'irq P3'],
    ['xtensa', 'irq P2'],
    ['arc', 'irq P2'],
    ['csky', 'irq P3'],
    ['microblaze', 'irq P3'],
  ] as const)('vector 8: on %s the handler reads %s', (arch, last) => {
    expect(runVector(wrongOrder(arch)).printed().at(-1)).toBe(last);
  });
});

describe('after an unmap: SPARC flushes the TLBs of all CPUs, the others that of their own (1.3, vector 31)', () => {
  const handed = (arch: Arch, mapping: 'kmap_local' | 'atomic_stack') =>
    program(
      { mapping, arch, cpus: 2, debug_highmem: mapping === 'atomic_stack' ? 'on' : 'off' },
      `char *shared;
task a(cpu = 0) {
	char *x = map_page(p1);
	shared = x;
	udelay(200);
	unmap_page(x);
}
task b(cpu = 1) {
	udelay(100);
	look("b", shared);
	udelay(300);
	look("b", shared);
}`,
    );

  test.each(ARCHITECTURES)('%s, kmap_local', (arch) => {
    const run = runVector(handed(arch, 'kmap_local'));
    expect(run.printed()).toEqual(arch === 'sparc' ? ['b P1'] : ['b P1', 'b P1']);
    expect(run.kernelFindings()).toEqual(arch === 'sparc' ? ['page_fault'] : []);
  });

  test.each(ARCHITECTURES)('%s, atomic_stack', (arch) => {
    expect(runVector(handed(arch, 'atomic_stack')).kernelFindings()).toEqual(arch === 'sparc' ? ['page_fault'] : []);
  });
});

describe('the entry after an unmap of a release build (2.4, 3.4, 12)', () => {
  const clears = (mapping: VectorSettings['mapping'], arch: Arch) =>
    runVector(task({ mapping, arch }, '\tchar *x = map_page(p1);\n\tlook("x", x);\n\tunmap_page(x);')).ptesCleared('a').length ===
    1;

  test.each([
    ['km_type', ['x86']],
    ['atomic_stack', ['x86', 'xtensa', 'arc', 'microblaze']],
    ['kmap_temporary', ARCHITECTURES],
    ['split_switch', ARCHITECTURES],
    ['kmap_local', ARCHITECTURES],
  ] as const)('%s clears it on %j only', (mapping, those) => {
    const known: readonly Arch[] = mapping === 'km_type' ? OLD : ARCHITECTURES;
    expect(known.filter((arch) => clears(mapping, arch))).toEqual(those);
  });
});

describe('the check that the slot is empty (D01) and the check of the address (D02), by architecture', () => {
  /** A pfn of the slot that the task holds is written from outside, as a stray writer would. */
  const busy = (arch: Arch, debug: 'on' | 'off', mapping: 'km_type' | 'atomic_stack' | 'kmap_temporary') =>
    runVector(
      task(
        { mapping, arch, debug_highmem: debug },
        '\tchar *x = map_page(p1);\n\tpte_t *entry = virt_to_kpte((unsigned long)x);\n\tunmap_page(x);\n\t*entry = pfn_pte(page_to_pfn(p2), PAGE_KERNEL);\n\tmap_page(p3);',
      ),
    ).kinds();

  test.each([
    ['km_type', 'x86', ['slot_busy as bug'], ['slot_busy as bug']],
    ['km_type', 'arm', [], ['slot_busy as bug']],
    ['km_type', 'mips', [], ['slot_busy as bug']],
    ['km_type', 'powerpc', [], ['slot_busy as bug']],
    ['km_type', 'sparc', [], ['slot_busy as bug']],
    ['atomic_stack', 'x86', ['slot_busy as bug'], ['slot_busy as bug']],
    ['atomic_stack', 'arm', [], ['slot_busy as bug']],
    ['atomic_stack', 'mips', [], ['slot_busy as bug']],
    ['atomic_stack', 'powerpc', [], ['slot_busy as warn']],
    ['atomic_stack', 'sparc', [], ['slot_busy as bug']],
    ['atomic_stack', 'arc', [], []],
    ['atomic_stack', 'csky', [], ['slot_busy as bug']],
    ['atomic_stack', 'microblaze', [], ['slot_busy as bug']],
    ['kmap_temporary', 'mips', ['slot_busy as bug'], ['slot_busy as bug']],
  ] as const)('D01 %s on %s', (mapping, arch, release, debug) => {
    const own = (kinds: readonly string[]) => kinds.filter((kind) => kind.startsWith('slot_busy'));
    expect(own(busy(arch, 'off', mapping))).toEqual(release);
    expect(own(busy(arch, 'on', mapping))).toEqual(debug);
  });

  const order = (arch: Arch, debug: 'on' | 'off') =>
    runVector(
      task(
        { mapping: 'atomic_stack', arch, debug_highmem: debug },
        '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tunmap_page(x);\n\tunmap_page(y);',
      ),
    ).kinds();

  test.each([
    // Once: the second one is kept, and not printed.
    ['x86', ['unmap_order as warn', 'unmap_order as warn']],
    ['arm', ['unmap_order as bug']],
    ['mips', ['unmap_order as bug']],
    ['sparc', ['unmap_order as bug']],
    ['powerpc', ['unmap_order as warn', 'unmap_order as warn']],
    ['arc', ['unmap_order as warn', 'unmap_order as warn']],
    ['csky', ['unmap_order as bug']],
    ['microblaze', ['unmap_order as bug']],
    ['xtensa', []],
  ] as const)('D02 atomic_stack on %s', (arch, debug) => {
    const own = (kinds: readonly string[]) => kinds.filter((kind) => kind.startsWith('unmap_order'));
    // ARC warns in every build.
    expect(own(order(arch, 'off'))).toEqual(arch === 'arc' ? debug : []);
    expect(own(order(arch, 'on'))).toEqual(debug);
  });
});

describe('ARM takes the address that kmap() has given (7.2 step 2, 2.3 step 2a, 3.3 step 2a)', () => {
  const body = (before: string) =>
    `\tchar *k = kmap(p1);\n\tchar *x;\n${before}\tcounts("before", p1);\n\tx = map_page(p1);\n\tprintk("same %d idx %d pinned %d", x == k, current->kmap_ctrl.idx, current->migration_disabled);\n\tlook("x", x);\n\tcounts("held", p1);\n\tunmap_page(x);\n\tcounts("after", p1);`;
  const inUse = ['before 2', 'same 1 idx 0 pinned 0', 'x P1', 'held 3', 'after 2'];
  const unused = ['before 1', 'same 1 idx 0 pinned 0', 'x P1', 'held 2', 'after 1'];

  test('vector 22: one user more, no slot, no pinning; the unmap takes him back', () => {
    const run = runVector(task(local('arm'), `${body('')}\n\tkunmap(p1);`));
    expect(run.printed()).toEqual(inUse);
    expect(run.findings()).toEqual([]);
  });

  test('vector 22: a mapping without users is in use again', () => {
    const run = runVector(task(local('arm'), body('\tkunmap(p1);\n')));
    expect(run.printed()).toEqual(unused);
    expect(run.findings()).toEqual([]);
  });

  test.each(['km_type', 'atomic_stack'] as const)('%s', (mapping) => {
    const run = runVector(task({ mapping, arch: 'arm' }, `${body('')}\n\tkunmap(p1);`));
    expect(run.printed()).toEqual(inUse);
    expect(run.findings()).toEqual([]);
  });

  test('from a handler too: the lock is taken with interrupts off', () => {
    const run = runVector(
      program(
        local('arm'),
        `${COUNT}irq nic(cpu = 0, when = any) {
	char *f = kmap_local_page(p1);
	counts("irq", p1);
	look("irq", f);
	kunmap_local(f);
}
task a(cpu = 0) {
	kmap(p1);
	raise_irq(nic);
	counts("a", p1);
	kunmap(p1);
}`,
      ),
    );
    expect(run.printed()).toEqual(['irq 3', 'irq P1', 'a 2']);
    expect(run.findings()).toEqual([]);
  });

  test.each(['x86', 'mips', 'sparc'] as const)('not on %s', (arch) => {
    const run = runVector(task(local(arch), `${body('')}\n\tkunmap(p1);`));
    expect(run.printed()).toEqual(['before 2', 'same 0 idx 1 pinned 1', 'x P1', 'held 2', 'after 2']);
    expect(run.findings()).toEqual([]);
  });

  test('not in a debug build either', () => {
    const run = runVector(task({ ...local('arm'), debug_highmem: 'on' }, `${body('')}\n\tkunmap(p1);`));
    expect(run.printed()[1]).toBe('same 0 idx 2 pinned 1');
  });

  test('vector 21: on ARM kunmap_local() of an address of kmap() takes a user away', () => {
    const run = runVector(
      task(local('arm'), '\tchar *k = kmap(p1);\n\tcounts("mapped", p1);\n\tkunmap_local(k);\n\tcounts("end", p1);'),
    );
    expect(run.printed()).toEqual(['mapped 2', 'end 1']);
  });
});

describe('addresses of slots (1.2)', () => {
  const slots = (mapping: string, arch: Arch) => {
    const { layout } = mappingFacts(resolveProfile('a.klab', [], { mapping, arch }).profile);
    return [0, 1].map((slot) => layout.slotAddress(slot, 0).toString(16));
  };

  test.each([
    ['kmap_local', 'arm', 'ffefe000', 'ffefd000'],
    ['km_type', 'arm', 'fff00000', 'fff01000'],
    ['kmap_local', 'sparc', 'fcffe000', 'fcffd000'],
    ['kmap_local', 'powerpc', 'fffdf000', 'fffde000'],
    ['kmap_local', 'mips', 'fffcf000', 'fffce000'],
    ['kmap_local', 'xtensa', 'bffff000', 'bfffe000'],
    ['atomic_stack', 'xtensa', 'bfc00000', 'bfc01000'],
    ['kmap_local', 'arc', 'bfbff000', 'bfbfe000'],
    ['atomic_stack', 'arc', 'bf800000', 'bf801000'],
    ['kmap_local', 'csky', 'ffffb000', 'ffffa000'],
    ['kmap_local', 'microblaze', 'ffffe000', 'ffffd000'],
    ['kmap_temporary', 'arm', 'ffefe000', 'ffefd000'],
  ] as const)('%s on %s', (mapping, arch, first, second) => {
    expect(slots(mapping, arch)).toEqual([first, second]);
  });

  test('running off a page: into the mapping made before, and on ascending layouts into the one made after', () => {
    const over = (mapping: VectorSettings['mapping']) =>
      runVector(
        task(
          { mapping, arch: 'xtensa' },
          '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tlook("x", x);\n\tlook("beyond", (mapping_goes_up() ? x : y) + 4096);\n\tunmap_page(y);\n\tunmap_page(x);'.replace(
            'mapping_goes_up()',
            mapping === 'atomic_stack' ? 'true' : 'false',
          ),
        ),
      ).printed();
    expect(over('kmap_local')).toEqual(['x P1', 'beyond P1']);
    expect(over('atomic_stack')).toEqual(['x P1', 'beyond P2']);
  });
});

describe('data caches (1.3, 7.3 step 4, 7.5 step 3)', () => {
  const mapped = (settings: VectorSettings) =>
    runVector(task(settings, '\tchar *x = map_page(p1);\n\tlook("x", x);\n\tunmap_page(x);')).cacheFlushes();
  const vivt = (mapping: VectorSettings['mapping']): VectorSettings => ({ mapping, arch: 'arm', cache: 'vivt', cpus: 1 });

  test.each([
    ['atomic_stack', 'ffefe000'],
    ['kmap_temporary', 'ffefe000'],
    ['split_switch', 'ffefe000'],
    ['kmap_local', 'ffefe000'],
  ] as const)(
    'ARM with a cache by virtual address, %s: the page before the unmap; by physical address nothing',
    (mapping, address) => {
      expect(mapped(vivt(mapping))).toEqual([address]);
      expect(mapped({ ...vivt(mapping), cache: 'vipt' })).toEqual([]);
    },
  );

  test('km_type of 2.6.31 flushed on every ARM', () => {
    expect(mapped(vivt('km_type'))).toEqual(['fff03000']);
    expect(mapped({ ...vivt('km_type'), cache: 'vipt' })).toEqual(['fff03000']);
  });

  test('the flush comes before the entry is cleared, at a switch too', () => {
    const run = runVector(
      program(
        vivt('kmap_local'),
        'task a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tyield();\n\tunmap_page(x);\n}\ntask b(cpu = 0) { yield(); }',
      ),
    );
    const out = ['cache_flush ffefe000', 'clear_pte ffefe000', 'tlb_flush ffefe000'];
    const set = ['set_pte ffefe000', 'tlb_flush ffefe000'];
    expect(run.tableChanges()).toEqual([...set, ...out, ...set, ...out]);
  });

  test('SPARC: the whole cache before an unmap; up to 5.10 before a map, and before an unmap in debug builds', () => {
    const sparc = (mapping: VectorSettings['mapping'], debug_highmem = 'off') =>
      mapped({ mapping, arch: 'sparc', debug_highmem });
    expect(sparc('kmap_local')).toEqual(['all']);
    expect(sparc('atomic_stack')).toEqual(['all']);
    expect(sparc('atomic_stack', 'on')).toEqual(['all', 'all']);
    expect(sparc('km_type')).toEqual(['all']);
    expect(sparc('km_type', 'on')).toEqual(['all', 'all']);
  });

  test.each(['atomic_stack', 'kmap_local'] as const)(
    'a page that kmap() has mapped gets no second address in debug builds either: two would not see each other (%s)',
    (mapping) => {
      const held = (cache: string) =>
        runVector(
          task(
            { ...vivt(mapping), cache, debug_highmem: 'on' },
            '\tchar *k = kmap(p1);\n\tchar *x = map_page(p1);\n\tprintk("same %d", x == k);\n\tunmap_page(x);\n\tkunmap(p1);',
          ),
        ).printed();
      expect(held('vivt')).toEqual(['same 1']);
      expect(held('vipt')).toEqual(['same 0']);
    },
  );

  test('the flush of all slots without users empties the cache first', () => {
    const run = runVector(
      task(
        { ...vivt('kmap_local'), last_pkmap: 4 },
        '\tint i;\n\tfor (i = 0; i < 4; i++) {\n\t\tkmap(p1);\n\t\tkunmap(p1);\n\t}\n\tkmap_flush_unused();',
      ),
    );
    expect(run.cacheFlushes()).toEqual(['all']);
  });

  test('only ARM has the setting, and only with one CPU', () => {
    const message = (settings: Record<string, string | number>) =>
      resolveProfile('a.klab', [], settings).diagnostics.map((each) => each.message);
    expect(message({ cache: 'vivt', cpus: 1 })).toEqual(["override cache=vivt: 'cache = vivt' needs 'arch = arm', not 'x86'"]);
    expect(message({ cache: 'vivt', arch: 'arm', cpus: 2 })).toEqual([
      "override cache=vivt: 'cache = vivt' needs 'cpus = 1': no ARM with such caches has more",
    ]);
    expect(message({ cache: 'vivt', arch: 'arm', cpus: 1 })).toEqual([]);
  });
});

describe('the postings of September 2020 on other architectures (4.2, 4.3)', () => {
  test.each(ARCHITECTURES)('vector 12 on %s, both models', (arch) => {
    for (const mapping of ['kmap_temporary', 'split_switch'] as const) {
      const run = runVector(
        program(
          { mapping, arch },
          `task a(cpu = 0) {
	char *x = map_page(pa[0]);
	look("a", x);
	yield();
	look("a", x);
	unmap_page(x);
}
task b(cpu = 0) {
	char *x = map_page(pb[0]);
	look("b", x);
	yield();
	look("b", x);
	unmap_page(x);
}`,
        ),
      );
      expect(run.printed()).toEqual(['a A0', 'b B0', 'a A0', 'b B0']);
      expect(run.findings()).toEqual([]);
    }
  });

  test('vector 49 needs an architecture that does not flush after a map', () => {
    const read = (arch: Arch) =>
      runVector(
        program(
          { mapping: 'kmap_temporary', arch, flush_junk: 'on' },
          `task a(cpu = 0) {
	char *x = map_page(pa[0]);
	look("a", x);
	yield();
	unmap_page(x);
}
task b(cpu = 0) {
	char *x;

	x = map_page(pb[0]);
	yield();
	unmap_page(x);
}
task c(cpu = 0) {
	char *x = map_page(pc[0]);
	look("c", x);
	unmap_page(x);
}`,
        ),
      ).printed();
    expect(read('x86')).toEqual(['a A0', 'c A0']);
    expect(read('arm')).toEqual(['a A0', 'c C0']);
  });

  test('kmap_temporary on ARM takes the address of kmap(), and its unmap warns for that perfectly good address', () => {
    const run = runVector(
      task(
        { mapping: 'kmap_temporary', arch: 'arm' },
        '\tchar *k = kmap(p1);\n\tchar *x = map_page(p1);\n\tcounts("held", p1);\n\tunmap_page(x);\n\tcounts("after", p1);\n\tkunmap(p1);',
      ),
    );
    expect(run.printed()).toEqual(['held 3', 'after 2']);
    expect(run.kernelFindings()).toEqual(['unmap_user_address']);
  });
});

test('forced maps are an option of x86 only: a debug build of another architecture has guards and nothing else (7.1)', () => {
  const options = (arch: Arch) =>
    mappingFacts(resolveProfile('a.klab', [], { arch, debug_highmem: true }).profile).enabledOptions;
  expect(options('x86')).toContain('CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP');
  for (const arch of ['arm', 'mips', 'sparc'] as const) {
    expect(options(arch)).toContain('CONFIG_DEBUG_KMAP_LOCAL');
    expect(options(arch)).not.toContain('CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP');
  }
});
