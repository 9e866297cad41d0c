/** *Timeline* on screen: the canvas, its keyboard and mouse, two markers, the legend and the table twin. */
import '../shared/shared.css';
import './timeline.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { RevealTarget } from '../../views/messages.ts';
import { formatTime } from '../../views/snapshot.ts';
import { stepAt, type TimelineAxis, type TimelineModel, timeAt, timelineText } from '../../views/timeline.ts';
import { post, remember, remembered } from '../shared/host.ts';
import { startView } from '../shared/view.ts';
import { atOf, clampWindow, LABEL_WIDTH, type PlacedRow, placeRows, type Viewport } from './geometry.ts';
import { legend, paintLegend } from './legend.ts';
import { paint } from './paint.ts';
import { type Palette, readPalette } from './palette.ts';
import { describe, hitAt, snap } from './pointing.ts';

interface Kept {
  axis: TimelineAxis;
  /** Undefined: the whole run, as it grows. */
  window: { from: number; to: number } | undefined;
  markers: (number | undefined)[];
  table: boolean;
}

const kept: Kept = { axis: 'step', window: undefined, markers: [undefined, undefined], table: false, ...remembered<Kept>() };
/** Narrowest window, in steps or ns. */
const LEAST: Record<TimelineAxis, number> = { step: 8, time: 500 };

let model: TimelineModel | undefined;
let palette: Palette = readPalette();
let rows: readonly PlacedRow[] = [];
let height = 0;
let cursor: number | undefined;
let row = 0;
let asked = false;

startView({
  name: 'timeline',
  title: 'Timeline of CPUs',
  draw,
  summary: () => '',
  drawn(next) {
    model = next;
    const placed = placeRows(next);
    rows = placed.rows;
    height = placed.height;
    row = Math.min(row, rows.length - 1);
    repaint();
    // A view that was just opened has its own window; the first model may have come for another one.
    if (next.axis !== kept.axis || (kept.window && next.window.from !== Math.floor(kept.window.from))) ask();
  },
  reveal: (target) => revealRow(target),
});

function draw(next: TimelineModel): TemplateResult {
  return html`
    <div class="bar" role="toolbar" aria-label="Timeline">
      ${tool('zoom-in', 'Zoom in (plus)', () => zoom(0.5))} ${tool('zoom-out', 'Zoom out (minus)', () => zoom(2))}
      ${tool('screen-normal', 'Show the whole run (0)', () => show(undefined))}
      ${tool('target', 'Centre the current moment (C)', centre)}
      <label
        >Axis
        <select @change=${(event: Event) => setAxis((event.target as HTMLSelectElement).value as TimelineAxis)}>
          <option value="step" ?selected=${kept.axis === 'step'}>micro-steps</option>
          <option value="time" ?selected=${kept.axis === 'time'}>virtual time</option>
        </select></label
      >
      ${tool('table', 'Table of the same data (T)', toggleTable, kept.table)}
      <span class="quiet now">step ${next.step} of ${next.last.step}, ${formatTime(next.time)}</span>
      <span class="where" id="where"></span>
    </div>
    <div
      class="picture"
      tabindex="0"
      role="application"
      aria-roledescription="timeline"
      aria-label="Timeline: arrow keys move, Enter travels there, plus and minus zoom, A and B set markers, T shows a table"
      aria-describedby="where"
      @keydown=${onKey}
      @focus=${repaint}
      @blur=${repaint}
      @click=${onClick}
      @mousemove=${onMove}
      @mouseleave=${() => point(undefined)}
      @wheel=${onWheel}
    >
      <canvas></canvas>
    </div>
    ${legend()} ${kept.table ? html`<pre class="twin mono" tabindex="0" aria-label="The same as text">${timelineText(next)}</pre>` : nothing}
    <div id="said" class="hidden-text" role="status"></div>
  `;
}

function tool(icon: string, label: string, action: () => void, pressed?: boolean): TemplateResult {
  return html`<button class="tool" title=${label} aria-label=${label} aria-pressed=${pressed ?? nothing} @click=${action}>
    <span class="codicon codicon-${icon}" aria-hidden="true"></span>
  </button>`;
}

const element = <T extends Element>(selector: string): T | null => document.querySelector<T>(selector);

function viewport(): Viewport | undefined {
  const picture = element<HTMLElement>('.picture');
  if (!picture || !model) return undefined;
  return { ...wanted(model), width: Math.max(LABEL_WIDTH + 50, picture.clientWidth) };
}

/** A little room after the end, so that a run that stands there shows where it stands. */
const withMargin = (end: number): number => Math.max(Math.ceil(end * 1.015), LEAST[kept.axis]);

/** The window on the screen; the model's own one may lag behind it by a moment while zooming. */
function wanted(current: TimelineModel): { from: number; to: number } {
  return kept.window ?? { from: 0, to: withMargin(current.last[current.axis]) };
}

