/**
 * Going back. Candidates for a stop come from the trace (code addresses) and from the event log, without moving the
 * machine; only where a condition or a frame has to be looked at does the machine travel there. With data breakpoints
 * each step is taken back one by one, and changed words are compared.
 */
import type { KernelEvent } from '../kernel/events.ts';
import type { Task } from '../kernel/task.ts';
import type { RunResult, StepGranularity, Stop } from './api.ts';
import type { Breakpoints } from './breakpoints/breakpoints.ts';
import type { EventHit } from './breakpoints/event-breakpoints.ts';
import { Mark } from './code-map.ts';
import type { Debuggee } from './debuggee.ts';
import { FrameChain } from './frame-chain.ts';
import { framesOf } from './stack.ts';
import type { Stops } from './stops.ts';

/** A travel costs about as much as this many micro-steps of a forward run. */
const TRAVEL_COST = 50;

/** A command that goes back; `run` is called until it answers with a stop. */
export interface Backward {
  run(budget: number): RunResult;
}

const MORE: RunResult = { kind: 'more' };
const stopped = (stop: Stop): RunResult => ({ kind: 'stopped', stop });

/** To the previous hit of any breakpoint. */
export class ReverseContinue implements Backward {
  readonly #debuggee: Debuggee;
  readonly #breakpoints: Breakpoints;
  readonly #stops: Stops;
  /** Stops must lie before this moment. */
  #before: number;
  /** What the event log gave when last searched; still right as long as it lies before `#before`. */
  #event: { hit: EventHit | undefined } | undefined;

  constructor(debuggee: Debuggee, breakpoints: Breakpoints, stops: Stops) {
    this.#debuggee = debuggee;
    this.#breakpoints = breakpoints;
    this.#stops = stops;
    this.#before = debuggee.walk.step;
  }

