/** Rows of the table about interrupts that map, and pointers in the hands of other tasks. */
import { faults, oldFaults, PANIC, schedulesAtomic, stops, warns } from '../headlines.ts';
import { type MisuseCase, type MisuseRow, type Model, pair, task } from '../misuse-case.ts';

const interrupted = (inHandler: string, map: string, unmap: string): string => `irq nic(cpu = 0, when = any) {
	char *f = ${inHandler};
	look("irq", f);
	${inHandler.includes('KM_') ? `kunmap_atomic(f, ${inHandler.includes('IRQ0') ? 'KM_IRQ0' : 'KM_USER0'})` : 'unmap_page(f)'};
}
task a(cpu = 0) {
	char *x = ${map};
	look("a", x);
	raise_irq(nic);
	look("a", x);
	${unmap};
}
`;

const nests = (says: string): MisuseCase => ({
  says,
  body: interrupted('map_page(pi)', 'map_page(p1)', 'unmap_page(x)'),
  kernel: [],
  printed: ['a P1', 'irq II', 'a P1'],
});

/** Task b parks two mappings, a has none: the switch from a to b is hit after the first of them is back (4.5). */
const inSwitch = (says: string, point: string, kernel: readonly string[], printed: readonly string[]): MisuseCase => ({
  says,
  settings: { cpus: 1 },
  body: `irq nic(cpu = 0, when = any) {
	char *f = map_page(pi);
	look("irq", f);
	unmap_page(f);
}
task b(policy = SCHED_FIFO, prio = 10) {
	char *x = map_page(pb[0]);
	char *y = map_page(pb[1]);
	yield();
	look("b", x);
	look("b", y);
	unmap_page(y);
	unmap_page(x);
}
task a(policy = SCHED_FIFO, prio = 10) {
	yield();
}
schedule hit { irq nic at ${point}; }
`,
  schedule: 'hit',
  kernel,
  printed,
});

export const interruptRow: MisuseRow = {
  km_type: [
    {
      says: 'same type: D01',
      body: interrupted('kmap_atomic(pi, KM_USER0)', 'kmap_atomic(p1, KM_USER0)', 'kunmap_atomic(x, KM_USER0)'),
      kernel: [stops('slot_busy', 'km_type', 'kmap_atomic_prot'), PANIC],
      printed: ['a P1'],
    },
    {
      says: 'other type fine',
      body: interrupted('kmap_atomic(pi, KM_IRQ0)', 'kmap_atomic(p1, KM_USER0)', 'kunmap_atomic(x, KM_USER0)'),
      kernel: [],
      printed: ['a P1', 'irq II', 'a P1'],
    },
  ],
  atomic_stack: [nests('fine')],
  kmap_temporary: [
    nests('fine'),
    inSwitch(
      'except inside the switch (4.5)',
      'kmap_switch_temporary "restore" 2',
      [stops('slot_busy', 'kmap_temporary', 'kmap_temporary_slot'), PANIC],
      [],
    ),
  ],
  split_switch: [nests('fine'), inSwitch('fine', 'kmap_temporary_sched_in "restore" 2', [], ['irq II', 'b B0', 'b B1'])],
  kmap_local: [nests('fine'), inSwitch('fine', '__kmap_local_sched_in "restore" 2', [], ['irq II', 'b B0', 'b B1'])],
};

const mapAndUnmap = (mapping: Model): [map: (page: string) => string, unmap: string] =>
  mapping === 'km_type'
    ? [(page) => `kmap_atomic(${page}, KM_USER0)`, 'kunmap_atomic(x, KM_USER0)']
    : [(page) => `map_page(${page})`, 'unmap_page(x)'];

/** The reader on CPU 1 sees the page, and goes on seeing it when the owner has long mapped another one there. */
const staleReader = (mapping: Model, says: string): MisuseCase => {
  const [map, unmap] = mapAndUnmap(mapping);
  return {
    says,
    body: `char *shared;
task a(cpu = 0) {
	char *x = ${map('pa[0]')};
	shared = x;
	turn = 1;
	await(2);
	${unmap};
	x = ${map('pa[1]')};
	look("owner", x);
	turn = 3;
	await(4);
	${unmap};
}
task b(cpu = 1) {
	await(1);
	look("reader", shared);
	turn = 2;
	await(3);
	look("reader", shared);
	turn = 4;
}
`,
    kernel: [],
    seen: ['foreign_mapping', 'stale_tlb'],
    printed: ['reader A0', 'owner A1', 'reader A0'],
  };
};

