/** Commands of a person, carried out in slices: `run` is called with the same command until it answers with a stop. */
import { EVENT_BREAKPOINTS, type EventBreakpointName, type KernelEvent } from '../kernel/events.ts';
import type { Task } from '../kernel/task.ts';
import type { RunCommand, RunResult, StepGranularity, Stop } from './api.ts';
import type { Breakpoints } from './breakpoints/breakpoints.ts';
import { inGroup } from './breakpoints/event-breakpoints.ts';
import { Mark } from './code-map.ts';
import type { Debuggee } from './debuggee.ts';
import { Forward } from './forward.ts';
import type { Goal } from './goal.ts';
import type { SessionLog } from './log.ts';
import { BackToEvent, ReverseContinue, StepBack } from './reverse.ts';
import { StepGoal, type StepKind } from './step-goal.ts';
import { StepTrail } from './step-trail.ts';
import type { Stops } from './stops.ts';
import { hasExited } from './tasks.ts';

type Plan = (budget: number) => RunResult;

export class RunControl {
  readonly #debuggee: Debuggee;
  readonly #breakpoints: Breakpoints;
  readonly #stops: Stops;
  readonly #forward: Forward;
  readonly #trail = new StepTrail();
  #plan: { key: string; run: Plan } | undefined;
  #stop: Stop;

  constructor(debuggee: Debuggee, breakpoints: Breakpoints, stops: Stops, log: SessionLog) {
    this.#debuggee = debuggee;
    this.#breakpoints = breakpoints;
    this.#stops = stops;
    this.#forward = new Forward(debuggee, breakpoints, stops, log);
    this.#stop = stops.anywhere('entry', 'the machine has booted', undefined);
  }

  get stop(): Stop {
    return this.#stop;
  }

  run(command: RunCommand, budget: number): RunResult {
    const key = JSON.stringify(command);
    if (this.#plan?.key !== key) {
      if (!isStep(command)) this.#trail.forget();
      this.#breakpoints.data.look();
      this.#plan = { key, run: this.#planFor(command) };
    }
    const result = this.#plan.run(Math.max(1, Math.floor(budget) || 1));
    if (result.kind === 'stopped') {
      const { stop } = result;
      if (isStep(command) && command.kind !== 'back' && stop.reason === 'step') this.#trail.add(this.#stop, stop);
      this.arrive(stop);
    }
    return result;
  }

  pause(): Stop {
    const stop = this.#plan ? this.#stops.anywhere('pause', 'paused', this.#stop) : this.#stop;
    this.arrive(stop);
    return stop;
  }

  /** A person changed something: what led here cannot be undone step by step any more. */
  branched(stop: Stop): void {
    this.#trail.forget();
    this.arrive(stop);
  }

  /** The run stands still at `stop`. */
  arrive(stop: Stop): void {
    this.#plan = undefined;
    this.#stop = stop;
    this.#breakpoints.data.look();
    this.#forward.acknowledge(stop);
  }

  #planFor(command: RunCommand): Plan {
    switch (command.kind) {
      case 'continue':
        return this.#goal({ checks: true });
      case 'entry':
        return this.#goal({
          checks: false,
          before: (cpu, _pc, mark) =>
            (mark & Mark.program) !== 0 ? this.#stops.onCpu(cpu, 'entry', 'the first statement of the program') : undefined,
        });
      case 'reverse-continue': {
        const back = new ReverseContinue(this.#debuggee, this.#breakpoints, this.#stops);
        return (budget) => back.run(budget);
      }
      case 'back': {
        const undone = this.#trail.takeBack(this.#debuggee.walk.step, command.pid);
        if (undone) return () => this.#undo(undone);
        const back = this.#stepBack(command.pid, command.granularity);
        return (budget) => back.run(budget);
      }
      case 'to-event':
        return this.#toEvent(command.event, command.direction);
      case 'to-step':
        return this.#toStep(command.step);
      default:
        return this.#step(command.kind, this.#task(command.pid), command.granularity);
    }
  }

  /** To where the step before began. */
  #undo(from: Stop): RunResult {
    const { pid, cpu, step } = from;
    this.#debuggee.walk.goTo(step);
    return { kind: 'stopped', stop: { reason: 'step', description: 'step back', pid, cpu, step, breakpointIds: [] } };
  }

  #goal(goal: Goal): Plan {
    return (budget) => this.#forward.run(goal, budget);
  }

  /** The task of a thread; the one shown last when there is no such thread. */
  #task(thread: number): Task {
    const { kernel } = this.#debuggee;
    return this.#debuggee.taskOfThread(thread) ?? this.#debuggee.taskOfThread(this.#stop.pid) ?? kernel.currentTask(0);
  }

  #step(kind: StepKind, task: Task, granularity: StepGranularity): Plan {
    if (hasExited(task) && this.#debuggee.cpuOf(task) < 0) {
      return () => ({ kind: 'stopped', stop: this.#stops.anywhere('step', `${task.comm} has exited`, this.#stop) });
    }
    return this.#goal(new StepGoal(this.#debuggee, this.#stops, task, kind, granularity));
  }

  #stepBack(thread: number, granularity: StepGranularity) {
    const task = this.#task(thread);
    if (granularity !== 'event') return new StepBack(this.#debuggee, this.#stops, task, granularity);
    const ours = (event: KernelEvent) => (task.idle ? event.pid === 0 && event.cpu === task.index : event.pid === task.pid);
    return new BackToEvent(this.#debuggee, this.#stops, ours, `event of ${task.comm}`);
  }

  #toEvent(group: EventBreakpointName, direction: 'forward' | 'back'): Plan {
    const { findings } = this.#debuggee.kernel;
    const wanted = (event: KernelEvent) => inGroup(group, event, event.type === 'finding' ? findings[event.finding] : undefined);
    if (direction === 'back') {
      const back = new BackToEvent(this.#debuggee, this.#stops, wanted, EVENT_BREAKPOINTS[group].label.toLowerCase());
      return () => back.run();
    }
    return this.#goal({ checks: true, onEvent: (event) => (wanted(event) ? this.#stops.reached(event) : undefined) });
  }

  /** Travels within what is known; beyond it the machine runs on, whatever breakpoints say. */
  #toStep(step: number): Plan {
    const { walk } = this.#debuggee;
    const target = Math.max(Number.isNaN(step) ? walk.step : Math.floor(step), walk.firstStep);
    const arrived = () => (walk.step >= target ? this.#stops.anywhere('goto', `step ${walk.step}`, this.#stop) : undefined);
    return (budget) => {
      if (target <= walk.lastStep) {
        walk.goTo(target);
        return { kind: 'stopped', stop: this.#stops.anywhere('goto', `step ${target}`, this.#stop) };
      }
      if (walk.step < walk.lastStep) walk.goTo(walk.lastStep);
      return this.#forward.run({ checks: false, after: arrived }, budget);
    };
  }
}

function isStep(command: RunCommand): command is RunCommand & { kind: 'next' | 'in' | 'out' | 'back' } {
  return command.kind === 'next' || command.kind === 'in' || command.kind === 'out' || command.kind === 'back';
}
