/** Reads the engine when it is first asked for. One way for both hosts: a browser's host has no `require` for a second file. */
import * as vscode from 'vscode';

export type Engine = typeof import('./engine.ts');

export class EngineLoader {
  readonly #file: vscode.Uri;
  #engine: Promise<Engine> | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.#file = vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js');
  }

  /** The engine; rejects with a message for the person when its file cannot be read. */
  load(): Promise<Engine> {
    this.#engine ??= this.#read();
    return this.#engine;
  }

  async #read(): Promise<Engine> {
    let text: string;
    try {
      text = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.#file));
    } catch (error) {
      // The next call tries again.
      this.#engine = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`kmaplab cannot read its engine ${this.#file.toString(true)}: ${reason}. Install the extension again.`);
    }
    return evaluate(text);
  }
}

/** The engine asks for nothing but the editor's API. */
function editorOnly(name: string): typeof vscode {
  if (name === 'vscode') return vscode;
  throw new Error(`the engine asks for the module '${name}'`);
}

function evaluate(text: string): Engine {
  const module = { exports: {} as Engine };
  new Function('module', 'exports', 'require', `${text}\n//# sourceURL=kmaplab-engine.js`)(module, module.exports, editorOnly);
  return module.exports;
}
