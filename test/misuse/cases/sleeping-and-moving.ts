/** Rows of the table about holders that sleep, come back on another CPU, fork or end. */
import { expect } from 'vitest';
import { faults, schedulesAtomic, sleepsAtomic, stops, warns } from '../headlines.ts';
import { type MisuseCase, type MisuseRow, type Model, pair, task } from '../misuse-case.ts';

const sleeps = (says: string): MisuseCase => ({
  says,
  body: pair(
    '\tchar *x = map_page(pa[0]);\n\tyield();\n\tlook("a", x);\n\tunmap_page(x);',
    '\tchar *x = map_page(pb[0]);\n\tlook("b", x);\n\tyield();\n\tlook("b", x);\n\tunmap_page(x);',
  ),
  kernel: [],
  printed: ['b B0', 'a A0', 'b B0'],
});

export const sleepWhileHoldingRow: MisuseRow = {
  km_type: [
    {
      says: "D19; another task's map of the same type -> D01",
      body: pair(
        '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tyield();\n\tlook("a", x);\n\tpreempt_disable();\n\tkunmap_atomic(x, KM_USER0);',
        '\tkmap_atomic(p2, KM_USER0);',
      ),
      kernel: [schedulesAtomic('a', 100), stops('slot_busy', 'km_type', 'kmap_atomic_prot')],
      printed: ['a P1'],
    },
  ],
  atomic_stack: [
    {
      says: 'D19; then indices of two tasks mix -> wrong unmaps',
      body: pair(
        '\tchar *x = kmap_atomic(pa[0]);\n\tyield();\n\tpreempt_disable();\n\tpagefault_disable();\n\tkunmap_atomic(x);\n\tentry("the slot of a", x);\n\tyield();',
        '\tchar *x = kmap_atomic(pb[0]);\n\tyield();\n\tentry("the slot of b", x);\n\tlook("b", x);',
      ),
      kernel: [schedulesAtomic('a', 100), schedulesAtomic('b', 101), faults('fffba000')],
      printed: ['the slot of a is set', 'the slot of b is empty'],
      cleared: ['a', 'fffba000'],
    },
  ],
  kmap_temporary: [sleeps('legal with kmap_temporary')],
  split_switch: [sleeps('legal')],
  kmap_local: [
    sleeps('legal with kmap_local'),
    {
      says: 'with kmap_atomic D19 but mapping survives',
      body: pair(
        '\tchar *x = kmap_atomic(pa[0]);\n\tyield();\n\tlook("a", x);\n\tpreempt_disable();\n\tkunmap_atomic(x);',
        '\tchar *x = map_page(pb[0]);\n\tlook("b", x);\n\tunmap_page(x);',
      ),
      kernel: [schedulesAtomic('a', 100)],
      printed: ['b B0', 'a A0'],
    },
  ],
};

/** Task a maps on CPU 0; an urgent task then pushes it to CPU 1 and does `urgent` on CPU 0 while a does `then`. */
const moved = (then: string, urgent = ''): string => `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	cpumask_t both = 3;
	char *x;
	set_cpus_allowed_ptr(current, &both);
	x = map_page(pa[0]);
	look("a", x);
	mdelay(2);
	printk("CPU %d", raw_smp_processor_id());
${then}
}
task c(policy = SCHED_FIFO, prio = 50, cpu = 0) {
	char *x;
	msleep(1);
	mdelay(3);
${urgent}
}
`;

