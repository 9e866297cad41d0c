/**
 * One debugging run, without any protocol. The debug adapter, the command line and the tests speak to this; it speaks to
 * history and kernel. `createSession` is in `session.ts`.
 */
import type { EventBreakpointName, KernelEvent } from '../kernel/events.ts';
import type { Finding } from '../kernel/findings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { Range } from '../lang/source.ts';
import type { MetricsData } from '../views/metrics.ts';
import type { ViewsSource } from '../views/views.ts';

export interface SessionOptions {
  uri: string;
  text: string;
  /** Overrides of `machine { }`: setting name to value, as given by a launch configuration or `--set`. */
  settings?: Readonly<Record<string, string | number | boolean>>;
  /** Name of a schedule of the program, or the text of a schedule file. */
  schedule?: { name: string } | { text: string; uri: string };
  /** Texts that the program names (its own mapping model), read before boot. `undefined`: not found. */
  readFile?: (relativePath: string) => string | undefined;
  /** Name for such a text; unless given, the path beside the program. */
  nameFile?: (relativePath: string) => string;
  /** Off: no stepping back (command line runs, benchmarks). */
  history?: boolean;
}

export type SessionResult = { session: Session; diagnostics: Diagnostic[] } | { session: undefined; diagnostics: Diagnostic[] };

export type StopReason =
  | 'entry'
  | 'step'
  | 'breakpoint'
  | 'function breakpoint'
  | 'data breakpoint'
  | 'instruction breakpoint'
  | 'pause'
  | 'goto'
  | 'event'
  | 'finding'
  | 'ended'
  | 'start of history'
  | 'limit';

export interface Stop {
  reason: StopReason;
  /** `context switch: reader to writer on CPU 0`. */
  description: string;
  /** Task whose location is shown. */
  pid: number;
  cpu: number;
  step: number;
  breakpointIds: number[];
  event?: KernelEvent;
  finding?: Finding;
}

/** `more`: the budget is used up and nothing stopped the run; call again. */
export type RunResult = { kind: 'more' } | { kind: 'stopped'; stop: Stop };

export type StepGranularity = 'statement' | 'line' | 'instruction' | 'event';

export type RunCommand =
  | { kind: 'continue' }
  | { kind: 'reverse-continue' }
  | { kind: 'next' | 'in' | 'out' | 'back'; pid: number; granularity: StepGranularity }
  /** Next or previous event of that group, whatever the event breakpoints say. */
  | { kind: 'to-event'; event: EventBreakpointName; direction: 'forward' | 'back' }
  | { kind: 'to-step'; step: number }
  /** To the first statement of the program itself (not of the kernel), whatever breakpoints say. */
  | { kind: 'entry' };

export interface SourceBreakpointRequest {
  line: number;
  column?: number;
  condition?: string;
  hitCondition?: string;
  logMessage?: string;
}
export interface FunctionBreakpointRequest {
  name: string;
  condition?: string;
  hitCondition?: string;
}
export interface DataBreakpointRequest {
  dataId: string;
  accessType: 'read' | 'write' | 'readWrite';
  condition?: string;
  hitCondition?: string;
}
export interface EventBreakpointRequest {
  event: EventBreakpointName;
  condition?: string;
}
/** Where a breakpoint really is (lines from 1), or why it is nowhere. */
export interface BreakpointResult {
  id: number;
  verified: boolean;
  line?: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
  message?: string;
}

/**
 * Which findings stop a run: all that are not suppressed, or only those whose group (`warn`, `bug`, `sanitizer`) is
 * among the event breakpoints; a failed assert() and a stuck machine always stop.
 */
export type FindingStops = 'all' | 'listed' | 'none';

/** A variable in a list (`reference`, `name`), or an expression (`reference` absent). */
export interface VariableTarget {
  reference?: number;
  name: string;
  frameId?: number;
}
/** `dataId` undefined: the description says why there can be no data breakpoint. */
export interface DataBreakpointInfo {
  dataId?: string;
  description: string;
}

export interface CompletionEntry {
  label: string;
  kind: 'variable' | 'field' | 'function' | 'constant' | 'text';
  detail?: string;
}

export interface Location {
  uri: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  range: Range;
}

export interface TaskInfo {
  /** Names the task in this API: its pid, or 1,000,000 + CPU for idle tasks, whose pid is 0. */
  pid: number;
  comm: string;
  /** `running on CPU 0`, `runnable on CPU 1`, `sleeping: msleep until 5.000 ms`, `exited`. */
  state: string;
  cpu: number;
  idle: boolean;
  /** One of the kernel's own threads that has never been woken: nothing to show yet. */
  dormant: boolean;
  exited: boolean;
}
export interface Frame {
  /** Unique while stopped. */
  id: number;
  function: string;
  kind: 'function' | 'task' | 'interrupt' | 'nmi' | 'exception' | 'syscall';
  location?: Location;
  pc: number;
}

