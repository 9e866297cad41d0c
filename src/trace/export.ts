/** The formats in which a run can be written. */
import { ftraceText } from './ftrace.ts';
import { perfettoText } from './perfetto.ts';
import type { Recording } from './recording.ts';
import { traceJson } from './trace-json.ts';
import { traceDat } from './tracedat/trace-dat.ts';

export interface TraceFormat {
  /** A few words for lists. */
  label: string;
  /** Usual end of such a file's name. */
  extension: string;
  write: (recording: Recording) => string | Uint8Array;
}

export const TRACE_FORMATS = {
  ftrace: { label: 'text of the trace file of ftrace', extension: 'txt', write: ftraceText },
  perfetto: { label: 'text that Perfetto imports', extension: 'systrace', write: perfettoText },
  tracedat: { label: 'trace.dat for trace-cmd and KernelShark', extension: 'dat', write: traceDat },
  json: { label: 'trace events of Chrome and Perfetto, JSON', extension: 'json', write: traceJson },
} as const satisfies Record<string, TraceFormat>;

export type TraceFormatName = keyof typeof TRACE_FORMATS;
