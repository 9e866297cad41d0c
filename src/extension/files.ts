/** Reading texts wherever VS Code has them: on disk, in a virtual workspace, in an unsaved document. */
import * as vscode from 'vscode';
import { programUri } from './program-uri.ts';

/** Where `pathOrUri` of a launch configuration or of the adapter lies. */
export function toUri(pathOrUri: string): vscode.Uri {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => ({
    scheme: folder.uri.scheme,
    path: folder.uri.path,
    withPath: (path: string) => folder.uri.with({ path }).toString(),
  }));
  const found = programUri(pathOrUri, folders);
  return found.kind === 'uri' ? vscode.Uri.parse(found.uri) : vscode.Uri.file(found.path);
}

/** The name of a document for the adapter: a plain path on disk, else its URI. */
export const adapterName = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : uri.toString());

/** Text of a document, the editor's unsaved one first; undefined when there is none. */
export async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
