/** Where free pages are kept (scheduler 8.2). */
import { defineStruct, nested, pointer, type StructLayout, u32, type ViewOf } from '../../machine/layout.ts';

/** @param spinlock spinlock_t, which PREEMPT_RT replaces. */
export function defineZone<F>(spinlock: StructLayout<F>) {
  return defineStruct('zone', 'The free pages that no CPU has for itself. All of memory is one zone here.', {
    lock: nested(spinlock, 'Protects everything here; a spinlock_t, so with PREEMPT_RT it may sleep.'),
    free_list: pointer('struct page', 'Free pages, last freed first.'),
    nr_free: u32('How many those are.'),
    watermark_min: u32('So many stay for GFP_ATOMIC (half of them) and for reclaim itself.'),
    inactive_list: pointer('struct page', 'Clean page cache: what reclaim can free.'),
    nr_inactive: u32('How many pages that is.'),
  });
}
export type ZoneView = ViewOf<ReturnType<typeof defineZone>>;
