/** Entry of the extension in both hosts. It only wires. */
import * as vscode from 'vscode';
import { InlineAdapterFactory } from './adapter-factory.ts';
import { ChosenEvents } from './chosen-events.ts';
import { debugCommands } from './commands/debug-commands.ts';
import { newMappingModel } from './commands/new-mapping-model.ts';
import { openKernelSource } from './commands/open-kernel-source.ts';
import { openSample } from './commands/open-sample.ts';
import { ConfigurationProvider } from './configuration-provider.ts';
import { EngineLoader } from './engine-loader.ts';
import { KERNEL_SCHEME, KernelDocuments } from './kernel-documents.ts';
import { openMatrix } from './matrix/matrix-panel.ts';
import { registerViews } from './views/views.ts';

const TYPE = 'kmaplab';

export function activate(context: vscode.ExtensionContext): void {
  const events = new ChosenEvents(context.workspaceState);
  const engine = new EngineLoader(context.extensionUri);
  const views = registerViews(context.extensionUri, context.workspaceState);
  const configurations = new ConfigurationProvider(events, views.showOnce);
  const commands: Record<string, () => unknown> = {
    ...debugCommands,
    'kmaplab.breakOn': () => events.choose(),
    'kmaplab.openSample': () => openSample(context.extensionUri),
    'kmaplab.openKernelSource': () => openKernelSource(engine),
    'kmaplab.newMappingModel': () => newMappingModel(context.extensionUri),
    'kmaplab.matrix': () => openMatrix(context.extensionUri, engine),
    'kmaplab.showViews': views.showAll,
  };
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, new InlineAdapterFactory(engine)),
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations),
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations, vscode.DebugConfigurationProviderTriggerKind.Dynamic),
    vscode.workspace.registerTextDocumentContentProvider(KERNEL_SCHEME, new KernelDocuments(engine)),
    ...views.disposables,
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
  void startLanguage(context, engine);
  void vscode.commands.executeCommand('setContext', 'kmaplab.active', true);
}

/** Once the editor has what it needs to show itself. */
async function startLanguage(context: vscode.ExtensionContext, engine: EngineLoader): Promise<void> {
  try {
    context.subscriptions.push(...(await engine.load()).startLanguage());
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

export function deactivate(): void {
  // Everything is in the context's subscriptions.
}
