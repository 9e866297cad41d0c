/** What lies under the cursor, in words. No DOM. */
import { formatTime } from '../../views/snapshot.ts';
import { MARK_NUMBERS, MARK_TEXT, SPAN_NUMBERS, SPAN_TEXT, stepAt, type TimelineModel, timeAt } from '../../views/timeline.ts';
import type { MarkKind, SpanKind } from '../../views/timeline-index.ts';
import { entryAt, LABEL_WIDTH, nearest, type PlacedRow, type Viewport } from './geometry.ts';

/** Pixels within which the cursor jumps to a mark or to the border of a span. */
const REACH = 5;

/** The nearest mark, else the whole step (on the axis of steps), else `at` itself; inside the run. */
export function snap(model: TimelineModel, at: number, view: Viewport): number {
  const reach = ((view.to - view.from) * REACH) / Math.max(1, view.width - LABEL_WIDTH);
  const mark = nearest(model.marks, MARK_NUMBERS, at, reach);
  const found = mark === undefined ? at : model.marks[mark];
  const limited = Math.max(0, Math.min(model.last[model.axis], found));
  return model.axis === 'step' ? Math.round(limited) : limited;
}

/** Index of the row at height `y`. */
export function hitAt(rows: readonly PlacedRow[], y: number): number | undefined {
  const index = rows.findIndex((placed) => y >= placed.y && y < placed.y + placed.height);
  return index < 0 ? undefined : index;
}

export function describe(
  model: TimelineModel,
  placed: PlacedRow | undefined,
  cursor: number | undefined,
  markers: readonly (number | undefined)[],
): string {
  const parts = [cursor === undefined ? '' : describeCursor(model, placed, cursor), describeMarkers(model, markers)];
  return parts.filter((part) => part !== '').join('; ');
}

function describeCursor(model: TimelineModel, placed: PlacedRow | undefined, cursor: number): string {
  const step = stepAt(model, cursor);
  const time = model.axis === 'time' ? Math.round(cursor) : timeAt(model, step);
  const parts = [`step ${step}, ${formatTime(time)}`];
  if (placed) {
    const at = entryAt(placed.row.spans, SPAN_NUMBERS, cursor);
    if (at >= 0) parts.push(`${placed.row.label}: ${spanText(model, placed, at)}`);
  }
  const mark = nearest(model.marks, MARK_NUMBERS, cursor, 0.5);
  if (mark !== undefined) parts.push(markText(model, mark));
  return parts.join(', ');
}

function spanText(model: TimelineModel, { row }: PlacedRow, at: number): string {
  const kind = row.spans[at + 2] as SpanKind;
  const label = model.labels[row.spans[at + 3]];
  const merged = row.spans[at + 5];
  if (merged > 1) return `${merged} spans`;
  if (row.kind === 'task') return row.spans[at + 4] >= 0 ? `${SPAN_TEXT[kind]} on CPU ${row.spans[at + 4]}` : SPAN_TEXT[kind];
  return label === '' ? SPAN_TEXT[kind] : label;
}

function markText(model: TimelineModel, at: number): string {
  const more = model.marks[at + 5] > 1 ? ` and ${model.marks[at + 5] - 1} more` : '';
  return `${MARK_TEXT[model.marks[at + 1] as MarkKind]}: ${model.labels[model.marks[at + 2]]}${more}`;
}

function describeMarkers(model: TimelineModel, [a, b]: readonly (number | undefined)[]): string {
  const one = (name: string, at: number): string =>
    `${name} at ${model.axis === 'time' ? formatTime(Math.round(at)) : `step ${at}`}`;
  if (a === undefined) return b === undefined ? '' : one('B', b);
  if (b === undefined) return one('A', a);
  const steps = Math.abs(stepAt(model, b) - stepAt(model, a));
  const times = [a, b].map((at) => (model.axis === 'time' ? at : timeAt(model, at)));
  return `A to B: ${steps} steps, ${formatTime(Math.abs(Math.round(times[1] - times[0])))}`;
}
