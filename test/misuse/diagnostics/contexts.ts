/** D07 to D12: contexts, the switch, leaks. */
import { warns } from '../headlines.ts';
import type { Model } from '../misuse-case.ts';
import {
  builds,
  type DiagnosticCase,
  debug,
  handler,
  of,
  ofB,
  old,
  once,
  PLACES,
  TASK_MODELS,
  whole,
} from './diagnostic-case.ts';

// D07 and D08: context.

const IRQS_ON = '\tlocal_irq_enable();\n\tunmap_page(map_page(p1));\n\tlocal_irq_disable();';
const wrongType = (type: string) => `\tint i;\n\tfor (i = 0; i < 8; i++)\n\t\tkunmap_atomic(kmap_atomic(p1, ${type}), ${type});`;
const TYPE_WARNING = old(warns('type_context', 'km_type', 'debug_kmap_atomic'));

export const contexts: DiagnosticCase[] = [
  whole('D07', 'atomic_stack', {}, handler(IRQS_ON), []),
  whole('D07', 'atomic_stack', debug, handler(IRQS_ON), once(warns('map_irqs_on', 'atomic_stack', 'kmap_atomic_idx_push'))),
  ...TASK_MODELS.flatMap((mapping) =>
    builds(mapping).map((settings) =>
      whole('D07', mapping, settings, handler(IRQS_ON), once(warns('map_irqs_on', mapping, PLACES[mapping].push))),
    ),
  ),
  of('D08', 'km_type', {}, wrongType('KM_IRQ0'), []),
  of(
    'D08',
    'km_type',
    debug,
    wrongType('KM_IRQ0'),
    Array.from({ length: 10 }, () => TYPE_WARNING),
  ),
  of(
    'D08',
    'km_type',
    { ...debug, kernel: 'v2_6_35' },
    wrongType('KM_IRQ0'),
    Array.from({ length: 11 }, () => TYPE_WARNING),
  ),
];

// D09 to D12: the switch and the leak checks.

const twoSwitches = (a: string): string =>
  `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n${a}\tyield();\n\tyield();\n\tcurrent->kmap_ctrl.idx = 0;\n}\ntask b(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n\tyield();\n\tyield();\n}\n`;
const NO_ENTRY = '\tcurrent->kmap_ctrl.idx = 1;\n';
/** The call of the first posting restores while `current` is still b. */
const switchLines = (slug: string, mapping: Model, out: string, back: string): string[] => [
  warns(slug, mapping, out),
  mapping === 'kmap_temporary' ? ofB(warns(slug, mapping, back)) : warns(slug, mapping, back),
  `${slug} (suppressed)`,
  `${slug} (suppressed)`,
];
const GUARD = '\tcurrent->kmap_ctrl.idx = 1;\n\tcurrent->kmap_ctrl.pteval[0] = 0x163;\n';
const forks =
  'static int child(void *arg)\n{\n\treturn 0;\n}\ntask a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tkernel_thread(child, NULL, "kid", 0);\n\tkernel_thread(child, NULL, "kid", 0);\n\tunmap_page(x);\n}\n';
const KEPT = 'mapping_kept_to_user: DEBUG_LOCKS_WARN_ON(current->kmap_ctrl.idx != 0)';
/** Two calls that leak, then another check of locking debugging: its second preempt_enable() is one too many. */
const leaks = (after = ''): string =>
  `SYSCALL int sys_leak(void)\n{\n\tmap_page(p1);\n\treturn 0;\n}\nSYSCALL int sys_after(void)\n{\n${after}\n\treturn 0;\n}\nuser task a(cpu = 0) {\n\tsys_leak();\n\tsys_after();\n}\n`;
const LEAK_SUPPRESSED = 'mapping_kept_to_user (suppressed)';

export const switches: DiagnosticCase[] = [
  whole(
    'D09',
    'kmap_temporary',
    {},
    twoSwitches(NO_ENTRY),
    switchLines('pteval_empty', 'kmap_temporary', 'kmap_switch_temporary', 'kmap_switch_temporary'),
  ),
  whole(
    'D09',
    'split_switch',
    {},
    twoSwitches(NO_ENTRY),
    switchLines('pteval_empty', 'split_switch', 'kmap_temporary_sched_out', 'kmap_temporary_sched_in'),
  ),
  whole(
    'D09',
    'kmap_local',
    {},
    twoSwitches(NO_ENTRY),
    switchLines('pteval_empty', 'kmap_local', '__kmap_local_sched_out', '__kmap_local_sched_in'),
  ),
  whole('D10', 'kmap_local', {}, twoSwitches(GUARD), []),
  whole(
    'D10',
    'kmap_local',
    { debug_kmap_local: 'on' },
    twoSwitches(GUARD),
    switchLines('guard_not_empty', 'kmap_local', '__kmap_local_sched_out', '__kmap_local_sched_in'),
  ),
  whole('D11', 'kmap_temporary', {}, forks, []),
  whole('D11', 'split_switch', {}, forks, []),
  whole('D11', 'kmap_local', {}, forks, once(warns('fork_with_mappings', 'kmap_local', 'kmap_fork'))),
  whole('D12', 'kmap_temporary', {}, leaks(), []),
  whole('D12', 'split_switch', {}, leaks(), []),
  whole('D12', 'kmap_local', {}, leaks(), [KEPT, LEAK_SUPPRESSED], 0),
  whole(
    'D12',
    'kmap_local',
    { debug_preempt: 'on' },
    leaks('\tpreempt_enable();'),
    [KEPT, 'preempt_count_underflow (suppressed)', LEAK_SUPPRESSED],
    0,
  ),
  whole('D12', 'kmap_local', { arch: 'arm' }, leaks(), []),
];
