/** "Export Trace...": what has happened in the stopped session, as a file for trace-cmd, KernelShark, Perfetto or a reader. */
import * as vscode from 'vscode';
import { decodeBase64 } from '../../dap/base64.ts';
import { CustomRequest, type ExportTraceArguments, type ExportTraceBody } from '../../dap/protocol.ts';
import { TRACE_FORMATS, type TraceFormatName } from '../../session/export.ts';

type Ask = <T>(command: string, args?: object) => Promise<T | undefined>;

export async function exportTrace(ask: Ask): Promise<void> {
  const names = Object.keys(TRACE_FORMATS) as TraceFormatName[];
  const items = names.map((format) => ({ label: format, description: TRACE_FORMATS[format].label, format }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Export the events up to here' });
  if (!picked) return;
  const args: ExportTraceArguments = { format: picked.format };
  const body = await ask<ExportTraceBody>(CustomRequest.exportTrace, args);
  const bytes = body && decodeBase64(body.data);
  if (!bytes) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `trace.${TRACE_FORMATS[picked.format].extension}`;
  const target = await vscode.window.showSaveDialog({
    title: 'Export Trace',
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, bytes);
  void vscode.window.setStatusBarMessage(`The trace is in ${vscode.workspace.asRelativePath(target)}.`, 5_000);
}
