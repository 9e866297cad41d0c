/** Mapping models and the architecture as far as mapping differs (highmem). */
import { MAPPING_MODELS } from '../mapping-models.ts';
import type { KernelSetting } from './kernel-setting.ts';

const MODELS_OWN = 'What the model itself does: kmap_local looks, the others do not.';

/** @param auto what happens when nothing is said. */
const leakCheck = (
  name: 'check_at_fork' | 'check_at_exit' | 'check_at_user_return',
  what: string,
  auto: string,
): KernelSetting => ({
  name,
  doc: `${what} (highmem 7.9, 9.5).`,
  value: {
    kind: 'enum',
    values: [
      { name: 'auto', doc: auto },
      { name: 'always', doc: 'Whatever the model: asked for by Torvalds, September 2020; our reading of his mail.' },
      { name: 'never', doc: 'Not at all.' },
    ],
  },
  default: 'auto',
});

export const mappingSettings: readonly KernelSetting[] = [
  {
    name: 'mapping',
    doc: 'Mapping model, or the path of your own.',
    value: { kind: 'enum-or-path', values: MAPPING_MODELS.map(({ name, doc }) => ({ name, doc })) },
    default: 'kmap_local',
  },
  {
    name: 'irqs_during_switch',
    doc: 'Maskable interrupts are on while the older models switch mappings (highmem 4.5). kmap_local ignores it: there they are off until the run queue is unlocked.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'last_pkmap',
    doc: 'LAST_PKMAP: slots of kmap(), a power of two; of each colour with cache_colours. Kernels have 1024; with 4 the pool is full at once (highmem 8).',
    value: { kind: 'integer', min: 4, max: 1024 },
    default: 1024,
  },
  {
    name: 'pin',
    doc: 'split_switch: what keeps a task with mappings on its CPU (highmem 5).',
    value: {
      kind: 'enum',
      values: [
        { name: 'none', doc: 'Nothing: the migration bug shows.' },
        { name: 'migrate', doc: 'migrate_disable() while mapped.' },
        { name: 'preempt', doc: 'preempt_disable() while mapped.' },
      ],
    },
    default: 'none',
  },
  {
    name: 'flush_junk',
    doc: 'kmap_temporary: the flush in the switch gets an address that was never set, as posted (highmem 4.4).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'emptiness_check',
    doc: 'kmap_temporary: BUG when the slot that is about to be used is not empty.',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'switch_call',
    doc: 'kmap_temporary: where the switch call stands.',
    value: {
      kind: 'enum',
      values: [
        { name: 'before_current', doc: 'Before `current` changes, as posted.' },
        { name: 'after_current', doc: 'After `current` has changed (direction 2 of highmem 4.5).' },
      ],
    },
    default: 'before_current',
  },
  leakCheck('check_at_fork', 'Whether a fork looks for mappings, and takes them from the child', MODELS_OWN),
  leakCheck('check_at_exit', 'Whether the exit of a task looks for mappings', 'As in every kernel: nobody looks.'),
  leakCheck('check_at_user_return', 'Whether the return to user mode looks for mappings', MODELS_OWN),
  {
    name: 'kernel',
    doc: 'Kernel whose code is followed where versions differ. Each mapping model knows the kernels that had it.',
    value: {
      kind: 'enum',
      values: [
        {
          name: 'auto',
          doc: 'By model: v2_6_31 for km_type, v5_9 for atomic_stack, kmap_temporary and split_switch, v6_18 for kmap_local.',
        },
        { name: 'v6_18', doc: 'kmap_local: 6.18.' },
        { name: 'v6_1', doc: 'kmap_local: 6.1.' },
        { name: 'v5_15', doc: 'kmap_local: 5.15.' },
        { name: 'v5_11', doc: 'kmap_local: 5.11, with its guard test that looks at the wrong option (highmem 7.5).' },
        { name: 'v5_10', doc: 'atomic_stack: 5.10, the last kernel with it.' },
        { name: 'v5_9', doc: 'atomic_stack: 5.9; also the base of the postings of September 2020.' },
        { name: 'v3_10', doc: 'atomic_stack: 3.10; disabling page faults counts as disabling preemption (highmem 1.6).' },
        { name: 'v2_6_37', doc: 'atomic_stack: 2.6.37, the first kernel with it; the debug check of the depth is off by one.' },
        { name: 'v2_6_35', doc: 'km_type: 2.6.35, with the corrected check of contexts (highmem 2.5).' },
        { name: 'v2_6_31', doc: 'km_type: 2.6.31.' },
      ],
    },
    default: 'auto',
  },
  {
    name: 'arch',
    doc: 'Architecture, as far as mapping differs (highmem 1.2, 1.3). The alternatives are followed on x86 only.',
    value: {
      kind: 'enum',
      values: [
        { name: 'x86', doc: '32-bit x86, without PAE unless `pae` is on: no flush after a map, every unmap clears its slot.' },
        {
          name: 'arm',
          doc: 'Caches by physical address. A flush after every map; up to 5.10 release builds leave the slot filled at unmap. The address that kmap() gave a page is used again.',
        },
        { name: 'mips', doc: 'As arm, without using addresses of kmap() again; the addresses of one platform.' },
        { name: 'powerpc', doc: 'As mips; debug builds of 5.9 warn where the others stop.' },
        { name: 'sparc', doc: 'As mips, but each flush is one of the TLBs of all CPUs.' },
        { name: 'xtensa', doc: 'As x86, with slots below low memory; up to 5.10 their addresses go up. From atomic_stack on.' },
        { name: 'arc', doc: 'As xtensa; up to 5.10 an unmap warns in all builds when the order is wrong. From atomic_stack on.' },
        { name: 'csky', doc: 'As mips, from atomic_stack on; addresses chosen by us.' },
        { name: 'microblaze', doc: 'As csky, but every unmap clears its slot; addresses chosen by us.' },
      ],
    },
    default: 'x86',
  },
  {
    name: 'cache',
    doc: 'ARM: how data caches find what they hold (highmem 1.3).',
    value: {
      kind: 'enum',
      values: [
        { name: 'vipt', doc: 'By physical address: nothing has to be flushed for a mapping.' },
        {
          name: 'vivt',
          doc: 'By virtual address, on one CPU only: the cache is flushed before every unmap, and debug builds too use the address that kmap() gave.',
        },
      ],
    },
    default: 'vipt',
  },
  {
    name: 'cache_colours',
    doc: 'xtensa: colours of the data cache, 1, 2 or 4. A page is only mapped at addresses of its own colour (highmem 1.2, 7.8, 8.1).',
    value: { kind: 'integer', min: 1, max: 4 },
    default: 1,
  },
  {
    name: 'pae',
    doc: 'CONFIG_X86_PAE, on x86 only: page table entries of 64 bits, written in two stores; 512 slots for kmap(); low memory ends elsewhere (highmem 1.2).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'highmem',
    doc: 'CONFIG_HIGHMEM. Off: all pages are low ones, map calls return their address, most misuse shows nothing (highmem 1.7).',
    value: { kind: 'flag' },
    default: true,
  },
  {
    name: 'pop_early',
    doc: 'atomic_stack: the unmap gives its index back before it clears the slot, as first merged in 2010 (highmem 3.4).',
    value: { kind: 'flag' },
    default: false,
  },
  {
    name: 'overlay',
    doc: 'km_type and atomic_stack: a check proposed in June 2009 and never merged; our reading of mail, not of code (highmem 2.7).',
    value: {
      kind: 'enum',
      values: [
        { name: 'none', doc: 'None.' },
        {
          name: 'strict_types',
          doc: 'km_type: unmaps must name the types in the reverse order of the maps (Zijlstra, proposed 2009).',
        },
        { name: 'depth', doc: 'Counts how deep each context maps, and adds the four maxima up (Molnar, proposed 2009).' },
      ],
    },
    default: 'none',
  },
  {
    name: 'overlay_limit',
    doc: 'overlay = depth: the sum of the four maxima has to stay below it; no more than the slots of a CPU.',
    value: { kind: 'integer', min: 1, max: 64 },
    default: 20,
  },
  {
    name: 'io_apic',
    doc: 'The IO-APIC page just above the first slot exists (highmem 1.2).',
    value: { kind: 'flag' },
    default: true,
  },
];
