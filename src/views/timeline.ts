/** *Timeline*: a window of the run, no finer than the picture can show. */

import { formatTime } from './snapshot.ts';
import { count, indent, table } from './text.ts';
import { type Lane, type Mark, MarkKind, type Moment, type Span, SpanKind, type TimelineIndex } from './timeline-index.ts';

/** What lies to the right: equal width for each micro-step, or virtual time in ns. */
export type TimelineAxis = 'step' | 'time';

export interface TimelineRequest {
  axis?: TimelineAxis;
  /** On the chosen axis; default: from boot to the end of this branch of time. */
  from?: number;
  to?: number;
  /** How many columns the picture has: spans narrower than one are drawn together. Default 1,000. */
  columns?: number;
}

/** One span: from, to, kind, label (index into `labels`), CPU, number of spans drawn as one, step of its start. */
export const SPAN_NUMBERS = 7;
/** One mark: position, kind, label, CPU, pid, number of marks drawn as one, step. */
export const MARK_NUMBERS = 7;

export interface TimelineRow {
  id: string;
  kind: Lane['kind'];
  label: string;
  cpu: number;
  pid: number;
  /** `SPAN_NUMBERS` numbers each, in order of `from`. */
  spans: number[];
}

export interface TimelineModel {
  view: 'timeline';
  axis: TimelineAxis;
  /** Where the run stands. */
  step: number;
  time: number;
  /** First and last moment that can be travelled to. */
  first: Moment;
  last: Moment;
  window: { from: number; to: number };
  labels: string[];
  rows: TimelineRow[];
  /** `MARK_NUMBERS` numbers each, in order of position. */
  marks: number[];
  /** Pairs (step, time) inside the window, in order: where between them, a straight line is near enough. */
  clock: number[];
}

export const MARK_TEXT: Record<MarkKind, string> = {
  [MarkKind.map]: 'map',
  [MarkKind.unmap]: 'unmap',
  [MarkKind.fault]: 'page fault',
  [MarkKind.migration]: 'migration',
  [MarkKind.finding]: 'finding',
  [MarkKind.raise]: 'interrupt raised',
  [MarkKind.wakeup]: 'wakeup',
  [MarkKind.print]: 'printk',
  [MarkKind.flush]: 'global TLB flush',
};

export const SPAN_TEXT: Record<SpanKind, string> = {
  [SpanKind.idle]: 'idle',
  [SpanKind.running]: 'running',
  [SpanKind.runnable]: 'waiting for a CPU',
  [SpanKind.sleeping]: 'sleeping',
  [SpanKind.interrupt]: 'interrupt',
  [SpanKind.nmi]: 'NMI',
  [SpanKind.many]: 'several',
};

export interface TimelineExtent {
  now: Moment;
  first: Moment;
  last: Moment;
}

const DEFAULT_COLUMNS = 1_000;

export function timelineModel(index: TimelineIndex, extent: TimelineExtent, request: TimelineRequest = {}): TimelineModel {
  const axis = request.axis ?? 'step';
  const end = extent.last[axis];
  const from = Math.max(0, request.from ?? 0);
  const to = Math.max(from + 1, request.to ?? end);
  const columns = Math.max(1, Math.min(10_000, request.columns ?? DEFAULT_COLUMNS));
  const window: Window = { axis, from, to, grain: (to - from) / columns, last: extent.last };
  const labels = new Labels();
  return {
    view: 'timeline',
    axis,
    step: extent.now.step,
    time: extent.now.time,
    first: extent.first,
    last: extent.last,
    window: { from, to },
    rows: index.lanes.map(({ id, kind, label, cpu, pid, spans }) => ({
      id,
      kind,
      label,
      cpu,
      pid,
      spans: spansInWindow(spans, window, labels),
    })),
    marks: marksInWindow(index.marks, window, labels),
    clock: clockInWindow(index, window, extent),
    labels: labels.list,
  };
}

interface Window {
  axis: TimelineAxis;
  from: number;
  to: number;
  /** Width of a column on the axis. */
  grain: number;
  last: Moment;
}

class Labels {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();
  number(text: string): number {
    let n = this.#numbers.get(text);
    if (n === undefined) {
      n = this.list.push(text) - 1;
      this.#numbers.set(text, n);
    }
    return n;
  }
}

function spansInWindow(spans: readonly Span[], window: Window, labels: Labels): number[] {
  const { axis, from, to, grain } = window;
  const out: number[] = [];
  for (let i = firstEndingAfter(spans, window); i < spans.length && spans[i].start[axis] <= to; i++) {
    const span = spans[i];
    const start = span.start[axis];
    const end = (span.end ?? window.last)[axis];
    if (end < from || end < start) continue;
    const before = out.length - SPAN_NUMBERS;
    if (end - start < grain && before >= 0 && out[before + 1] - out[before] < grain && start - out[before + 1] < grain) {
      const same = out[before + 2] === span.kind && out[before + 3] === labels.number(span.label);
      out[before + 1] = end;
      out[before + 5] += 1;
      if (!same) {
        out[before + 2] = SpanKind.many;
        out[before + 3] = labels.number('');
      }
    } else out.push(start, end, span.kind, labels.number(span.label), span.cpu, 1, span.start.step);
  }
  return out;
}

