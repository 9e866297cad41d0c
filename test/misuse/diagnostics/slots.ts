/** D01 to D06 and D13: slots, the index, addresses that are none of a slot. */
import { stops, warns } from '../headlines.ts';
import type { Model } from '../misuse-case.ts';
import {
  both,
  type DiagnosticCase,
  debug,
  inTasks,
  OTHER_ARCHS,
  of,
  ofB,
  once,
  order,
  PLACES,
  type TASK_MODELS,
} from './diagnostic-case.ts';

// D01: an entry is in the slot that comes next, put there behind the kernel's back.

const FILL = '\tset_pte(kmap_slot_pte(kmap_slot(0)), 0x163);\n\tset_pte(kmap_slot_pte(kmap_slot(1)), 0x163);\n';
const busyType = '\tset_pte(kmap_slot_pte(kmap_slot(KM_USER0)), 0x163);\n\tkmap_atomic(p1, KM_USER0);';
const busyStack = `${FILL}\tmap_page(p1);`;
const TYPES_BUSY = stops('slot_busy', 'km_type', 'kmap_atomic_prot');
const STACK_BUSY = stops('slot_busy', 'atomic_stack', 'kmap_atomic');

/** A BUG rolls nothing back, so the last switch of the dead task finds one entry too few (D09, once). */
function stoppedInMap(stop: string, mapping: (typeof TASK_MODELS)[number]): string[] {
  const [first, second] = once(warns('pteval_empty', mapping, LOST[mapping]));
  return [stop, first, stop, second];
}
const LOST = {
  kmap_temporary: 'kmap_switch_temporary',
  split_switch: 'kmap_temporary_sched_out',
  kmap_local: '__kmap_local_sched_out',
};

export const slotBusy: DiagnosticCase[] = [
  of('D01', 'km_type', {}, busyType, both(TYPES_BUSY)),
  of('D01', 'km_type', debug, busyType, both(TYPES_BUSY)),
  ...OTHER_ARCHS.flatMap((arch) => [
    of('D01', 'km_type', { arch }, `${busyType}\n\tkunmap_atomic((void *)kmap_slot_addr(kmap_slot(KM_USER0)), KM_USER0);`, []),
    of('D01', 'km_type', { arch, ...debug }, busyType, both(TYPES_BUSY)),
  ]),
  of('D01', 'atomic_stack', {}, busyStack, both(STACK_BUSY)),
  of('D01', 'atomic_stack', debug, busyStack, both(STACK_BUSY)),
  ...OTHER_ARCHS.map((arch) =>
    of('D01', 'atomic_stack', { arch }, `${busyStack}\n\tunmap_page((void *)kmap_slot_addr(kmap_slot(0)));`, []),
  ),
  ...(['arm', 'mips', 'sparc'] as const).map((arch) =>
    of('D01', 'atomic_stack', { arch, ...debug }, busyStack, both(STACK_BUSY)),
  ),
  of(
    'D01',
    'atomic_stack',
    { arch: 'powerpc', ...debug },
    `${busyStack}\n\tunmap_page((void *)kmap_slot_addr(kmap_slot(0)));`,
    both(warns('slot_busy', 'atomic_stack', 'kmap_atomic')),
  ),
  ...inTasks('D01', busyStack, (mapping) => stoppedInMap(stops('slot_busy', mapping, PLACES[mapping].map), mapping)),
  ...OTHER_ARCHS.map((arch) =>
    of(
      'D01',
      'kmap_local',
      { arch },
      busyStack,
      stoppedInMap(stops('slot_busy', 'kmap_local', '__kmap_local_pfn_prot'), 'kmap_local'),
    ),
  ),
];

// D02: two mappings, the older one first.

const types = (first: string, second: string): string =>
  `\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, ${first});\n\tkunmap_atomic(x, ${second});`;
/** WARN_ON_ONCE in both unmaps of both tasks. */
const onceOfFour = (line: string): string[] => [line, ...Array.from({ length: 3 }, () => once(line)[1])];
const STACK_ORDER = warns('unmap_order', 'atomic_stack', 'kunmap_atomic_slot');

