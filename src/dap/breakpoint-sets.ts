/** The breakpoint requests as last sent, so that a restarted program gets them again. */
import type { EventBreakpointName } from '../kernel/events.ts';
import type {
  BreakpointResult,
  DataBreakpointRequest,
  EventBreakpointRequest,
  FunctionBreakpointRequest,
  Session,
  SourceBreakpointRequest,
} from '../session/api.ts';

import { findSource } from './source-names.ts';

export interface InstructionBreakpointRequest {
  pc: number;
  condition?: string;
  hitCondition?: string;
}

export class BreakpointSets {
  readonly sources = new Map<string, SourceBreakpointRequest[]>();
  functions: FunctionBreakpointRequest[] = [];
  data: DataBreakpointRequest[] = [];
  instructions: InstructionBreakpointRequest[] = [];
  /** From the client's exception filters; undefined: it has sent none yet. */
  filters: EventBreakpointRequest[] | undefined;
  /** From the launch arguments. */
  breakOn: readonly EventBreakpointName[] = [];
  /** Without debugging nothing stops. */
  disabled = false;

  /** Sets event breakpoints out of filters and `breakOn`; answers the results of the filters, in their order. */
  applyEvents(session: Session): BreakpointResult[] {
    if (this.disabled) {
      session.setEventBreakpoints([], 'none');
      return [];
    }
    const filters = this.filters ?? [];
    const launched = this.breakOn.filter((event) => !filters.some((filter) => filter.event === event));
    const requests = [...filters, ...launched.map((event) => ({ event }))];
    return session.setEventBreakpoints(requests, this.filters ? 'listed' : 'all').slice(0, filters.length);
  }

  /** Gives a new session all that is known. Its ids continue those that the client knows. */
  applyAll(session: Session): void {
    this.applyEvents(session);
    if (this.disabled) return;
    const uris = session.sourceUris();
    for (const [path, requests] of this.sources) session.setSourceBreakpoints(findSource(path, uris) ?? path, requests);
    session.setFunctionBreakpoints(this.functions);
    session.setDataBreakpoints(this.data);
    session.setInstructionBreakpoints(this.instructions);
  }
}
