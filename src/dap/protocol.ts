/**
 * What the debug adapter adds to the Debug Adapter Protocol: the launch arguments and the custom requests. The extension
 * sends them through `DebugSession.customRequest`; other editors may send them as plain requests.
 */
import type { EventBreakpointName } from '../kernel/events.ts';
import type { TimelineRequest } from '../views/timeline.ts';

/** Arguments of `launch`. Everything but `program` is optional. */
export interface LaunchArguments {
  /** Path or URI of the program. */
  program: string;
  /** Overrides of `machine { }`: setting name to value. */
  settings?: Record<string, string | number | boolean>;
  /** Stop at the program's first statement. Default true. */
  stopOnEntry?: boolean;
  /** Stop once more when everything has ended, so that one can step back. Default true; without debugging always false. */
  stopOnEnd?: boolean;
  /** Events to stop on from the first step, also before the client knows our exception filters. */
  breakOn?: EventBreakpointName[];
  /** Name of a schedule of the program, or the path of a schedule file. */
  schedule?: string;
  /** Interrupts to raise at the entry stop: their names as declared. */
  raise?: string[];
  /** Set by the client: run to the end, stop nowhere. */
  noDebug?: boolean;
}

/** Events that the adapter sends besides the protocol's own. */
export const CustomEvent = {
  /** The current moment moved while stopped (an interrupt was raised, a variable set, a jump): views should ask again. */
  moved: 'kmaplab/moved',
} as const;

export interface MovedEventBody {
  step: number;
  time: number;
}

/** Arguments of `kmaplab/timeline`. */
export type TimelineArguments = TimelineRequest;

/** Arguments of `kmaplab/views`: the window of the timeline that the client shows. */
export interface ViewsArguments {
  timeline?: TimelineRequest;
}

export interface StepToEventArguments {
  event: EventBreakpointName;
  direction: 'forward' | 'back';
}

export interface GoToStepArguments {
  step: number;
}

export interface RaiseInterruptArguments {
  line: number;
  cpu: number;
}

export interface RaisableInterruptsBody {
  interrupts: { line: number; name: string; cpu: number }[];
}

export interface RaiseInterruptBody {
  message: string;
}

export interface ScheduleBody {
  text: string;
}

export interface ExportTraceArguments {
  /** `ftrace`, `perfetto`, `tracedat` or `json`. */
  format: string;
}

export interface ExportTraceBody {
  /** The file, base64. */
  data: string;
}

/** Names of the custom requests. */
export const CustomRequest = {
  /** `ViewsArguments`, answers `ViewsBody` of `src/views`: the models of all views for the current stop. */
  views: 'kmaplab/views',
  /** `TimelineArguments`, answers `TimelineModel` of `src/views`: another window at the same stop. */
  timeline: 'kmaplab/timeline',
  /** Answers `MetricsModel` of `src/views`: the metrics of the run up to the current moment. */
  metrics: 'kmaplab/metrics',
  /** `StepToEventArguments`; a `stopped` event follows. */
  stepToEvent: 'kmaplab/stepToEvent',
  /** `GoToStepArguments`; a `stopped` event follows. */
  goToStep: 'kmaplab/goToStep',
  /** Answers `RaisableInterruptsBody`. */
  raisableInterrupts: 'kmaplab/raisableInterrupts',
  /** `RaiseInterruptArguments`, answers `RaiseInterruptBody`; a `stopped` event follows so that everything is read anew. */
  raiseInterrupt: 'kmaplab/raiseInterrupt',
  /** Answers `ScheduleBody`: the schedule that reproduces the run up to here. */
  schedule: 'kmaplab/schedule',
  /** `ExportTraceArguments`, answers `ExportTraceBody`: the events up to here as a file for other tools. */
  exportTrace: 'kmaplab/exportTrace',
} as const;
