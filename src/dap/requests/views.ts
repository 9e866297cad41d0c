/** Requests of the views: their models for the current stop, and windows of the timeline. */
import type { Session } from '../../session/api.ts';
import { metricsModel } from '../../views/metrics.ts';
import type { TimelineAxis, TimelineRequest } from '../../views/timeline.ts';
import { RunViews } from '../../views/views.ts';
import type { Arguments } from '../arguments.ts';
import type { AdapterContext, Handlers } from '../context.ts';
import { CustomRequest } from '../protocol.ts';

/** What the views remember of a run (the stop before) lives as long as its session. */
const viewsOf = new WeakMap<Session, RunViews>();

function views(context: AdapterContext): RunViews {
  const session = context.stopped;
  const known = viewsOf.get(session);
  if (known) return known;
  const made = new RunViews(session.viewsSource);
  viewsOf.set(session, made);
  return made;
}

export const viewRequests: Handlers = {
  [CustomRequest.views]: (context, args) => ({ body: views(context).atStop(timelineRequest(args.object('timeline'))) }),

  [CustomRequest.metrics](context) {
    const session = context.stopped;
    return { body: metricsModel(session.step, session.time, session.metrics()) };
  },

  [CustomRequest.timeline]: (context, args) => ({ body: views(context).timeline(timelineRequest(args)) }),
};

const AXES: readonly TimelineAxis[] = ['step', 'time'];

function timelineRequest(args: Arguments): TimelineRequest {
  return {
    ...(args.has('axis') && { axis: args.oneOf('axis', AXES) }),
    ...(args.has('from') && { from: args.integer('from', 0) }),
    ...(args.has('to') && { to: args.integer('to', 0) }),
    ...(args.has('columns') && { columns: args.integer('columns', 1) }),
  };
}
