/** Opens a kernel source to read, also without a session: breakpoints set there hold for every run. */
import * as vscode from 'vscode';
import type { EngineLoader } from '../engine-loader.ts';
import { kernelUri } from '../kernel-documents.ts';

export async function openKernelSource(engine: EngineLoader): Promise<void> {
  const { klabSources } = await engine.load();
  const picked = await vscode.window.showQuickPick(Object.keys(klabSources).sort(), { title: 'Open kernel source' });
  if (!picked) return;
  await vscode.window.showTextDocument(kernelUri(picked));
}
