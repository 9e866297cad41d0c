/** Running forward: one loop for all commands. What it does per micro-step decides how fast a program runs. */
import { type Choice, ChoiceKind, choiceCpu, choiceKind } from '../history/choice.ts';
import type { RunResult, Stop } from './api.ts';
import type { Breakpoints } from './breakpoints/breakpoints.ts';
import { Mark } from './code-map.ts';
import type { Debuggee } from './debuggee.ts';
import { endText } from './end-text.ts';
import type { Goal } from './goal.ts';
import type { SessionLog } from './log.ts';
import { notScheduled } from './not-scheduled.ts';
import { type FrameContext, framesOf } from './stack.ts';
import type { Stops } from './stops.ts';

/** The place at which the last stop showed a task: going on from there must not stop there again. */
interface Acknowledged {
  address: number;
  fp: number;
  pc: number;
  /** A breakpoint was hit here, so its hit is counted and its message printed already. */
  passed: boolean;
}

export class Forward {
  readonly #debuggee: Debuggee;
  readonly #breakpoints: Breakpoints;
  readonly #stops: Stops;
  readonly #log: SessionLog;
  readonly #limit: number;
  #limitAt: number;
  #acknowledged: Acknowledged | undefined;

  constructor(debuggee: Debuggee, breakpoints: Breakpoints, stops: Stops, log: SessionLog) {
    this.#debuggee = debuggee;
    this.#breakpoints = breakpoints;
    this.#stops = stops;
    this.#log = log;
    this.#limit = debuggee.built.profile.steps_max;
    this.#limitAt = this.#limit;
  }

  /** The person saw `stop`. */
  acknowledge(stop: Stop): void {
    const task = this.#debuggee.taskOfThread(stop.pid);
    if (!task) return;
    const { pc, fp } = this.#debuggee.position(task);
    const before = this.#acknowledged;
    const stays = before?.passed === true && before.address === task.address && before.pc === pc && before.fp === fp;
    const passed = stays || (stop.breakpointIds.length > 0 && stop.event === undefined);
    this.#acknowledged = { address: task.address, fp, pc, passed };
  }

  run(goal: Goal, budget: number): RunResult {
    const { walk } = this.#debuggee;
    for (let left = budget; left > 0; left--) {
      const choice = walk.next();
      if (choice === undefined) {
        return stopped(this.#stops.anywhere('ended', endText(this.#debuggee.kernel), undefined));
      }
      const stop = this.#before(choice, goal) ?? this.#step(choice, goal);
      if (stop) return stopped(stop);
    }
    return { kind: 'more' };
  }

  #before(choice: Choice, goal: Goal): Stop | undefined {
    const { machine, code, walk, kernel } = this.#debuggee;
    if (walk.step >= this.#limitAt) {
      this.#limitAt = walk.step + this.#limit;
      return this.#stops.anywhere(
        'limit',
        [`${this.#limit} steps done`, ...notScheduled(kernel), "continue for as many more, or raise 'steps_max'"].join('; '),
        undefined,
      );
    }
    if (choiceKind(choice) !== ChoiceKind.step) return undefined;
    const cpu = choiceCpu(choice);
    const pc = machine.pc(cpu);
    const mark = code.marks[pc];
    if ((mark & Mark.breakpoint) !== 0) {
      const stop = goal.checks ? this.#breakpoint(cpu, pc) : this.#breakpoints.code.count(pc, this.#frame(cpu), walk.step);
      if (stop) return stop;
    }
    return goal.before?.(cpu, pc, mark);
  }

  #breakpoint(cpu: number, pc: number): Stop | undefined {
    const { machine, walk } = this.#debuggee;
    const seen = this.#acknowledged;
    const again =
      seen !== undefined && seen.pc === pc && seen.address === machine.current(cpu) && seen.fp === (machine.cpus[cpu].fp | 0);
    if (again) {
      this.#acknowledged = undefined;
      if (seen.passed) return undefined;
    }
    const hit = this.#breakpoints.code.pass(pc, this.#frame(cpu), walk.step);
    if (!hit || again) return undefined;
    return this.#stops.onCpu(cpu, hit.reason, hit.reason, { breakpointIds: hit.ids });
  }

  #step(choice: Choice, goal: Goal): Stop | undefined {
    const { walk, kernel } = this.#debuggee;
    const seen = kernel.events.length;
    walk.forward(choice);
    let stop: Stop | undefined;
    if (kernel.events.length > seen) stop = this.#events(seen, goal);
    if (this.#breakpoints.data.any && this.#breakpoints.data.changed) stop = this.#data(choice, goal) ?? stop;
    return stop ?? goal.after?.(choiceKind(choice), choiceCpu(choice));
  }

  #events(from: number, goal: Goal): Stop | undefined {
    const { kernel, walk } = this.#debuggee;
    let stop: Stop | undefined;
    for (let index = from; index < kernel.events.length; index++) {
      const event = kernel.events[index];
      this.#log.addEvent(event, kernel.findings);
      // Passed also where nothing stops, so that hits are counted.
      const passed = this.#breakpoints.events.pass(event, index);
      const hit = goal.checks ? passed : undefined;
      stop ??= hit ? this.#stops.forEvent(hit) : goal.onEvent?.(event);
    }
    this.#log.said(walk.step);
    return stop;
  }

  #frame(cpu: number): FrameContext {
    return framesOf(this.#debuggee, this.#debuggee.kernel.currentTask(cpu))[0];
  }

  #data(choice: Choice, goal: Goal): Stop | undefined {
    const kind = choiceKind(choice);
    const cpu = kind === ChoiceKind.step || kind === ChoiceKind.deliver ? choiceCpu(choice) : 0;
    const hit = this.#breakpoints.data.pass(this.#frame(cpu), this.#debuggee.walk.step);
    if (!hit || !goal.checks) return undefined;
    return this.#stops.onCpu(cpu, 'data breakpoint', hit.text, { breakpointIds: hit.ids });
  }
}

function stopped(stop: Stop): RunResult {
  return { kind: 'stopped', stop };
}
