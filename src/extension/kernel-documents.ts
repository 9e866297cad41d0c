/** The kernel's own sources as documents that can be read but not changed. */
import * as vscode from 'vscode';
import type { EngineLoader } from './engine-loader.ts';

export const KERNEL_SCHEME = 'klab-kernel';

export class KernelDocuments implements vscode.TextDocumentContentProvider {
  readonly #engine: EngineLoader;

  constructor(engine: EngineLoader) {
    this.#engine = engine;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { klabSources } = await this.#engine.load();
    return klabSources[uri.path] ?? `/* There is no kernel source ${uri.path} in this version of kmaplab. */\n`;
  }
}

export const kernelUri = (path: string): vscode.Uri => vscode.Uri.from({ scheme: KERNEL_SCHEME, path });
