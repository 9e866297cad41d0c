/** Rows of the table about unmaps in the wrong order, too many, too few, and too many maps. */
import { expect } from 'vitest';
import { faults, schedulesAtomic, stops, warns } from '../headlines.ts';
import type { Model } from '../misuse-case.ts';
import { type MisuseCase, type MisuseRow, task } from '../misuse-case.ts';

const wrongOrder = (mapping: Model, where: string): string => warns('unmap_order', mapping, where);

const MAP_TWO = '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tchar *z;\n';
const TOUCH_TWO = '\tlook("x", x);\n\tlook("y", y);\n';

/** Section 7.4, step by step, with both pages touched. */
const section74 = (report: readonly string[], says: string): MisuseCase => ({
  says,
  body: task(
    `${MAP_TWO}${TOUCH_TWO}\tunmap_page(x);\n\tentry("x", x);\n\tentry("y", y);\n\tlook("y", y);\n\tlook("x", x);\n\tz = map_page(p3);\n\tlook("z", z);\n\tunmap_page(z);\n\tunmap_page(y);\n\tentry("x", x);`,
  ),
  kernel: report,
  seen: ['stale_tlb', 'use_after_unmap', 'wrong_page'],
  printed: ['x P1', 'y P2', 'x is set', 'y is empty', 'y P2', 'x P1', 'z P2', 'x is empty'],
});

/** Section 7.4, step 2, when nothing is cached. */
const untouched = (report: readonly string[], says: string): MisuseCase => ({
  says,
  body: task(`${MAP_TWO}\tunmap_page(x);\n\tlook("y", y);`),
  kernel: [...report, faults('fffba000')],
});

const taskOrder = (mapping: Model, where: string, says: string, more: string): MisuseCase[] => [
  section74([wrongOrder(mapping, where), 'unmap_order (suppressed)'], says),
  untouched([wrongOrder(mapping, where)], more),
];

export const wrongOrderRow: MisuseRow = {
  km_type: [
    {
      says: 'fine',
      body: task(
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n\tlook("x", x);\n\tkunmap_atomic(x, KM_USER0);\n\tlook("y", y);\n\tkunmap_atomic(y, KM_USER1);',
      ),
      kernel: [],
      printed: ['x P1', 'y P2'],
      cleared: ['a', 'fffb7000', 'fffb6000'],
    },
  ],
  atomic_stack: [
    section74([], 'silent: newer PTE cleared, wrong page flushed'),
    untouched([], '-> fault'),
    {
      says: 'or stale data (7.4 without WARN)',
      body: task(`${MAP_TWO}${TOUCH_TWO}\tunmap_page(x);\n\tlook("y", y);\n\tunmap_page(y);`),
      kernel: [],
      seen: ['stale_tlb'],
      printed: ['x P1', 'y P2', 'y P2'],
      cleared: ['a', 'fffba000', 'fffbb000'],
    },
    {
      says: 'debug adds D02',
      body: task(`${MAP_TWO}${TOUCH_TWO}\tunmap_page(x);\n\tunmap_page(y);`),
      settings: { debug_highmem: 'on' },
      kernel: [wrongOrder('atomic_stack', 'kunmap_atomic_slot'), 'unmap_order (suppressed)'],
      printed: ['x P1', 'y P2'],
    },
  ],
  kmap_temporary: taskOrder('kmap_temporary', 'kunmap_temporary', 'as local', ', incl. WARN'),
  split_switch: taskOrder('split_switch', 'kunmap_temporary', 'same', 'same'),
  kmap_local: [
    section74([wrongOrder('kmap_local', 'kunmap_local'), 'unmap_order (suppressed)'], 'D02'),
    untouched([wrongOrder('kmap_local', 'kunmap_local')], '+ 7.4'),
  ],
};

const TWICE = '\tchar *x = map_page(p1);\n\tunmap_page(x);\n\tunmap_page(x);\n';

/** The order check warns, the wrong entry goes, then the index stops the task. */
const twice = (mapping: Model, unmap: string, pop: string, says: string): MisuseCase => ({
  says,
  body: task(TWICE),
  kernel: [wrongOrder(mapping, unmap), stops('idx_underflow', mapping, pop)],
  // The last IO-APIC page lies just above slot 0.
  cleared: ['a', 'fffbb000', 'fffbc000'],
});

