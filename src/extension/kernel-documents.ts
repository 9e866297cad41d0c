/** The kernel's own sources as documents that can be read but not changed. */
import * as vscode from 'vscode';
import { klabSources } from '../kernel/klab/index.ts';

export const KERNEL_SCHEME = 'klab-kernel';

export class KernelDocuments implements vscode.TextDocumentContentProvider {
  provideTextDocumentContent(uri: vscode.Uri): string {
    const text = klabSources[uri.path];
    return text ?? `/* There is no kernel source ${uri.path} in this version of kmaplab. */\n`;
  }
}

export const kernelPaths = (): string[] => Object.keys(klabSources).sort();

export const kernelUri = (path: string): vscode.Uri => vscode.Uri.from({ scheme: KERNEL_SCHEME, path });