/** The three outcomes of section 4.6. */
const section46 = (mapping: Model, says: readonly [string, string, string]): MisuseCase[] => [
  {
    says: says[0],
    body: moved('\tlook("a", x);'),
    kernel: [faults('fffbb000')],
    printed: ['a A0', 'CPU 1'],
  },
  {
    says: says[1],
    body: moved(
      '\tawait(1);\n\tlook("a", x);\n\tturn = 2;\n\tawait(3);\n\tlook("a", x);\n\tunmap_page(x);\n\tturn = 4;',
      '\tx = map_page(pc[0]);\n\tturn = 1;\n\tawait(2);\n\tunmap_page(x);\n\tx = map_page(pc[1]);\n\tturn = 3;\n\tawait(4);\n\tlook("c", x);\n\tunmap_page(x);',
    ),
    kernel: [warns('unmap_order', mapping, 'kunmap_temporary', 1)],
    seen: ['foreign_mapping', 'wrong_page'],
    // The page of c, through the translation of CPU 1 still after c has unmapped it.
    printed: ['a A0', 'CPU 1', 'a C0', 'a C0', 'c C1'],
  },
  {
    says: says[2],
    body: moved('\tunmap_page(x);\n\tprintk("idx %d", current->kmap_ctrl.idx);'),
    kernel: [warns('unmap_order', mapping, 'kunmap_temporary', 1)],
    printed: ['a A0', 'CPU 1', 'idx 0'],
    // As it leaves CPU 0, then its own restored one on CPU 1.
    cleared: ['a', 'fffbb000', 'fffa7000'],
  },
];

/** A holder that sleeps, and an urgent task that has CPU 0 when it wakes up: so it comes back on CPU 1. Task `more` is on CPU 0 too. */
const asleep = (map: string, then: string, more = ''): string => `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	cpumask_t both = 3;
	char *x;
	set_cpus_allowed_ptr(current, &both);
	x = ${map};
	msleep(2);
	printk("CPU %d", raw_smp_processor_id());
${then}
}
task urgent(policy = SCHED_FIFO, prio = 50, cpu = 0) {
	msleep(1);
	mdelay(5);
}
${more}`;
const USER0 = 'kmap_atomic(p1, KM_USER0)';

export const otherCpuRow: MisuseRow = {
  km_type: [
    {
      says: 'only after D19: unmap misses silently',
      body: asleep(USER0, '\tpreempt_disable();\n\tkunmap_atomic(x, KM_USER0);\n\tentry("the slot", x);'),
      kernel: [schedulesAtomic('a', 100)],
      printed: ['CPU 1', 'the slot is set'],
      cleared: ['a'],
    },
    {
      says: '(debug D05)',
      body: asleep(USER0, '\tkunmap_atomic(x, KM_USER0);'),
      settings: { debug_highmem: 'on' },
      kernel: [schedulesAtomic('a', 100), stops('unmap_not_lowmem', 'km_type', 'kunmap_atomic')],
    },
    {
      says: 'slot leaks -> D01',
      body: asleep(
        USER0,
        '\tpreempt_disable();\n\tkunmap_atomic(x, KM_USER0);\n\tturn = 1;',
        'task b(cpu = 0) {\n\tawait(1);\n\tkmap_atomic(p2, KM_USER0);\n}\n',
      ),
      kernel: [schedulesAtomic('a', 100), stops('slot_busy', 'km_type', 'kmap_atomic_prot')],
    },
  ],
  atomic_stack: [
    {
      says: "only after D19: other CPU's index goes wrong, old slot leaks",
      body: asleep(
        'kmap_atomic(p1)',
        '\tpreempt_disable();\n\tpagefault_disable();\n\tkunmap_atomic(x);\n\tprintk("idx %d and %d", per_cpu(__kmap_atomic_idx, 0), per_cpu(__kmap_atomic_idx, 1));\n\tentry("the slot", x);',
      ),
      kernel: [schedulesAtomic('a', 100)],
      printed: ['CPU 1', 'idx 1 and -1', 'the slot is set'],
      cleared: ['a', 'fffa8000'],
    },
  ],
  kmap_temporary: section46('kmap_temporary', ['**bug 4.6**', '**bug 4.6** without any misuse', '**bug 4.6**']),
  split_switch: section46('split_switch', ['**bug 4.6**', '**bug 4.6**', '**bug 4.6**']),
  kmap_local: [
    {
      says: 'cannot (pinned)',
      body: moved('\tlook("a", x);\n\tunmap_page(x);'),
      kernel: [],
      printed: ['a A0', 'CPU 0', 'a A0'],
    },
    {
      says: 'if forced: D20 then 4.6',
      // Another task writes into the mask of the sleeping one, which no kernel code does.
      body: `struct task_struct *holder;
task a(cpu = 0) {
	char *x = map_page(pa[0]);
	look("a", x);
	holder = current;
	msleep(2);
	printk("CPU %d", raw_smp_processor_id());
	look("a", x);
}
task b(cpu = 1) {
	msleep(1);
	holder->cpus_ptr = (cpumask_t *)cpumask_of(1);
}
`,
      kernel: [`migrated_while_pinned: WARNING: CPU: 0 PID: 0 at set_task_cpu`, faults('fffbb000')],
      printed: ['a A0', 'CPU 1'],
    },
  ],
};