export type ScopeName = 'locals' | 'task' | 'cpu' | 'machine' | 'globals';
export interface Variable {
  name: string;
  value: string;
  /** C spelling. */
  type: string;
  /** C expression that names it, for watches and data breakpoints; undefined when there is none. */
  expression?: string;
  /** Key for `children()`; 0: it has none. */
  reference: number;
  indexed?: number;
  named?: number;
  /** Kernel virtual address of the bytes to show: what a pointer points to, else where the variable lies, if anywhere. */
  address?: number;
  changed: boolean;
  readOnly: boolean;
  /** Bytes of flat memory that a data breakpoint on it watches, where no expression says it. */
  place?: { offset: number; size: number };
}
export type EvaluateResult = { ok: true; variable: Variable } | { ok: false; message: string; range?: Range };

export interface LogLine {
  category: 'console' | 'stdout' | 'stderr' | 'important';
  text: string;
  location?: Location;
}

export interface Session {
  // ---- running
  /** Runs `command` for at most `budget` micro-steps of work. Call again with the same command while it answers `more`. */
  run(command: RunCommand, budget: number): RunResult;
  /** Ends a `run` that answered `more`, where it stands. */
  pause(): Stop;
  readonly stop: Stop;
  readonly step: number;
  /** Virtual time, ns. */
  readonly time: number;
  /** First step that can still be reached going back (0: boot). */
  readonly firstStep: number;
  /** Last step executed on this branch of time. */
  readonly lastStep: number;
  /** Everything ended: nothing can happen any more. */
  readonly ended: boolean;

  // ---- breakpoints; each call replaces the whole set, as DAP does
  setSourceBreakpoints(uri: string, requests: readonly SourceBreakpointRequest[]): BreakpointResult[];
  setFunctionBreakpoints(requests: readonly FunctionBreakpointRequest[]): BreakpointResult[];
  setDataBreakpoints(requests: readonly DataBreakpointRequest[]): BreakpointResult[];
  setEventBreakpoints(requests: readonly EventBreakpointRequest[], findings?: FindingStops): BreakpointResult[];
  setInstructionBreakpoints(requests: readonly { pc: number; condition?: string; hitCondition?: string }[]): BreakpointResult[];
  /** Statement starts between two lines (from 1) of a source. */
  breakpointLocations(uri: string, line: number, endLine: number): { line: number; column: number }[];

  // ---- inspecting (never changes the machine: no TLB fill, no fault)
  tasks(): TaskInfo[];
  frames(pid: number): Frame[];
  scopes(frameId: number): { name: ScopeName; label: string; reference: number }[];
  children(reference: number, start?: number, count?: number): Variable[];
  evaluate(expression: string, frameId: number | undefined): EvaluateResult;
  /** Opens a new branch of time; says so in the log. */
  assign(expression: string, value: string, frameId: number | undefined): EvaluateResult;
  /** Sets a variable out of a list that `children` or `scopes` gave. Opens a new branch of time. */
  setVariable(reference: number, name: string, value: string): EvaluateResult;
  dataBreakpointInfo(target: VariableTarget): DataBreakpointInfo;
  /** Words that can stand at the end of `text` in a watch or in the console. */
  complete(text: string, frameId: number | undefined): CompletionEntry[];
  readMemory(address: number, count: number): { bytes: Uint8Array; unreadable: number };
  writeMemory(address: number, bytes: Uint8Array): { written: number; message?: string };
  disassemble(pc: number, offset: number, count: number): { pc: number; text: string; location?: Location }[];

  // ---- events, findings, output
  /** Events with index >= `from`, oldest first. The list is cut when time turns back. */
  events(from: number): readonly KernelEvent[];
  readonly findings: readonly Finding[];
  /** Lines since the last call. */
  takeLog(): LogLine[];

  // ---- views
  /** Where the views read from: `viewsSource(run)` of `src/views/kernel-reader.ts`. */
  readonly viewsSource: ViewsSource;
  /** Metrics of the run up to the current moment (scheduler 10). Takes time in proportion to its events. */
  metrics(): MetricsData;

  // ---- choices
  /** Interrupts a person can raise now. */
  raisableInterrupts(): { line: number; name: string; cpu: number }[];
  /** Raises interrupt line `line` on `cpu` before the next micro-step. Opens a new branch of time if the past is left. */
  raiseInterrupt(line: number, cpu: number): { ok: boolean; message: string };
  /**
   * How the schedule of the start fares. `skipped`: this machine does not have its places; `pending`: the moments of some
   * entries have not come.
   */
  readonly scheduleState: 'none' | 'skipped' | 'pending' | 'followed';
  /** The schedule text that reproduces this run up to here. */
  scheduleText(): string;

  /** For whoever looks at the machine itself (views, tests). Nobody outside of the session changes it. */
  readonly kernel: Kernel;

  // ---- sources
  sourceText(uri: string): string | undefined;
  sourceUris(): string[];
  readonly bytesHash: string;
}
