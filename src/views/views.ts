/** All views of one run. The adapter, the command line and the tests ask this; nobody draws from anything else. */
import type { KernelEvent } from '../kernel/events.ts';
import { type LocksModel, locksModel, locksText } from './locks.ts';
import { type MetricsModel, metricsText } from './metrics.ts';
import { type PreemptionModel, preemptionModel, preemptionText } from './preemption.ts';
import { type QueuesModel, queuesModel, queuesText } from './queues.ts';
import { type SlotsModel, slotsModel, slotsText } from './slots.ts';
import type { MachineSnapshot } from './snapshot.ts';
import { type StacksModel, stacksModel, stacksText } from './stacks.ts';
import { type TimelineExtent, type TimelineModel, type TimelineRequest, timelineModel, timelineText } from './timeline.ts';
import { TimelineIndex, type TimelineStart } from './timeline-index.ts';

/** Answer to `kmaplab/views`, and what `kmaplab run --json --views` prints. */
export interface ViewsBody {
  step: number;
  time: number;
  stacks: StacksModel;
  slots: SlotsModel;
  preemption: PreemptionModel;
  queues: QueuesModel;
  locks: LocksModel;
  timeline: TimelineModel;
}

/** Where the views read from; `kernel-reader.ts` makes one from a kernel. */
export interface ViewsSource {
  /** A copy of the machine as it stands. */
  snapshot(): MachineSnapshot;
  /** All events so far, oldest first. */
  events(): readonly KernelEvent[];
  extent(): TimelineExtent;
  /** Who ran when the machine had booted. */
  start(): TimelineStart;
}

export class RunViews {
  readonly #source: ViewsSource;
  readonly #timeline: TimelineIndex;
  #now: MachineSnapshot | undefined;
  #before: MachineSnapshot | undefined;

  constructor(source: ViewsSource) {
    this.#source = source;
    this.#timeline = new TimelineIndex(source.start());
  }

  /**
   * Models for the current stop, with marks against the stop at which this was last called. Asking again at the same
   * step answers with the same marks.
   */
  atStop(request?: TimelineRequest): ViewsBody {
    const now = this.#source.snapshot();
    if (this.#now && this.#now.step !== now.step) this.#before = this.#now;
    this.#now = now;
    return {
      step: now.step,
      time: now.time,
      stacks: stacksModel(now, this.#before),
      slots: slotsModel(now, this.#before),
      preemption: preemptionModel(now, this.#before),
      queues: queuesModel(now, this.#before),
      locks: locksModel(now, this.#before),
      timeline: this.timeline(request),
    };
  }

  /** Another window of the timeline at the same moment. */
  timeline(request?: TimelineRequest): TimelineModel {
    const extent = this.#source.extent();
    this.#timeline.update(this.#source.events(), extent.last.step);
    return timelineModel(this.#timeline, extent, request);
  }
}

/** Views whose models come with every stop, and the one that is only asked for while somebody looks at it. */
export type StopViewName = 'stacks' | 'slots' | 'preemption' | 'queues' | 'locks' | 'timeline';
export type ViewName = StopViewName | 'metrics';
export type ViewModel = StacksModel | SlotsModel | PreemptionModel | QueuesModel | LocksModel | TimelineModel | MetricsModel;

/** The text twin of any view. */
export function toText(model: ViewModel): string {
  switch (model.view) {
    case 'stacks':
      return stacksText(model);
    case 'slots':
      return slotsText(model);
    case 'preemption':
      return preemptionText(model);
    case 'queues':
      return queuesText(model);
    case 'locks':
      return locksText(model);
    case 'metrics':
      return metricsText(model);
    case 'timeline':
      return timelineText(model);
  }
}
