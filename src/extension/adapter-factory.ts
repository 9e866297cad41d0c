/** Hands VS Code the debug adapter. */
import type * as vscode from 'vscode';
import type { EngineLoader } from './engine-loader.ts';

export class InlineAdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  readonly #engine: EngineLoader;

  constructor(engine: EngineLoader) {
    this.#engine = engine;
  }

  async createDebugAdapterDescriptor(): Promise<vscode.DebugAdapterDescriptor> {
    return (await this.#engine.load()).createAdapter();
  }
}
