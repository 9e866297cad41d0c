/** Launch configurations: F5 without launch.json, the list of the dynamic ones, and checks before the start. */
import * as vscode from 'vscode';
import type { ChosenEvents } from './chosen-events.ts';
import { adapterName } from './files.ts';
import { completeConfiguration } from './launch-configuration.ts';

const LANGUAGE = 'klab';
/** The variable of launch.json for the file in the active editor. */
const ACTIVE_FILE = `\${file}`;

export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #events: ChosenEvents;
  readonly #beforeStart: () => Promise<void>;

  /** @param beforeStart done before a session may start. */
  constructor(events: ChosenEvents, beforeStart: () => Promise<void>) {
    this.#events = events;
    this.#beforeStart = beforeStart;
  }

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [{ type: 'kmaplab', request: 'launch', name: 'Run this program', program: ACTIVE_FILE, stopOnEntry: true }];
  }

  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const result = completeConfiguration(configuration, { activeProgram: activeProgram(), breakOn: this.#events.chosen });
    if (result.ok) {
      if (!configuration.noDebug) await this.#beforeStart();
      return result.configuration as vscode.DebugConfiguration;
    }
    void vscode.window.showErrorMessage(result.message, 'Open a Sample').then((choice) => {
      if (choice) void vscode.commands.executeCommand('kmaplab.openSample');
    });
    return undefined;
  }
}

/** The program in front of the person, or else any that is visible. */
export function activeProgram(): string | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const found = editors.find(
    (editor) => editor?.document.languageId === LANGUAGE && editor.document.uri.scheme !== 'klab-kernel',
  );
  return found && adapterName(found.document.uri);
}
