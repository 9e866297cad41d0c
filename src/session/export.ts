/** A run as a file for other tools: what the command line and the debug adapter both offer. */
import type { Kernel } from '../kernel/kernel.ts';
import { TRACE_FORMATS, type TraceFormatName } from '../trace/export.ts';
import { recordingOf } from './recording.ts';

export { TRACE_FORMATS, type TraceFormatName } from '../trace/export.ts';

/** Everything that has happened up to now. */
export function exportTrace(kernel: Kernel, format: TraceFormatName): Uint8Array {
  const data = TRACE_FORMATS[format].write(recordingOf(kernel));
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}
