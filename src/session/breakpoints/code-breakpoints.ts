/**
 * Breakpoints at code addresses: source lines, functions, instructions. A breakpoint is hit when a CPU is about to
 * execute a flagged address, so an interrupt that comes in between does not hit it twice. A running program only looks at
 * one byte per micro-step (`CodeMap.marks`); conditions are evaluated at hits.
 */
import type { BreakpointResult, FunctionBreakpointRequest, LogLine, SourceBreakpointRequest, StopReason } from '../api.ts';
import { type CodeMap, Mark } from '../code-map.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Expressions } from '../expressions.ts';
import type { FrameContext } from '../stack.ts';
import { type HitTest, parseHitCondition } from './hit-condition.ts';
import { HitList } from './hit-list.ts';
import { type LogPart, parseLogMessage } from './log-message.ts';

interface Conditions {
  condition?: string;
  hitCondition?: string;
  logMessage?: string;
}

interface CodeBreakpoint {
  id: number;
  reason: StopReason;
  /** What it was made from: the same request again keeps id and hits. */
  key: string;
  pcs: readonly number[];
  condition: string | undefined;
  hit: HitTest | undefined;
  log: readonly LogPart[] | undefined;
  hits: HitList;
  result: BreakpointResult;
}

/** What passing a flagged address means. */
export interface CodeHit {
  ids: number[];
  reason: StopReason;
}

type Group = string;

export class CodeBreakpoints {
  readonly #debuggee: Debuggee;
  readonly #expressions: Expressions;
  readonly #nextId: () => number;
  readonly #log: (line: LogLine) => void;
  /** One list per source, one for functions, one for instructions. */
  readonly #groups = new Map<Group, CodeBreakpoint[]>();
  #byPc = new Map<number, CodeBreakpoint[]>();

  constructor(debuggee: Debuggee, expressions: Expressions, nextId: () => number, log: (line: LogLine) => void) {
    this.#debuggee = debuggee;
    this.#expressions = expressions;
    this.#nextId = nextId;
    this.#log = log;
  }

