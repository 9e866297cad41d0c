/** D14 to D20 and D22 to D24: persistent mappings, sleeping, faults, and the rest. */
import { faults, oldFaults, PANIC, schedulesAtomic, sleepsAtomic, warns } from '../headlines.ts';
import type { Model } from '../misuse-case.ts';
import { type DiagnosticCase, handler, of, old, once, order, TASK_MODELS, whole } from './diagnostic-case.ts';

const FAULT = (mapping: Model): string => (mapping === 'km_type' ? oldFaults('fff00000') : faults('fff00000'));

// D14 to D19, D22: persistent mappings, sleeping, faults.

const MODELS = ['km_type', 'atomic_stack', ...TASK_MODELS] as const;
const mapAtomic = (mapping: Model): string => (mapping === 'km_type' ? 'kmap_atomic(p2, KM_USER0)' : 'kmap_atomic(p2)');
const unmapAtomic = (mapping: Model): string => (mapping === 'km_type' ? 'kunmap_atomic(x, KM_USER0)' : 'kunmap_atomic(x)');
const pkmapStops = (slug: string, where: string): string => `${slug}: kernel BUG at mm/pkmap.klab: ${where}!`;
const asks = sleepsAtomic('vector.klab: trigger');
/** The second task comes more than a second later; with few ticks in between. */
const LATER = { tick_ns: '100ms' };
const inAtomic = (mapping: Model, call: string): string =>
  `\tchar *x = ${mapAtomic(mapping)};\n\tudelay(1);\n\t${call};\n\t${unmapAtomic(mapping)};`;

export const persistent: DiagnosticCase[] = [
  ...MODELS.flatMap((mapping) => [
    of('D14', mapping, { debug_atomic_sleep: 'off' }, inAtomic(mapping, 'might_sleep()'), []),
    of('D14', mapping, {}, inAtomic(mapping, 'might_sleep()'), once(asks)),
    of('D14', mapping, LATER, inAtomic(mapping, 'might_sleep()'), [asks, asks], { gap: '1100' }),
    of('D14', mapping, {}, inAtomic(mapping, 'kmap(p1)'), once(asks)),
    of('D14', mapping, {}, `\tpreempt_disable();\n\tkunmap(p1);\n\tpreempt_enable();`, mapping === 'km_type' ? [] : once(asks), {
      before: 'kmap(p1);\n\tkmap(p1);',
    }),
    whole('D16', mapping, {}, 'task a(cpu = 0) {\n\tkunmap(p1);\n}\n', [pkmapStops('pkmap_not_mapped', 'kunmap_high')]),
    whole('D16', mapping, {}, 'task a(cpu = 0) {\n\tkmap(p1);\n\tkunmap(p1);\n\tkunmap(p1);\n}\n', [
      pkmapStops('pkmap_not_mapped', 'kunmap_high'),
    ]),
    whole('D17', mapping, {}, 'task a(cpu = 0) {\n\tkmap(p1);\n\tpkmap_count[1] = 0;\n\tkmap(p1);\n}\n', [
      pkmapStops('pkmap_count_low', 'kmap_high'),
    ]),
    whole(
      'D18',
      mapping,
      {},
      'task a(cpu = 0) {\n\tchar *x = kmap(p1);\n\tkunmap(p1);\n\tpte_clear(virt_to_kpte((unsigned long)x));\n\tkmap_flush_unused();\n}\n',
      [pkmapStops('pkmap_pte_lost', 'flush_all_zero_pkmaps')],
    ),
    of('D19', mapping, {}, `\tchar *x = ${mapAtomic(mapping)};\n\tyield();\n\tpreempt_disable();\n\t${unmapAtomic(mapping)};`, [
      schedulesAtomic('a', 100),
      schedulesAtomic('b', 101),
    ]),
    of('D22', mapping, {}, '\tchar *x = (char *)0xfff00000;\n\tlook("x", x);', [FAULT(mapping), FAULT(mapping)]),
  ]),
  whole('D15', 'km_type', {}, handler('\tkunmap(p1);', 1), [pkmapStops('kunmap_in_interrupt', 'kunmap'), PANIC]),
  whole('D15', 'atomic_stack', { kernel: 'v2_6_37' }, handler('\tkunmap(p1);', 1), [
    pkmapStops('kunmap_in_interrupt', 'kunmap'),
    PANIC,
  ]),
];

// D20, D23, D24.

const FORCED = `struct task_struct *holder;
task a(cpu = 0) {
	char *x = map_page(p1);
	holder = current;
	msleep(2);
	msleep(2);
	unmap_page(x);
}
task b(cpu = 1) {
	msleep(1);
	holder->cpus_ptr = (cpumask_t *)cpumask_of(1);
	msleep(2);
	holder->cpus_ptr = (cpumask_t *)cpumask_of(0);
}
`;
const PAGE_OF_KMAP = '\tchar *x = kmap(p1);\n\tkmap_to_page(x);\n\tkunmap(p1);';
const PAGE_OF_SLOT =
  '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tkmap_to_page(y);\n\tunmap_page(y);\n\tunmap_page(x);';
const asked = once(warns('kmap_to_page_of_kmap', 'kmap_local', 'kmap_to_page').replace('kmap-local', 'kmap-to-page'));
const proposed = (slug: string, where: string): string => warns(slug, 'km_type', where).replace('km-type', 'overlay-2009');
const CROSSED =
  '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n\tkunmap_atomic(x, KM_USER0);\n\tkunmap_atomic(y, KM_USER1);';
const TYPES_CROSSED = old(proposed('proposed_types', 'proposed_unmap_type'));
const DEEP = proposed('proposed_depth', 'proposed_map_depth');

export const others: DiagnosticCase[] = [
  whole('D20', 'kmap_local', {}, FORCED, [
    'migrated_while_pinned: WARNING: CPU: 0 PID: 0 at set_task_cpu',
    'migrated_while_pinned (suppressed)',
  ]),
  of('D23', 'kmap_local', { kernel: 'v5_11' }, PAGE_OF_KMAP, []),
  of('D23', 'kmap_local', { kernel: 'v5_15' }, PAGE_OF_SLOT, []),
  of('D23', 'kmap_local', { kernel: 'v6_1' }, PAGE_OF_KMAP, asked),
  of('D23', 'kmap_local', {}, PAGE_OF_SLOT, asked),
  of('D24', 'km_type', {}, CROSSED, []),
  of('D24', 'km_type', { overlay: 'strict_types' }, CROSSED, [TYPES_CROSSED, TYPES_CROSSED, TYPES_CROSSED, TYPES_CROSSED]),
  of('D24', 'km_type', { overlay: 'depth', overlay_limit: 2 }, CROSSED, [old(DEEP)]),
  of('D24', 'atomic_stack', { overlay: 'depth', overlay_limit: 2 }, order, [DEEP]),
];
