/** Registers the views and lets them follow the session. */
import * as vscode from 'vscode';
import type { WebviewCommand } from '../../views/messages.ts';
import type { ViewName } from '../../views/views.ts';
import { KeepFocus } from './keep-focus.ts';
import { MachineView, type ViewOwner } from './machine-view.ts';
import { TrackerFactory } from './session-tracker.ts';
import { ViewHub } from './view-hub.ts';

const TITLES: Record<ViewName, string> = {
  stacks: 'Kmap Stacks',
  slots: 'PTE Slots',
  preemption: 'Preemption',
  queues: 'Run Queues',
  locks: 'Locks',
  metrics: 'Metrics',
  timeline: 'Timeline of CPUs',
};

const COMMANDS: Record<WebviewCommand, string> = {
  openSample: 'kmaplab.openSample',
  start: 'workbench.action.debug.start',
  breakOn: 'kmaplab.breakOn',
};

/** A view that takes longer than this to load holds up the others no more, ms. */
const LOAD_MOST = 5_000;

export interface Views {
  hub: ViewHub;
  showAll(): Promise<void>;
  /**
   * The same, the first time in a workspace. Before a session starts: views that are unfolded when VS Code adds its own ones get their
   * share of the height, later they would get the least there is.
   */
  showOnce(): Promise<void>;
  disposables: vscode.Disposable[];
}

/** Set once the views were shown in this workspace: whoever folds or hides one afterwards means it. */
const SHOWN = 'kmaplab.viewsShown';

/** @param memory of the workspace. */
export function registerViews(extensionUri: vscode.Uri, memory: vscode.Memento): Views {
  const hub = new ViewHub({
    command: (name) => void vscode.commands.executeCommand(COMMANDS[name as WebviewCommand]),
    mark: (name, stop) => void performance.mark(`kmaplab ${name}`, { detail: { stop } }),
  });
  const keepFocus = new KeepFocus();
  const owner: ViewOwner = {
    viewReady: (view) => hub.ready(view),
    viewSays(view, message) {
      if (message.type === 'travel') keepFocus.keep(() => view.focus());
      hub.says(view, message).catch((error: unknown) => {
        void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
      });
    },
  };
  const views = (Object.keys(TITLES) as ViewName[]).map((name) => new MachineView(name, TITLES[name], extensionUri, owner));
  for (const view of views) hub.add(view);

  /**
   * Views in the debug side bar start folded; showing one leaves the keyboard where it is. One after the other: in a browser the very
   * first webview starts the service worker of all of them, and those that come at the same moment may wait for it for ever.
   */
  const showAll = async (): Promise<void> => {
    for (const view of views) {
      await view.unfold();
      await Promise.race([view.loaded, new Promise((resolve) => setTimeout(resolve, LOAD_MOST))]);
    }
  };
  let shown: Promise<void> | undefined;
  return {
    hub,
    showAll,
    showOnce() {
      if (memory.get(SHOWN, false)) return Promise.resolve();
      shown ??= showAll()
        .then(() => memory.update(SHOWN, true))
        // A view that cannot be shown must not keep the program from starting.
        .catch(() => undefined);
      return shown;
    },
    disposables: [
      keepFocus,
      ...views.map((view) => vscode.window.registerWebviewViewProvider(view.id, view)),
      vscode.debug.registerDebugAdapterTrackerFactory('kmaplab', new TrackerFactory(hub)),
    ],
  };
}
