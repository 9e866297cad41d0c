/** Softirqs, NMIs and hardirqs as contexts of mappings (highmem 1.4, 2.2, 2.5, 3.2, 7.6), with real softirqs: vectors 16, 60 and 70 among them. */
import { describe, expect, test } from 'vitest';
import { program, type VectorSettings } from './prelude.ts';
import { runVector, type VectorRun } from './run.ts';

const MODELS = ['km_type', 'atomic_stack', 'kmap_temporary', 'split_switch', 'kmap_local'] as const;

/** A softirq with this body, on top of a task that holds a mapping: a handler asks for it, and it runs when that returns. */
function inSoftirq(settings: VectorSettings, body: string, map = 'map_page(pa[0])', unmap = 'unmap_page(x)'): VectorRun {
  return runVector(
    program(
      { cpus: 2, ...settings },
      `static void work(void)
{
${body}
}
irq nic(cpu = 0, when = any) {
	raise_softirq(NET_RX_SOFTIRQ);
}
task a(cpu = 0) {
	char *x;

	open_softirq(NET_RX_SOFTIRQ, work);
	x = ${map};
	look("a", x);
	raise_irq(nic);
	look("a", x);
	${unmap};
}`,
    ),
  );
}

describe('softirqs', () => {
  const nested = `	char *f = map_page(pi);
	printk("in softirq %d, hardirq %d", in_serving_softirq(), in_hardirq());
	look("softirq", f);
	unmap_page(f);`;

  test.each(MODELS)('%s: a softirq maps on top of what the task has', (mapping) => {
    const run = inSoftirq({ mapping }, nested);
    expect(run.printed()).toEqual(['a A0', 'in softirq 1, hardirq 0', 'softirq II', 'a A0']);
    expect(run.findings()).toEqual([]);
  });

  test.each([
    ['km_type', [3, 11]],
    ['atomic_stack', [0, 1]],
    ['kmap_temporary', [0, 1]],
    ['split_switch', [0, 1]],
    ['kmap_local', [0, 1]],
  ] as const)('%s: the slots of both', (mapping, slots) => {
    expect(inSoftirq({ mapping }, nested).slots('kmap')).toEqual(slots);
  });

  test('vector 16 in a softirq: index and pinning are those of the task, and come back', () => {
    const show = '	char *f = kmap_local_page(pi);\n	show(f);\n	kunmap_local(f);\n	show(f);';
    const run = inSoftirq({ mapping: 'kmap_local' }, show);
    const [, inside, after] = run.printed();
    expect(inside).toMatch(/^fffba000 idx 2 pinned 2 preempt 256 /);
    expect(after).toMatch(/^fffba000 idx 1 pinned 1 preempt 256 /);
  });

  test('kmap_local does not check softirqs, whether interrupts are on or off (7.6)', () => {
    for (const lines of ['', '\tlocal_irq_disable();\n']) {
      const body = `${lines}\tkunmap_local(kmap_local_page(pi));\n${lines.replace('disable', 'enable')}`;
      expect(inSoftirq({ mapping: 'kmap_local', debug_highmem: 'on' }, body).findings()).toEqual([]);
    }
  });

  test('vector 60 in a real softirq: KM_BIO_SRC_IRQ with interrupts on breaks both rules, with interrupts off none', () => {
    const types: VectorSettings = { mapping: 'km_type', debug_highmem: 'on' };
    const use = (type: string) => `\tkunmap_atomic(kmap_atomic(p1, ${type}), ${type});`;
    const off = (body: string) => `\tlocal_irq_disable();\n${body}\n\tlocal_irq_enable();`;
    const found = (body: string, settings = types) => inSoftirq(settings, body).kernelFindings();
    expect(found(use('KM_BIO_SRC_IRQ'))).toEqual(['type_context', 'type_context']);
    expect(found(off(use('KM_BIO_SRC_IRQ')))).toEqual([]);
    // Rule A alone: no rule B for the types of process context. With interrupts off anything goes.
    expect(found(use('KM_USER1'))).toEqual(['type_context']);
    expect(found(off(use('KM_USER1')))).toEqual([]);
    for (const fine of ['KM_SOFTIRQ0', 'KM_SOFTIRQ1', 'KM_SKB_SUNRPC_DATA', 'KM_SKB_DATA_SOFTIRQ']) {
      expect(found(use(fine)), fine).toEqual([]);
      expect(found(use(fine), { ...types, kernel: 'v2_6_35' }), fine).toEqual([]);
    }
  });

  test('km_type: a type of process context in a softirq hits the task that holds it', () => {
    const run = inSoftirq({ mapping: 'km_type' }, '\tkmap_atomic(pi, KM_USER0);');
    expect(run.kernelFindings()).toEqual(['slot_busy', 'panic']);
  });

  test('a page fault in a softirq is not served: a copy comes up short', () => {
    const run = runVector(
      program(
        { mapping: 'kmap_local', cpus: 1 },
        `user page away = "AW" absent;
static void work(void)
{
	char *f = kmap_local_page(pi);
	printk("left %lu", copy_from_user_inatomic(f, away, 2));
	kunmap_local(f);
}
irq nic(cpu = 0, when = any) {
	raise_softirq(NET_RX_SOFTIRQ);
}
SYSCALL int sys_go(void)
{
	open_softirq(NET_RX_SOFTIRQ, work);
	raise_irq(nic);
	return 0;
}
user task a(cpu = 0) { sys_go(); }`,
      ),
    );
    expect(run.printed()).toEqual(['left 2']);
    expect(run.findings()).toEqual([]);
  });
});

