/** Draws the window on the canvas. */
import { formatTime } from '../../views/snapshot.ts';
import { MARK_NUMBERS, SPAN_NUMBERS, type TimelineModel } from '../../views/timeline.ts';
import { MarkKind, SpanKind } from '../../views/timeline-index.ts';
import { AXIS_HEIGHT, LABEL_WIDTH, type PlacedRow, tickDistance, type Viewport, xOf } from './geometry.ts';
import type { Palette } from './palette.ts';

export interface Scene {
  model: TimelineModel;
  view: Viewport;
  rows: readonly PlacedRow[];
  height: number;
  palette: Palette;
  /** Where the keyboard or the mouse points, on the axis. */
  cursor: number | undefined;
  markers: readonly (number | undefined)[];
  row: number;
  focused: boolean;
}

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, height, palette } = scene;
  context.clearRect(0, 0, view.width, height);
  context.font = palette.font;
  context.textBaseline = 'middle';
  paintAxis(context, scene);
  for (const placed of scene.rows) paintRow(context, scene, placed);
  paintAhead(context, scene);
  paintMarks(context, scene);
  paintLines(context, scene);
}

function paintAxis(context: CanvasRenderingContext2D, { model, view, height, palette }: Scene): void {
  const distance = tickDistance(view, 90);
  context.strokeStyle = palette.line;
  context.fillStyle = palette.quiet;
  context.lineWidth = 1;
  for (let at = Math.ceil(view.from / distance) * distance; at <= view.to; at += distance) {
    const x = Math.round(xOf(view, at)) + 0.5;
    context.globalAlpha = 0.35;
    context.beginPath();
    context.moveTo(x, AXIS_HEIGHT - 4);
    context.lineTo(x, height);
    context.stroke();
    context.globalAlpha = 1;
    context.fillText(model.axis === 'time' ? formatTime(Math.round(at)) : String(Math.round(at)), x + 3, AXIS_HEIGHT / 2);
  }
}

function paintRow(context: CanvasRenderingContext2D, scene: Scene, placed: PlacedRow): void {
  const { view, palette } = scene;
  const { row, y, height } = placed;
  context.fillStyle = palette.text;
  if (row.kind !== 'interrupts') context.fillText(clip(context, row.label, LABEL_WIDTH - 14), 10, y + height / 2);
  context.save();
  context.beginPath();
  context.rect(LABEL_WIDTH, y, view.width - LABEL_WIDTH, height);
  context.clip();
  for (let i = 0; i < row.spans.length; i += SPAN_NUMBERS) paintSpan(context, scene, placed, i);
  context.restore();
  context.globalAlpha = 0.35;
  context.strokeStyle = palette.line;
  context.beginPath();
  context.moveTo(0, y + height + 0.5);
  context.lineTo(view.width, y + height + 0.5);
  context.stroke();
  context.globalAlpha = 1;
}

function paintSpan(context: CanvasRenderingContext2D, scene: Scene, { row, y, height }: PlacedRow, i: number): void {
  const { model, view, palette } = scene;
  const kind = row.spans[i + 2] as SpanKind;
  const x0 = Math.max(LABEL_WIDTH - 2, xOf(view, row.spans[i]));
  const x1 = Math.min(view.width + 2, xOf(view, row.spans[i + 1]));
  const width = Math.max(1, x1 - x0);
  const label = model.labels[row.spans[i + 3]];
  const color = spanColor(scene, row.kind, kind, label);
  const middle = y + height / 2;
  context.fillStyle = color;
  context.strokeStyle = color;
  switch (kind) {
    case SpanKind.idle:
      return;
    case SpanKind.sleeping:
      context.globalAlpha = 0.7;
      dotted(context, x0, x1, middle);
      break;
    case SpanKind.runnable:
      context.globalAlpha = 0.7;
      context.fillRect(x0, middle - 1, width, 2);
      break;
    case SpanKind.many:
      context.globalAlpha = 0.6;
      hatch(context, x0, y + 3, width, height - 6);
      break;
    default:
      context.globalAlpha = palette.contrast ? 0.15 : 0.35;
      context.fillRect(x0, y + 2, width, height - 4);
      context.globalAlpha = 1;
      context.lineWidth = 1;
      if (width > 3) context.strokeRect(Math.round(x0) + 0.5, y + 2.5, Math.max(1, Math.round(width) - 1), height - 5);
      else context.fillRect(x0, y + 2, width, height - 4);
  }
  context.globalAlpha = 1;
  const text =
    row.kind === 'task' ? (kind === SpanKind.running ? `CPU ${row.spans[i + 4]}` : '') : kind === SpanKind.many ? '' : label;
  if (height > 14 && width > 26 && text) {
    context.fillStyle = palette.text;
    context.fillText(clip(context, text, width - 8), x0 + 5, middle + 0.5);
  }
}

/** On the CPU rows each task keeps one colour, so that a move from one CPU to another is seen. */
function spanColor({ model, palette }: Scene, rowKind: string, kind: SpanKind, label: string): string {
  if (kind !== SpanKind.running || rowKind === 'interrupts') return palette.span[kind];
  const tasks = model.rows.filter((row) => row.kind === 'task');
  const number = tasks.findIndex((row) => row.label === label);
  return palette.tasks[Math.max(0, number) % palette.tasks.length];
}

