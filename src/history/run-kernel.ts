/** What a run needs of the kernel: `Kernel` has it, and tests without a kernel make one in a few lines. */
import type { Machine } from '../machine/machine.ts';

/** A device whose interrupt can be raised from outside. */
export interface RaisableDevice {
  /** Name that schedules use. */
  name?: string;
  line: number;
  cpu: number;
  /** The explorer or a person chooses the moment. */
  any: boolean;
}

export interface RunKernel {
  readonly machine: Machine;
  /** Number of the micro-step being executed; the first one is 1. */
  step: number;
  /** Set while known steps are executed again: events and findings are recorded already and must not be recorded twice. */
  muted?: boolean;
  /** What happened up to the present step, oldest first. A run takes away what lies after it and puts it back. */
  readonly events: { readonly step: number }[];
  readonly findings: { readonly step: number }[];
  readonly devices: readonly RaisableDevice[];
  /** The device raises its line, and that is told. Absent: only the line is raised. */
  raiseDevice?(device: RaisableDevice): void;
  /** How many options the choosing intrinsic has that CPU `cpu` is about to execute. Pure. Absent: one. */
  optionsAt?(cpu: number): number;
}