describe('NMIs', () => {
  const nmi = (settings: VectorSettings, body: string) =>
    runVector(
      program(
        { cpus: 2, ...settings },
        `nmi watchdog(cpu = 0, at = 100us) {
${body}
}
task a(cpu = 0) {
	char *x = map_page(pa[0]);
	look("a", x);
	udelay(200);
	look("a", x);
	unmap_page(x);
}`,
      ),
    );
  const nested = `	char *f = map_page(pi);
	printk("nmi %d hardirq %d off %d", in_nmi() != 0, in_hardirq() != 0, irqs_disabled() != 0);
	look("nmi", f);
	unmap_page(f);`;

  test.each(MODELS)('%s: an NMI counts as a hardirq, and maps on top', (mapping) => {
    for (const debug_highmem of ['off', 'on']) {
      // A check of 2.6.31 takes KM_NMI in an NMI for a wrong type; 2.6.35 knows it.
      const run = nmi(mapping === 'km_type' ? { mapping, debug_highmem, kernel: 'v2_6_35' } : { mapping, debug_highmem }, nested);
      expect(run.printed()).toEqual(['a A0', 'nmi 1 hardirq 1 off 1', 'nmi II', 'a A0']);
      expect(run.findings()).toEqual([]);
    }
  });

  test('vector 60: KM_NMI in an NMI warns in 2.6.31; every other type does in 2.6.35', () => {
    const used = (kernel: string, type: string) =>
      nmi(
        { mapping: 'km_type', debug_highmem: 'on', kernel },
        `\tkunmap_atomic(kmap_atomic(pi, ${type}), ${type});`,
      ).kernelFindings();
    expect(used('v2_6_31', 'KM_NMI')).toEqual(['type_context']);
    expect(used('v2_6_31', 'KM_IRQ0')).toEqual([]);
    expect(used('v2_6_35', 'KM_NMI')).toEqual([]);
    expect(used('v2_6_35', 'KM_NMI_PTE')).toEqual([]);
    expect(used('v2_6_35', 'KM_IRQ0')).toEqual(['type_context']);
  });

  test('vectors 16 and 70 for an NMI: idx and pinning are back when it returns', () => {
    const body = '\tchar *f = map_page(pi);\n\tshow(f);\n\tunmap_page(f);\n\tshow(f);';
    const [, inside, after] = nmi({ mapping: 'kmap_local' }, body).printed();
    expect(inside).toContain('fffba000 idx 2 pinned 2');
    expect(after).toContain('fffba000 idx 1 pinned 1');
    expect(nmi({ mapping: 'atomic_stack' }, body).printed()[1]).toMatch(/^fffba000 /);
  });

  test('a hardirq that enables interrupts is warned about, an NMI never is (7.6)', () => {
    const hardirq = runVector(
      program(
        { mapping: 'kmap_local', cpus: 1 },
        'irq nic(cpu = 0, when = any) {\n\tlocal_irq_enable();\n\tkunmap_local(kmap_local_page(pi));\n\tlocal_irq_disable();\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n}',
      ),
    );
    expect(hardirq.kernelFindings()).toEqual(['map_irqs_on']);
    expect(nmi({ mapping: 'kmap_local' }, nested).kernelFindings()).toEqual([]);
  });
});