/** What was run before and lies ahead of now is pale. */
function paintAhead(context: CanvasRenderingContext2D, { model, view, height, palette }: Scene): void {
  const from = Math.max(LABEL_WIDTH, xOf(view, model[model.axis]));
  const to = Math.min(view.width, xOf(view, model.last[model.axis]));
  if (to <= from) return;
  context.globalAlpha = 0.6;
  context.fillStyle = palette.background;
  context.fillRect(from, AXIS_HEIGHT, to - from, height - AXIS_HEIGHT);
  context.globalAlpha = 1;
}

/** Signs at the row of the CPU: shape says what, colour only repeats it. */
function paintMarks(context: CanvasRenderingContext2D, { model, view, rows, palette }: Scene): void {
  for (let i = 0; i < model.marks.length; i += MARK_NUMBERS) {
    const kind = model.marks[i + 1] as MarkKind;
    const placed = rows.find(({ row }) => row.kind === 'cpu' && row.cpu === model.marks[i + 3]);
    const x = xOf(view, model.marks[i]);
    if (!placed || x < LABEL_WIDTH || x > view.width || kind === MarkKind.wakeup) continue;
    context.fillStyle = palette.mark[kind];
    context.strokeStyle = palette.mark[kind];
    markShape(context, kind, x, placed.y + placed.height - 5);
  }
}

const FILLED: ReadonlySet<MarkKind> = new Set([MarkKind.map, MarkKind.migration, MarkKind.print, MarkKind.wakeup]);

/** The sign of a kind of mark, about 10 pixels wide, centred on (x, y); also drawn in the legend. */
export function markShape(context: CanvasRenderingContext2D, kind: MarkKind, x: number, y: number): void {
  context.beginPath();
  context.lineWidth = 1.5;
  switch (kind) {
    case MarkKind.map:
      triangle(context, x, y, -4);
      break;
    case MarkKind.unmap:
      triangle(context, x, y, 4);
      break;
    case MarkKind.finding:
    case MarkKind.fault:
      path(context, x, y, [-4, -4, 4, 4]);
      path(context, x, y, [4, -4, -4, 4]);
      if (kind === MarkKind.finding) context.rect(x - 5, y - 5, 10, 10);
      break;
    case MarkKind.migration:
      path(context, x, y, [0, -5, 5, 0, 0, 5, -5, 0, 0, -5]);
      break;
    case MarkKind.flush:
      path(context, x, y, [-4, -3, 4, -3]);
      path(context, x, y, [-4, 3, 4, 3]);
      break;
    case MarkKind.raise:
      path(context, x, y, [2, -6, -2, 0, 2, 0, -2, 6]);
      break;
    default:
      context.arc(x, y, 2, 0, 7);
  }
  if (FILLED.has(kind)) context.fill();
  else context.stroke();
}

/** Straight lines through points given as x, y, x, y ... from the centre. */
function path(context: CanvasRenderingContext2D, x: number, y: number, points: readonly number[]): void {
  context.moveTo(x + points[0], y + points[1]);
  for (let i = 2; i < points.length; i += 2) context.lineTo(x + points[i], y + points[i + 1]);
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.moveTo(x, y + size);
  context.lineTo(x + 4, y - size);
  context.lineTo(x - 4, y - size);
  context.closePath();
}

function paintLines(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, view, palette, markers, cursor, rows, row, focused } = scene;
  vertical(context, scene, model[model.axis], palette.now, 2, []);
  markers.forEach((at, i) => {
    if (at === undefined) return;
    vertical(context, scene, at, palette.marker, 1, [6, 3]);
    const x = xOf(view, at);
    if (x < LABEL_WIDTH || x > view.width) return;
    context.fillStyle = palette.marker;
    context.fillText('AB'[i], x + 3, scene.height - 8);
  });
  if (cursor !== undefined) vertical(context, scene, cursor, palette.focus, 1, [2, 2]);
  const placed = rows[row];
  if (!focused || !placed) return;
  context.strokeStyle = palette.focus;
  context.lineWidth = 1;
  context.strokeRect(0.5, placed.y + 0.5, view.width - 1, placed.height - 1);
}

function vertical(
  context: CanvasRenderingContext2D,
  scene: Scene,
  at: number,
  color: string,
  width: number,
  dash: number[],
): void {
  const x = Math.round(xOf(scene.view, at)) + 0.5;
  if (x < LABEL_WIDTH || x > scene.view.width) return;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, scene.height);
  context.stroke();
  context.setLineDash([]);
}

function dotted(context: CanvasRenderingContext2D, x0: number, x1: number, y: number): void {
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(x0, y);
  context.lineTo(x1, y);
  context.stroke();
  context.setLineDash([]);
}

function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  for (let at = x; at < x + width; at += 3) {
    context.moveTo(at, y);
    context.lineTo(at, y + height);
  }
  context.lineWidth = 1;
  context.stroke();
}

function clip(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let cut = text;
  while (cut.length > 1 && context.measureText(`${cut}…`).width > width) cut = cut.slice(0, -1);
  return cut.length > 1 ? `${cut}…` : '';
}
