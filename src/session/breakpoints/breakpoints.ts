/** All breakpoints of a session; ids are counted over all kinds. */
import type { BreakpointResult, FunctionBreakpointRequest, LogLine } from '../api.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Expressions } from '../expressions.ts';
import { CodeBreakpoints } from './code-breakpoints.ts';
import { DataBreakpoints } from './data-breakpoints.ts';
import { EventBreakpoints, isEventBreakpointName } from './event-breakpoints.ts';

export class Breakpoints {
  readonly code: CodeBreakpoints;
  readonly data: DataBreakpoints;
  readonly events: EventBreakpoints;
  #id = 0;

  constructor(debuggee: Debuggee, expressions: Expressions, log: (line: LogLine) => void, isName: (name: string) => boolean) {
    const nextId = () => ++this.#id;
    this.code = new CodeBreakpoints(debuggee, expressions, nextId, log);
    this.data = new DataBreakpoints(debuggee, expressions, nextId, log);
    this.events = new EventBreakpoints(debuggee.kernel.events, debuggee.kernel.findings, nextId, isName);
  }

  /** Names of events are taken as event breakpoints, everything else as functions. */
  setFunctions(requests: readonly FunctionBreakpointRequest[]): BreakpointResult[] {
    const events = requests.flatMap(({ name, ...conditions }) =>
      isEventBreakpointName(name) ? [{ event: name, ...conditions }] : [],
    );
    const functions = requests.filter(({ name }) => !isEventBreakpointName(name));
    const eventResults = this.events.setByFunctionName(events);
    const functionResults = this.code.setFunctions(functions);
    return requests.map(
      ({ name }) => (isEventBreakpointName(name) ? eventResults.shift() : functionResults.shift()) as BreakpointResult,
    );
  }

  /** A new branch of time begins: `moment` steps and `events` events remain. */
  cut(moment: number, events: number): void {
    this.code.cut(moment);
    this.data.cut(moment);
    this.events.cut(events);
  }
}
