/**
 * The shipped mapping models: which kernels had each of them, on which architectures it is followed here, where its source is
 * and where it keeps what is mapped (highmem 0 and 12).
 */
import type { Profile } from './profile.ts';

/** Kernels whose code is followed, oldest first. */
export const KERNEL_ERAS = [
  'v2_6_31',
  'v2_6_35',
  'v2_6_37',
  'v3_10',
  'v5_9',
  'v5_10',
  'v5_11',
  'v5_15',
  'v6_1',
  'v6_18',
] as const;
export type KernelEra = (typeof KERNEL_ERAS)[number];

/**
 * What says how far a mapping stack reaches: `task`: the index of the running task, `cpu`: the index of the CPU, `types`: nothing, each
 * slot of a CPU is busy or empty for itself; `shared`: there is no stack, mappings are everybody's.
 */
export type MappingHolder = 'task' | 'cpu' | 'types' | 'shared';

export interface MappingModel {
  name: string;
  doc: string;
  /** Kernels that had it; the first is what `kernel = auto` means. */
  kernels: readonly [KernelEra, ...KernelEra[]];
  architectures: readonly Profile['arch'][];
  holder: MappingHolder;
  /** Kernel sources besides the common ones. */
  files: readonly string[];
}

const ALL_ARCHITECTURES = ['x86', 'arm', 'mips', 'powerpc', 'sparc', 'xtensa', 'arc', 'csky', 'microblaze'] as const;

export const MAPPING_MODELS: readonly MappingModel[] = [
  {
    name: 'km_type',
    doc: 'Kernels up to 2.6.36: one slot of each CPU for each named use, no index (highmem 2).',
    kernels: ['v2_6_31', 'v2_6_35'],
    architectures: ['x86', 'arm', 'mips', 'powerpc', 'sparc'],
    holder: 'types',
    files: ['/mm/km-type.klab', '/mm/iomap-km-type.klab', '/mm/highpte-km-type.klab', '/mm/overlay-2009.klab'],
  },
  {
    name: 'atomic_stack',
    doc: '2.6.37 to 5.10: kmap_atomic() with a stack of slots for each CPU (highmem 3).',
    kernels: ['v5_9', 'v2_6_37', 'v3_10', 'v5_10'],
    architectures: ALL_ARCHITECTURES,
    holder: 'cpu',
    files: ['/mm/atomic-stack.klab', '/mm/overlay-2009.klab'],
  },
  {
    name: 'kmap_temporary',
    doc: 'RFC of 19 September 2020: index and PTE values live in the task, one call at the switch (highmem 4).',
    kernels: ['v5_9'],
    architectures: ALL_ARCHITECTURES,
    holder: 'task',
    files: ['/mm/kmap-temporary.klab'],
  },
  {
    name: 'split_switch',
    doc: 'Unmap before the switch, map after it; tasks are not pinned by default (highmem 5).',
    kernels: ['v5_9'],
    architectures: ALL_ARCHITECTURES,
    holder: 'task',
    files: ['/mm/split-switch.klab'],
  },
  {
    name: 'kmap_local',
    doc: 'What was merged in 5.11: split switch, migration disabled, leak checks (highmem 7).',
    kernels: ['v6_18', 'v6_1', 'v5_15', 'v5_11'],
    architectures: ALL_ARCHITECTURES,
    holder: 'task',
    files: ['/mm/kmap-local.klab', '/mm/kmap-local-folio.klab'],
  },
  {
    name: 'alt_percpu_idx_switch',
    doc: 'Not in the kernel; our reading of mail (Torvalds, September 2020): the index stays with the CPU, the switch pops and pushes (highmem 9.6).',
    kernels: ['v5_9'],
    architectures: ['x86'],
    holder: 'cpu',
    files: ['/mm/alt-percpu-idx-switch.klab'],
  },
  {
    name: 'alt_percpu_pgtable',
    doc: 'Not in the kernel; our reading of mail (Gleixner, September 2020): a kernel page table for each CPU, so nothing is pinned (highmem 9.1).',
    kernels: ['v5_9'],
    architectures: ['x86'],
    holder: 'task',
    files: ['/mm/alt-percpu-pgtable.klab'],
  },
  {
    name: 'alt_local_lock',
    doc: 'Not in the kernel; our reading of mail (Rostedt, September 2020): a sleeping lock of each CPU around the mappings (highmem 9.2).',
    kernels: ['v5_9'],
    architectures: ['x86'],
    holder: 'task',
    files: ['/mm/alt-local-lock.klab'],
  },
  {
    name: 'alt_vmap',
    doc: 'Not in the kernel; our reading of mail (September 2020): vmap() for everybody, one address on all CPUs, flushed late (highmem 9.3).',
    kernels: ['v5_9'],
    architectures: ['x86'],
    holder: 'shared',
    files: ['/mm/alt-vmap.klab'],
  },
];

/** The shipped model of that name; undefined for the path of a learner's own. */
export function mappingModel(name: string): MappingModel | undefined {
  return MAPPING_MODELS.find((model) => model.name === name);
}

/** Where the profile's model keeps its index; a learner's own model is taken for one that keeps it in the task. */
export function holderOf({ mapping }: Pick<Profile, 'mapping'>): MappingHolder {
  return mappingModel(mapping)?.holder ?? 'task';
}

/** Whether the kernel of the profile is `era` or an earlier one. */
export function isUpTo(profile: Pick<Profile, 'kernel'>, era: KernelEra): boolean {
  return KERNEL_ERAS.indexOf(profile.kernel) <= KERNEL_ERAS.indexOf(era);
}
