/** Diagnostics as you type. */
import * as vscode from 'vscode';
import type { Diagnostic } from '../../lang/diagnostics.ts';
import { adapterName } from '../files.ts';
import { KERNEL_SCHEME } from '../kernel-documents.ts';
import { LANGUAGE, type Programs, placeUri } from './programs.ts';

/** Time after the last key before the text is checked, ms. */
const QUIET = 150;

const SEVERITY: Record<Diagnostic['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

export function registerProblems(programs: Programs): vscode.Disposable[] {
  const collection = vscode.languages.createDiagnosticCollection(LANGUAGE);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const check = (document: vscode.TextDocument): void => {
    if (document.languageId !== LANGUAGE || document.uri.scheme === KERNEL_SCHEME || document.isClosed) return;
    const own = adapterName(document.uri);
    const { diagnostics } = programs.check(document);
    collection.set(
      document.uri,
      diagnostics.filter(({ uri }) => uri === own).map((diagnostic) => problem(document, diagnostic)),
    );
    void programs.readNamedFiles(document).then((fresh) => fresh && check(document));
  };
  const later = (document: vscode.TextDocument): void => {
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        check(document);
      }, QUIET),
    );
  };

  for (const document of vscode.workspace.textDocuments) later(document);
  return [
    collection,
    vscode.workspace.onDidOpenTextDocument(later),
    vscode.workspace.onDidChangeTextDocument(({ document }) => document.languageId === LANGUAGE && later(document)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      programs.forget(document);
      collection.delete(document.uri);
    }),
    new vscode.Disposable(() => {
      for (const timer of timers.values()) clearTimeout(timer);
    }),
  ];
}

function problem(document: vscode.TextDocument, { code, severity, range, message, related }: Diagnostic): vscode.Diagnostic {
  const shown = new vscode.Diagnostic(toRange(document, range), message, SEVERITY[severity]);
  shown.code = code;
  shown.source = LANGUAGE;
  shown.relatedInformation = related
    ?.filter(({ uri }) => placeUri(uri).toString() === document.uri.toString())
    .map(
      (other) =>
        new vscode.DiagnosticRelatedInformation(new vscode.Location(document.uri, toRange(document, other.range)), other.message),
    );
  return shown;
}

export function toRange(document: vscode.TextDocument, { start, end }: { start: number; end: number }): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
