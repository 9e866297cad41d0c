/** The debug adapter runs inside the extension host, on the desktop as in a browser. */
import * as vscode from 'vscode';
import { KlabDebugSession } from '../dap/adapter.ts';
import type { AdapterHost } from '../dap/host.ts';
import { readText, toUri } from './files.ts';

const host: AdapterHost = {
  readFile: (pathOrUri) => readText(toUri(pathOrUri)),
  schedule: (callback) => void setTimeout(callback, 0),
};

export class InlineAdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  createDebugAdapterDescriptor(): vscode.DebugAdapterDescriptor {
    return new vscode.DebugAdapterInlineImplementation(new KlabDebugSession(host));
  }
}
