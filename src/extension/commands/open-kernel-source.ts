/** Opens a kernel source to read, also without a session: breakpoints set there hold for every run. */
import * as vscode from 'vscode';
import { kernelPaths, kernelUri } from '../kernel-documents.ts';

export async function openKernelSource(): Promise<void> {
  const picked = await vscode.window.showQuickPick(kernelPaths(), { title: 'Open kernel source' });
  if (!picked) return;
  await vscode.window.showTextDocument(kernelUri(picked));
}
