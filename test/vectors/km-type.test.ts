/** Vectors 54 to 62 of the reference (highmem section 13) for km_type, kmap_atomic() with named slots, as programs. */
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/kernel/build.ts';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const types: VectorSettings = { mapping: 'km_type' };
const debug: VectorSettings = { ...types, debug_highmem: 'on' };
const arm: VectorSettings = { ...types, arch: 'arm' };

const vector = (settings: VectorSettings, body: string): string => program({ cpus: 4, ...settings }, body);
const task = (settings: VectorSettings, body: string, cpu = 0): string => vector(settings, `task a(cpu = ${cpu}) {\n${body}\n}`);

describe('km_type, one task', () => {
  test('vector 54: two types, unmapped in either order', () => {
    const run = runVector(
      task(
        types,
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y;\n\tshow(x);\n\ty = kmap_atomic(p2, KM_USER1);\n\tshow(y);\n\tkunmap_atomic(x, KM_USER0);\n\tlook("y", y);\n\tkunmap_atomic(y, KM_USER1);\n\tshow(NULL);',
      ),
    );
    expect(run.printed()).toEqual([
      'fffb7000 idx 0 pinned 0 preempt 1 nofault 0',
      'fffb6000 idx 0 pinned 0 preempt 2 nofault 0',
      'y P2',
      '0 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });

  const addressOf = (settings: VectorSettings, cpu: number, type: string): string[] =>
    runVector(
      task(
        settings,
        `\tchar *x = kmap_atomic(p1, ${type});\n\tprintk("%lx", (unsigned long)x);\n\tkunmap_atomic(x, ${type});`,
        cpu,
      ),
    ).printed();

  test.each([
    [2, 'KM_USER0', 'fff91000'],
    [2, 'KM_NMI', 'fff83000'],
    [1, 'KM_USER0', 'fffa4000'],
  ])('vector 55: on CPU %d %s lies at %s', (cpu, type, address) => {
    expect(addressOf(types, cpu, type)).toEqual([address]);
  });

  test('vector 56: with fences a type is 2n + 1, and a CPU has 39 slots', () => {
    expect(addressOf(debug, 1, 'KM_USER0')).toEqual(['fff8c000']);
    expect(runVector(task(debug, '\tprintk("%d %d", KM_USER0, KM_TYPE_NR);')).printed()).toEqual(['7 39']);
    expect(runVector(task({ ...debug, kernel: 'v2_6_35' }, '\tprintk("%d %d", KM_KDB, KM_TYPE_NR);')).printed()).toEqual([
      '39 41',
    ]);
  });

  test('vector 56: a fence stops who runs off a page; a release build lets him into the next lower type', () => {
    const off =
      '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n\tlook("off", y + 0x1000);\n\tkunmap_atomic(y, KM_USER1);\n\tkunmap_atomic(x, KM_USER0);';
    expect(runVector(task(types, off)).printed()).toEqual(['off P1']);
    expect(runVector(task(debug, off)).kernelFindings()).toEqual(['page_fault']);
  });

  const mismatch =
    '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER1);\n\tprintk("still there: %c", x[0]);\n\tx = kmap_atomic(p2, KM_USER0);';

  test('vector 57: the wrong type at the unmap is silent, and the next map of the right one stops', () => {
    const run = runVector(task(types, mismatch));
    expect(run.printed()).toEqual(['still there: P']);
    expect(run.ptesCleared('a')).toEqual([]);
    expect(run.kinds()).toEqual(['slot_busy as bug']);
  });

  test('vector 57: a debug build stops at the unmap', () => {
    const run = runVector(task(debug, mismatch));
    expect(run.printed()).toEqual([]);
    expect(run.kinds()).toEqual(['unmap_not_lowmem as bug']);
  });

  test('an address of user memory: only a debug build stops', () => {
    const body = '\tkmap_atomic(p1, KM_USER0);\n\tkunmap_atomic((const void *)0x1000, KM_USER0);';
    expect(runVector(task(debug, body)).kinds()).toEqual(['unmap_user_address as bug']);
    expect(runVector(task(types, body)).kernelFindings()).toEqual([]);
  });
});

describe('km_type, an interrupt that uses the type of its task', () => {
  const handler = (settings: VectorSettings, map: string, unmap: string) =>
    vector(
      settings,
      `irq nic(cpu = 0, when = any) {
	char *f = ${map};
	look("irq", f);
	${unmap};
}
task a(cpu = 0) {
	char *x = kmap_atomic(pa[0], KM_USER0);
	look("a", x);
	raise_irq(nic);
	look("a", x);
	kunmap_atomic(x, KM_USER0);
}`,
    );
  const same = (settings: VectorSettings) => handler(settings, 'kmap_atomic(pi, KM_USER0)', 'kunmap_atomic(f, KM_USER0)');

  test.each([
    [types, ['slot_busy', 'panic']],
    [debug, ['type_context', 'slot_busy', 'panic']],
    [{ ...arm, debug_highmem: 'on' }, ['slot_busy', 'panic']],
  ])('vector 58: %o: the handler finds the slot busy', (settings, findings) => {
    const run = runVector(same(settings as VectorSettings));
    expect(run.kernelFindings()).toEqual(findings);
    expect(run.printed()).toEqual(['a A0']);
  });

  test("vector 58: a release build of ARM: the task reads the handler's page afterwards", () => {
    const run = runVector(same(arm));
    expect(run.kernelFindings()).toEqual([]);
    expect(run.printed()).toEqual(['a A0', 'irq II', 'a II']);
  });

  test('another type does no harm', () => {
    const run = runVector(handler(debug, 'kmap_atomic(pi, KM_IRQ0)', 'kunmap_atomic(f, KM_IRQ0)'));
    expect(run.printed()).toEqual(['a A0', 'irq II', 'a A0']);
    expect(run.findings()).toEqual([]);
  });

  test("vector 59: by page frame: the handler reads the task's page, and then the task faults", () => {
    const run = runVector(
      handler(types, 'kmap_atomic_prot_pfn(page_to_pfn(pi), KM_USER0, PAGE_KERNEL)', 'kunmap_atomic(f, KM_USER0)'),
    );
    expect(run.printed()).toEqual(['a A0', 'irq A0']);
    expect(run.kernelFindings()).toEqual(['page_fault']);
    expect(run.faults()).toEqual(['fffb7000']);
  });
});

describe('km_type, the check of contexts', () => {
  const use = (type: string) => `kunmap_atomic(kmap_atomic(p1, ${type}), ${type});`;
  const inIrq = (type: string) => `irq nic(cpu = 0, when = any) {\n\t${use(type)}\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n}`;
  const inTask = (type: string) => `task a(cpu = 0) {\n\t${use(type)}\n}`;
  const bhOff = (type: string) => `task a(cpu = 0) {\n\tlocal_bh_disable();\n\t${use(type)}\n\tlocal_bh_enable();\n}`;
  const irqOff = (type: string) => `task a(cpu = 0) {\n\tlocal_irq_disable();\n\t${use(type)}\n\tlocal_irq_enable();\n}`;
  const inNmi = (type: string) => `nmi watchdog(cpu = 0, at = 100us) {\n\t${use(type)}\n}\ntask a(cpu = 0) {\n\tudelay(200);\n}`;

  test.each([
    ['KM_USER0 in a hardirq', 'v2_6_31', inIrq('KM_USER0'), 1],
    ['KM_IRQ0 in a hardirq', 'v2_6_31', inIrq('KM_IRQ0'), 0],
    ['KM_BIO_SRC_IRQ with softirqs disabled and interrupts on', 'v2_6_31', bhOff('KM_BIO_SRC_IRQ'), 2],
    ['KM_BIO_SRC_IRQ with interrupts off', 'v2_6_31', irqOff('KM_BIO_SRC_IRQ'), 0],
    ['KM_IRQ0 in a task', 'v2_6_31', inTask('KM_IRQ0'), 1],
    ['KM_SOFTIRQ0 in a task', 'v2_6_31', inTask('KM_SOFTIRQ0'), 1],
    ['KM_SOFTIRQ0 with softirqs disabled', 'v2_6_31', bhOff('KM_SOFTIRQ0'), 0],
    ['KM_USER0 in a task', 'v2_6_31', inTask('KM_USER0'), 0],
    ['KM_NMI in an NMI', 'v2_6_31', inNmi('KM_NMI'), 1],
    ['KM_NMI in an NMI', 'v2_6_35', inNmi('KM_NMI'), 0],
    ['KM_IRQ0 in an NMI', 'v2_6_35', inNmi('KM_IRQ0'), 1],
    ['KM_IRQ_PTE in a hardirq', 'v2_6_31', inIrq('KM_IRQ_PTE'), 1],
    ['KM_IRQ_PTE in a hardirq', 'v2_6_35', inIrq('KM_IRQ_PTE'), 0],
    ['KM_NMI in a task', 'v2_6_35', inTask('KM_NMI'), 1],
    ['KM_KDB in a task', 'v2_6_35', inTask('KM_KDB'), 1],
  ])('vector 60: %s, %s', (_, kernel, text, count) => {
    const run = runVector(vector({ ...debug, kernel }, text));
    expect(run.findings()).toEqual(Array.from({ length: count }, () => 'type_context'));
  });

  test('vector 60: a release build does not look', () => {
    expect(runVector(vector(types, bhOff('KM_BIO_SRC_IRQ'))).findings()).toEqual([]);
  });

  const many = (before: string) =>
    `task a(cpu = 0) {\n\tint i;\n${before}\tlocal_bh_disable();\n\tfor (i = 0; i < 30; i++)\n\t\t${use('KM_BIO_SRC_IRQ')}\n\tlocal_bh_enable();\n}`;
  test.each([
    ['v2_6_31', 'ten credits, two at a time', '', 10],
    ['v2_6_31', 'one spent before: the count steps over 0 and never ends', `\t${use('KM_IRQ0')}\n`, 61],
    ['v2_6_35', 'below 0 is the end', '', 12],
    ['v2_6_35', 'the same with one spent before', `\t${use('KM_IRQ0')}\n`, 11],
  ])('credits of %s: %s', (kernel, _, before, count) => {
    expect(runVector(vector({ ...debug, kernel }, many(before))).findings()).toHaveLength(count);
  });
});

describe('km_type, a page where an address is due', () => {
  const body =
    '\tkmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(p1, KM_USER0);\n\tprintk("no harm so far");\n\tkmap_atomic(p1, KM_USER0);';

  test.each([[types], [debug]])('vector 61: %o: silent, until the next map', (settings) => {
    const run = runVector(task(settings, body));
    expect(run.printed()).toEqual(['no harm so far']);
    expect(run.kernelFindings()).toEqual(['slot_busy']);
  });

  test('vector 61: it compiles, with a warning', () => {
    const { built, diagnostics } = buildProgram({ uri: 'a.klab', text: task(types, body) });
    expect(built).toBeDefined();
    expect(diagnostics.filter(({ severity }) => severity === 'warning').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^kunmap_atomic\(\) takes an address, and 'p1' is a page/),
    );
  });
});

describe('km_type on ARM', () => {
  test.each([
    [0, 'fff03000'],
    [1, 'fff11000'],
  ])('vector 62: slots ascend: KM_USER0 of CPU %d lies at %s', (cpu, address) => {
    const run = runVector(
      task(arm, '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tshow(x);\n\tlook("x", x);\n\tkunmap_atomic(x, KM_USER0);', cpu),
    );
    expect(run.printed()).toEqual([`${address} idx 0 pinned 0 preempt 1 nofault 0`, 'x P1']);
    expect(run.findings()).toEqual([]);
    expect(run.ptesCleared('a')).toEqual([]);
  });

  test('a release build keeps the slot, so that a use after the unmap goes on working', () => {
    const run = runVector(
      task(
        arm,
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tlook("x", x);\n\tx = kmap_atomic(p2, KM_USER0);\n\tlook("x", x);\n\tkunmap_atomic(x, KM_USER0);',
      ),
    );
    expect(run.printed()).toEqual(['x P1', 'x P2']);
    expect(run.findings()).toEqual(['use_after_unmap']);
  });

  test('a debug build stops at the wrong address', () => {
    const run = runVector(
      task({ ...arm, debug_highmem: 'on' }, '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER1);'),
    );
    expect(run.kinds()).toEqual(['unmap_order as bug']);
  });
});

describe("km_type, the model's own calls", () => {
  const nested = (settings: VectorSettings) =>
    vector(
      settings,
      `irq nic(cpu = 1, when = any) {
	char *f = map_page(pi);
	char *g = map_page(p3);
	printk("%lx %lx", (unsigned long)f, (unsigned long)g);
	unmap_page(g);
	unmap_page(f);
}
task a(cpu = 1) {
	char *x = map_page(p1);
	char *y = map_page(p2);
	printk("%lx %lx", (unsigned long)x, (unsigned long)y);
	unmap_page(x);
	x = map_page(p4);
	raise_irq(nic);
	look("x", x);
	look("y", y);
	unmap_page(y);
	unmap_page(x);
	local_bh_disable();
	x = map_page(p1);
	printk("%lx", (unsigned long)x);
	unmap_page(x);
	local_bh_enable();
	show(NULL);
}`,
    );

  test('take a type by context and nesting, and give it back in any order', () => {
    const run = runVector(nested(types));
    expect(run.printed()).toEqual([
      'fffa4000 fffa3000',
      'fff9e000 fff9d000',
      'x P4',
      'y P2',
      'fff9c000',
      '0 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test.each([[debug], [arm], [{ ...arm, debug_highmem: 'on' }], [{ ...debug, kernel: 'v2_6_35' }]])(
    'also with %o',
    (settings) => {
      const run = runVector(nested(settings as VectorSettings));
      expect(run.printed().slice(2, 4)).toEqual(['x P4', 'y P2']);
      expect(run.findings()).toEqual([]);
    },
  );

  test('a third mapping of a task has no type left', () => {
    expect(runVector(task(types, '\tmap_page(p1);\n\tmap_page(p2);\n\tmap_page(p3);')).kernelFindings()).toEqual(['slot_busy']);
  });

  test('low pages take no type', () => {
    const run = runVector(
      task(
        types,
        '\tchar *x = map_page(lowpage);\n\tchar *y = map_page(lowpage);\n\tchar *z = map_page(p1);\n\tshow(x);\n\tshow(z);\n\tunmap_page(z);\n\tunmap_page(y);\n\tunmap_page(x);\n\tshow(NULL);',
      ),
    );
    expect(run.printed()).toEqual([
      'c0100000 idx 0 pinned 0 preempt 3 nofault 0',
      'fffb7000 idx 0 pinned 0 preempt 3 nofault 0',
      '0 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });
});

describe('the overlays proposed in 2009', () => {
  const pair = (order: string[]) =>
    `\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n${order.map((line) => `\t${line};\n`).join('')}`;
  const [ux, uy] = ['kunmap_atomic(x, KM_USER0)', 'kunmap_atomic(y, KM_USER1)'];

  test('strict types want the reverse order; each wrong name is reported', () => {
    const strict: VectorSettings = { ...types, overlay: 'strict_types' };
    expect(runVector(task(strict, pair([uy, ux]))).findings()).toEqual([]);
    expect(runVector(task(strict, pair([ux, uy]))).findings()).toEqual(['proposed_types', 'proposed_types']);
    const once = '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER1);';
    expect(runVector(task(strict, once)).findings()).toEqual(['proposed_types']);
  });

  test.each([['km_type'], ['atomic_stack']] as const)('the depths of %s add up, though they never nest', (mapping) => {
    const text = (limit: number) =>
      vector(
        { mapping, overlay: 'depth', overlay_limit: limit },
        `irq nic(cpu = 0, when = any) {
	char *f = map_page(p1);
	char *g = map_page(p2);
	unmap_page(g);
	unmap_page(f);
}
task a(cpu = 0) {
	char *x = map_page(p1);
	char *y = map_page(p2);
	unmap_page(y);
	unmap_page(x);
	raise_irq(nic);
	unmap_page(map_page(p1));
}`,
      );
    expect(runVector(text(5)).findings()).toEqual([]);
    const run = runVector(text(4));
    expect(run.findings()).toEqual(['proposed_depth']);
    expect(run.printed()).toEqual(['proposed 2009, deepest so far on CPU 0: task 2, softirq 0, hardirq 2, NMI 0']);
  });
});
