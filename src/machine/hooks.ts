/**
 * What the machine tells whoever owns it. Hooks only watch, or write emulated state through the funnel; the machine imports
 * nothing of the kernel. Addresses of pages are page-aligned.
 */
export interface MachineHooks {
  /** CPU `cpu` took a translation into its TLB. */
  tlbFilled?(cpu: number, address: number, pte: number): void;
  /** `pte` is what the TLB held, 0 for nothing; `address` is -1 for scope `all`. */
  tlbFlushed?(cpu: number, address: number, pte: number, scope: 'page' | 'range' | 'all'): void;
  /** A store or an intrinsic wrote the PTE that maps `address`; it may have held `to` already (an empty slot cleared once more). */
  pteWritten?(cpu: number, address: number, from: number, to: number): void;
  /**
   * An access through a mapping window, translated and about to happen; at most one page. `offset` is the byte offset in flat
   * memory that it reaches, `hitStale` says that it goes through a TLB entry that differs from the PTE.
   */
  windowAccess?(cpu: number, address: number, offset: number, size: number, write: boolean, hitStale: boolean): void;
  /** A load or store of shared kernel memory outside of the windows, about to happen. Switched on with `watchKernelAccess`. */
  kernelAccess?(cpu: number, address: number, size: number, write: boolean): void;
  /** An instruction trapped; the exception frame is about to be pushed. `kind` is a TrapKind. */
  trapped?(cpu: number, kind: number, pc: number, address: number, code: number): void;
  /** A line became pending on `cpu`. */
  lineRaised?(cpu: number, line: number): void;
  /** A pending line was taken in; the interrupt frame has been pushed. */
  lineDelivered?(cpu: number, line: number): void;
  /**
   * Entering a handler turned interrupts off (they are already), or the return from it turns them on (they are off still). Kernel
   * code that changes the flag itself does not come here.
   */
  interruptFlag?(cpu: number, on: boolean): void;
  /** A timer of the timer table ran out, before its line is raised. */
  timerFired?(timer: number, cpu: number, cookie: number): void;
  /** Nothing can happen any more; `cause` is a StopCause. */
  stopped?(cpu: number, cause: number): void;
}

/** Asked between micro-steps that follow one another. */
export interface BetweenSteps {
  /** A step is done, the next one would begin at `pc`. Closes the first; answers whether there shall be a next. */
  goOn(pc: number): boolean;
}
