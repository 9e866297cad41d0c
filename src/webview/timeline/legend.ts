/** What the shapes mean. */
import { html, type TemplateResult } from 'lit';
import { MARK_TEXT } from '../../views/timeline.ts';
import { MarkKind } from '../../views/timeline-index.ts';
import { markShape } from './paint.ts';
import type { Palette } from './palette.ts';

const SHOWN = [
  MarkKind.map,
  MarkKind.unmap,
  MarkKind.flush,
  MarkKind.fault,
  MarkKind.finding,
  MarkKind.migration,
  MarkKind.raise,
] as const;

export function legend(): TemplateResult {
  return html`<ul class="legend" aria-label="Legend">
    <li><span class="key key-running" aria-hidden="true"></span> running</li>
    <li><span class="key key-runnable" aria-hidden="true"></span> waiting for a CPU</li>
    <li><span class="key key-sleeping" aria-hidden="true"></span> sleeping</li>
    <li><span class="key key-interrupt" aria-hidden="true"></span> interrupt</li>
    ${SHOWN.map((kind) => html`<li><canvas class="sign" data-kind=${kind} width="28" height="28" aria-hidden="true"></canvas> ${MARK_TEXT[kind]}</li>`)}
    <li><span class="key key-now" aria-hidden="true"></span> now; pale: already run, ahead of now</li>
  </ul>`;
}

export function paintLegend(palette: Palette): void {
  for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas.sign')) {
    const context = canvas.getContext('2d');
    if (!context) continue;
    const kind = Number(canvas.dataset.kind) as MarkKind;
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.clearRect(0, 0, 14, 14);
    context.fillStyle = palette.mark[kind];
    context.strokeStyle = palette.mark[kind];
    markShape(context, kind, 7, 7);
  }
}
