/** Writes the template of a mapping model beside the open program and opens it; without a folder it is a document without a file. */
import * as vscode from 'vscode';
import { activeProgram } from '../configuration-provider.ts';
import { toUri } from '../files.ts';

const NAMES_MOST = 100;

export async function newMappingModel(extensionUri: vscode.Uri): Promise<void> {
  const template = vscode.Uri.joinPath(extensionUri, 'media', 'templates', 'kmap-model.klab');
  const bytes = await vscode.workspace.fs.readFile(template);
  const folder = targetFolder();
  const text = new TextDecoder().decode(bytes);
  if (!folder) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'klab', content: text }));
    return;
  }
  const { uri, name } = await freeName(folder);
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text.replaceAll('./NAME', `./${name}`)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The mapping model could not be written to ${uri.toString(true)}: ${reason}`);
    return;
  }
  await vscode.window.showTextDocument(uri);
}

/** The folder of the open program, else the first one of the workspace. */
function targetFolder(): vscode.Uri | undefined {
  const program = activeProgram();
  const uri = program === undefined ? undefined : toUri(program);
  if (uri && uri.scheme !== 'untitled') return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** `my-kmap.klab`, `my-kmap-2.klab` and so on: nothing is written over. */
async function freeName(folder: vscode.Uri): Promise<{ uri: vscode.Uri; name: string }> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'my-kmap.klab' : `my-kmap-${number}.klab`;
    const uri = vscode.Uri.joinPath(folder, name);
    const taken = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!taken || number >= NAMES_MOST) return { uri, name };
  }
}
