/** A fault in the learner's text or configuration: where, what, and how to cure it. */
import type { Range } from './source.ts';

export interface Diagnostic {
  /** `K1203`: stable, listed in the catalogue with an explanation. */
  code: string;
  severity: 'error' | 'warning' | 'information';
  uri: string;
  range: Range;
  /** Cause, and cure where it is not obvious from the cause. One or two sentences, lower-case start, as compilers do. */
  message: string;
  related?: { uri: string; range: Range; message: string }[];
}
