/** All metrics of scheduler 10, over one recording. */
import type { Recording } from '../recording.ts';
import { Interference } from './interference.ts';
import { Inversion } from './inversion.ts';
import { Latencies } from './latencies.ts';
import { type Figures, Meter, type Meters } from './meter.ts';
import { NoSwitch } from './no-switch.ts';
import { OffTimes } from './off-times.ts';
import { replay } from './replay.ts';
import { ReschedLatency } from './resched.ts';
import { type MdPreempt, type Section, Sections } from './sections.ts';
import { Stacking } from './stacking.ts';

/** Count, total and longest, ns, of what happened to one task or on one CPU. */
export interface MetricRow extends Figures {
  metric: string;
  /** Name of the task, or `CPU 0`. */
  subject: string;
  /** One of the two. */
  pid?: number;
  cpu?: number;
  /** `stack_depth` only: the most tasks at once. */
  depth?: number;
}

export interface Metrics {
  rows: MetricRow[];
  sections: Section[];
  mdPreempt: MdPreempt[];
}

export function computeMetrics(recording: Recording): Metrics {
  const { tasks, events } = recording;
  const sections = new Sections();
  const interference = new Interference();
  const stacking = new Stacking();
  const latencies = new Latencies(tasks.filter(({ runnable, idle }) => !runnable && !idle).map(({ pid }) => pid));
  const off = new OffTimes();
  const resched = new ReschedLatency();
  const inversion = new Inversion();
  const noSwitch = new NoSwitch();
  replay(recording, [sections, interference, stacking, latencies, off, resched, inversion, noSwitch]);

  const names = new Map(tasks.filter(({ idle }) => !idle).map(({ pid, comm }) => [pid, comm]));
  for (const event of events) if (event.type === 'sched_process_fork') names.set(event.child_pid, event.child_comm);
  const ofTasks = (metric: string, meters: Meters<number>): MetricRow[] =>
    shown(meters).map(([pid, figures]) => ({ metric, subject: names.get(pid) ?? `pid ${pid}`, pid, ...figures }));
  const ofCpus = (metric: string, meters: Meters<number>): MetricRow[] =>
    shown(meters).map(([cpu, figures]) => ({ metric, subject: `CPU ${cpu}`, cpu, ...figures }));
  const rows = [
    ...sectionRows(sections.done),
    ...preemptionRows(sections),
    ...ofTasks('interference', interference.victims),
    ...ofTasks('interference.pinned', interference.causes.pinned),
    ...ofTasks('interference.movable', interference.causes.movable),
    ...ofTasks('interference.other', interference.causes.other),
    ...ofCpus('lost_cpu', interference.lostCpu),
    ...ofCpus('stack_depth', stacking.stacked).map((row) => ({ ...row, depth: stacking.depthMax[row.cpu as number] })),
    ...ofCpus('shc', stacking.shc),
    ...ofTasks('wakeup_latency', latencies.wakeup),
    ...ofTasks('runnable_latency', latencies.runnable),
    ...ofTasks('timer_latency.irq', latencies.timerIrq),
    ...ofTasks('timer_latency.thread', latencies.timerThread),
    ...ofCpus('preempt_off', off.preempt),
    ...ofCpus('irqs_off', off.irqs),
    ...ofCpus('preempt_irqs_off', off.either),
    ...ofCpus('resched_latency', resched.full),
    ...ofCpus('resched_latency.lazy', resched.lazy),
    ...ofCpus('no_switch', noSwitch.times),
    ...ofTasks('pi_wait', inversion.piWaits),
    ...ofTasks('lock_wait', inversion.otherWaits),
    ...ofTasks('inversion', inversion.inversions),
  ];
  return { rows, sections: sections.done, mdPreempt: sections.preemptions };
}

const shown = (meters: Meters<number>): [number, Figures][] => meters.rows().filter(([, { count }]) => count > 0);

const PARTS = ['wall', 'runtime', 'preempted', 'blocked', 'irq'] as const;

/** One row for each part and task, over all sections of the task. */
function sectionRows(sections: readonly Section[]): MetricRow[] {
  const tasks = new Map(sections.map(({ pid, comm }) => [pid, comm]));
  return PARTS.flatMap((part) =>
    [...tasks].map(([pid, subject]) => {
      const meter = new Meter();
      for (const section of sections) if (section.pid === pid) meter.add(section[part]);
      return { metric: `md.${part}`, subject, pid, ...meter.figures };
    }),
  );
}

function preemptionRows({ preemptions }: Sections): MetricRow[] {
  const tasks = new Map(preemptions.map(({ pid, comm }) => [pid, comm]));
  return [...tasks].map(([pid, subject]) => {
    const count = preemptions.filter((one) => one.pid === pid).length;
    return { metric: 'md_preempt', subject, pid, count, total: 0, max: 0 };
  });
}
