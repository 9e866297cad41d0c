/** Where a page came from or went to (scheduler 8.2), and the flags of an allocation, as kernel sources and programs name them. */

/** The position is the value of the constant. */
export const ALLOC_PATHS = ['none', 'pcp', 'zone', 'reclaim'] as const;
export type AllocPath = (typeof ALLOC_PATHS)[number];

/** Where kvfree_rcu() has put a pointer: into an array, on the list through its rcu_head, or nowhere: it is freed on the spot. */
export type DeferredPath = 'array' | 'list' | 'inline';

const HIGH = 0x20;
const IO = 0x40;
const FS = 0x80;
const DIRECT_RECLAIM = 0x400;
const KSWAPD_RECLAIM = 0x800;
const NOWARN = 0x2000;

export const allocationConstants: readonly (readonly [name: string, value: number, type: string, doc: string])[] = [
  ['ALLOC_PATH_NONE', 0, 'int', 'No page was given.'],
  ['ALLOC_PATH_PCP', 1, 'int', 'From, or to, the list of this CPU.'],
  ['ALLOC_PATH_ZONE', 2, 'int', 'The lock of the zone was taken.'],
  ['ALLOC_PATH_RECLAIM', 3, 'int', 'After reclaim.'],
  ['__GFP_HIGH', HIGH, 'gfp_t', 'May use half of the reserve.'],
  ['__GFP_IO', IO, 'gfp_t', 'Reclaim may write to disks.'],
  ['__GFP_FS', FS, 'gfp_t', 'Reclaim may call into file systems.'],
  ['__GFP_ZERO', 0x100, 'gfp_t', 'The memory is all zero.'],
  ['__GFP_DIRECT_RECLAIM', DIRECT_RECLAIM, 'gfp_t', 'May wait for reclaim: may sleep.'],
  ['__GFP_KSWAPD_RECLAIM', KSWAPD_RECLAIM, 'gfp_t', 'Wakes the thread that reclaims; there is none here.'],
  ['__GFP_NOWARN', NOWARN, 'gfp_t', 'No message when it fails.'],
  ['__GFP_NORETRY', 0x10000, 'gfp_t', 'Gives up after one round of reclaim.'],
  ['__GFP_MEMALLOC', 0x20000, 'gfp_t', 'May use the whole reserve: it will free more than it takes.'],
  ['__GFP_NOMEMALLOC', 0x80000, 'gfp_t', 'Never uses the reserve.'],
  [
    '__GFP_NO_LOCKS',
    0x800000,
    'gfp_t',
    'alloc_policy = no_locks_flag: a page of the list of this CPU, or NULL. Proposed in August 2020, never merged.',
  ],
  ['GFP_ATOMIC', HIGH | KSWAPD_RECLAIM, 'gfp_t', 'Does not sleep, may use half of the reserve. Not for raw spinlocks.'],
  ['GFP_KERNEL', DIRECT_RECLAIM | KSWAPD_RECLAIM | IO | FS, 'gfp_t', 'The ordinary request of a task; may sleep.'],
  ['GFP_NOWAIT', KSWAPD_RECLAIM | NOWARN, 'gfp_t', 'Does not sleep and fails early. Not for raw spinlocks.'],
];