export const unmapOrder: DiagnosticCase[] = [
  of('D02', 'km_type', {}, `${types('KM_USER1', 'KM_USER0')}\n\tpreempt_disable();`, []),
  of('D02', 'km_type', debug, types('KM_USER1', 'KM_USER0'), [
    stops('unmap_not_lowmem', 'km_type', 'kunmap_atomic'),
    // What the first task left in the slot stops the second one.
    TYPES_BUSY,
  ]),
  ...OTHER_ARCHS.map((arch) =>
    of('D02', 'km_type', { arch, ...debug }, types('KM_USER1', 'KM_USER0'), [
      stops('unmap_order', 'km_type', 'kunmap_atomic_others'),
      TYPES_BUSY,
    ]),
  ),
  of('D02', 'atomic_stack', {}, order, []),
  of('D02', 'atomic_stack', debug, order, onceOfFour(STACK_ORDER)),
  ...OTHER_ARCHS.map((arch) => of('D02', 'atomic_stack', { arch }, order, [])),
  ...(['arm', 'mips', 'sparc'] as const).map((arch) =>
    of('D02', 'atomic_stack', { arch, ...debug }, order, both(stops('unmap_order', 'atomic_stack', 'kunmap_atomic_slot'))),
  ),
  of('D02', 'atomic_stack', { arch: 'powerpc', ...debug }, order, [STACK_ORDER, STACK_ORDER, ofB(STACK_ORDER), ofB(STACK_ORDER)]),
  ...inTasks('D02', order, (mapping) => onceOfFour(warns('unmap_order', mapping, PLACES[mapping].unmap))),
];

// D03 and D06: the index at its limits.

const many = '\twhile (true)\n\t\tmap_page(p1);';
const twice = '\tchar *x = map_page(p1);\n\tunmap_page(x);\n\tunmap_page(x);';
const STACK_FULL = stops('idx_overflow', 'atomic_stack', 'kmap_atomic_idx_push');

export const indexLimits: DiagnosticCase[] = [
  of('D03', 'atomic_stack', debug, many, both(STACK_FULL)),
  ...OTHER_ARCHS.map((arch) => of('D03', 'atomic_stack', { arch, ...debug }, many, both(STACK_FULL))),
  ...inTasks('D03', many, (mapping) => stoppedInMap(stops('idx_overflow', mapping, PLACES[mapping].push), mapping)),
  of(
    'D06',
    'atomic_stack',
    {},
    `${twice}\n\tpreempt_disable();\n\tpagefault_disable();\n\tthis_cpu_inc_return(__kmap_atomic_idx);`,
    [],
  ),
  of(
    'D06',
    'atomic_stack',
    debug,
    `\tif (this_cpu_read(__kmap_atomic_idx) < 0)\n\t\tthis_cpu_inc_return(__kmap_atomic_idx);\n${twice}`,
    [
      STACK_ORDER,
      stops('idx_underflow', 'atomic_stack', 'kmap_atomic_idx_pop'),
      'unmap_order (suppressed)',
      stops('idx_underflow', 'atomic_stack', 'kmap_atomic_idx_pop'),
    ],
  ),
  ...inTasks('D06', twice, (mapping) => {
    const [first, second] = once(warns('unmap_order', mapping, PLACES[mapping].unmap));
    const stop = stops('idx_underflow', mapping, PLACES[mapping].pop);
    return [first, stop, second, stop];
  }),
];

// D04, D05, D13: addresses outside the slots.

const away = (address: string, type = ''): string => `\tkunmap_atomic((const void *)${address}${type});`;
const balanced = (mapping: Model, address: string): string =>
  mapping === 'km_type'
    ? `\tpreempt_disable();\n${away(address, ', KM_USER0')}`
    : `\tpreempt_disable();\n\tpagefault_disable();\n${away(address)}`;
const USER = '0x1000';
const ABOVE = '0xfffff000';

export const outside: DiagnosticCase[] = [
  ...(['km_type', 'atomic_stack'] as const).flatMap((mapping) => [
    of('D04', mapping, {}, balanced(mapping, USER), []),
    of('D04', mapping, debug, balanced(mapping, USER), both(stops('unmap_user_address', mapping, 'kunmap_atomic'))),
    of('D05', mapping, {}, balanced(mapping, ABOVE), []),
    of('D05', mapping, debug, balanced(mapping, ABOVE), both(stops('unmap_not_lowmem', mapping, 'kunmap_atomic'))),
    of('D04', mapping, { arch: 'arm', ...debug }, balanced(mapping, USER), []),
    of('D05', mapping, { arch: 'arm', ...debug }, balanced(mapping, ABOVE), []),
  ]),
  ...inTasks('D04', balanced('kmap_temporary', USER), (mapping) =>
    once(warns('unmap_user_address', mapping, PLACES[mapping].unmap)),
  ),
  ...inTasks('D05', balanced('kmap_temporary', ABOVE), () => []),
  of('D13', 'kmap_local', {}, '\tkunmap_local(page_address(lowpage));', []),
  of(
    'D13',
    'kmap_local',
    { force_map: 'on' },
    '\tkunmap_local(page_address(lowpage));',
    once(warns('unmap_outside_slots', 'kmap_local', 'kunmap_local')),
  ),
  of(
    'D13',
    'kmap_local',
    debug,
    '\tkunmap_local(page_address(lowpage));',
    once(warns('unmap_outside_slots', 'kmap_local', 'kunmap_local')),
  ),
];
