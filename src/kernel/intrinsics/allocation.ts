/** Marks of the allocator in the event stream, its one-instruction fast path, and what is asked about readers (scheduler 8.2, 8.4). */
import { PAGE_SIZE } from '../../machine/memory-plan.ts';
import { ALLOC_PATHS } from '../allocation-paths.ts';
import type { Kernel } from '../kernel.ts';
import { preemptsReaders } from '../resolve-profile.ts';
import type { Execute, Intrinsic, IntrinsicTable } from './intrinsic.ts';

const internal = (prototype: string, doc: string, execute: Execute): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

/** Address of the memory of a struct page; 0 for NULL. */
function addressOf({ machine, layouts }: Kernel, page: number): number {
  return page === 0 ? 0 : layouts.page.view(machine.memory, machine.offsetOf(page)).virtual;
}

export const allocation: IntrinsicTable = {
  trace_mm_page_alloc: internal(
    'void trace_mm_page_alloc(struct page *page, gfp_t gfp, int path)',
    'Records an allocation and where the page came from.',
    (kernel, cpu, page, gfp, path) => {
      kernel.emit(cpu, { type: 'alloc', address: addressOf(kernel, page), size: PAGE_SIZE, gfp, path: ALLOC_PATHS[path] });
      return undefined;
    },
  ),
  trace_mm_page_free: internal(
    'void trace_mm_page_free(struct page *page, int path)',
    'Records that a page was given back, and where it went.',
    (kernel, cpu, page, path) => {
      kernel.emit(cpu, { type: 'free', address: addressOf(kernel, page), size: PAGE_SIZE, path: ALLOC_PATHS[path] });
      return undefined;
    },
  ),
  trace_kvfree_rcu: internal(
    'void trace_kvfree_rcu(void *ptr, bool in_array, bool has_head)',
    'Records that memory will be freed after a grace period, and how it is kept until then.',
    (kernel, cpu, ptr, inArray, hasHead) => {
      const kept = inArray !== 0 ? 'array' : hasHead !== 0 ? 'list' : 'inline';
      kernel.emit(cpu, { type: 'kvfree_rcu', address: ptr >>> 0, kept });
      return undefined;
    },
  ),
  slab_pop: internal(
    'void *slab_pop(void **freelist)',
    'Takes the first object off a list; NULL: it is empty. One instruction: this_cpu_cmpxchg_double() of the list and a count.',
    (kernel, cpu, freelist) => {
      const head = kernel.lockWord(cpu, freelist);
      const { memory } = kernel.machine;
      const object = memory.words[head];
      if (object !== 0) memory.write(head, memory.words[kernel.lockWord(cpu, object)]);
      return object;
    },
  ),
  slab_push: internal(
    'void slab_push(void **freelist, void *object)',
    'Puts an object on a list. One instruction, as slab_pop().',
    (kernel, cpu, freelist, object) => {
      const head = kernel.lockWord(cpu, freelist);
      const { memory } = kernel.machine;
      memory.write(kernel.lockWord(cpu, object), memory.words[head]);
      memory.write(head, object);
      return undefined;
    },
  ),
  rcu_has_readers: internal(
    'bool rcu_has_readers(void)',
    'Whether a task is inside a reader section. Where readers are not preempted: whether another CPU runs kernel code that may be in one.',
    (kernel, cpu) => {
      if (preemptsReaders(kernel.profile)) return Number(kernel.tasks.some(({ view }) => view.rcu_read_lock_nesting > 0));
      const busy = kernel.tasks.some(({ idle, view }) => {
        const elsewhere = view.on_cpu !== 0 && view.cpu !== cpu && !idle && view.thread.user_mode === 0;
        return elsewhere && (!kernel.countsPreemption || view.thread_info.preempt_count !== 0);
      });
      return Number(busy);
    },
  ),
};
