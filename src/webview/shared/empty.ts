/** What a view says when there is nothing to show, and what to do about it. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, type TemplateResult } from 'lit';
import type { EmptyReason, WebviewCommand } from '../../views/messages.ts';
import { post } from './host.ts';

const button = (command: WebviewCommand, label: string, secondary = false): TemplateResult =>
  html`<vscode-button ?secondary=${secondary} @click=${() => post({ type: 'command', command })}>${label}</vscode-button>`;

export function emptyState(reason: EmptyReason): TemplateResult {
  switch (reason) {
    case 'no session':
      return html`<div class="empty">
        <p>No machine is running. Open a sample and press F5: the machine boots and stops at the first statement.</p>
        ${button('openSample', 'Open a sample')} ${button('start', 'Run the open program', true)}
        <p>To stop at kernel events from the first step on, choose them beforehand.</p>
        ${button('breakOn', 'Break on...', true)}
      </div>`;
    case 'starting':
      return html`<div class="empty"><p>The machine runs. Its state is shown at the next stop; Pause stops it now.</p></div>`;
    case 'old adapter':
      return html`<div class="empty"><p>This debug adapter does not answer questions about its views. Restart the session.</p></div>`;
  }
}
