/** Event breakpoints: which events stop a run, with conditions over the fields of the event. */
import { EVENT_BREAKPOINTS, type EventBreakpointName, type KernelEvent } from '../../kernel/events.ts';
import type { Finding, FindingKind } from '../../kernel/findings.ts';
import type { BreakpointResult, EventBreakpointRequest, FindingStops } from '../api.ts';
import { type EventTest, parseEventCondition } from './event-condition.ts';
import { type HitTest, parseHitCondition } from './hit-condition.ts';
import { HitList } from './hit-list.ts';

/** Groups of findings; kinds in no group stop whatever is ticked. */
const FINDING_GROUPS: Partial<Record<EventBreakpointName, readonly FindingKind[]>> = {
  warn: ['warn', 'debug'],
  bug: ['bug', 'oops', 'panic'],
  sanitizer: ['sanitizer'],
  lockdep: ['lockdep'],
};

interface EventBreakpoint {
  id: number;
  key: string;
  event: EventBreakpointName;
  test: EventTest | undefined;
  hit: HitTest | undefined;
  hits: HitList;
  result: BreakpointResult;
}

/** An event that stops the run. */
export interface EventHit {
  event: KernelEvent;
  ids: number[];
  finding?: Finding;
}

export interface EventRequest extends EventBreakpointRequest {
  hitCondition?: string;
}

export class EventBreakpoints {
  readonly #events: readonly KernelEvent[];
  readonly #findings: readonly Finding[];
  readonly #nextId: () => number;
  readonly #isName: (name: string) => boolean;
  #fromFilters: EventBreakpoint[] = [];
  #fromFunctions: EventBreakpoint[] = [];
  #stops: FindingStops = 'all';
  #byType = new Map<string, EventBreakpoint[]>();

  /** @param isName whether a word in a condition names something of the program and so stands for itself. */
  constructor(
    events: readonly KernelEvent[],
    findings: readonly Finding[],
    nextId: () => number,
    isName: (name: string) => boolean,
  ) {
    this.#events = events;
    this.#findings = findings;
    this.#nextId = nextId;
    this.#isName = isName;
  }

  set(requests: readonly EventRequest[], stops: FindingStops): BreakpointResult[] {
    this.#stops = stops;
    this.#fromFilters = this.#make(requests, this.#fromFilters);
    this.#index();
    return this.#fromFilters.map((each) => each.result);
  }

  /** Function breakpoints whose names are those of events. */
  setByFunctionName(requests: readonly EventRequest[]): BreakpointResult[] {
    this.#fromFunctions = this.#make(requests, this.#fromFunctions);
    this.#index();
    return this.#fromFunctions.map((each) => each.result);
  }

  #make(requests: readonly EventRequest[], before: readonly EventBreakpoint[]): EventBreakpoint[] {
    return requests.map((request) => {
      const key = JSON.stringify(request);
      const kept = before.find((each) => each.key === key);
      if (kept) return kept;
      const id = this.#nextId();
      const condition = request.condition?.trim()
        ? parseEventCondition(request.condition, request.event, this.#isName)
        : undefined;
      const hit = request.hitCondition?.trim() ? parseHitCondition(request.hitCondition) : undefined;
      const fault = condition && !condition.ok ? condition.message : hit && !hit.ok ? hit.message : undefined;
      const breakpoint: EventBreakpoint = {
        id,
        key,
        event: request.event,
        test: condition?.ok ? condition.test : undefined,
        hit: hit?.ok ? hit.test : undefined,
        hits: new HitList(),
        result: { id, verified: fault === undefined, ...(fault !== undefined && { message: fault }) },
      };
      if (breakpoint.hit) this.#recall(breakpoint);
      return breakpoint;
    });
  }

  /** What happened before the breakpoint was set counts too. */
  #recall(breakpoint: EventBreakpoint): void {
    this.#events.forEach((event, index) => {
      if (this.#matches(breakpoint, event)) breakpoint.hits.record(index);
    });
  }

  #matches({ event: group, test }: EventBreakpoint, event: KernelEvent): boolean {
    const finding = event.type === 'finding' ? this.#findings[event.finding] : undefined;
    return inGroup(group, event, finding) && (!test || test(event));
  }

  #index(): void {
    this.#byType = new Map();
    for (const breakpoint of [...this.#fromFilters, ...this.#fromFunctions]) {
      if (!breakpoint.result.verified) continue;
      for (const type of EVENT_BREAKPOINTS[breakpoint.event].types) {
        const list = this.#byType.get(type);
        if (list) list.push(breakpoint);
        else this.#byType.set(type, [breakpoint]);
      }
    }
  }

  /** Whether `event`, the `index`-th of the run, asks for a stop. */
  pass(event: KernelEvent, index: number): EventHit | undefined {
    const finding = event.type === 'finding' ? this.#findings[event.finding] : undefined;
    if (finding?.suppressed) return undefined;
    const ids: number[] = [];
    for (const breakpoint of this.#byType.get(event.type) ?? []) {
      if (!this.#matches(breakpoint, event)) continue;
      if (breakpoint.hit) {
        breakpoint.hits.record(index);
        if (!breakpoint.hit(breakpoint.hits.count(index))) continue;
      }
      ids.push(breakpoint.id);
    }
    if (ids.length > 0 || (finding && this.#findingStops(finding))) return { event, ids, finding };
    return undefined;
  }

  #findingStops(finding: Finding): boolean {
    if (this.#stops === 'none') return false;
    if (this.#stops === 'all') return true;
    return !Object.values(FINDING_GROUPS).some((kinds) => kinds.includes(finding.kind));
  }

  /** Events from `index` on are forgotten: a new branch of time. */
  cut(index: number): void {
    for (const each of [...this.#fromFilters, ...this.#fromFunctions]) each.hits.cut(index - 1);
  }
}

/** Groups share event types: preemption is a kind of context switch, findings fall into three groups. */
export function inGroup(group: EventBreakpointName, event: KernelEvent, finding: Finding | undefined): boolean {
  const types: readonly string[] = EVENT_BREAKPOINTS[group].types;
  if (!types.includes(event.type)) return false;
  if (group === 'preemption') return event.type === 'sched_switch' && event.prev_state === 'R+';
  if (event.type === 'finding') return finding !== undefined && (FINDING_GROUPS[group] ?? []).includes(finding.kind);
  return true;
}

export function isEventBreakpointName(name: string): name is EventBreakpointName {
  return Object.hasOwn(EVENT_BREAKPOINTS, name);
}
