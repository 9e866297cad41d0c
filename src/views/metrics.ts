/** *Metrics*: what the run cost so far, in groups: sections of migrate_disable(), interference, latencies, times with something off, locks. */
import { formatTime } from './snapshot.ts';
import { indent, table } from './text.ts';

/** One figure of one task or CPU, ns; as the metrics of a recording give it. */
export interface MetricFigure {
  metric: string;
  /** Name of the task, or `CPU 0`. */
  subject: string;
  pid?: number;
  cpu?: number;
  count: number;
  total: number;
  max: number;
  /** `stack_depth` only: the most tasks at once. */
  depth?: number;
}

/** A section of migrate_disable(), ns. */
export interface MetricSection {
  comm: string;
  pid: number;
  cpu: number;
  start: number;
  wall: number;
  runtime: number;
  preempted: number;
  blocked: number;
  irq: number;
  unfinished: boolean;
}

export interface MetricsData {
  rows: readonly MetricFigure[];
  sections: readonly MetricSection[];
}

export interface MetricGroup {
  title: string;
  /** What the figures mean, in one or two sentences. */
  meaning: string;
  rows: MetricFigure[];
}

export interface MetricsModel {
  view: 'metrics';
  step: number;
  time: number;
  groups: MetricGroup[];
  /** The latest sections, newest first. */
  sections: MetricSection[];
  /** How many sections there are in all. */
  sectionCount: number;
}

/** Sections that are listed one by one. */
const SECTIONS_SHOWN = 50;

const GROUPS: readonly { title: string; meaning: string; test: RegExp }[] = [
  {
    title: 'Pinned sections',
    meaning: 'From migrate_disable() to its migrate_enable(): wall = runtime + preempted + blocked + irq.',
    test: /^md[._]/,
  },
  {
    title: 'Interference',
    meaning:
      'Time in which a pinned task should have run, being among the best, and another ran in front of it or a CPU did less.',
    test: /^(interference|lost_cpu|stack_depth|shc)/,
  },
  {
    title: 'Latencies',
    meaning: 'From the wake-up, the run queue, the timer or the request for a switch to the moment when it happened.',
    test: /^(wakeup_latency|runnable_latency|timer_latency|resched_latency)/,
  },
  {
    title: 'Off times',
    meaning: 'How long a CPU kept others away, idle time left out.',
    test: /^(preempt_off|irqs_off|preempt_irqs_off)/,
  },
  {
    title: 'Locks with priority inheritance',
    meaning: 'Time blocked on such locks, and the part in which neither the owner nor anybody as urgent ran for it.',
    test: /^(pi_wait|inversion)/,
  },
];
const OTHERS = { title: 'Others', meaning: '' };

export function metricsModel(step: number, time: number, { rows, sections }: MetricsData): MetricsModel {
  const groups = GROUPS.map(({ title, meaning, test }) => ({
    title,
    meaning,
    rows: rows.filter(({ metric }) => test.test(metric)),
  }));
  const others = rows.filter(({ metric }) => !GROUPS.some(({ test }) => test.test(metric)));
  const newest = [...sections].sort((a, b) => b.start - a.start || a.cpu - b.cpu).slice(0, SECTIONS_SHOWN);
  return {
    view: 'metrics',
    step,
    time,
    groups: [...groups, { ...OTHERS, rows: others }].filter((group) => group.rows.length > 0),
    sections: newest,
    sectionCount: sections.length,
  };
}

export const totalText = ({ total, metric }: MetricFigure): string => (metric === 'md_preempt' ? '' : formatTime(total));
export const maxText = ({ max, metric, depth }: MetricFigure): string =>
  metric === 'md_preempt' ? '' : `${formatTime(max)}${depth === undefined ? '' : `, ${depth} deep`}`;

/** `runtime 3 ms + preempted 1 ms`: the parts that are not zero. */
export function partsText(section: MetricSection): string {
  const parts = (['runtime', 'preempted', 'blocked', 'irq'] as const).filter((part) => section[part] > 0);
  return parts.length === 0 ? 'no time' : parts.map((part) => `${part} ${formatTime(section[part])}`).join(' + ');
}

export function metricsText(model: MetricsModel): string {
  const lines = [`Metrics up to step ${model.step}, ${formatTime(model.time)}`];
  if (model.groups.length === 0) lines.push(indent('nothing to measure yet'));
  for (const { title, meaning, rows } of model.groups) {
    lines.push(meaning === '' ? title : `${title}: ${meaning}`);
    const cells = rows.map((row) => [row.metric, row.subject, String(row.count), totalText(row), maxText(row)]);
    lines.push(indent(table(['metric', 'of', 'count', 'total', 'longest'], cells)));
  }
  for (const section of model.sections) {
    const open = section.unfinished ? ', still open' : '';
    lines.push(
      indent(
        `section of ${section.comm} on CPU ${section.cpu} from ${formatTime(section.start)}: ${formatTime(section.wall)} = ${partsText(section)}${open}`,
      ),
    );
  }
  return lines.join('\n');
}
