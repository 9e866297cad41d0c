/** Breakpoints of every kind. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointResult, EventBreakpointRequest } from '../../session/api.ts';
import type { Arguments } from '../arguments.ts';
import type { AdapterContext, Handlers } from '../context.ts';
import { fromInstructionReference } from '../instruction-reference.ts';
import { EVENT_NAMES } from '../launch-arguments.ts';

/** Breakpoints of one request; more than this is a mistake. */
const BREAKPOINTS_MAX = 1000;

const conditions = (args: Arguments) => ({
  condition: args.optionalString('condition') || undefined,
  hitCondition: args.optionalString('hitCondition') || undefined,
});

export const breakpointRequests: Handlers = {
  setBreakpoints(context, args) {
    const source = args.object('source');
    const requests = args
      .list('breakpoints')
      .slice(0, BREAKPOINTS_MAX)
      .map((each) => {
        const column = each.optionalInteger('column', 0);
        return {
          line: context.fromClientLine(each.integer('line', 0)),
          column: column === undefined ? undefined : context.fromClientColumn(column),
          ...conditions(each),
          logMessage: each.optionalString('logMessage') || undefined,
        };
      });
    const uri = context.sourceUri(source);
    if (!context.session || uri === undefined) {
      const path = source.optionalString('path');
      if (!context.session && path !== undefined) context.breakpoints.sources.set(path, requests);
      const message = context.session ? 'this file is not part of the program that runs' : 'no program is loaded yet';
      return {
        body: { breakpoints: requests.map(({ line }) => ({ verified: false, line: context.toClientLine(line), message })) },
      };
    }
    context.breakpoints.sources.set(uri, requests);
    const results = context.session.setSourceBreakpoints(uri, requests);
    return {
      body: { breakpoints: results.map((result) => ({ ...toBreakpoint(context, result), source: context.source(uri) })) },
    };
  },

  setFunctionBreakpoints(context, args) {
    const requests = args
      .list('breakpoints')
      .slice(0, BREAKPOINTS_MAX)
      .map((each) => ({ name: each.string('name').trim(), ...conditions(each) }));
    context.breakpoints.functions = requests;
    return { body: { breakpoints: answer(context, requests, () => context.session?.setFunctionBreakpoints(requests)) } };
  },

  setDataBreakpoints(context, args) {
    const requests = args
      .list('breakpoints')
      .slice(0, BREAKPOINTS_MAX)
      .map((each) => ({
        dataId: each.string('dataId'),
        accessType: each.has('accessType') ? each.oneOf('accessType', ['read', 'write', 'readWrite']) : ('write' as const),
        ...conditions(each),
      }));
    context.breakpoints.data = requests;
    return { body: { breakpoints: answer(context, requests, () => context.session?.setDataBreakpoints(requests)) } };
  },

  setInstructionBreakpoints(context, args) {
    const requests = args
      .list('breakpoints')
      .slice(0, BREAKPOINTS_MAX)
      .map((each) => {
        const pc = fromInstructionReference(each.string('instructionReference')) ?? -1;
        return { pc: pc + (each.optionalInteger('offset') ?? 0), ...conditions(each) };
      });
    context.breakpoints.instructions = requests;
    return { body: { breakpoints: answer(context, requests, () => context.session?.setInstructionBreakpoints(requests)) } };
  },

  setExceptionBreakpoints(context, args) {
    const asked = [
      ...args.strings('filters').map((filter) => ({ filter, condition: undefined })),
      ...args.list('filterOptions').map((option) => ({
        filter: option.string('filterId'),
        condition: option.optionalString('condition') || undefined,
      })),
    ];
    const known: EventBreakpointRequest[] = [];
    const answers = asked.map(({ filter, condition }) => {
      const event = EVENT_NAMES.find((name) => name === filter);
      if (!event) return `there is no event '${filter}'; there are ${EVENT_NAMES.join(', ')}`;
      return known.push({ event, condition }) - 1;
    });
    context.breakpoints.filters = known;
    const results = context.session ? context.breakpoints.applyEvents(context.session) : [];
    const breakpoints = answers.map((entry): DebugProtocol.Breakpoint => {
      if (typeof entry === 'string') return { verified: false, message: entry };
      const result = results[entry];
      return result ? toBreakpoint(context, result) : { verified: true };
    });
    return { body: { breakpoints } };
  },

  breakpointLocations(context, args) {
    const uri = context.sourceUri(args.object('source'));
    const line = context.fromClientLine(args.integer('line', 0));
    const endLine = context.fromClientLine(args.optionalInteger('endLine', 0) ?? context.toClientLine(line));
    const found = uri === undefined ? [] : (context.session?.breakpointLocations(uri, line, endLine) ?? []);
    const breakpoints = found.map((at) => ({ line: context.toClientLine(at.line), column: context.toClientColumn(at.column) }));
    return { body: { breakpoints } };
  },

  dataBreakpointInfo(context, args) {
    const info = context.stopped.dataBreakpointInfo({
      reference: args.optionalInteger('variablesReference') || undefined,
      name: args.string('name'),
      frameId: args.optionalInteger('frameId'),
    });
    return {
      body: {
        dataId: info.dataId ?? null,
        description: info.description,
        ...(info.dataId !== undefined && { accessTypes: ['write'], canPersist: false }),
      },
    };
  },
};

/** One answer per request, also before a program is loaded. */
function answer(
  context: AdapterContext,
  requests: readonly unknown[],
  set: () => BreakpointResult[] | undefined,
): DebugProtocol.Breakpoint[] {
  const results = set();
  if (!results) return requests.map(() => ({ verified: false, message: 'no program is loaded yet' }));
  return results.map((result) => toBreakpoint(context, result));
}

function toBreakpoint(context: AdapterContext, result: BreakpointResult): DebugProtocol.Breakpoint {
  const line = (value: number | undefined) => (value === undefined ? undefined : context.toClientLine(value));
  const column = (value: number | undefined) => (value === undefined ? undefined : context.toClientColumn(value));
  return {
    id: result.id,
    verified: result.verified,
    line: line(result.line),
    column: column(result.column),
    endLine: line(result.endLine),
    endColumn: column(result.endColumn),
    message: result.message,
  };
}
