/** Running and stepping, forward and back. */
import type { RunCommand, StepGranularity } from '../../session/api.ts';
import { type Arguments, RequestError } from '../arguments.ts';
import type { AdapterContext, Handlers, Reply } from '../context.ts';
import { terminate } from '../stopped.ts';

const GRANULARITIES: readonly StepGranularity[] = ['statement', 'line', 'instruction', 'event'];

export const runningRequests: Handlers = {
  continue(context) {
    const session = context.stopped;
    if (session.ended && session.stop.reason === 'ended' && session.step === session.lastStep) {
      return { body: { allThreadsContinued: true }, afterwards: () => terminate(context) };
    }
    return { body: { allThreadsContinued: true }, afterwards: () => context.runner.start({ kind: 'continue' }) };
  },
  reverseContinue: (context) => run(context, { kind: 'reverse-continue' }),
  next: (context, args) => step(context, args, 'next'),
  stepIn: (context, args) => step(context, args, 'in'),
  stepOut: (context, args) => step(context, args, 'out'),
  stepBack: (context, args) => step(context, args, 'back'),
  pause(context) {
    const session = context.running;
    if (context.terminated) throw new RequestError('the program has been ended; there is nothing to pause');
    return {
      afterwards: () => {
        if (context.runner.active) context.runner.pause();
        else
          context.send('stopped', {
            reason: 'pause',
            description: 'paused',
            threadId: session.stop.pid,
            allThreadsStopped: true,
          });
      },
    };
  },
};

export function run(context: AdapterContext, command: RunCommand): Reply {
  // Asked for before the response goes out, so that a refusal is the response.
  void context.stopped;
  return { afterwards: () => context.runner.start(command) };
}

function step(context: AdapterContext, args: Arguments, kind: 'next' | 'in' | 'out' | 'back'): Reply {
  const pid = args.integer('threadId');
  const granularity = args.has('granularity') ? args.oneOf('granularity', GRANULARITIES) : 'statement';
  return run(context, { kind, pid, granularity });
}
