/** What the exporters and the metrics read: the events of a run, and what the events do not say. Plain data. */
import type { KernelEvent, TaskStart } from '../kernel/events.ts';

export interface Recording {
  cpus: number;
  events: readonly KernelEvent[];
  /** Every task that was there at boot, idle tasks included. */
  tasks: readonly TaskStart[];
  /** Where the recording ends, ns of virtual time. */
  end: number;
  /** Functions by code address, in ascending order. */
  functions: readonly CodeFunction[];
}

export interface CodeFunction {
  name: string;
  /** Code addresses [entry, end). */
  entry: number;
  end: number;
}
