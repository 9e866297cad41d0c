/** "Matrix of This Program": a panel with the program under every mapping model; a cell opens that run in the debugger. */
import * as vscode from 'vscode';
import type { FromMatrix, MatrixModel, ToMatrix } from '../../views/matrix.ts';
import { activeProgram } from '../configuration-provider.ts';
import type { EngineLoader } from '../engine-loader.ts';
import { adapterName, readText, toUri } from '../files.ts';
import { makeNonce, webviewHtml } from '../views/webview-html.ts';

export async function openMatrix(extensionUri: vscode.Uri, engine: EngineLoader): Promise<void> {
  const program = activeProgram();
  if (program === undefined) {
    void vscode.window.showInformationMessage('Open a .klab program first; its matrix is shown beside it.');
    return;
  }
  const panel = new MatrixPanel(extensionUri, engine, toUri(program));
  panel.show();
}

class MatrixPanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #engine: EngineLoader;
  readonly #program: vscode.Uri;
  readonly #name: string;
  readonly #assets: vscode.Uri;
  #model: MatrixModel | undefined;
  #setting = '';
  /** Number of the latest run; an older one gives up. */
  #run = 0;

  constructor(extensionUri: vscode.Uri, engine: EngineLoader, program: vscode.Uri) {
    this.#engine = engine;
    this.#program = program;
    this.#name = program.path.replace(/^.*\//, '');
    this.#assets = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    const column = { viewColumn: vscode.ViewColumn.Beside };
    const options = { enableScripts: true, localResourceRoots: [this.#assets] };
    this.#panel = vscode.window.createWebviewPanel('kmaplabMatrix', `Matrix of ${this.#name}`, column, options);
    this.#panel.onDidDispose(() => {
      this.#run++;
    });
  }

  show(): void {
    const { webview } = this.#panel;
    const asset = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.#assets, file)).toString();
    webview.onDidReceiveMessage((message: FromMatrix) => this.#says(message));
    webview.html = webviewHtml({
      source: webview.cspSource,
      nonce: makeNonce(),
      script: asset('matrix.js'),
      styles: [asset('codicon.css'), asset('matrix.css')],
      title: `Matrix of ${this.#name}`,
    });
  }

  #says(message: FromMatrix): void {
    switch (message.type) {
      case 'ready':
        if (this.#model && !this.#model.running) this.#post(this.#model);
        else void this.#fill();
        break;
      case 'setting':
        this.#setting = message.setting;
        void this.#fill();
        break;
      case 'again':
        void this.#fill();
        break;
      case 'open':
        void this.#open(message.row, message.column);
    }
  }

  #post(model: MatrixModel): void {
    this.#model = model;
    const message: ToMatrix = { type: 'matrix', model };
    void this.#panel.webview.postMessage(message);
  }

  async #fill(): Promise<void> {
    const run = ++this.#run;
    const text = await readText(this.#program);
    if (text === undefined) return;
    const files = new Map<string, string | undefined>();
    for (const [, path] of text.matchAll(/"([^"\n]+\.klab)"/g)) {
      files.set(path, await readText(vscode.Uri.joinPath(this.#program, '..', path)));
    }
    const program = { name: this.#name, uri: adapterName(this.#program), text, readFile: (path: string) => files.get(path) };
    const { runMatrix } = await this.#engine.load();
    await runMatrix(program, this.#setting, async (model) => {
      if (run !== this.#run) return false;
      this.#post(model);
      await new Promise((resolve) => setTimeout(resolve, 0));
      return run === this.#run;
    });
  }

  async #open(row: number, column: number): Promise<void> {
    const found = this.#model?.rows[row];
    const cell = found?.cells[column];
    if (!found || !cell) return;
    const [setting, value] = found.profile.split('=');
    await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(this.#program), {
      type: 'kmaplab',
      request: 'launch',
      name: `${this.#name} with ${cell.mapping}`,
      program: adapterName(this.#program),
      stopOnEntry: true,
      settings: { mapping: cell.mapping, ...(value !== undefined && { [setting]: /^\d+$/.test(value) ? Number(value) : value }) },
      ...(found.schedule !== '' && { schedule: found.schedule }),
    });
  }
}
