/** Vectors 1 to 20 of the reference (highmem section 13) for kmap_local, as programs. Vector 8's ARM half is left out. */
import { describe, expect, test } from 'vitest';
import { program } from './prelude.ts';
import { open, runVector } from './run.ts';

const local = { mapping: 'kmap_local' } as const;
const debug = { ...local, debug_kmap_local: 'on' } as const;

describe('kmap_local, one task', () => {
  test('vector 1: two mappings take slots 0 and 1 and pin the task twice', () => {
    const run = runVector(
      program(
        local,
        `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	show(x);
	show(y);
	assert(pte_pfn(current->kmap_ctrl.pteval[0]) == page_to_pfn(p1));
	assert(pte_pfn(current->kmap_ctrl.pteval[1]) == page_to_pfn(p2));
	kunmap_local(y);
	kunmap_local(x);
	show(x);
}`,
      ),
    );
    expect(run.printed()).toEqual([
      'fffbb000 idx 2 pinned 2 preempt 0 nofault 0',
      'fffba000 idx 2 pinned 2 preempt 0 nofault 0',
      'fffbb000 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 2: a debug build uses the odd slots', () => {
    const run = runVector(
      program(
        debug,
        `task a(cpu = 1) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	show(x);
	show(y);
	kunmap_local(y);
	kunmap_local(x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['fff99000 idx 4 pinned 2 preempt 0 nofault 0', 'fff97000 idx 4 pinned 2 preempt 0 nofault 0']);
    expect(run.slots('kmap')).toEqual([1, 3]);
    expect(run.findings()).toEqual([]);
  });

  test.each([
    ['vector 3: 15 mappings fit, the 16th is a BUG', local, 16, 15, 'fffad000', 16],
    ['vector 4: a debug build has room for 16, the 17th is a BUG', debug, 17, 16, 'fff9c000', 34],
  ] as const)('%s', (_, settings, wanted, fitting, last, idx) => {
    const run = runVector(
      program(settings, `task a(cpu = 0) {\n\tint i;\n\tfor (i = 0; i < ${wanted}; i++)\n\t\tshow(kmap_local_page(p1));\n}`),
    );
    expect(run.printed()).toHaveLength(fitting);
    expect(run.printed().at(-1)).toMatch(new RegExp(`^${last} `));
    expect(run.findings()[0]).toBe('idx_overflow');
    expect(run.idxOf('a')).toBe(idx);
  });

  test('vector 5: any address inside the page unmaps it', () => {
    const run = runVector(
      program(local, 'task a(cpu = 0) {\n\tchar *x = kmap_local_page(p1);\n\tkunmap_local(x + 0x123);\n\tshow(x);\n}'),
    );
    expect(run.printed()).toEqual(['fffbb000 idx 0 pinned 0 preempt 0 nofault 0']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 6: unmapping the older one first clears the newer entry and flushes the older translation', () => {
    const run = runVector(
      program(
        local,
        `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	look("x", x);
	look("y", y);
	kunmap_local(x);
	show(x);
	look("y", y);
	look("x", x);
	kunmap_local(y);
}`,
      ),
    );
    expect(run.printed()).toEqual(['x P1', 'y P2', 'fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'y P2', 'x P1']);
    expect(run.kernelFindings()).toEqual(['unmap_order', 'unmap_order (suppressed)']);
    expect(run.sanitizerFindings()).toEqual(['stale_tlb', 'use_after_unmap']);
    expect(run.tableChanges().slice(2, 4)).toEqual(['clear_pte fffba000', 'tlb_flush fffbb000']);
  });

  test('vector 7: without touching them first, the newer one faults', () => {
    const run = runVector(
      program(
        local,
        `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	kunmap_local(x);
	look("y", y);
}`,
      ),
    );
    expect(run.kernelFindings()).toEqual(['unmap_order', 'page_fault']);
    expect(run.faults()).toEqual(['fffba000']);
  });

  const wrongOrderAndInterrupt = (then: string) =>
    program(
      local,
      `irq nic(cpu = 0, when = any) {
	char *f = kmap_local_page(p3);
	show(f);
	look("irq", f);
	kunmap_local(f);
}
task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	char *z;
	look("x", x);
	look("y", y);
	kunmap_local(x);
	look("y", y);
	look("x", x);
	raise_irq(nic);
${then}
}`,
    );

  test('vector 8: an interrupt then gets the stale address and reads the other page', () => {
    const run = runVector(wrongOrderAndInterrupt('\tkunmap_local(y);'));
    expect(run.printed().slice(4)).toEqual(['fffba000 idx 2 pinned 2 preempt 65536 nofault 0', 'irq P2']);
    expect(run.sanitizerFindings()).toContain('wrong_page');
  });

  test('vector 9: after the second unmap the next mapping reads the first page', () => {
    const run = runVector(
      wrongOrderAndInterrupt('\tkunmap_local(y);\n\tz = kmap_local_page(p4);\n\tshow(z);\n\tlook("z", z);\n\tkunmap_local(z);'),
    );
    expect(run.printed().slice(6)).toEqual(['fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'z P1']);
    expect(run.kernelFindings()).toEqual(['unmap_order', 'unmap_order (suppressed)']);
    expect(run.sanitizerFindings().at(-1)).toBe('wrong_page');
    expect(run.idxOf('a')).toBe(0);
  });

  test.each([
    ['vector 10: a double unmap on CPU 0 clears the IO-APIC page', 0, 'fffbc000'],
    ['vector 11: a double unmap on CPU 1 clears the last slot of CPU 0', 1, 'fffac000'],
  ])('%s', (_, cpu, cleared) => {
    const run = runVector(
      program(local, `task a(cpu = ${cpu}) {\n\tchar *x = kmap_local_page(p1);\n\tkunmap_local(x);\n\tkunmap_local(x);\n}`),
    );
    expect(run.kernelFindings()).toEqual(['unmap_order', 'idx_underflow']);
    expect(run.ptesCleared('a').at(-1)).toBe(cleared);
    expect(run.idxOf('a')).toBe(-1);
  });
});

describe('kmap_local, switches and interrupts', () => {
  test('vector 12: parked mappings leave their slots to the next task and come back', () => {
    const run = runVector(
      program(
        local,
        `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	char *y = kmap_local_page(pa[1]);
	look("a", x);
	yield();
	look("a", x);
	look("a", y);
	kunmap_local(y);
	kunmap_local(x);
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_local_page(pb[0]);
	show(x);
	look("b", x);
	yield();
	look("b", x);
	kunmap_local(x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['a A0', 'fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'b B0', 'a A0', 'a A1', 'b B0']);
    expect(run.findings()).toEqual([]);
  });

  const interrupted = (point: string) =>
    program(
      local,
      `irq nic(cpu = 0, when = any) {
	char *f = kmap_local_page(pi);
	show(f);
	look("irq", f);
	kunmap_local(f);
}
task a(cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	show(x);
	look("a", x);
	kunmap_local(x);
	show(x);
}
schedule here { irq nic at ${point}; }`,
    );

  test('vector 14: an interrupt between the push and the entry takes the next slot', () => {
    const run = runVector(interrupted('__kmap_local_pfn_prot "check" 1'), { schedule: 'here' });
    expect(run.printed()).toEqual([
      'fffba000 idx 2 pinned 2 preempt 65537 nofault 0',
      'irq II',
      'fffbb000 idx 1 pinned 1 preempt 0 nofault 0',
      'a A0',
      'fffbb000 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test.each(['kunmap_local "flush_one" 1', 'kmap_local_idx_pop "pop" 1'])(
    'vector 15: an interrupt between the clear and the pop takes the next slot, at %s',
    (point) => {
      const run = runVector(interrupted(point), { schedule: 'here' });
      expect(run.printed().slice(2)).toEqual([
        'fffba000 idx 2 pinned 2 preempt 65537 nofault 0',
        'irq II',
        'fffbb000 idx 0 pinned 0 preempt 0 nofault 0',
      ]);
      expect(run.findings()).toEqual([]);
    },
  );

  test('vector 16: a handler uses the stack of the task it interrupted, and pins it once more', () => {
    const run = runVector(
      program(
        { ...local, cpus: 4 },
        `irq nic(cpu = 2, when = any) {
	char *f = kmap_local_page(pi);
	show(f);
	kunmap_local(f);
}
task a(cpu = 2) {
	char *x = kmap_local_page(pa[0]);
	raise_irq(nic);
	show(x);
	kunmap_local(x);
}`,
      ),
    );
    expect(run.printed()).toEqual([
      'fff9a000 idx 2 pinned 2 preempt 65536 nofault 0',
      'fff9b000 idx 1 pinned 1 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 17: a handler with interrupts on is warned once and mapped all the same', () => {
    const run = runVector(
      program(
        local,
        `irq nic(cpu = 0, when = any) {
	char *f;
	local_irq_enable();
	f = kmap_local_page(pi);
	look("irq", f);
	kunmap_local(f);
	local_irq_disable();
}
task a(cpu = 0) {
	raise_irq(nic);
	raise_irq(nic);
}`,
      ),
    );
    expect(run.printed()).toEqual(['irq II', 'irq II']);
    expect(run.findings()).toEqual(['map_irqs_on', 'map_irqs_on (suppressed)']);
  });
});

describe('kmap_local on other machines', () => {
  test.each([
    [8, 7, 'fff4b000 idx 1 pinned 1'],
    [4, 3, 'fff8b000 idx 1 pinned 1'],
    // One CPU means a kernel without SMP: nothing to be pinned to.
    [1, 0, 'fffbb000 idx 1 pinned 0'],
  ])('the first slot of a machine with %d CPUs on CPU %d (1.2)', (cpus, cpu, expected) => {
    const run = runVector(
      program({ ...local, cpus }, `task a(cpu = ${cpu}) {\n\tchar *x = kmap_local_page(p1);\n\tshow(x);\n\tkunmap_local(x);\n}`),
    );
    expect(run.printed()).toEqual([`${expected} preempt 0 nofault 0`]);
    expect(run.findings()).toEqual([]);
  });
});

describe('kmap_local of 5.11', () => {
  test('vector 34: guard slots without DEBUG_HIGHMEM: each walk warns once about an empty entry, the mapping is moved rightly', () => {
    const text = (kernel: string) =>
      program(
        { ...debug, kernel },
        `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	yield();
	look("a", x);
	yield();
	look("a", x);
	kunmap_local(x);
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	yield();
	yield();
}`,
      );
    const quirk = runVector(text('v5_11'));
    expect(quirk.printed()).toEqual(['a A0', 'a A0']);
    expect(quirk.findings()).toEqual(['pteval_empty', 'pteval_empty', 'pteval_empty (suppressed)', 'pteval_empty (suppressed)']);
    expect(runVector(text('v5_15')).findings()).toEqual([]);
  });
});

describe('kmap_local, addresses outside the slots', () => {
  test('vector 18: a lowmem page takes no slot', () => {
    const run = runVector(
      program(
        local,
        `task a(cpu = 0) {
	char *x = kmap_local_page(lowpage);
	assert((unsigned long)x == PAGE_OFFSET + page_to_pfn(lowpage) * PAGE_SIZE);
	show(x);
	kunmap_local(x);
	show(x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['c0100000 idx 0 pinned 0 preempt 0 nofault 0', 'c0100000 idx 0 pinned 0 preempt 0 nofault 0']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 19: forced mapping puts lowmem into a slot too', () => {
    const run = runVector(
      program(
        { ...local, debug_highmem: 'on' },
        `task a(cpu = 0) {
	char *x = kmap_local_page(lowpage);
	show(x);
	kunmap_local(page_address(lowpage));
	show(x);
	kunmap_local(x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['fffba000 idx 2 pinned 1 preempt 0 nofault 0', 'fffba000 idx 2 pinned 1 preempt 0 nofault 0']);
    expect(run.findings()).toEqual(['unmap_outside_slots']);
  });

  test('diagnostic 21: a page where an address is due is an error of the text', () => {
    const text = program(local, 'task a(cpu = 0) {\n\tkmap_local_page(p1);\n\tkunmap_local(p1);\n}');
    expect(() => open(text)).toThrow(/kunmap_local\(\) takes the address that the map call returned, and 'p1' is the page/);
  });

  test('vector 20: an address below PAGE_OFFSET only warns', () => {
    const run = runVector(
      program(local, 'task a(cpu = 0) {\n\tkunmap_local((const void *)0x08048000);\n\tshow((const void *)0);\n}'),
    );
    expect(run.printed()).toEqual(['0 idx 0 pinned 0 preempt 0 nofault 0']);
    expect(run.findings()).toEqual(['unmap_user_address']);
  });

  describe('vector 27: kmap_atomic counts page faults, migration, and preemption only without PREEMPT_RT', () => {
    const counted = (settings: Record<string, string>) =>
      runVector(
        program(
          { ...local, ...settings },
          `task a(cpu = 0) {
	char *x = kmap_atomic(p1);
	show(x);
	kunmap_atomic(x);
	x = kmap_atomic(lowpage);
	show(x);
	kunmap_atomic(x);
	show(x);
}`,
        ),
      );
    const plain = [
      'fffbb000 idx 1 pinned 1 preempt 1 nofault 1',
      'c0100000 idx 0 pinned 0 preempt 1 nofault 1',
      'c0100000 idx 0 pinned 0 preempt 0 nofault 0',
    ];
    const rt = [
      'fffbb000 idx 1 pinned 2 preempt 0 nofault 1',
      'c0100000 idx 0 pinned 1 preempt 0 nofault 1',
      'c0100000 idx 0 pinned 0 preempt 0 nofault 0',
    ];

    test.each([
      ['without RT', {}, plain],
      ['PREEMPT_RT of 6.18', { preempt: 'rt' }, rt],
      ['PREEMPT_RT of 5.15', { preempt: 'rt', kernel: 'v5_15' }, rt],
      ['5.11, before the change', { preempt: 'rt', kernel: 'v5_11' }, plain],
    ] as const)('%s', (_name, settings, lines) => {
      const run = counted(settings);
      expect(run.printed()).toEqual(lines);
      expect(run.findings()).toEqual([]);
    });

    test('with PREEMPT_RT the section is preempted, and finds its mapping again', () => {
      const run = runVector(
        program(
          { ...local, preempt: 'rt' },
          `task low(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_atomic(p1);
	udelay(300);
	look("low", x);
	kunmap_atomic(x);
}
task high(policy = SCHED_FIFO, prio = 50, cpu = 0) {
	char *x;

	usleep_range(100, 100);
	x = kmap_atomic(p2);
	look("high", x);
	kunmap_atomic(x);
}`,
        ),
      );
      expect(run.printed()).toEqual(['high P2', 'low P1']);
      expect(run.findings()).toEqual([]);
    });
  });
});
