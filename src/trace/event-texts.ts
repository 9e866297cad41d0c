/** The tracepoint of each event of a recording, and its text. */
import type { EventType, KernelEvent } from '../kernel/events.ts';
import { kernelTracepoints } from './kernel-tracepoints.ts';
import { ownTracepoint } from './own-tracepoints.ts';
import type { Recording } from './recording.ts';
import { Symbols } from './symbols.ts';
import { type Tracepoint, tracepointText } from './tracepoint.ts';

export class EventTexts {
  readonly symbols: Symbols;
  readonly #tracepoints = new Map<EventType, Tracepoint>();

  constructor({ events, functions }: Recording) {
    this.symbols = new Symbols(functions);
    for (const { type } of events) {
      if (this.#tracepoints.has(type)) continue;
      // The key and the events that a tracepoint reads are of the same type.
      const kernel = kernelTracepoints[type] as Tracepoint | undefined;
      this.#tracepoints.set(type, kernel ?? ownTracepoint(type, events));
    }
  }

  /** In the order in which their first events came. */
  get tracepoints(): ReadonlyMap<EventType, Tracepoint> {
    return this.#tracepoints;
  }

  of(event: KernelEvent): { name: string; text: string } {
    const tracepoint = this.tracepointOf(event);
    return { name: tracepoint.name, text: tracepointText(tracepoint, event, this.symbols) };
  }

  tracepointOf({ type }: KernelEvent): Tracepoint {
    return this.#tracepoints.get(type) as Tracepoint;
  }
}
