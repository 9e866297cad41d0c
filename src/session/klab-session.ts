/** One debugging run: wires run control, breakpoints and inspection together behind the contract of `api.ts`. */
import { Anchors } from '../history/anchors.ts';
import type { Run } from '../history/run.ts';
import { recordSchedule } from '../history/schedule-record.ts';
import { printSchedule } from '../history/schedule-text.ts';
import type { KernelEvent } from '../kernel/events.ts';
import type { Finding } from '../kernel/findings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { computeMetrics } from '../trace/metrics/metrics.ts';
import { viewsSource } from '../views/kernel-reader.ts';
import type { MetricsData } from '../views/metrics.ts';
import type { ViewsSource } from '../views/views.ts';
import type {
  BreakpointResult,
  CompletionEntry,
  DataBreakpointInfo,
  DataBreakpointRequest,
  EvaluateResult,
  EventBreakpointRequest,
  FindingStops,
  Frame,
  FunctionBreakpointRequest,
  Location,
  LogLine,
  RunCommand,
  RunResult,
  ScopeName,
  Session,
  SourceBreakpointRequest,
  Stop,
  TaskInfo,
  Variable,
  VariableTarget,
} from './api.ts';
import { Branches } from './branches.ts';
import { Breakpoints } from './breakpoints/breakpoints.ts';
import { Debuggee } from './debuggee.ts';
import { Expressions } from './expressions.ts';
import { Inspection } from './inspection.ts';
import { SessionLog } from './log.ts';
import { readMemory } from './memory-access.ts';
import { recordingOf } from './recording.ts';
import { RunControl } from './run-control.ts';
import type { OpenedSchedule } from './schedule.ts';
import { isProgramName } from './sources.ts';
import { Stops } from './stops.ts';

export class KlabSession implements Session {
  readonly #run: Run<Kernel>;
  readonly #schedule: OpenedSchedule;
  readonly #debuggee: Debuggee;
  readonly #breakpoints: Breakpoints;
  readonly #control: RunControl;
  readonly #inspection: Inspection;
  readonly #branches: Branches;
  readonly #log: SessionLog;
  /** Notes of the schedule said so far. */
  #notesSaid = 0;

