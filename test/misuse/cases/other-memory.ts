/** Rows of the table about copies from user memory, low pages, and kmap() in an interrupt. */
import { faults, PANIC, sleepsAtomic, stops, warns } from '../headlines.ts';
import { type MisuseCase, type MisuseRow, type Model, task } from '../misuse-case.ts';

const copies = (map: string, unmap: string): string => `user page src = "from user" absent;
SYSCALL int sys_copy(void)
{
	char *x = ${map};
	printk("left %lu", __copy_from_user_inatomic(x, src, 9));
	${unmap};
	return 0;
}
user task a(cpu = 0) {
	sys_copy();
}
`;
const short = (says: string, map = 'map_page(p1)', unmap = 'unmap_page(x)'): MisuseCase => ({
  says,
  body: copies(map, unmap),
  kernel: [],
  printed: ['left 9'],
});

export const userCopyRow: MisuseRow = {
  km_type: [short('short copy', 'kmap_atomic(p1, KM_USER0)', 'kunmap_atomic(x, KM_USER0)')],
  atomic_stack: [short('short copy')],
  kmap_temporary: [short('short copy')],
  split_switch: [short('short copy')],
  kmap_local: [
    {
      says: 'sleeps, completes',
      body: `${copies('map_page(p1)', 'look("x", x);\n\tunmap_page(x)').replace('__copy_from_user_inatomic', 'copy_from_user')}task b(cpu = 0) {\n\tmdelay(1);\n\tprintk("b ran");\n}\n`,
      kernel: [],
      printed: ['b ran', 'left 0', 'x fr'],
    },
    short('under kmap_atomic short copy', 'kmap_atomic(p1)', 'kunmap_atomic(x)'),
  ],
};

const LOW = 'page low l1 = "L1";\npage low l2 = "L2";\n';
/** Wrong order, and both used after their unmap. */
const lowOrder =
  LOW +
  task(
    '\tchar *x = map_page(l1);\n\tchar *y = map_page(l2);\n\tunmap_page(x);\n\tlook("y", y);\n\tunmap_page(y);\n\tlook("x", x);',
  );
/** Another task uses the pointer and unmaps it; `counts` makes up for the counting of its unmap. */
const lowShared = (counts: string): string => `${LOW}char *shared;
task a(cpu = 0) {
	char *x = map_page(l1);
	shared = x;
	turn = 1;
	await(2);
	look("a", x);
	unmap_page(x);
}
task b(cpu = 1) {
	await(1);
	${counts}
	look("b", shared);
	unmap_page(shared);
	turn = 2;
}
`;
/** As many maps as nobody has slots for. */
const lowDeep =
  LOW +
  task(
    '\tint i;\n\tfor (i = 0; i < 50; i++)\n\t\tmap_page(l1);\n\tprintk("idx %d", current->kmap_ctrl.idx);\n\tfor (i = 0; i < 50; i++)\n\t\tunmap_page(page_address(l1));',
  );

const hidden = (says: string, counts = 'pagefault_disable();'): MisuseCase[] => [
  { says, body: lowOrder, kernel: [], printed: ['y L2', 'x L1'], cleared: ['a'] },
  { says, body: lowShared(counts), kernel: [], printed: ['b L1', 'a L1'], cleared: ['a'] },
  { says, body: lowDeep, kernel: [], printed: ['idx 0'], cleared: ['a'] },
];

const stillNoFaults = (says: string): MisuseCase => ({
  says,
  body: `${LOW}user page src = "from user" absent;
SYSCALL int sys_copy(void)
{
	char *x = map_page(l1);
	printk("left %lu nofault %d", __copy_from_user_inatomic(x, src, 9), current->pagefault_disabled);
	unmap_page(x);
	return 0;
}
user task a(cpu = 0) {
	sys_copy();
}
`,
  kernel: [],
  printed: ['left 9 nofault 1'],
});

export const lowmemRow: MisuseRow = {
  km_type: hidden('works, all bugs hidden'),
  atomic_stack: hidden('same', 'preempt_disable();\n\tpagefault_disable();'),
  kmap_temporary: [...hidden('same'), stillNoFaults('(page faults still disabled)')],
  split_switch: [...hidden('same'), stillNoFaults('same')],
  kmap_local: [
    ...hidden('same', ''),
    {
      says: 'FORCE_MAP shows them',
      body: lowOrder,
      settings: { force_map: 'on' },
      kernel: [warns('unmap_order', 'kmap_local', 'kunmap_local'), faults('fffb8000')],
    },
  ],
};

const inHandler = (call: string): string =>
  `irq nic(cpu = 0, when = any) {\n\t${call};\n}\n${task('\tkmap(p1);\n\traise_irq(nic);\n\tprintk("done");')}`;

const asksFirst = (says: string): MisuseCase[] => [
  { says, body: inHandler('kmap(p1)'), kernel: [sleepsAtomic('vector.klab: nic')], printed: ['done'] },
  { says, body: inHandler('kunmap(p1)'), kernel: [sleepsAtomic('vector.klab: nic')], printed: ['done'] },
];

export const kmapInInterruptRow: MisuseRow = {
  km_type: [
    { says: 'D14', body: inHandler('kmap(p1)'), kernel: [sleepsAtomic('vector.klab: nic')], printed: ['done'] },
    { says: '/D15', body: inHandler('kunmap(p1)'), kernel: [stops('kunmap_in_interrupt', 'pkmap' as Model, 'kunmap'), PANIC] },
  ],
  atomic_stack: asksFirst('D14'),
  kmap_temporary: asksFirst('D14'),
  split_switch: asksFirst('D14'),
  kmap_local: asksFirst('D14'),
};
