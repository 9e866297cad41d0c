/** The open programs, parsed and checked, kept per version of their text. */
import * as vscode from 'vscode';
import { type CheckResult, checkModel, checkText } from '../../kernel/build.ts';
import { looksLikeModel } from '../../kernel/model-interface.ts';
import { parseSource } from '../../lang/parser.ts';
import { Analysis } from '../../lang/service/analysis.ts';
import { adapterName, readText } from '../files.ts';
import { KERNEL_SCHEME } from '../kernel-documents.ts';

export const LANGUAGE = 'klab';

interface Checked {
  version: number;
  result: CheckResult;
}

export class Programs {
  readonly #checked = new Map<string, Checked>();
  /** Texts of learners' own mapping models by URI; read once and again whenever such a file changes. */
  readonly #files = new Map<string, string | undefined>();
  /** The program that kernel sources are looked at with. */
  #last: string | undefined;

  /** The program in `document`, checked; not for kernel sources. */
  check(document: vscode.TextDocument): CheckResult {
    const key = document.uri.toString();
    const known = this.#checked.get(key);
    this.#last = key;
    if (known?.version === document.version) return known.result;
    const readFile = (path: string): string | undefined =>
      this.#files.get(vscode.Uri.joinPath(document.uri, '..', path).toString());
    const result = checkDocument(adapterName(document.uri), document.getText(), readFile);
    this.#checked.set(key, { version: document.version, result });
    return result;
  }

  /** Reads the files that the program names, so that `check` has them. Answers whether anything was new. */
  async readNamedFiles(document: vscode.TextDocument): Promise<boolean> {
    let fresh = false;
    for (const [, path] of document.getText().matchAll(/\bmapping\s*=\s*"([^"\n]+)"/g)) {
      const uri = vscode.Uri.joinPath(document.uri, '..', path);
      const text = await readText(uri);
      if (this.#files.get(uri.toString()) === text && this.#files.has(uri.toString())) continue;
      this.#files.set(uri.toString(), text);
      fresh = true;
    }
    if (fresh) this.#checked.delete(document.uri.toString());
    return fresh;
  }

  /** The document as the editor's features see it; a kernel source is seen as part of the program that was last in front. */
  analysis(document: vscode.TextDocument): Analysis {
    if (document.uri.scheme !== KERNEL_SCHEME) {
      const { program, environment } = this.check(document);
      return new Analysis(program, environment, adapterName(document.uri));
    }
    const last = this.#last === undefined ? undefined : this.#checked.get(this.#last);
    const { program, environment } = last?.result ?? checkText({ uri: 'untitled:none', text: '' });
    return new Analysis(program, environment, document.uri.toString());
  }

  forget(document: vscode.TextDocument): void {
    this.#checked.delete(document.uri.toString());
  }
}

/** Kernel sources carry their own URI; programs are named as the adapter names them. */
export const placeUri = (name: string): vscode.Uri =>
  /^[a-z][a-z0-9+.-]+:/i.test(name) ? vscode.Uri.parse(name) : vscode.Uri.file(name);

/** A learner's mapping model is checked as one, by itself; everything else is a program. */
function checkDocument(uri: string, text: string, readFile: (path: string) => string | undefined): CheckResult {
  const { file } = parseSource({ uri, text, role: 'program' });
  return looksLikeModel(file) ? checkModel(uri, text) : checkText({ uri, text, readFile });
}
