/** A small kernel for tests of the language alone: a few structs, intrinsics and settings. */
import type { LanguageEnvironment } from '../../src/lang/environment.ts';
import { array, defineStruct, nested, pointer, s32, u32, u64 } from '../../src/machine/layout.ts';

const kmapCtrl = defineStruct('kmap_ctrl', 'Mappings of a task.', {
  idx: s32('Slots in use.'),
  pteval: array(u32('', { typedef: 'pte_t' }), 16, 'Their values.'),
});
const taskStruct = defineStruct('task_struct', 'A task.', {
  pid: s32('Number.'),
  kmap_ctrl: nested(kmapCtrl, 'Its mappings.'),
  parent: pointer('struct task_struct', 'Who made it.'),
  vruntime: u64('Time it ran.'),
});
const page = defineStruct('page', 'A page frame.', { flags: u32('Flags.'), pfn: u32('Number of the frame.') });

const prototypes: readonly [string, Partial<LanguageEnvironment['intrinsics'][number]>?][] = [
  ['void schedule(void)', { maySleep: true }],
  ['void yield(void)'],
  ['void mdelay(unsigned long ms)', { context: 'any' }],
  ['int WARN_ON(int condition)', { conditionText: true }],
  ['void assert(int condition)', { conditionText: true, context: 'any' }],
  ['int printk(const char *fmt, ...)'],
  ['void *kmap(struct page *page)', { maySleep: true }],
  ['void kunmap(struct page *page)'],
  ['void *kmap_local_page(struct page *page)'],
  ['void kunmap_local(const void *addr)'],
  ['unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)', { maySleep: true }],
  ['void raise_irq(int line)'],
  ['void set_pte(pte_t *ptep, pte_t pte)', { context: 'kernel-only' }],
  ['unsigned long arch_local_irq_save(void)'],
  ['int smp_processor_id(void)'],
];

export const testEnvironment: LanguageEnvironment = {
  layouts: [taskStruct, kmapCtrl, page],
  typedefs: [
    { name: 'pte_t', type: 'u32', doc: 'A page table entry.' },
    { name: 'gfp_t', type: 'unsigned int', doc: 'How to allocate.' },
  ],
  constants: [
    { name: 'PAGE_SIZE', value: 4096, type: 'unsigned long', doc: 'Bytes of a page.' },
    { name: 'nr_cpu_ids', value: 2, type: 'int', doc: 'Number of CPUs.' },
    { name: 'GFP_KERNEL', value: 3, type: 'gfp_t', doc: 'May sleep.' },
  ],
  intrinsics: prototypes.map(([prototype, more]) => ({
    name: /(\w+)\(/.exec(prototype)?.[1] ?? '',
    prototype,
    doc: '',
    context: 'task',
    maySleep: false,
    ...more,
  })),
  settings: [
    { name: 'cpus', doc: '', value: { kind: 'integer', min: 1, max: 8 }, default: 2 },
    {
      name: 'mapping',
      doc: '',
      value: {
        kind: 'enum-or-path',
        values: ['kmap_local', 'kmap_temporary', 'split_switch'].map((name) => ({ name, doc: '' })),
      },
      default: 'kmap_local',
    },
    {
      name: 'preempt',
      doc: '',
      value: {
        kind: 'enum',
        values: [
          { name: 'full', doc: '' },
          { name: 'none', doc: '' },
        ],
      },
      default: 'full',
    },
    { name: 'debug_preempt', doc: '', value: { kind: 'flag' }, default: true },
  ],
  outcomes: [
    { name: 'slot_busy', doc: '' },
    { name: 'wrong_page', doc: '' },
  ],
  enabledOptions: new Set(['CONFIG_SMP', 'CONFIG_PREEMPTION']),
  disabledOptions: new Set(['CONFIG_DEBUG_HIGHMEM']),
  functionModels: new Map([['kmap_temporary_page', ['kmap_temporary', 'split_switch']]]),
};
