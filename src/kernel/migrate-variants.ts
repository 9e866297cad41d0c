/**
 * The forms of migrate_disable(), of kernels, of postings and of proposals (scheduler 3.4, 3.7), and the sources that only some of
 * them are built from.
 */
export const MIGRATE_DISABLE_VARIANTS = [
  {
    name: 'v5_14',
    doc: '5.14 to today: as v5_11, but the task in front is only pushed away if it is not pinned itself, and only real-time tasks are.',
  },
  {
    name: 'v5_11',
    doc: '5.11 to 5.13: the task that runs in front of a pinned one is pushed away; if it is pinned, at the end of its own section.',
  },
  {
    name: 'series_v1',
    doc: 'Posted on 21 September 2020: a pinned task that is switched out counts as bound to its CPU. Nobody looks for it, nobody makes room.',
  },
  {
    name: 'as_preempt',
    doc: '5.7 to 5.10: another name for preempt_disable(). Not with preempt = rt, whose locks sleep inside sections.',
  },
  {
    name: 'naive',
    doc: 'Of no kernel: tasks are pinned and the balancer leaves it at that. What the push-away of v5_11 is an answer to.',
  },
  {
    name: 'rostedt_counter',
    doc: 'Proposed by Rostedt, September 2020, never merged; our reading of mail: who enters a section where another is pinned goes to a free CPU first.',
  },
  {
    name: 'rostedt_lock',
    doc: 'Proposed by Rostedt, September 2020, never merged: a lock of each CPU with priority inheritance around every section. Entering may block, on one CPU too.',
  },
  {
    name: 'rostedt_kmap_lock',
    doc: 'Proposed by Rostedt, September 2020, never merged: the same lock, taken only while a task has pages mapped. With mapping = kmap_local.',
  },
] as const;

export type MigrateDisableVariant = (typeof MIGRATE_DISABLE_VARIANTS)[number]['name'];

/** Kernel sources that only some forms are built from; all forms have every other source. */
const OWN_SOURCES: Readonly<Record<string, (variant: MigrateDisableVariant) => boolean>> = {
  '/sched/migrate.klab': (variant) => variant !== 'as_preempt',
  '/sched/migrate-as-preempt.klab': (variant) => variant === 'as_preempt',
};

/** Whether the kernel source `path` belongs to a kernel with this form. */
export function hasMigrateSource(variant: MigrateDisableVariant, path: string): boolean {
  return OWN_SOURCES[path]?.(variant) ?? true;
}
