/** Section 10 of the reference (highmem): each diagnostic by model and build. */
import { contexts, switches } from './diagnostics/contexts.ts';
import type { DiagnosticCase } from './diagnostics/diagnostic-case.ts';
import { others, persistent } from './diagnostics/persistent.ts';
import { indexLimits, outside, slotBusy, unmapOrder } from './diagnostics/slots.ts';

export const diagnosticCases: readonly DiagnosticCase[] = [
  ...slotBusy,
  ...unmapOrder,
  ...indexLimits,
  ...outside,
  ...contexts,
  ...switches,
  ...persistent,
  ...others,
];