export const unmapTwiceRow: MisuseRow = {
  km_type: [
    {
      says: 'silent (slot already empty; ',
      body: task(
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tpreempt_disable();',
      ),
      kernel: [],
      cleared: ['a', 'fffb7000', 'fffb7000'],
    },
    {
      says: 'D04/D05 only if address is odd)',
      body: task(
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tkunmap_atomic((const void *)0x1000, KM_USER0);',
      ),
      settings: { debug_highmem: 'on' },
      kernel: [stops('unmap_user_address', 'km_type', 'kunmap_atomic')],
    },
    {
      says: 'D04/D05 only if address is odd)',
      body: task(
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tkunmap_atomic((const void *)0xfff00000, KM_USER0);',
      ),
      settings: { debug_highmem: 'on' },
      kernel: [stops('unmap_not_lowmem', 'km_type', 'kunmap_atomic')],
    },
    {
      says: 'preempt count goes one too low',
      body: task(
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tkunmap_atomic(x, KM_USER0);\n\tprintk("%d", preempt_count());\n\tpreempt_disable();',
      ),
      kernel: [],
      printed: ['-1'],
    },
  ],
  atomic_stack: [
    {
      says: "silent: clears previous CPU's last slot",
      body: task(`${TWICE}\tpreempt_disable();\n\tpagefault_disable();`).replace('cpu = 0', 'cpu = 1'),
      kernel: [],
      cleared: ['a', 'fffa7000', 'fffa8000'],
    },
    {
      says: 'or an IO-APIC page, idx -1',
      body: task(`${TWICE}\tprintk("%d", this_cpu_read(__kmap_atomic_idx));\n\tpreempt_disable();\n\tpagefault_disable();`),
      kernel: [],
      cleared: ['a', 'fffbb000', 'fffbc000'],
      printed: ['-1'],
    },
    {
      says: 'debug: D02 then D06',
      body: task(TWICE),
      settings: { debug_highmem: 'on' },
      kernel: [wrongOrder('atomic_stack', 'kunmap_atomic_slot'), stops('idx_underflow', 'atomic_stack', 'kmap_atomic_idx_pop')],
    },
  ],
  kmap_temporary: [twice('kmap_temporary', 'kunmap_temporary', 'kmap_temporary_idx_pop', 'D02, wrong PTE cleared, D06')],
  split_switch: [twice('split_switch', 'kunmap_temporary', 'kmap_temporary_idx_pop', 'same')],
  kmap_local: [
    twice('kmap_local', 'kunmap_local', 'kmap_local_idx_pop', 'same'),
    {
      says: 'pteval[-1] is written too (on non-PAE that is idx itself, value 0) [D]',
      body: task(
        '\tprintk("%d", (unsigned long)&current->kmap_ctrl.pteval[-1] == (unsigned long)&current->kmap_ctrl.idx);\n\tcurrent->kmap_ctrl.idx = 7;\n\tcurrent->kmap_ctrl.pteval[-1] = 0;\n\tprintk("idx %d", current->kmap_ctrl.idx);',
      ),
      kernel: [],
      printed: ['1', 'idx 0'],
    },
  ],
};

/** A BUG rolls nothing back: the last switch finds an index above what was saved. */
const SCHED_OUT = warns('pteval_empty', 'kmap_local', '__kmap_local_sched_out');

const LEAK_AND_SLEEP = '\tchar *x = map_page(p1);\n\tmsleep(1);\n\tmsleep(1);\n\tshow(x);';

const nothingSeen = (says: string): MisuseCase => ({
  says,
  body: task(LEAK_AND_SLEEP),
  kernel: [],
  seen: ['leak_at_exit'],
  printed: ['fffbb000 idx 1 pinned 0 preempt 0 nofault 1'],
  holds: (run) => expect(run.ptesSet()).toEqual(['fffbb000', 'fffbb000', 'fffbb000']),
});

const leakInCall = (calls: number): string =>
  `SYSCALL int sys_leak(void)\n{\n\tprintk("%lx", (unsigned long)map_page(p1));\n\treturn 0;\n}\nuser task a(cpu = 0) {\n${'\tsys_leak();\n'.repeat(calls)}}`;

