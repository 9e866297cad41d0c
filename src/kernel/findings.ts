/** A finding: the emulated kernel did something that is wrong, or said so itself. Plain data, never an exception. */

export type FindingKind =
  /** The kernel's own diagnostics. */
  | 'warn'
  | 'bug'
  | 'oops'
  | 'panic'
  | 'debug'
  /** Of lockdep: the first one silences all others. */
  | 'lockdep'
  /** Seen by the emulator, not by the kernel. */
  | 'sanitizer'
  /** The program's own assert(). */
  | 'assert'
  /** Nothing can happen any more though tasks are waiting; a CPU that makes no progress. */
  | 'stuck';

export interface Finding {
  /** Position in the run's list of findings. */
  number: number;
  /** Stable name from the catalogue: `slot_busy`, `unmap_order`, `wrong_page`. */
  slug: string;
  kind: FindingKind;
  /** Reference id(s): `H-D01`. */
  reference: string;
  /** As the kernel would print it, or our own sentence. */
  headline: string;
  /** What happened here, with names, addresses and values. */
  detail: string;
  step: number;
  time: number;
  cpu: number;
  pid: number;
  comm: string;
  pc: number;
  /** The once-only site had fired before: recorded, not printed, no stop. */
  suppressed: boolean;
}

/** One entry of the catalogue (`catalogue.ts`). */
export interface FindingEntry {
  slug: string;
  kind: FindingKind;
  /** `H-D01`, or the section for sanitizers: `H-11`. */
  reference: string;
  /** A few words for lists. */
  title: string;
  /** Plain words for a learner: what it means, why it matters, what usually causes it. */
  explanation: string;
  /** Where to read more: a page of `docs/reference` and the number of a section in it, such as `7.4`. */
  link: { page: 'highmem' | 'scheduler'; section: string };
}