  get #code(): CodeMap {
    return this.#debuggee.code;
  }

  /** Whether any breakpoint is set, so that going back has to look. */
  get any(): boolean {
    return this.#byPc.size > 0;
  }

  setSource(uri: string, requests: readonly SourceBreakpointRequest[]): BreakpointResult[] {
    const source = this.#code.sourceIndex(uri);
    return this.#set(`source ${uri}`, requests, (request) => {
      const key = JSON.stringify(request);
      const statements = source < 0 ? [] : this.#code.statementsForLine(source, request.line, request.column);
      if (statements.length === 0) {
        const message =
          source < 0 ? 'this file is not part of the program that runs' : 'no code on this line or below it in this function';
        return { key, reason: 'breakpoint', pcs: [], where: { line: request.line }, message };
      }
      const at = this.#code.location(statements[0].span);
      const { line, column, endLine, endColumn } = at;
      return {
        key,
        reason: 'breakpoint',
        pcs: statements.map((each) => each.start),
        where: { line, column, endLine, endColumn },
      };
    });
  }

  setFunctions(requests: readonly FunctionBreakpointRequest[]): BreakpointResult[] {
    return this.#set('functions', requests, (request) => {
      const key = JSON.stringify(request);
      const index = this.#code.debug.functions.findIndex((each) => each.name === request.name);
      const first = index < 0 ? undefined : this.#code.firstStatement(index);
      if (!first) {
        const message = `there is no function '${request.name}' in the program or in this kernel; it may be a built-in operation`;
        return { key, reason: 'function breakpoint', pcs: [], where: {}, message };
      }
      const { line, column, endLine, endColumn } = this.#code.location(first.span);
      return { key, reason: 'function breakpoint', pcs: [first.start], where: { line, column, endLine, endColumn } };
    });
  }

  setInstructions(requests: readonly { pc: number; condition?: string; hitCondition?: string }[]): BreakpointResult[] {
    return this.#set('instructions', requests, (request) => {
      const key = JSON.stringify(request);
      const inCode = Number.isInteger(request.pc) && request.pc >= 0 && request.pc < this.#code.marks.length - 1;
      if (!inCode)
        return { key, reason: 'instruction breakpoint', pcs: [], where: {}, message: 'there is no code at this address' };
      return { key, reason: 'instruction breakpoint', pcs: [request.pc], where: {} };
    });
  }

  #set<R extends Conditions>(
    group: Group,
    requests: readonly R[],
    place: (request: R) => { key: string; reason: StopReason; pcs: number[]; where: Partial<BreakpointResult>; message?: string },
  ): BreakpointResult[] {
    const before = this.#groups.get(group) ?? [];
    const now = requests.map((request) => {
      const { key, reason, pcs, where, message } = place(request);
      const kept = before.find((each) => each.key === key);
      if (kept) return kept;
      const checked = this.#check(request, pcs[0]);
      const problem = message ?? checked.message;
      const id = this.#nextId();
      const active = problem === undefined;
      const breakpoint: CodeBreakpoint = {
        id,
        reason,
        key,
        pcs: active ? pcs : [],
        condition: request.condition,
        hit: checked.hit,
        log: checked.log,
        hits: new HitList(),
        result: { id, verified: active, ...where, ...(problem !== undefined && { message: problem }) },
      };
      this.#recall(breakpoint);
      return breakpoint;
    });
    this.#groups.set(group, now);
    this.#flag();
    return now.map((breakpoint) => breakpoint.result);
  }

  /** Reads the three texts that go with a breakpoint; `message` says what is wrong with the first faulty one. */
  #check(request: Conditions, pc: number | undefined): { hit?: HitTest; log?: readonly LogPart[]; message?: string } {
    if (pc === undefined) return {};
    if (request.condition !== undefined) {
      const message = this.#expressions.check(request.condition, pc);
      if (message !== undefined) return { message: `condition: ${message}` };
    }
    const hit = request.hitCondition === undefined ? undefined : parseHitCondition(request.hitCondition);
    if (hit && !hit.ok) return { message: hit.message };
    const log = request.logMessage === undefined ? undefined : parseLogMessage(request.logMessage);
    if (log && !log.ok) return { message: log.message };
    for (const part of log?.parts ?? []) {
      const message = part.kind === 'expression' ? this.#expressions.check(part.text, pc) : undefined;
      if (message !== undefined) return { message: `log message: ${message}` };
    }
    return { hit: hit?.test, log: log?.parts };
  }

  /** A breakpoint without a condition knows its past from the trace. */
  #recall(breakpoint: CodeBreakpoint): void {
    if (!breakpoint.hit || breakpoint.condition !== undefined) return;
    const { walk } = this.#debuggee;
    for (let step = walk.firstStep + 1; step <= walk.lastStep; step++) {
      if (breakpoint.pcs.includes(walk.pcOf(step))) breakpoint.hits.record(step - 1);
    }
  }

  #flag(): void {
    const { marks } = this.#code;
    for (const pc of this.#byPc.keys()) marks[pc] &= ~Mark.breakpoint;
    this.#byPc = new Map();
    for (const list of this.#groups.values()) {
      for (const breakpoint of list) {
        for (const pc of breakpoint.pcs) {
          const here = this.#byPc.get(pc);
          if (here) here.push(breakpoint);
          else this.#byPc.set(pc, [breakpoint]);
          marks[pc] |= Mark.breakpoint;
        }
      }
    }
  }

  /**
   * The frame is about to execute the flagged address `pc`, at `moment`. Counts hits, prints log messages; undefined:
   * nothing here asks for a stop.
   */
  pass(pc: number, frame: FrameContext, moment: number): CodeHit | undefined {
    const ids: number[] = [];
    let reason: StopReason = 'breakpoint';
    for (const breakpoint of this.#byPc.get(pc) ?? []) {
      if (!this.#holds(breakpoint, frame)) continue;
      breakpoint.hits.record(moment);
      if (breakpoint.hit && !breakpoint.hit(breakpoint.hits.count(moment))) continue;
      if (breakpoint.log) {
        this.#print(breakpoint.log, frame);
        continue;
      }
      ids.push(breakpoint.id);
      reason = breakpoint.reason;
    }
    return ids.length > 0 ? { ids, reason } : undefined;
  }

  /** Like `pass`, for travels: counts hits, prints nothing, stops nothing. */
  count(pc: number, frame: FrameContext, moment: number): undefined {
    for (const breakpoint of this.#byPc.get(pc) ?? []) {
      if (breakpoint.hit && this.#holds(breakpoint, frame)) breakpoint.hits.record(moment);
    }
  }

  /** A condition that cannot be evaluated stops, and says why. */
  #holds(breakpoint: CodeBreakpoint, frame: FrameContext): boolean {
    if (breakpoint.condition === undefined) return true;
    const answer = this.#expressions.test(breakpoint.condition, frame);
    if (answer.ok) return answer.value;
    const location = this.#code.locationAt(frame.pc);
    this.#log({ category: 'important', text: `breakpoint condition '${breakpoint.condition}': ${answer.message}`, location });
    return true;
  }

  #print(parts: readonly LogPart[], frame: FrameContext): void {
    const text = parts.map((part) => (part.kind === 'text' ? part.text : this.#expressions.text(part.text, frame))).join('');
    this.#log({ category: 'console', text, location: this.#code.locationAt(frame.pc) });
  }

  /** A new branch of time begins at `moment`. */
  cut(moment: number): void {
    for (const list of this.#groups.values()) for (const breakpoint of list) breakpoint.hits.cut(moment);
  }
}
