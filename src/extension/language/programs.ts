/** The open programs, parsed and checked, kept per version of their text. */
import * as vscode from 'vscode';
import { type CheckResult, checkModel, checkText } from '../../kernel/build.ts';
import type { SourceDepth } from '../../kernel/kernel-sources.ts';
import { looksLikeModel } from '../../kernel/model-interface.ts';
import { parseSource } from '../../lang/parser.ts';
import { Analysis } from '../../lang/service/analysis.ts';
import { adapterName, readText } from '../files.ts';
import { KERNEL_SCHEME } from '../kernel-documents.ts';

export const LANGUAGE = 'klab';

interface Checked {
  version: number;
  /** Against the kernel's declarations, and once somebody has asked for what is in its bodies, with these. */
  outline: CheckResult;
  whole?: CheckResult;
  again(depth: SourceDepth): CheckResult;
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
    if (known?.version === document.version) return known.outline;
    const readFile = (path: string): string | undefined =>
      this.#files.get(vscode.Uri.joinPath(document.uri, '..', path).toString());
    const uri = adapterName(document.uri);
    const text = document.getText();
    const again = (depth: SourceDepth): CheckResult => checkDocument(uri, text, readFile, depth);
    const outline = again('outline');
    this.#checked.set(key, { version: document.version, outline, again });
    return outline;
  }

  /** The same with what is in the bodies of the kernel's functions. */
  #checkWhole(key: string): CheckResult {
    const known = this.#checked.get(key);
    if (!known) return checkText({ uri: 'untitled:none', text: '' });
    known.whole ??= known.again('whole');
    return known.whole;
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

  /**
   * The document as the editor's features see it; a kernel source is seen as part of the program that was last in front, always whole.
   * @param depth `whole` for what asks for uses in the kernel too.
   */
  analysis(document: vscode.TextDocument, depth: SourceDepth = 'outline'): Analysis {
    if (document.uri.scheme === KERNEL_SCHEME) {
      const { program, environment } = this.#checkWhole(this.#last ?? '');
      return new Analysis(program, environment, document.uri.toString());
    }
    const outline = this.check(document);
    const { program, environment } = depth === 'whole' ? this.#checkWhole(document.uri.toString()) : outline;
    return new Analysis(program, environment, adapterName(document.uri));
  }

  forget(document: vscode.TextDocument): void {
    this.#checked.delete(document.uri.toString());
  }
}

/** Kernel sources carry their own URI; programs are named as the adapter names them. */
export const placeUri = (name: string): vscode.Uri =>
  /^[a-z][a-z0-9+.-]+:/i.test(name) ? vscode.Uri.parse(name) : vscode.Uri.file(name);

/** A learner's mapping model is checked as one, by itself; everything else is a program. */
function checkDocument(
  uri: string,
  text: string,
  readFile: (path: string) => string | undefined,
  depth: SourceDepth,
): CheckResult {
  const { file } = parseSource({ uri, text, role: 'program' });
  return looksLikeModel(file) ? checkModel(uri, text) : checkText({ uri, text, readFile, depth });
}
