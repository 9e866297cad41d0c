/** Vectors 63 to 72 of the reference (highmem section 13) for atomic_stack, kmap_atomic() from 2.6.37 to 5.10, as programs. */
import { describe, expect, test } from 'vitest';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const stack: VectorSettings = { mapping: 'atomic_stack' };
const debug: VectorSettings = { ...stack, debug_highmem: 'on' };
const first = { kernel: 'v2_6_37' } as const;

/** `where` prints an address and the index of the CPU. */
const WHERE = `static void where(const void *addr)
{
	printk("%lx CPU idx %d", (unsigned long)addr, this_cpu_read(__kmap_atomic_idx));
}
`;
const vector = (settings: VectorSettings, body: string): string => program({ cpus: 4, ...settings }, WHERE + body);
const task = (settings: VectorSettings, body: string, cpu = 0): string => vector(settings, `task a(cpu = ${cpu}) {\n${body}\n}`);

describe('atomic_stack, one task', () => {
  test.each([
    [{}, 0, ['fffbb000 CPU idx 1', 'fffba000 CPU idx 2']],
    [{}, 3, ['fff7f000 CPU idx 1', 'fff7e000 CPU idx 2']],
    [first, 0, ['fffba000 CPU idx 1', 'fffb9000 CPU idx 2']],
  ])('vector 63: %o on CPU %d', (settings, cpu, printed) => {
    const body =
      '\tchar *x = kmap_atomic(p1);\n\tchar *y;\n\twhere(x);\n\ty = kmap_atomic(p2);\n\twhere(y);\n\tkunmap_atomic(y);\n\tkunmap_atomic(x);\n\twhere(NULL);';
    const run = runVector(task({ ...stack, ...settings }, body, cpu));
    expect(run.printed()).toEqual([...printed, '0 CPU idx 0']);
    expect(run.findings()).toEqual([]);
  });

  test.each([
    ['v2_6_37', 'preempt 1 nofault 0'],
    ['v3_10', 'preempt 1 nofault 0'],
    ['v5_9', 'preempt 1 nofault 1'],
    ['v5_10', 'preempt 1 nofault 1'],
  ])('%s: what keeps faults and preemption away (1.6), for low pages too', (kernel, counts) => {
    for (const page of ['p1', 'lowpage']) {
      const run = runVector(
        task({ ...stack, kernel }, `\tchar *x = kmap_atomic(${page});\n\tshow(NULL);\n\tkunmap_atomic(x);\n\tshow(NULL);`),
      );
      expect(run.printed()).toEqual([`0 idx 0 pinned 0 ${counts}`, '0 idx 0 pinned 0 preempt 0 nofault 0']);
      expect(run.findings()).toEqual([]);
    }
  });

  test.each([
    ['v2_6_37', 'preempt 1 nofault 0', ['scheduling_while_atomic']],
    ['v5_9', 'preempt 0 nofault 1', []],
  ])('%s without a preemption count: only the older kernel still sees that a holder sleeps', (kernel, counts, findings) => {
    const run = runVector(
      task(
        { ...stack, kernel, preempt: 'none', debug_atomic_sleep: 'off', debug_lockdep: 'off', debug_preempt: 'off' },
        '\tchar *x = kmap_atomic(p1);\n\tshow(NULL);\n\tmsleep(1);\n\tlook("a", x);',
      ),
    );
    expect(run.printed()[0]).toBe(`0 idx 0 pinned 0 ${counts}`);
    expect(
      run
        .kernelFindings()
        .filter((slug) => slug === 'scheduling_while_atomic')
        .slice(0, 1),
    ).toEqual(findings);
  });
});