export const forgetUnmapRow: MisuseRow = {
  km_type: [
    {
      says: 'preempt count stays up: D19 at next schedule',
      body: task('\tchar *x = kmap_atomic(p1, KM_USER0);\n\tmsleep(1);\n\tshow(x);'),
      kernel: [schedulesAtomic('a', 100)],
      seen: ['leak_at_exit'],
    },
  ],
  atomic_stack: [
    {
      says: 'D19 at next schedule; idx stays up on that CPU for ever',
      body:
        task('\tmap_page(p1);\n\tmsleep(1);') +
        'task b(cpu = 0) {\n\tmsleep(5);\n\tprintk("CPU idx %d", this_cpu_read(__kmap_atomic_idx));\n}\n',
      kernel: [schedulesAtomic('a', 100)],
      seen: ['leak_at_exit'],
      printed: ['CPU idx 1'],
    },
  ],
  kmap_temporary: [nothingSeen('nothing seen; slot restored at every switch')],
  split_switch: [nothingSeen('same')],
  kmap_local: [
    {
      says: 'nothing until return to user: D12; then higher slots each time',
      body: leakInCall(3),
      kernel: [
        'mapping_kept_to_user: DEBUG_LOCKS_WARN_ON(current->kmap_ctrl.idx != 0)',
        'mapping_kept_to_user (suppressed)',
        'mapping_kept_to_user (suppressed)',
      ],
      seen: ['leak_at_exit'],
      printed: ['fffbb000', 'fffba000', 'fffb9000'],
    },
    {
      says: 'BUG D03 at the 16th',
      body: leakInCall(16),
      kernel: [
        'mapping_kept_to_user: DEBUG_LOCKS_WARN_ON(current->kmap_ctrl.idx != 0)',
        ...Array.from({ length: 14 }, () => 'mapping_kept_to_user (suppressed)'),
        stops('idx_overflow', 'kmap_local', 'kmap_local_idx_push'),
        SCHED_OUT,
      ],
      holds: (run) => expect(run.printed()).toHaveLength(15),
    },
  ],
};

/** Maps until the kernel stops it, and prints how often that went well. */
const nest = (count: number): string =>
  `int maps;\n${task(`\tfor (maps = 0; maps < ${count}; maps++)\n\t\tmap_page(p1);`)}task b(cpu = 1) {\n\tmsleep(50);\n\tprintk("%d", maps);\n}\n`;

const stopped = (
  mapping: Model,
  push: string,
  maps: number,
  says: string,
  settings: MisuseCase['settings'] = {},
  after: readonly string[] = [],
): MisuseCase => ({
  says,
  body: nest(maps + 1),
  settings,
  kernel: [stops('idx_overflow', mapping, push), ...after],
  printed: [String(maps)],
});

export const nestTooDeepRow: MisuseRow = {
  km_type: [
    {
      says: 'cannot (fixed)',
      body: task(
        '\tint type;\n\tfor (type = 0; type < KM_TYPE_NR; type++)\n\t\tkmap_atomic(p1, type);\n\tprintk("%d", type);\n\tfor (type = 0; type < KM_TYPE_NR; type++)\n\t\tkunmap_atomic((const void *)kmap_slot_addr(kmap_slot(type)), type);',
      ),
      kernel: [],
      printed: ['19'],
    },
  ],
  atomic_stack: [
    {
      says: "silent, runs into next CPU's slots -> D01 there",
      body: `${task('\tint i;\n\tfor (i = 0; i < 21; i++)\n\t\tmap_page(p1);\n\tturn = 1;\n\tawait(2);\n\tmdelay(1);')}task b(cpu = 1) {\n\tawait(1);\n\tprintk("silent");\n\tturn = 2;\n\tmap_page(p2);\n}\n`,
      kernel: [stops('slot_busy', 'atomic_stack', 'kmap_atomic'), schedulesAtomic('a', 100, 22)],
      seen: ['leak_at_exit'],
      printed: ['silent'],
    },
    stopped('atomic_stack', 'kmap_atomic_idx_push', 41, 'debug D03 at 42nd', { debug_highmem: 'on' }),
    stopped('atomic_stack', 'kmap_atomic_idx_push', 42, '(2.6.37: 43rd)', { debug_highmem: 'on', kernel: 'v2_6_37' }),
  ],
  kmap_temporary: [
    stopped('kmap_temporary', 'kmap_temporary_idx_push', 20, 'D03 at the 21st', {}, [
      warns('pteval_empty', 'kmap_temporary', 'kmap_switch_temporary'),
    ]),
  ],
  split_switch: [
    stopped('split_switch', 'kmap_temporary_idx_push', 20, 'D03 at the 21st', {}, [
      warns('pteval_empty', 'split_switch', 'kmap_temporary_sched_out'),
    ]),
  ],
  kmap_local: [
    stopped('kmap_local', 'kmap_local_idx_push', 15, 'D03 at the 16th', {}, [SCHED_OUT]),
    stopped('kmap_local', 'kmap_local_idx_push', 16, '(debug 17th)', { debug_kmap_local: 'on' }, [SCHED_OUT]),
  ],
};