  run(budget: number): RunResult {
    const { walk } = this.#debuggee;
    for (let left = budget; left > 0; left -= TRAVEL_COST) {
      const event = this.#previousEvent();
      const code = this.#previousCode(event?.event.step ?? walk.firstStep);
      const goal = Math.max(event?.event.step ?? -1, code);
      if (this.#breakpoints.data.any) {
        const down = Math.max(goal, walk.firstStep, walk.step - left);
        const found = this.#watch(down);
        if (found) return stopped(found);
        left -= walk.step - down;
        if (down > goal && down > walk.firstStep) return MORE;
      }
      if (goal < 0) {
        walk.goTo(walk.firstStep);
        return stopped(this.#stops.anywhere('start of history', 'the beginning: nothing to stop at before this', undefined));
      }
      walk.goTo(goal);
      this.#before = goal;
      if (event && goal === event.event.step) return stopped(this.#stops.forEvent(event));
      const stop = this.#codeStop(goal);
      if (stop) return stopped(stop);
    }
    return MORE;
  }

  /** The last event before `#before` that asks for a stop. */
  #previousEvent(): EventHit | undefined {
    if (this.#event && (this.#event.hit?.event.step ?? -1) < this.#before) return this.#event.hit;
    const hit = this.#searchEvents();
    this.#event = { hit };
    return hit;
  }

  #searchEvents(): EventHit | undefined {
    const { events } = this.#debuggee.kernel;
    for (let index = events.length - 1; index >= 0; index--) {
      if (events[index].step >= this.#before) continue;
      if (events[index].step < this.#debuggee.walk.firstStep) return undefined;
      const hit = this.#breakpoints.events.pass(events[index], index);
      if (hit) return hit;
    }
    return undefined;
  }

  /** The last moment from `from` up to `#before` at which a flagged address was about to be executed, or -1. */
  #previousCode(from: number): number {
    if (!this.#breakpoints.code.any) return -1;
    const { walk, code } = this.#debuggee;
    for (let step = this.#before; step > from; step--) {
      const pc = walk.pcOf(step);
      if (pc >= 0 && (code.marks[pc] & Mark.breakpoint) !== 0) return step - 1;
    }
    return -1;
  }

  #codeStop(moment: number): Stop | undefined {
    const { walk, kernel } = this.#debuggee;
    const cpu = walk.cpuOf(moment + 1);
    const frame = framesOf(this.#debuggee, kernel.currentTask(cpu))[0];
    const hit = this.#breakpoints.code.pass(walk.pcOf(moment + 1), frame, moment);
    return hit && this.#stops.onCpu(cpu, hit.reason, hit.reason, { breakpointIds: hit.ids });
  }

  /** Goes back step by step to `down`; a stop right after the last change of a watched byte before `#before`. */
  #watch(down: number): Stop | undefined {
    const { walk, kernel } = this.#debuggee;
    const { data } = this.#breakpoints;
    data.look();
    while (walk.step > down) {
      const moment = walk.step;
      walk.goTo(moment - 1);
      if (!data.changed) continue;
      if (moment < this.#before) {
        // The change is what step `moment` did: the stop is after it, where its condition holds or does not.
        const changed = data.changedWatches();
        walk.goTo(moment);
        data.look();
        const cpu = walk.cpuOf(moment);
        const hit = data.accept(changed, framesOf(this.#debuggee, kernel.currentTask(cpu))[0], moment);
        if (hit) return this.#stops.onCpu(cpu, 'data breakpoint', hit.text, { breakpointIds: hit.ids });
        walk.goTo(moment - 1);
      }
      data.look();
    }
    return undefined;
  }
}

/**
 * To the beginning of the statement that the task executed before, in this function or its callers; what was called in
 * between is stepped over. Breakpoints do not stop a step back.
 */
export class StepBack implements Backward {
  readonly #debuggee: Debuggee;
  readonly #stops: Stops;
  readonly #task: Task;
  readonly #granularity: StepGranularity;
  readonly #chain: FrameChain;
  readonly #startLine: string;
  readonly #startFp: number;
  /** Step of the trace to look at next. */
  #at: number;
  /** `line`: a beginning found, to be given up if the line begins earlier. */
  #found: { moment: number; cpu: number; line: string; fp: number } | undefined;

  constructor(debuggee: Debuggee, stops: Stops, task: Task, granularity: StepGranularity) {
    const { pc, fp } = debuggee.position(task);
    this.#debuggee = debuggee;
    this.#stops = stops;
    this.#task = task;
    this.#granularity = granularity;
    this.#chain = new FrameChain(debuggee.machine, pc, fp);
    this.#startLine = this.#lineAt(pc);
    this.#startFp = fp;
    this.#at = debuggee.walk.step;
  }

  run(budget: number): RunResult {
    const { walk } = this.#debuggee;
    let left = budget;
    for (; this.#at > walk.firstStep; this.#at--) {
      if (!this.#isCandidate(this.#at)) continue;
      if (left <= 0) return MORE;
      left -= TRAVEL_COST;
      walk.goTo(this.#at - 1);
      if (this.#accept(this.#at - 1)) return this.#arrive();
    }
    if (this.#found) return this.#arrive();
    walk.goTo(walk.firstStep);
    return stopped(this.#stops.at(this.#task, 0, 'start of history', `nothing of ${this.#task.comm} before this`));
  }

  #isCandidate(step: number): boolean {
    const { walk, code } = this.#debuggee;
    if (walk.taskOf(step) !== this.#task.index) return false;
    const pc = walk.pcOf(step);
    return pc >= 0 && (this.#granularity === 'instruction' || (code.marks[pc] & Mark.statement) !== 0);
  }

  /** The machine stands at `moment`, where the task is about to execute a candidate. */
  #accept(moment: number): boolean {
    const { walk, machine } = this.#debuggee;
    const cpu = walk.cpuOf(moment + 1);
    const fp = machine.cpus[cpu].fp | 0;
    // A task that has exited has no frames to compare with.
    if (this.#granularity !== 'instruction' && !this.#chain.empty && !this.#chain.has(fp)) return false;
    const line = this.#lineAt(walk.pcOf(moment + 1));
    const before = this.#found;
    if (this.#granularity !== 'line') {
      this.#found = { moment, cpu, line, fp };
      return true;
    }
    if (before) {
      if (before.line !== line || before.fp !== fp) return true;
    } else if (line === this.#startLine && fp === this.#startFp) return false;
    this.#found = { moment, cpu, line, fp };
    return false;
  }

  #lineAt(pc: number): string {
    if (this.#granularity !== 'line') return '';
    const location = this.#debuggee.code.locationAt(pc);
    return location ? `${location.uri}:${location.line}` : '';
  }

  #arrive(): RunResult {
    const found = this.#found;
    if (!found) return MORE;
    this.#debuggee.walk.goTo(found.moment);
    return stopped(this.#stops.onCpu(found.cpu, 'step', 'step back'));
  }
}

/** To the previous event that `wanted` accepts; stays where it is when there is none. */
export class BackToEvent implements Backward {
  readonly #debuggee: Debuggee;
  readonly #stops: Stops;
  readonly #wanted: (event: KernelEvent) => boolean;
  readonly #what: string;

  constructor(debuggee: Debuggee, stops: Stops, wanted: (event: KernelEvent) => boolean, what: string) {
    this.#debuggee = debuggee;
    this.#stops = stops;
    this.#wanted = wanted;
    this.#what = what;
  }

  run(): RunResult {
    const { walk, kernel } = this.#debuggee;
    const found = kernel.events.findLast(
      (event) => event.step < walk.step && event.step >= walk.firstStep && this.#wanted(event),
    );
    if (!found) return stopped(this.#stops.anywhere('start of history', `no ${this.#what} before this`, undefined));
    walk.goTo(found.step);
    return stopped(this.#stops.reached(found));
  }
}