  constructor(run: Run<Kernel>, programUri: string, schedule: OpenedSchedule) {
    const debuggee = new Debuggee(run, programUri);
    const expressions = new Expressions(debuggee);
    const log = new SessionLog(debuggee.code);
    const stops = new Stops(debuggee);
    this.#run = run;
    this.#schedule = schedule;
    this.#debuggee = debuggee;
    this.#log = log;
    this.#breakpoints = new Breakpoints(
      debuggee,
      expressions,
      (line) => log.add(line),
      (word) => isProgramName(debuggee, word),
    );
    this.#control = new RunControl(debuggee, this.#breakpoints, stops, log);
    this.#inspection = new Inspection(debuggee, expressions);
    this.#branches = new Branches(debuggee, expressions, this.#breakpoints, log);
  }

  // ---- running

  run(command: RunCommand, budget: number): RunResult {
    const before = this.step;
    const result = this.#control.run(command, budget);
    if (this.step !== before || result.kind === 'stopped') this.#inspection.forget();
    return result;
  }

  pause(): Stop {
    return this.#control.pause();
  }

  get stop(): Stop {
    return this.#control.stop;
  }
  get step(): number {
    return this.#debuggee.walk.step;
  }
  get time(): number {
    return this.#debuggee.machine.now;
  }
  get firstStep(): number {
    return this.#debuggee.walk.firstStep;
  }
  get lastStep(): number {
    return this.#debuggee.walk.lastStep;
  }
  get ended(): boolean {
    return this.#debuggee.walk.next() === undefined;
  }
  get kernel(): Kernel {
    return this.#debuggee.kernel;
  }
  get viewsSource(): ViewsSource {
    return viewsSource(this.#run);
  }
  metrics(): MetricsData {
    const recording = recordingOf(this.kernel);
    // Gone back in time, the list also has what is still to come.
    return computeMetrics({ ...recording, events: recording.events.filter(({ step }) => step <= this.step) });
  }

  // ---- breakpoints

  setSourceBreakpoints(uri: string, requests: readonly SourceBreakpointRequest[]): BreakpointResult[] {
    return this.#breakpoints.code.setSource(uri, requests);
  }
  setFunctionBreakpoints(requests: readonly FunctionBreakpointRequest[]): BreakpointResult[] {
    return this.#breakpoints.setFunctions(requests);
  }
  setDataBreakpoints(requests: readonly DataBreakpointRequest[]): BreakpointResult[] {
    return this.#breakpoints.data.set(requests);
  }
  setEventBreakpoints(requests: readonly EventBreakpointRequest[], findings: FindingStops = 'all'): BreakpointResult[] {
    return this.#breakpoints.events.set(requests, findings);
  }
  setInstructionBreakpoints(requests: readonly { pc: number; condition?: string; hitCondition?: string }[]): BreakpointResult[] {
    return this.#breakpoints.code.setInstructions(requests);
  }

  breakpointLocations(uri: string, line: number, endLine: number): { line: number; column: number }[] {
    const { code } = this.#debuggee;
    const source = code.sourceIndex(uri);
    if (source < 0) return [];
    const found = code.statementsIn(source).map((statement) => code.position(source, statement.span.start));
    const seen = new Set<string>();
    return found.filter((at) => {
      const key = `${at.line}:${at.column}`;
      if (at.line < line || at.line > endLine || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }

  // ---- inspecting

  tasks(): TaskInfo[] {
    return this.#inspection.tasks();
  }
  frames(pid: number): Frame[] {
    return this.#inspection.frames(pid);
  }
  scopes(frameId: number): { name: ScopeName; label: string; reference: number }[] {
    return this.#inspection.scopes(frameId);
  }
  children(reference: number, start?: number, count?: number): Variable[] {
    return this.#inspection.children(reference, start, count);
  }
  evaluate(expression: string, frameId: number | undefined): EvaluateResult {
    return this.#inspection.evaluate(expression, this.#inspection.frameFor(frameId, this.stop.pid));
  }
  dataBreakpointInfo(target: VariableTarget): DataBreakpointInfo {
    return this.#inspection.dataBreakpointInfo(target, this.stop.pid);
  }
  complete(text: string, frameId: number | undefined): CompletionEntry[] {
    return this.#inspection.complete(text, this.#inspection.frameFor(frameId, this.stop.pid));
  }
  readMemory(address: number, count: number): { bytes: Uint8Array; unreadable: number } {
    return readMemory(this.#debuggee, address, count);
  }
  disassemble(pc: number, offset: number, count: number): { pc: number; text: string; location?: Location }[] {
    return this.#inspection.disassemble(pc, offset, count);
  }

  // ---- changing

  assign(expression: string, value: string, frameId: number | undefined): EvaluateResult {
    const frame = this.#inspection.frameFor(frameId, this.stop.pid);
    const failed = this.#branches.assign(expression, value, frame);
    if (failed) return failed;
    this.#moved();
    return this.#inspection.evaluate(expression, frame);
  }

  setVariable(reference: number, name: string, value: string): EvaluateResult {
    const variable = this.#inspection.find(reference, name);
    if (!variable) return { ok: false, message: `there is no variable '${name}' here` };
    if (variable.expression === undefined || variable.readOnly) return { ok: false, message: `'${name}' cannot be set` };
    const frame = this.#inspection.frameOfReference(reference);
    const failed = this.#branches.assign(variable.expression, value, frame);
    if (failed) return failed;
    this.#moved();
    return this.#inspection.evaluate(variable.expression, frame);
  }

  writeMemory(address: number, bytes: Uint8Array): { written: number; message?: string } {
    const result = this.#branches.writeMemory(address, bytes);
    if (result.written > 0) this.#moved();
    return result;
  }

  raisableInterrupts(): { line: number; name: string; cpu: number }[] {
    return this.#branches.raisableInterrupts();
  }

  raiseInterrupt(line: number, cpu: number): { ok: boolean; message: string } {
    const result = this.#branches.raiseInterrupt(line, cpu);
    if (result.ok) {
      this.#inspection.forget();
      const { pid, cpu: shown } = this.stop;
      this.#control.branched({
        reason: 'goto',
        description: result.message,
        pid,
        cpu: shown,
        step: this.step,
        breakpointIds: [],
      });
    }
    return result;
  }

  /** The same place, a step later: a person changed something. */
  #moved(): void {
    this.#control.branched({ ...this.stop, step: this.step });
  }

  // ---- events, findings, output

  events(from: number): readonly KernelEvent[] {
    return from <= 0 ? this.kernel.events : this.kernel.events.slice(from);
  }
  get findings(): readonly Finding[] {
    return this.kernel.findings;
  }
  takeLog(): LogLine[] {
    const { notes } = this.#schedule;
    for (; this.#notesSaid < notes.length; this.#notesSaid++) {
      this.#log.add({ category: 'console', text: `schedule: ${notes[this.#notesSaid]}` });
    }
    return this.#log.take();
  }
  get scheduleState(): 'none' | 'skipped' | 'pending' | 'followed' {
    const { wanted, chooser } = this.#schedule;
    if (!wanted) return 'none';
    if (!chooser) return 'skipped';
    return chooser.finished ? 'followed' : 'pending';
  }
  scheduleText(): string {
    return printSchedule(recordSchedule(this.#run, new Anchors(this.#debuggee.built.debug), this.#debuggee.built));
  }

  // ---- sources

  sourceText(uri: string): string | undefined {
    return this.#debuggee.code.debug.sources.find((source) => source.uri === uri)?.text;
  }
  sourceUris(): string[] {
    return this.#debuggee.code.debug.sources.map((source) => source.uri);
  }
  get bytesHash(): string {
    return this.#debuggee.machine.memory.bytesHash;
  }
}
