/** Where things are in the picture: positions on the axis to pixels and back, rows to heights. No DOM. */
import type { TimelineModel, TimelineRow } from '../../views/timeline.ts';

export const ROW_HEIGHT = 22;
/** The interrupts of a CPU are drawn as a thinner lane below it. */
export const IRQ_HEIGHT = 12;
export const AXIS_HEIGHT = 20;
export const LABEL_WIDTH = 112;

export interface PlacedRow {
  row: TimelineRow;
  /** Index in the model's rows. */
  index: number;
  y: number;
  height: number;
}

export interface Viewport {
  from: number;
  to: number;
  /** Pixels of the whole picture, labels included. */
  width: number;
}

export const xOf = (view: Viewport, at: number): number =>
  LABEL_WIDTH + ((at - view.from) / (view.to - view.from)) * (view.width - LABEL_WIDTH);

export const atOf = (view: Viewport, x: number): number =>
  view.from + ((x - LABEL_WIDTH) / Math.max(1, view.width - LABEL_WIDTH)) * (view.to - view.from);

/** Rows from top to bottom: each CPU with its interrupts, then the tasks. Empty interrupt lanes take no room. */
export function placeRows(model: TimelineModel): { rows: PlacedRow[]; height: number } {
  const indexed = model.rows.map((row, index) => ({ row, index }));
  const cpus = indexed
    .filter(({ row }) => row.kind !== 'task' && (row.kind === 'cpu' || row.spans.length > 0))
    .sort((a, b) => a.row.cpu - b.row.cpu || Number(a.row.kind === 'interrupts') - Number(b.row.kind === 'interrupts'));
  const rows: PlacedRow[] = [];
  let y = AXIS_HEIGHT;
  for (const { row, index } of [...cpus, ...indexed.filter((entry) => entry.row.kind === 'task')]) {
    const height = row.kind === 'interrupts' ? IRQ_HEIGHT : ROW_HEIGHT;
    rows.push({ row, index, y, height });
    y += height + (row.kind === 'interrupts' ? 2 : 0);
  }
  return { rows, height: y + 6 };
}

/** Keeps a window inside [0, end] and at least `least` wide. */
export function clampWindow(from: number, to: number, end: number, least: number): { from: number; to: number } {
  const width = Math.min(Math.max(to - from, least), Math.max(end, least));
  const start = Math.max(0, Math.min(from, Math.max(end, least) - width));
  return { from: start, to: start + width };
}

/** Distance between labels of the axis: 1, 2 or 5 times a power of ten, at least `pixels` apart. */
export function tickDistance(view: Viewport, pixels: number): number {
  const raw = ((view.to - view.from) * pixels) / Math.max(1, view.width - LABEL_WIDTH);
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1e-9)));
  const factor = [1, 2, 5, 10].find((f) => f * power >= raw) ?? 10;
  return Math.max(1, factor * power);
}

/**
 * Index of the first number of the entry at `at` in a flat list of entries (`stride` numbers each, from and to first), or -1.
 * Entries are in order and do not overlap.
 */
export function entryAt(list: readonly number[], stride: number, at: number): number {
  let low = 0;
  let high = list.length / stride - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (list[middle * stride + 1] < at) low = middle + 1;
    else if (list[middle * stride] > at) high = middle - 1;
    else return middle * stride;
  }
  return -1;
}

/** Position of the mark nearest to `at` within `reach`, or undefined. `list` is sorted by its first number. */
export function nearest(list: readonly number[], stride: number, at: number, reach: number): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < list.length; i += stride) {
    const distance = Math.abs(list[i] - at);
    if (distance <= reach && (best === undefined || distance < Math.abs(list[best] - at))) best = i;
  }
  return best;
}
