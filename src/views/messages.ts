/** What the extension and its webviews say to each other. Both sides import these types and nothing else of one another. */
import type { LocksModel } from './locks.ts';
import type { MetricsModel } from './metrics.ts';
import type { PreemptionModel } from './preemption.ts';
import type { QueuesModel } from './queues.ts';
import type { SlotsModel } from './slots.ts';
import type { StacksModel } from './stacks.ts';
import type { TimelineModel, TimelineRequest } from './timeline.ts';
import type { ViewModel } from './views.ts';

/** Where the run stopped, for the headline and for the live region. */
export interface StopInfo {
  /** Number of this stop in the session, from 1; `painted` gives it back. */
  number: number;
  reason: string;
  description: string;
  step: number;
  time: number;
}

export interface ModelOf {
  stacks: StacksModel;
  slots: SlotsModel;
  preemption: PreemptionModel;
  queues: QueuesModel;
  locks: LocksModel;
  timeline: TimelineModel;
  metrics: MetricsModel;
}

/** Something that another view can show: a task, or a slot of a CPU's window. */
export type RevealTarget =
  | { kind: 'task'; pid: number; comm: string }
  | { kind: 'slot'; globalSlot: number }
  | { kind: 'cpu'; cpu: number };

/** Why there is no model to show. */
export type EmptyReason = 'no session' | 'starting' | 'old adapter';

export type ToWebview =
  /** `quiet`: the same stop with another model (window of the timeline, variable set); nothing to announce. */
  | { type: 'model'; stop: StopInfo; model: ViewModel; quiet?: boolean }
  /** The machine runs; what is shown is of the past. */
  | { type: 'running' }
  | { type: 'empty'; reason: EmptyReason }
  | { type: 'reveal'; target: RevealTarget };

export type FromWebview =
  | { type: 'ready' }
  /** Sent from the second animation frame after the model arrived. */
  | { type: 'painted'; stop: number }
  | { type: 'travel'; step: number }
  | { type: 'window'; request: TimelineRequest }
  | { type: 'reveal'; target: RevealTarget }
  | { type: 'command'; command: WebviewCommand };

/** Commands that empty states offer. */
export type WebviewCommand = 'openSample' | 'start' | 'breakOn';