const child = (text: string): string => `static int child(void *arg)\n{\n${text}\n\treturn 0;\n}\n`;
const FORK = '\tkernel_thread(child, x, "kid", 0);\n';
const IDLE = child('');

const inherits = (says: string): MisuseCase => ({
  says,
  body: `${child('\tprintk("child idx %d", current->kmap_ctrl.idx);\n\tlook("child", arg);\n\tyield();\n\tlook("child", arg);')}task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = map_page(pa[0]);
${FORK}	unmap_page(x);
	yield();
	entry("while the parent runs, the slot", x);
	yield();
}
`,
  kernel: [],
  seen: ['leak_at_exit'],
  printed: ['child idx 1', 'child A0', 'while the parent runs, the slot is empty', 'child A0'],
});

/** D14 asks whether a fork may sleep here. D19 would take one that does sleep, and a fork of this machine always finds its memory at once. */
export const forkRow: MisuseRow = {
  km_type: [
    {
      says: 'fork may sleep: D14, D19',
      body: IDLE + task(`\tchar *x = kmap_atomic(p1, KM_USER0);\n${FORK}\tkunmap_atomic(x, KM_USER0);`),
      kernel: [sleepsAtomic('vector.klab: a')],
    },
  ],
  atomic_stack: [
    {
      says: 'same',
      body: IDLE + task(`\tchar *x = kmap_atomic(p1);\n${FORK}\tkunmap_atomic(x);`),
      kernel: [sleepsAtomic('vector.klab: a')],
    },
  ],
  kmap_temporary: [
    inherits(
      "child inherits idx and pteval: the parent's page re-appears in the child's slots at each of its switches, even after the parent unmapped",
    ),
  ],
  split_switch: [inherits('same')],
  kmap_local: [
    {
      says: 'D11, child cleared',
      body: `${child('\tprintk("child idx %d, pteval %lx", current->kmap_ctrl.idx, current->kmap_ctrl.pteval[0]);')}${task(`\tchar *x = map_page(p1);\n${FORK}\tlook("parent", x);\n\tunmap_page(x);`)}`,
      kernel: [warns('fork_with_mappings', 'kmap_local', 'kmap_fork')],
      printed: ['child idx 0, pteval 0', 'parent P1'],
    },
  ],
};

const silentExit = (says: string): MisuseCase => ({
  says,
  body: task('\tmap_page(p1);'),
  kernel: [],
  seen: ['leak_at_exit'],
  cleared: ['a', 'fffbb000'],
});

export const exitRow: MisuseRow = {
  km_type: [
    {
      says: 'D19-style message',
      body: task('\tkmap_atomic(p1, KM_USER0);'),
      kernel: [schedulesAtomic('a', 100)],
      seen: ['leak_at_exit'],
    },
  ],
  atomic_stack: [{ says: 'same', body: task('\tkmap_atomic(p1);'), kernel: [schedulesAtomic('a', 100)], seen: ['leak_at_exit'] }],
  kmap_temporary: [silentExit('silent')],
  split_switch: [silentExit('silent')],
  kmap_local: [
    silentExit('silent'),
    {
      says: 'CPU pin count leaks',
      body: `${task('\tmap_page(p1);')}task b(cpu = 0) {\n\tmsleep(1);\n\tprintk("nr_pinned %d", this_rq()->nr_pinned);\n}\n`,
      kernel: [],
      seen: ['leak_at_exit'],
      printed: ['nr_pinned 1'],
      holds: (run) => expect(run.findings()).toHaveLength(1),
    },
  ],
};
