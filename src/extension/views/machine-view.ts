/** One of our views in VS Code: its page, what it was last told, and what it says. */
import * as vscode from 'vscode';
import type { FromWebview, ToWebview } from '../../views/messages.ts';
import type { ViewName } from '../../views/views.ts';
import { makeNonce, webviewHtml } from './webview-html.ts';

export interface ViewOwner {
  /** A view is there and shows nothing yet. */
  viewReady(view: MachineView): void;
  viewSays(view: MachineView, message: FromWebview): void;
}

export class MachineView implements vscode.WebviewViewProvider {
  readonly name: ViewName;
  readonly title: string;
  readonly #extensionUri: vscode.Uri;
  readonly #owner: ViewOwner;
  #view: vscode.WebviewView | undefined;
  #loaded: () => void = () => undefined;
  /** Done when the page of the view has run for the first time. */
  readonly loaded = new Promise<void>((resolve) => {
    this.#loaded = resolve;
  });

  constructor(name: ViewName, title: string, extensionUri: vscode.Uri, owner: ViewOwner) {
    this.name = name;
    this.title = title;
    this.#extensionUri = extensionUri;
    this.#owner = owner;
  }

  get id(): string {
    return `kmaplab.${this.name}`;
  }

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const folder = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
    const asset = (file: string): string => view.webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    view.webview.onDidReceiveMessage((message: FromWebview) => {
      if (message.type !== 'ready') this.#owner.viewSays(this, message);
      else {
        this.#loaded();
        this.#owner.viewReady(this);
      }
    });
    view.onDidDispose(() => {
      // A view that moved may have been made anew before the old one goes.
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = webviewHtml({
      source: view.webview.cspSource,
      nonce: makeNonce(),
      script: asset(`${this.name}.js`),
      styles: [asset('codicon.css'), asset(`${this.name}.css`)],
      title: this.title,
    });
  }

  post(message: ToWebview): void {
    void this.#view?.webview.postMessage(message);
  }

  /** Moves the keyboard to the view. */
  focus(): void {
    this.#view?.show(false);
  }

  /** Shows the view without taking the keyboard from the editor. */
  async unfold(): Promise<void> {
    await vscode.commands.executeCommand(`${this.id}.focus`, { preserveFocus: true });
  }
}
