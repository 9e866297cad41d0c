/** Our own fault, as opposed to a finding (the emulated kernel's) or a diagnostic (the learner's). */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Throws InternalError with `message` unless `condition` holds. Caught once, at each edge of the product. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}
