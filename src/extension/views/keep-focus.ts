/**
 * VS Code moves the keyboard to the editor at every stop. After travelling from the timeline by keyboard it has to come back, or
 * the next key would be typed into the program.
 */
import * as vscode from 'vscode';

/** How long after the journey VS Code may still move the keyboard, ms: it opens the source first. */
const SETTLED = 1_500;

export class KeepFocus {
  #giveUp: vscode.Disposable | undefined;

  /** Until VS Code has settled, whatever takes the keyboard away gives it back through `focus`. */
  keep(focus: () => void): void {
    this.#giveUp?.dispose();
    const timer = setTimeout(() => this.#giveUp?.dispose(), SETTLED);
    this.#giveUp = vscode.Disposable.from(
      vscode.debug.onDidChangeActiveStackItem(focus),
      vscode.window.onDidChangeActiveTextEditor(focus),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        // The person clicked or typed in the editor: that is where the keyboard shall be.
        if (kind === undefined) focus();
        else this.#giveUp?.dispose();
      }),
      new vscode.Disposable(() => clearTimeout(timer)),
    );
  }

  dispose(): void {
    this.#giveUp?.dispose();
  }
}
