/** Makes stops: which task is shown, and what is said. */

import { ChoiceKind, choiceCpu, choiceKind } from '../history/choice.ts';
import type { KernelEvent } from '../kernel/events.ts';
import type { Task } from '../kernel/task.ts';
import type { Stop, StopReason } from './api.ts';
import type { EventHit } from './breakpoints/event-breakpoints.ts';
import type { Debuggee } from './debuggee.ts';
import { eventText } from './event-text.ts';

export class Stops {
  readonly #debuggee: Debuggee;

  constructor(debuggee: Debuggee) {
    this.#debuggee = debuggee;
  }

  at(task: Task, cpu: number, reason: StopReason, description: string, more: Partial<Stop> = {}): Stop {
    return {
      reason,
      description,
      pid: this.#debuggee.threadOf(task),
      cpu,
      step: this.#debuggee.walk.step,
      breakpointIds: [],
      ...more,
    };
  }

  /** A stop that concerns a CPU: its task is shown. */
  onCpu(cpu: number, reason: StopReason, description: string, more: Partial<Stop> = {}): Stop {
    return this.at(this.#debuggee.kernel.currentTask(cpu), cpu, reason, description, more);
  }

  /** A stop that concerns no CPU in particular: the one whose turn it is is shown, else the one shown before. */
  anywhere(reason: StopReason, description: string, before: Stop | undefined): Stop {
    const next = this.#debuggee.walk.next();
    const stepping = next !== undefined && (choiceKind(next) === ChoiceKind.step || choiceKind(next) === ChoiceKind.deliver);
    return this.onCpu(stepping ? choiceCpu(next) : (before?.cpu ?? 0), reason, description);
  }

  forEvent(hit: EventHit): Stop {
    const { event, finding, ids } = hit;
    if (finding) return this.onCpu(event.cpu, 'finding', finding.headline, { event, finding, breakpointIds: ids });
    return this.onCpu(event.cpu, 'event', eventText(event), { event, breakpointIds: ids });
  }

  reached(event: KernelEvent): Stop {
    const finding = event.type === 'finding' ? this.#debuggee.kernel.findings[event.finding] : undefined;
    return this.onCpu(event.cpu, finding ? 'finding' : 'event', eventText(event), { event, finding });
  }
}
