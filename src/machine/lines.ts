/** Numbers of the interrupt lines of a CPU: bits of `cpu_state.pending`, and the vector that `common_interrupt` receives. */
export const Line = {
  /** Devices have lines 0 to 15. */
  deviceMax: 15,
  /** The local timer: tick and sleeping tasks. */
  timer: 16,
  /** Another CPU asks for a reschedule. */
  reschedule: 17,
  /** Another CPU asks for a function to be called. */
  callFunction: 18,
  /** The non-maskable interrupt; goes to `exc_nmi`. */
  nmi: 31,
} as const;

/** No line. */
export const NO_LINE = -1;