/** First span that reaches into the window; spans of a lane are in order and do not overlap. */
function firstEndingAfter(spans: readonly Span[], { axis, from, last }: Window): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle].end ?? last)[axis] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Marks of one kind and CPU in one column become one with a count; the first of them gives label and step. */
function marksInWindow(marks: readonly Mark[], { axis, from, to, grain }: Window, labels: Labels): number[] {
  const out: number[] = [];
  const lastOf = new Map<number, number>();
  for (const mark of marks) {
    const at = mark.at[axis];
    if (at < from || at > to) continue;
    const group = mark.kind * 16 + mark.cpu;
    const before = lastOf.get(group);
    if (before !== undefined && at - out[before] < grain) {
      out[before + 5] += 1;
      continue;
    }
    lastOf.set(group, out.length);
    out.push(at, mark.kind, labels.number(mark.label), mark.cpu, mark.pid, 1, mark.at.step);
  }
  return out;
}

function clockInWindow(index: TimelineIndex, { axis, from, to, grain }: Window, extent: TimelineExtent): number[] {
  const pairs: number[] = [0, 0];
  let lastAt = Number.NEGATIVE_INFINITY;
  const put = (moment: Moment): void => {
    if (moment.step <= pairs[pairs.length - 2]) return;
    pairs.push(moment.step, moment.time);
    lastAt = moment[axis];
  };
  for (const event of index.events) {
    if (event[axis] < from || event[axis] - lastAt < grain) continue;
    put(event);
    if (event[axis] > to) break;
  }
  put(extent.last);
  return pairs;
}

/** The step at a position of the axis, by the pairs of `clock`. */
export function stepAt(model: Pick<TimelineModel, 'axis' | 'clock' | 'last'>, at: number): number {
  const step = model.axis === 'step' ? at : interpolate(model.clock, at, 1, 0);
  return Math.max(0, Math.min(model.last.step, Math.round(step)));
}

/** The time at a step, by the pairs of `clock`. */
export function timeAt(model: Pick<TimelineModel, 'clock'>, step: number): number {
  return Math.round(interpolate(model.clock, step, 0, 1));
}

function interpolate(pairs: readonly number[], x: number, xAt: 0 | 1, yAt: 0 | 1): number {
  let low = 0;
  let high = pairs.length / 2 - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (pairs[middle * 2 + xAt] <= x) low = middle;
    else high = middle - 1;
  }
  const x0 = pairs[low * 2 + xAt];
  const y0 = pairs[low * 2 + yAt];
  if (low * 2 + 2 >= pairs.length) return y0;
  const x1 = pairs[low * 2 + 2 + xAt];
  const y1 = pairs[low * 2 + 2 + yAt];
  return x1 === x0 ? y0 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

export function timelineText(model: TimelineModel): string {
  const where = `step ${model.step} of ${model.last.step}, ${formatTime(model.time)}`;
  const lines = [`Timeline at ${where}`];
  for (const row of model.rows) {
    if (row.spans.length === 0) continue;
    lines.push(row.label, indent(spansTable(model, row)));
  }
  if (model.marks.length > 0) lines.push('Marks', indent(marksTable(model)));
  return lines.join('\n');
}

function spansTable(model: TimelineModel, row: TimelineRow): string {
  const rows: string[][] = [];
  for (let i = 0; i < row.spans.length; i += SPAN_NUMBERS) {
    const [from, to, kind, label, cpu, merged] = row.spans.slice(i, i + SPAN_NUMBERS);
    const what = merged > 1 ? `${count(merged, 'span')}` : SPAN_TEXT[kind as SpanKind];
    const where = row.kind === 'task' ? (cpu >= 0 ? `CPU ${cpu}` : '') : model.labels[label];
    rows.push([String(from), String(to), what, where]);
  }
  return table([`from ${model.axis}`, 'to', 'what', row.kind === 'task' ? 'where' : 'who'], rows);
}

function marksTable(model: TimelineModel): string {
  const rows: string[][] = [];
  for (let i = 0; i < model.marks.length; i += MARK_NUMBERS) {
    const [at, kind, label, cpu, , merged] = model.marks.slice(i, i + MARK_NUMBERS);
    const more = merged > 1 ? ` and ${merged - 1} more` : '';
    rows.push([String(at), `CPU ${cpu}`, MARK_TEXT[kind as MarkKind], model.labels[label] + more]);
  }
  return table([`at ${model.axis}`, 'CPU', 'what', 'which'], rows);
}
