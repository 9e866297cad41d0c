/** How many temporary mappings each task has open, counted from the events. */
import { type KernelEvent, PKMAP_MODEL } from '../kernel/events.ts';

export class KmapDepth {
  readonly #depth = new Map<number, number>();

  /** The depth of the event's task behind an event that changes it; undefined for any other. */
  after(event: KernelEvent): number | undefined {
    if (event.type !== 'kmap' && event.type !== 'kunmap') return undefined;
    if (event.model === PKMAP_MODEL) return undefined;
    const by = event.type === 'kmap' ? 1 : -1;
    const depth = Math.max(0, (this.#depth.get(event.pid) ?? 0) + by);
    this.#depth.set(event.pid, depth);
    return depth;
  }
}
