/** Turns a stop of the session into the protocol's events. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FindingKind } from '../kernel/findings.ts';
import type { Stop, StopReason } from '../session/api.ts';
import type { AdapterContext } from './context.ts';

/** Findings that are real faults: the client may open its red box for them. For the others it must not. */
const FAULTS: readonly FindingKind[] = ['bug', 'oops', 'panic'];

/** Reasons of the protocol keep their names; ours go through as they are, with a description. */
const REASONS: Partial<Record<StopReason, string>> = { event: 'event', ended: 'ended', limit: 'limit' };

export function isFault(stop: Stop): boolean {
  return stop.reason === 'finding' && stop.finding !== undefined && FAULTS.includes(stop.finding.kind);
}

export function stoppedBody(stop: Stop): DebugProtocol.StoppedEvent['body'] {
  return {
    reason: isFault(stop) ? 'exception' : (REASONS[stop.reason] ?? stop.reason),
    description: stop.description,
    threadId: stop.pid,
    allThreadsStopped: true,
    ...(stop.finding && { text: stop.finding.headline }),
    ...(stop.breakpointIds.length > 0 && { hitBreakpointIds: stop.breakpointIds }),
  };
}

/** Sends `stopped`, or `terminated` when everything ended and nobody wants to look at the end. */
export function reportStop(context: AdapterContext, stop: Stop): void {
  const { launch } = context;
  if (launch?.noDebug && stop.reason !== 'ended') context.output({ category: 'important', text: stop.description });
  if (launch?.noDebug || (stop.reason === 'ended' && !launch?.stopOnEnd)) {
    terminate(context);
    return;
  }
  context.send('stopped', stoppedBody(stop));
}

/** Ends the debug session from our side. The exit code is 1 when there was a finding. */
export function terminate(context: AdapterContext): void {
  if (context.terminated) return;
  context.terminated = true;
  context.runner.cancel();
  context.flushLog();
  const findings = context.session?.findings.filter((finding) => !finding.suppressed).length ?? 0;
  context.send('exited', { exitCode: findings > 0 ? 1 : 0 });
  context.send('terminated');
}