/** The owner sleeps: its slot is empty, and only what the reader's CPU has cached is left. */
const ownerSleeps = (says: string, cached: boolean): MisuseCase => ({
  says,
  body: `char *shared;
task a(cpu = 0) {
	char *x = map_page(pa[0]);
	shared = x;
	turn = 1;
	${cached ? 'await(2);' : ''}
	msleep(2);
	look("owner", x);
	unmap_page(x);
}
task b(cpu = 1) {
	await(1);
	${cached ? 'look("reader", shared);\n\tturn = 2;' : ''}
	mdelay(1);
	look("reader", shared);
}
`,
  kernel: cached ? [] : [faults('fffbb000')],
  seen: cached ? ['foreign_mapping'] : [],
  printed: cached ? ['reader A0', 'reader A0', 'owner A0'] : ['owner A0'],
});

export const pointerOtherCpuRow: MisuseRow = {
  km_type: [staleReader('km_type', "reads right page until unmap; then stale TLB on the reader's CPU keeps the old page")],
  atomic_stack: [staleReader('atomic_stack', 'same')],
  kmap_temporary: [staleReader('kmap_temporary', 'same'), ownerSleeps(', plus it breaks when the owner is switched out', false)],
  split_switch: [staleReader('split_switch', 'same'), ownerSleeps('same', false)],
  kmap_local: [
    staleReader('kmap_local', 'same'),
    ownerSleeps('owner switched out -> reader faults', false),
    ownerSleeps('or stale', true),
  ],
};

/** A more urgent reader on the same CPU, which becomes ready while the mapping is held. */
const notPreempted = (mapping: Model, says: string): MisuseCase => {
  const [map, unmap] = mapAndUnmap(mapping);
  return {
    says,
    body: `int held;
task a(cpu = 0) {
	char *x = ${map('p1')};
	held = 1;
	mdelay(3);
	held = 0;
	${unmap};
}
task b(policy = SCHED_FIFO, prio = 50, cpu = 0) {
	msleep(1);
	printk("held %d", held);
}
`,
    kernel: [],
    printed: ['held 0'],
  };
};

/** The owner sleeps all the same: then its slot is still filled, and the reader gets the page. */
const afterD19 = (mapping: Model, says: string): MisuseCase => {
  const [map, unmap] = mapAndUnmap(mapping);
  const balance = mapping === 'km_type' ? 'preempt_disable();' : 'preempt_disable();\n\tpagefault_disable();';
  return {
    says,
    body: `char *shared;
${pair(`\tchar *x = ${map('pa[0]')};\n\tshared = x;\n\tyield();\n\t${balance}\n\t${unmap};`, '\tlook("reader", shared);')}`,
    kernel: [schedulesAtomic('a', 100)],
    seen: ['foreign_mapping'],
    printed: ['reader A0'],
  };
};

const parked = (says: readonly [string, string]): MisuseCase[] => [
  {
    says: says[0],
    body: `char *shared;
${pair('\tchar *x = map_page(pa[0]);\n\tlook("owner", x);\n\tshared = x;\n\tyield();\n\tunmap_page(x);', '\tlook("reader", shared);')}`,
    kernel: [faults('fffbb000')],
    printed: ['owner A0'],
  },
  {
    says: says[1],
    body: `char *shared;
${pair('\tchar *x = map_page(pa[0]);\n\tlook("owner", x);\n\tshared = x;\n\tyield();\n\tunmap_page(x);', '\tchar *x = map_page(pb[0]);\n\tlook("reader", shared);\n\tunmap_page(x);')}`,
    kernel: [],
    printed: ['owner A0', 'reader B0'],
  },
];

const ONLY = 'owner cannot be preempted';
const D19 = 'so not reachable without D19';

export const pointerSameCpuRow: MisuseRow = {
  km_type: [notPreempted('km_type', ONLY), afterD19('km_type', D19)],
  atomic_stack: [notPreempted('atomic_stack', 'same'), afterD19('atomic_stack', 'same')],
  kmap_temporary: parked(['reader gets empty PTE (fault)', 'or **its own** mapping at that address']),
  split_switch: parked(['same', 'same']),
  kmap_local: parked(['same', 'same']),
};

/** Task b on CPU 1 unmaps the mapping of a, with `own` of its own. */
const unmapsOthers = (says: string, kernel: readonly string[], own: boolean, cleared: readonly string[]): MisuseCase => ({
  says,
  body: `char *shared;
task a(cpu = 0) {
	char *x = map_page(pa[0]);
	shared = x;
	turn = 1;
	await(2);
	entry("the owner's slot", x);
	look("owner", x);
	unmap_page(x);
}
task b(cpu = 1) {
	${own ? 'char *x = map_page(pb[0]);' : ''}
	await(1);
	${own ? '' : 'turn = 2;'}
	unmap_page(shared);
	printk("idx %d", current->kmap_ctrl.idx);
	turn = 2;
}
`,
  kernel,
  cleared: ['b', ...cleared],
  printed: own ? ['idx 0', "the owner's slot is set", 'owner A0'] : ["the owner's slot is set", 'owner A0'],
});