describe('atomic_stack, the wrong order', () => {
  const order = (touch: boolean) =>
    `\tchar *x = kmap_atomic(p1);\n\tchar *y = kmap_atomic(p2);\n${touch ? '\tlook("x", x);\n\tlook("y", y);\n' : ''}\tkunmap_atomic(x);\n\tlook("y", y);\n\tkunmap_atomic(y);\n\twhere(NULL);`;

  test('vector 64: a release build says nothing, and the stale translation serves', () => {
    const run = runVector(task(stack, order(true)));
    expect(run.printed()).toEqual(['x P1', 'y P2', 'y P2', '0 CPU idx 0']);
    expect(run.ptesCleared('a')).toEqual(['fffba000', 'fffbb000']);
    expect(run.kernelFindings()).toEqual([]);
    expect(run.sanitizerFindings()).toEqual(['stale_tlb']);
  });

  test('vector 64: without a translation the next read faults', () => {
    const run = runVector(task(stack, order(false)));
    expect(run.kernelFindings()).toEqual(['page_fault']);
    expect(run.faults()).toEqual(['fffba000']);
  });

  test('vector 64: a debug build warns once', () => {
    const run = runVector(task(debug, order(true)));
    expect(run.kernelFindings()).toEqual(['unmap_order', 'unmap_order (suppressed)']);
    expect(run.kinds()[0]).toBe('unmap_order as warn');
  });

  test('vector 65: a release build of ARM clears nothing, and nothing is visible', () => {
    const run = runVector(task({ ...stack, arch: 'arm' }, order(true)));
    expect(run.printed()).toEqual(['x P1', 'y P2', 'y P2', '0 CPU idx 0']);
    expect(run.ptesCleared('a')).toEqual([]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 65: a debug build of ARM stops', () => {
    const run = runVector(task({ ...debug, arch: 'arm' }, order(true)));
    expect(run.kinds()).toEqual(['unmap_order as bug']);
    expect(run.printed()).toEqual(['x P1', 'y P2']);
  });
});

describe('atomic_stack, too many maps and too many unmaps', () => {
  const nest = (count: number) =>
    `\tchar *x;\n\tint i;\n\tfor (i = 1; i <= ${count}; i++) {\n\t\tx = kmap_atomic(p1);\n\t\tif (i >= ${count - 1})\n\t\t\tprintk("%d %lx", i, (unsigned long)x);\n\t}\n`;

  test('vector 66: the 21st map takes the first slot of the next CPU, which finds it busy', () => {
    const run = runVector(
      vector(
        { ...stack, cpus: 2 },
        `int full;
task a(cpu = 0) {
${nest(21)}	full = 1;
	while (full)
		udelay(1);
	for (i = 1; i <= 21; i++) {
		kunmap_atomic(x);
		x = x + PAGE_SIZE;
	}
}
task b(cpu = 1) {
	while (!full)
		udelay(1);
	full = 0;
	kmap_atomic(p2);
}`,
      ),
    );
    expect(run.printed()).toEqual(['20 fffa8000', '21 fffa7000']);
    expect(run.kinds()).toEqual(['slot_busy as bug']);
  });

  test.each([
    ['v5_9', 42, '41 fff93000'],
    ['v2_6_37', 43, '42 fff91000'],
  ])('vector 67: a debug build of %s stops the map number %d', (kernel, count, last) => {
    const run = runVector(task({ ...debug, kernel }, nest(count)));
    expect(run.printed()).toEqual([last]);
    expect(run.kernelFindings()).toEqual(['idx_overflow']);
  });

  const twice =
    '\tchar *x = kmap_atomic(p1);\n\tkunmap_atomic(x);\n\tkunmap_atomic(x);\n\twhere(NULL);\n\tx = kmap_atomic(p2);\n\twhere(x);\n\tkunmap_atomic(x);\n\twhere(NULL);';

  test('vector 68: one unmap too many clears the entry of the IO-APIC, and the next map takes it', () => {
    const run = runVector(task({ ...stack, debug_preempt: 'off' }, `\tpreempt_disable();\n\tpagefault_disable();\n${twice}`));
    expect(run.printed()).toEqual(['0 CPU idx -1', 'fffbc000 CPU idx 0', '0 CPU idx 0']);
    expect(run.ptesCleared('a')).toEqual(['fffbb000', 'fffbc000']);
    expect(run.kernelFindings()).toEqual([]);
  });

  test('vector 68: a debug build warns of the order, then stops', () => {
    const run = runVector(task(debug, twice));
    expect(run.kinds()).toEqual(['unmap_order as warn', 'idx_underflow as bug']);
  });
});

describe('atomic_stack, interrupts', () => {
  const interrupted = (settings: VectorSettings, point: string) =>
    vector(
      settings,
      `irq nic(cpu = 2, when = any) {
	char *f = kmap_atomic(pi);
	where(f);
	look("irq", f);
	kunmap_atomic(f);
}
task a(cpu = 2) {
	char *x = kmap_atomic(pa[0]);
	where(x);
	look("a", x);
	kunmap_atomic(x);
	where(NULL);
}
schedule here { irq nic at ${point}; }`,
    );
  const between = 'kunmap_atomic_slot "clear_one" 1';

  test('vector 69: the pop before the clear: an interrupt between the two finds the slot busy', () => {
    const run = runVector(interrupted({ ...stack, ...first, pop_early: 'on' }, between), { schedule: 'here' });
    expect(run.findings()).toEqual(['slot_busy', 'panic']);
  });

  test('vector 69: with the fix it takes the next slot', () => {
    const run = runVector(interrupted({ ...stack, ...first }, between), { schedule: 'here' });
    expect(run.printed()).toEqual(['fff92000 CPU idx 1', 'a A0', 'fff91000 CPU idx 2', 'irq II', '0 CPU idx 0']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 70: a handler nests on the stack of its CPU', () => {
    const run = runVector(interrupted(stack, 'look 1'), { schedule: 'here' });
    expect(run.printed()).toEqual(['fff93000 CPU idx 1', 'fff92000 CPU idx 2', 'irq II', 'a A0', '0 CPU idx 0']);
    expect(run.findings()).toEqual([]);
  });

  test.each(['kmap_atomic "claimed" 1', 'kmap_atomic "check" 1', 'kmap_atomic "map" 1', 'kmap_atomic "mapped" 1'])(
    'in the map call, before %s: the slot above, and no harm',
    (point) => {
      const run = runVector(interrupted(stack, point), { schedule: 'here' });
      expect(run.printed()).toEqual(['fff92000 CPU idx 2', 'irq II', 'fff93000 CPU idx 1', 'a A0', '0 CPU idx 0']);
      expect(run.findings()).toEqual([]);
    },
  );

  test('a handler that enables interrupts and maps is reported by debug builds only', () => {
    const text = (settings: VectorSettings) =>
      vector(
        settings,
        'irq nic(cpu = 0, when = any) {\n\tlocal_irq_enable();\n\tkunmap_atomic(kmap_atomic(p1));\n\tlocal_irq_disable();\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n}',
      );
    expect(runVector(text(debug)).findings()).toEqual(['map_irqs_on']);
    expect(runVector(text(stack)).findings()).toEqual([]);
  });
});

describe('atomic_stack, a holder that sleeps', () => {
  test('vector 71: the indices of two tasks mix, and the wrong page goes', () => {
    const run = runVector(
      vector(
        { ...debug, cpus: 1 },
        `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_atomic(pa[0]);
	yield();
	kunmap_atomic(x);
	yield();
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_atomic(pb[0]);
	where(x);
	yield();
	look("b", x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['fffba000 CPU idx 2']);
    expect(run.kernelFindings().filter((slug) => slug !== 'preempt_count_underflow')).toEqual([
      'scheduling_while_atomic',
      'scheduling_while_atomic',
      'unmap_order',
      'page_fault',
    ]);
    expect(run.ptesCleared('a')).toEqual(['fffba000']);
    expect(run.faults()).toEqual(['fffba000']);
  });

  test('vector 72: it comes back on another CPU and pops the index of that one', () => {
    const run = runVector(
      vector(
        { ...stack, cpus: 2 },
        `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	cpumask_t other = 2;
	char *x = kmap_atomic(pa[0]);
	where(x);
	set_cpus_allowed_ptr(current, &other);
	printk("now on CPU %d", raw_smp_processor_id());
	kunmap_atomic(x);
	where(NULL);
	printk("CPU 0 idx %d", per_cpu(__kmap_atomic_idx, 0));
}`,
      ),
    );
    expect(run.printed()).toEqual(['fffbb000 CPU idx 1', 'now on CPU 1', '0 CPU idx -1', 'CPU 0 idx 1']);
    expect(run.ptesCleared('a')).toEqual(['fffa8000']);
    const own = run.kernelFindings().filter((slug) => slug !== 'preempt_count_underflow');
    expect(new Set(own)).toEqual(new Set(['sleeping_in_atomic', 'scheduling_while_atomic']));
  });
});
