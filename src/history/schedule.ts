/**
 * A schedule: the choices of a run that differ from its base chooser, as data. Each entry says what happens and when: at a
 * position in the program (CPU, n-th hit of an anchor, micro-steps of that CPU since), and at which step of the run it
 * was recorded from. For the very program and kernel that it was recorded with the step numbers are exact.
 */
import type { Anchor } from './anchors.ts';

export type ScheduledChoice =
  /** Only this CPU steps: `count` times, or until the entry's position is reached when there is no count. */
  | { kind: 'run'; cpu: number; count?: number }
  /** The intrinsic that the CPU is about to execute takes this option. */
  | { kind: 'option'; cpu: number; option: number }
  /** A pending interrupt is taken in now. */
  | { kind: 'deliver'; cpu: number; line: number }
  /** A device raises its interrupt; by name where it has one. */
  | { kind: 'raise'; cpu: number | undefined; device: string | number }
  /** Time passes to the next timed event. */
  | { kind: 'clock' }
  /** Memory is changed: words at byte offsets of flat memory. */
  | { kind: 'change'; words: readonly { offset: number; value: number }[] };

/** Before the n-th hit of an anchor by a CPU, or so many micro-steps of that CPU after it began. */
export interface Position extends Anchor {
  cpu: number | undefined;
  /** From 1. */
  hit: number;
  /** Micro-steps of the CPU since the hit; 0: just before it. */
  offset: number;
}

export interface ScheduleEntry {
  choice: ScheduledChoice;
  at?: Position;
  /** Step of the run it was recorded from that the (first) choice made. */
  step?: number;
  /** Line of the schedule's text, from 1; 0 when it was not a text. */
  line: number;
}

export interface Schedule {
  /** Hashes of the program and of the kernel that it was recorded with; undefined: meant for any. */
  program?: string;
  kernel?: string;
  base: 'lockstep';
  entries: ScheduleEntry[];
}
