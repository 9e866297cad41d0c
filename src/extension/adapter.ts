/** The debug adapter, running inside the extension host: on the desktop as in a browser. */
import * as vscode from 'vscode';
import { KlabDebugSession } from '../dap/adapter.ts';
import type { AdapterHost } from '../dap/host.ts';
import { readText, toUri } from './files.ts';

const host: AdapterHost = {
  readFile: (pathOrUri) => readText(toUri(pathOrUri)),
  schedule: (callback) => void setTimeout(callback, 0),
};

export const createAdapter = (): vscode.DebugAdapterDescriptor =>
  new vscode.DebugAdapterInlineImplementation(new KlabDebugSession(host));
