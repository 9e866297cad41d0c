/** Metrics as text: for one run, and side by side for several. */
import type { MetricRow, Metrics } from './metrics.ts';

/** `1.2345` ms. */
const ms = (ns: number): string => (ns / 1e6).toFixed(4);

/** Columns padded to the same width, numbers to the right. */
function columns(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

/** Figures in one line each, then every section and every preemption inside one. */
export function metricsText({ rows, sections, mdPreempt }: Metrics): string[] {
  const figures = rows.map(({ metric, subject, count, total, max, depth }) => {
    const times = metric === 'md_preempt' ? ['', ''] : [ms(total), ms(max)];
    return [metric, subject, String(count), ...times, depth === undefined ? '' : `${depth} deep`];
  });
  return [
    ...columns([['metric', 'of', 'count', 'total ms', 'max ms', ''], ...figures], 2),
    ...sections.map(
      ({ comm, cpu, start, wall, runtime, preempted, blocked, irq, unfinished }) =>
        `section of ${comm} on CPU ${cpu} from ${ms(start)} ms: wall ${ms(wall)} = runtime ${ms(runtime)} + preempted ${ms(preempted)}` +
        ` + blocked ${ms(blocked)} + irq ${ms(irq)}${unfinished ? ', unfinished' : ''}`,
    ),
    ...mdPreempt.map(
      ({ comm, cpu, time, next_comm, depth, kind }) =>
        `md_preempt at ${ms(time)} ms: ${next_comm} instead of ${comm} on CPU ${cpu}, depth ${depth}, ${kind}`,
    ),
  ];
}

export interface ComparedRun {
  /** Head of its column. */
  title: string;
  /** Undefined: there was no run. */
  metrics: Metrics | undefined;
}

export interface ComparedRow {
  metric: string;
  subject: string;
  /** By column; undefined: it did not happen there. */
  cells: (Pick<MetricRow, 'count' | 'total' | 'max'> | undefined)[];
}

/** Every metric that any of the runs has, in the order of the first that has it. */
export function compareMetrics(runs: readonly ComparedRun[]): ComparedRow[] {
  const rows = new Map<string, ComparedRow>();
  runs.forEach(({ metrics }, column) => {
    for (const { metric, subject, count, total, max } of metrics?.rows ?? []) {
      const key = `${metric} ${subject}`;
      const row = rows.get(key) ?? { metric, subject, cells: runs.map(() => undefined) };
      row.cells[column] = { count, total, max };
      rows.set(key, row);
    }
  });
  const order = [...new Set([...rows.values()].map(({ metric }) => metric))];
  return [...rows.values()].sort((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric));
}

/** Each cell: the total, and in brackets how many and the longest. */
export function comparisonText(runs: readonly ComparedRun[]): string[] {
  const rows = compareMetrics(runs).map(({ metric, subject, cells }) => [
    metric,
    subject,
    ...runs.map(({ metrics }, column) => {
      const cell = cells[column];
      if (!metrics) return 'n/a';
      if (!cell) return '-';
      return metric === 'md_preempt' ? `${cell.count}x` : `${ms(cell.total)} (${cell.count}x, max ${ms(cell.max)})`;
    }),
  ]);
  return columns([['metric, ms', 'of', ...runs.map(({ title }) => title)], ...rows], 2);
}