const popsCaller = (mapping: Model, unmap: string, pop: string, says: readonly [string, string], slots: readonly string[]) => [
  unmapsOthers(says[0], [warns('unmap_order', mapping, unmap, 1).replace('PID: 100', 'PID: 101')], true, [slots[0]]),
  unmapsOthers(
    says[1],
    [warns('unmap_order', mapping, unmap, 1).replace('PID: 100', 'PID: 101'), stops('idx_underflow', mapping, pop)],
    false,
    [slots[1]],
  ),
];

export const otherTaskUnmapsRow: MisuseRow = {
  km_type: [
    {
      says: 'clears if same CPU and type',
      body: `char *shared;
${pair('\tchar *x = kmap_atomic(p1, KM_USER0);\n\tshared = x;\n\tyield();\n\tentry("the slot", x);', '\tpreempt_disable();\n\tkunmap_atomic(shared, KM_USER0);\n\tyield();')}`,
      kernel: [schedulesAtomic('a', 100)],
      seen: ['leak_at_exit'],
      printed: ['the slot is empty'],
      cleared: ['b', 'fffb7000'],
    },
    {
      says: 'clears if same CPU and type',
      body: `char *shared;
task a(cpu = 0) {
	char *x = kmap_atomic(p1, KM_USER0);
	shared = x;
	turn = 1;
	await(2);
	entry("the slot", x);
	kunmap_atomic(x, KM_USER0);
}
task b(cpu = 1) {
	await(1);
	preempt_disable();
	kunmap_atomic(shared, KM_USER0);
	turn = 2;
}
`,
      kernel: [],
      printed: ['the slot is set'],
      cleared: ['b'],
    },
  ],
  atomic_stack: [
    {
      says: "pops the CPU's top",
      body: `char *shared;
${pair(
  '\tchar *x = kmap_atomic(pa[0]);\n\tchar *y = kmap_atomic(pa[1]);\n\tshared = x;\n\tyield();\n\tentry("x", x);\n\tentry("y", y);',
  '\tpreempt_disable();\n\tpagefault_disable();\n\tkunmap_atomic(shared);\n\tprintk("CPU idx %d", this_cpu_read(__kmap_atomic_idx));\n\tyield();',
)}`,
      kernel: [schedulesAtomic('a', 100, 3)],
      seen: ['leak_at_exit'],
      printed: ['CPU idx 1', 'x is set', 'y is empty'],
      cleared: ['b', 'fffba000'],
    },
  ],
  kmap_temporary: popsCaller(
    'kmap_temporary',
    'kunmap_temporary',
    'kmap_temporary_idx_pop',
    ["D02, pops the **caller's** index", 'D06 if it had none'],
    ['fffa7000', 'fffa8000'],
  ),
  split_switch: popsCaller(
    'split_switch',
    'kunmap_temporary',
    'kmap_temporary_idx_pop',
    ['same', 'same'],
    ['fffa7000', 'fffa8000'],
  ),
  kmap_local: popsCaller('kmap_local', 'kunmap_local', 'kmap_local_idx_pop', ['same', 'same'], ['fffab000', 'fffac000']),
};

const run = (buffer: string, map: string): string =>
  task(
    `${map}\tchar c;\n\tint i;\n\tfor (i = 4088; i <= 4096; i++) {\n\t\tc = ${buffer}[i];\n\t\tif (c)\n\t\t\tprintk("%c", c);\n\t}`,
  );

const intoPrevious = (says: string, settings: MisuseCase['settings'] = {}, more = ''): MisuseCase => ({
  says,
  body: run('y', '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n').replace(
    '\n}\n',
    `\n\tunmap_page(y);\n\tunmap_page(x);${more}\n}\n`,
  ),
  settings,
  kernel: [],
  seen: ['slot_overflow'],
  printed: ['P'],
});

export const runPastEndRow: MisuseRow = {
  km_type: [
    {
      says: "next lower type's page",
      body: run('y', '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n').replace(
        '\n}\n',
        '\n\tkunmap_atomic(y, KM_USER1);\n\tkunmap_atomic(x, KM_USER0);\n}\n',
      ),
      kernel: [],
      seen: ['slot_overflow'],
      printed: ['P'],
    },
    {
      says: 'or fault',
      body: run('x', '\tchar *x = kmap_atomic(p1, KM_USER0);\n'),
      kernel: [oldFaults('fffb8000')],
    },
    {
      says: '(debug: fence, fault)',
      body: run('y', '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n'),
      settings: { debug_highmem: 'on' },
      kernel: [oldFaults('fffb2000')],
    },
  ],
  atomic_stack: [
    intoPrevious("silently the **previous** mapping's page"),
    intoPrevious('(no fences even in debug)', { debug_highmem: 'on' }),
  ],
  kmap_temporary: [intoPrevious('same')],
  split_switch: [intoPrevious('same')],
  kmap_local: [
    intoPrevious("silently the previous mapping's page"),
    {
      says: 'debug: guard, fault',
      body: run('y', '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n'),
      settings: { debug_kmap_local: 'on' },
      kernel: [faults('fffb9000')],
    },
  ],
};
