/** *Matrix* on screen: a native table, a row for each schedule, a column for each mapping model. */
import '../shared/shared.css';
import './matrix.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import {
  type FromMatrix,
  MATRIX_SETTINGS,
  type MatrixCell,
  type MatrixModel,
  type MatrixRow,
  matrixSummary,
  matrixText,
  rowName,
  type ToMatrix,
  verdictMark,
} from '../../views/matrix.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromMatrix): void };
const api = acquireVsCodeApi();

const root = document.body.appendChild(document.createElement('main'));
const live = document.body.appendChild(document.createElement('div'));
root.setAttribute('aria-label', 'Matrix');
live.setAttribute('role', 'status');
live.className = 'hidden-text';

let model: MatrixModel | undefined;
let asText = false;

window.addEventListener('message', ({ data }: MessageEvent<ToMatrix>) => {
  model = data.model;
  draw();
  // Cell by cell would be too much to listen to.
  if (!model.running) live.textContent = matrixSummary(model);
});

/** Arrow keys walk over the cells. */
root.addEventListener('keydown', (event) => {
  const { target } = event;
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!step || !(target instanceof HTMLElement) || target.dataset.row === undefined) return;
  const row = Number(target.dataset.row) + step[0];
  const column = Number(target.dataset.column) + step[1];
  root.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`)?.focus();
  event.preventDefault();
});

function draw(): void {
  render(model ? page(model) : html`<p class="caption">The program is run under every mapping model.</p>`, root);
}

function page(shown: MatrixModel): TemplateResult {
  return html`
    <div class="bar">
      <label
        >Also try
        <select @change=${(event: Event) => api.postMessage({ type: 'setting', setting: (event.target as HTMLSelectElement).value })}>
          <option value="" ?selected=${shown.setting === ''}>the program's own settings only</option>
          ${MATRIX_SETTINGS.map((name) => html`<option value=${name} ?selected=${shown.setting === name}>every ${name}</option>`)}
        </select></label
      >
      <button @click=${() => api.postMessage({ type: 'again' })}>Run again</button>
      <button aria-pressed=${asText} @click=${toggleText}>Text</button>
    </div>
    <p class="caption">${matrixSummary(shown)} A cell opens that run in the debugger.</p>
    ${asText ? html`<pre class="twin" tabindex="0">${matrixText(shown)}</pre>` : shown.rows.length > 0 ? grid(shown) : nothing}
  `;
}

function toggleText(): void {
  asText = !asText;
  draw();
}

function grid({ program, models, rows }: MatrixModel): TemplateResult {
  return html`<div class="scroll">
    <table aria-label="Outcome of ${program} by schedule and mapping model">
      <thead>
        <tr>
          <th scope="col">Schedule</th>
          ${models.map((name) => html`<th scope="col" class="mono">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row, index) => line(row, index))}
      </tbody>
    </table>
  </div>`;
}

function line(row: MatrixRow, index: number): TemplateResult {
  return html`<tr>
    <th scope="row">${rowName(row)}</th>
    ${row.cells.map((cell, column) => html`<td>${cellButton(cell, index, column)}</td>`)}
  </tr>`;
}

function cellButton(cell: MatrixCell, row: number, column: number): TemplateResult {
  const { result } = cell;
  const why = [...(cell.against ?? []), ...(cell.why ? [cell.why] : [])].join('\n');
  if (result === '') return html`<span class="quiet">...</span>`;
  if (result === 'n/a') return html`<span class="quiet" title=${why}>n/a<span class="hidden-text">: ${why}</span></span>`;
  const kind = cell.findings.length > 0 ? 'bad' : result === 'clean' ? 'good' : '';
  return html`<button
    class="link ${kind}"
    data-row=${row}
    data-column=${column}
    title=${why || 'Run this in the debugger'}
    @click=${() => api.postMessage({ type: 'open', row, column })}
  >
    ${result}${verdictMark(cell)}
  </button>`;
}

draw();
api.postMessage({ type: 'ready' });