function repaint(): void {
  const canvas = element<HTMLCanvasElement>('.picture canvas');
  const view = viewport();
  const context = canvas?.getContext('2d');
  if (!canvas || !view || !context || !model) return;
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(view.width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${view.width}px`;
    canvas.style.height = `${height}px`;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const focused = document.activeElement?.classList.contains('picture') ?? false;
  paint(context, { model, view, rows, height, palette, cursor, markers: kept.markers, row, focused });
  paintLegend(palette);
  tellWhere();
}

/** Asks for a window at the grain of the picture; at most once per frame. */
function ask(): void {
  remember(kept);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const columns = viewport()?.width ?? 1_000;
    const { axis, window: part } = kept;
    post({ type: 'window', request: { axis, columns, ...(part && { from: Math.floor(part.from), to: Math.ceil(part.to) }) } });
  });
}

function show(window: { from: number; to: number } | undefined): void {
  if (!model) return;
  kept.window = window && clampWindow(window.from, window.to, withMargin(model.last[kept.axis]), LEAST[kept.axis]);
  ask();
  repaint();
}

function zoom(factor: number, around?: number): void {
  if (!model) return;
  const { from, to } = wanted(model);
  const middle = around ?? cursor ?? model[model.axis];
  const anchor = middle >= from && middle <= to ? middle : (from + to) / 2;
  const next = { from: anchor - (anchor - from) * factor, to: anchor + (to - anchor) * factor };
  show(next.to - next.from >= model.last[kept.axis] ? undefined : next);
}

function pan(share: number): void {
  if (!model || !kept.window) return;
  const by = (kept.window.to - kept.window.from) * share;
  show({ from: kept.window.from + by, to: kept.window.to + by });
}

function centre(): void {
  if (!model) return;
  const { from, to } = wanted(model);
  const at = model[model.axis];
  show({ from: at - (to - from) / 2, to: at + (to - from) / 2 });
}

function setAxis(axis: TimelineAxis): void {
  if (!model || axis === kept.axis) return;
  const move = (at: number | undefined): number | undefined =>
    at === undefined || !model ? undefined : axis === 'time' ? timeAt(model, at) : stepAt(model, at);
  kept.markers = kept.markers.map(move);
  kept.window = undefined;
  kept.axis = axis;
  cursor = undefined;
  ask();
}

function toggleTable(): void {
  kept.table = !kept.table;
  remember(kept);
  const root = document.querySelector('main');
  if (model && root) render(html`${draw(model)}`, root);
  repaint();
}

function point(at: number | undefined): void {
  cursor = at;
  repaint();
}

function onMove(event: MouseEvent): void {
  const view = viewport();
  if (!view || !model) return;
  point(event.offsetX < LABEL_WIDTH ? undefined : snap(model, atOf(view, event.offsetX), view));
}

function onClick(event: MouseEvent): void {
  const view = viewport();
  if (!view || !model) return;
  const hit = hitAt(rows, event.offsetY);
  if (hit !== undefined) row = hit;
  const at = snap(model, atOf(view, event.offsetX), view);
  if (event.offsetX < LABEL_WIDTH) revealOf(rows[row]);
  else if (event.shiftKey) setMarker(kept.markers[0] === undefined ? 0 : 1, at);
  else travel(at);
}

/** Other views show the task or CPU of the row. */
function revealOf(placed: PlacedRow | undefined): void {
  if (!placed) return;
  const { kind, pid, label, cpu } = placed.row;
  post({ type: 'reveal', target: kind === 'task' ? { kind: 'task', pid, comm: label } : { kind: 'cpu', cpu } });
}

function revealRow(target: RevealTarget): void {
  const found = rows.findIndex(({ row: { kind, pid, cpu } }) =>
    target.kind === 'task'
      ? kind === 'task' && pid === target.pid
      : target.kind === 'cpu' && kind === 'cpu' && cpu === target.cpu,
  );
  if (found < 0) return;
  row = found;
  repaint();
}

function travel(at: number): void {
  if (model) post({ type: 'travel', step: stepAt(model, at) });
}

function setMarker(which: 0 | 1, at: number): void {
  kept.markers[which] = kept.markers[which] === at ? undefined : at;
  remember(kept);
  repaint();
}

function onWheel(event: WheelEvent): void {
  const view = viewport();
  if (!view || !model) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, atOf(view, event.offsetX));
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    pan((event.deltaX || event.deltaY) / view.width);
  }
}

function onKey(event: KeyboardEvent): void {
  if (!model || event.altKey || event.metaKey) return;
  const action = keyAction(event, model);
  if (!action) return;
  event.preventDefault();
  action();
  say();
}

function keyAction(event: KeyboardEvent, current: TimelineModel): (() => void) | undefined {
  const { from, to } = wanted(current);
  const at = cursor ?? current[current.axis];
  const stride = event.ctrlKey ? (to - from) / 10 : current.axis === 'step' ? 1 : (to - from) / 200;
  const move = (by: number) => () => moveCursor(at + by);
  const actions: Record<string, () => void> = {
    ArrowLeft: event.shiftKey ? () => pan(-0.1) : move(-stride),
    ArrowRight: event.shiftKey ? () => pan(0.1) : move(stride),
    ArrowUp: () => moveRow(-1),
    ArrowDown: () => moveRow(1),
    Home: () => moveCursor(0),
    End: () => moveCursor(current.last[current.axis]),
    Enter: () => travel(at),
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    '0': () => show(undefined),
    c: centre,
    t: toggleTable,
    a: () => setMarker(0, at),
    b: () => setMarker(1, at),
    r: () => revealOf(rows[row]),
  };
  return actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
}

function moveCursor(at: number): void {
  if (!model) return;
  cursor = Math.max(0, Math.min(model.last[model.axis], at));
  const window = kept.window;
  if (window && (cursor < window.from || cursor > window.to)) {
    const half = (window.to - window.from) / 2;
    show({ from: cursor - half, to: cursor + half });
  } else repaint();
}

function moveRow(by: number): void {
  row = Math.max(0, Math.min(rows.length - 1, row + by));
  repaint();
}

function tellWhere(): void {
  const where = element<HTMLElement>('#where');
  if (where && model) where.textContent = describe(model, rows[row], cursor, kept.markers);
}

/** What the keyboard did, for those who do not see it. */
function say(): void {
  const said = element<HTMLElement>('#said');
  if (said && model) said.textContent = describe(model, rows[row], cursor, kept.markers);
}

new ResizeObserver(() => repaint()).observe(document.body);
new MutationObserver(() => {
  palette = readPalette();
  repaint();
}).observe(document.body, { attributes: true, attributeFilter: ['class'] });
