/** Opens one of the shipped samples: the workspace's own copy where it has one, else a copy without a file. */
import * as vscode from 'vscode';
import { readText } from '../files.ts';

/** One line of `media/samples.json`, which `scripts/list-samples.mjs` writes from the samples' headers. */
interface SampleEntry {
  file: string;
  title: string;
  teaches: string;
}

export async function openSample(extensionUri: vscode.Uri): Promise<void> {
  const list = await readText(vscode.Uri.joinPath(extensionUri, 'media', 'samples.json'));
  const samples: SampleEntry[] = list ? JSON.parse(list) : [];
  const items = samples.map(({ file, title, teaches }) => ({ label: title, description: file, detail: teaches, file }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Open a sample',
    placeHolder: 'Each one teaches one thing; press F5 to run it',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked) await vscode.window.showTextDocument(await sampleDocument(extensionUri, picked.file));
}

async function sampleDocument(extensionUri: vscode.Uri, file: string): Promise<vscode.TextDocument> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const path of [file, `samples/${file}`]) {
      const uri = vscode.Uri.joinPath(folder.uri, path);
      if ((await readText(uri)) !== undefined) return vscode.workspace.openTextDocument(uri);
    }
  }
  const content = (await readText(vscode.Uri.joinPath(extensionUri, 'samples', file))) ?? '';
  return vscode.workspace.openTextDocument({ language: 'klab', content });
}
