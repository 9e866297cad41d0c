/** Requests of our own: travel, interrupts, schedules. Their types are in `protocol.ts`. */
import { exportTrace, TRACE_FORMATS, type TraceFormatName } from '../../session/export.ts';
import { RequestError } from '../arguments.ts';
import { encodeBase64 } from '../base64.ts';
import type { Handlers } from '../context.ts';
import { EVENT_NAMES } from '../launch-arguments.ts';
import { CustomRequest } from '../protocol.ts';
import { stoppedBody } from '../stopped.ts';
import { announceMove } from './inspect.ts';
import { run } from './running.ts';

export const customRequests: Handlers = {
  [CustomRequest.stepToEvent]: (context, args) =>
    run(context, {
      kind: 'to-event',
      event: args.oneOf('event', EVENT_NAMES),
      direction: args.has('direction') ? args.oneOf('direction', ['forward', 'back']) : 'forward',
    }),

  [CustomRequest.goToStep]: (context, args) => run(context, { kind: 'to-step', step: args.integer('step', 0) }),

  [CustomRequest.raisableInterrupts]: (context) => ({ body: { interrupts: context.stopped.raisableInterrupts() } }),

  [CustomRequest.raiseInterrupt](context, args) {
    const session = context.stopped;
    const result = session.raiseInterrupt(args.integer('line', 0), args.integer('cpu', 0));
    context.flushLog();
    if (!result.ok) throw new RequestError(result.message);
    return {
      body: { message: result.message },
      afterwards: () => {
        context.send('stopped', stoppedBody(session.stop));
        announceMove(context);
      },
    };
  },

  [CustomRequest.exportTrace](context, args) {
    const format = args.oneOf('format', Object.keys(TRACE_FORMATS) as TraceFormatName[]);
    return { body: { data: encodeBase64(exportTrace(context.stopped.kernel, format)) } };
  },

  [CustomRequest.schedule]: (context) => ({ body: { text: context.running.scheduleText() } }),
};
