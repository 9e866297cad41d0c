/** Listens to what passes between VS Code and the adapter: the moment of a stop is known before VS Code has read it. */
import type * as vscode from 'vscode';
import { CustomEvent } from '../../dap/protocol.ts';
import type { ViewHub } from './view-hub.ts';

interface Message {
  type: string;
  event?: string;
  command?: string;
  success?: boolean;
  body?: { reason?: string; description?: string };
}

/** Requests after which the machine runs. */
const RUNNING = new Set(['continue', 'reverseContinue', 'next', 'stepIn', 'stepOut', 'stepBack', 'goto']);

export class TrackerFactory implements vscode.DebugAdapterTrackerFactory {
  readonly #hub: ViewHub;

  constructor(hub: ViewHub) {
    this.#hub = hub;
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const hub = this.#hub;
    return {
      onWillStartSession: () => hub.started(session),
      onWillStopSession: () => hub.ended(session),
      onWillReceiveMessage(message: Message) {
        if (message.type === 'request' && RUNNING.has(message.command ?? '')) hub.running(session);
      },
      onDidSendMessage(message: Message) {
        if (message.type !== 'event') return;
        const { reason = 'stopped', description = reason } = message.body ?? {};
        if (message.event === 'stopped') void hub.stopped(session, reason, description);
        else if (message.event === CustomEvent.moved) void hub.moved(session);
        else if (message.event === 'terminated') hub.ended(session);
      },
    };
  }
}
