import { describe, expect, test } from 'vitest';
import { type MetricSection, metricsModel, metricsText } from '../../src/views/metrics.ts';

const row = (metric: string, more = {}) => ({
  metric,
  subject: 'low',
  pid: 100,
  count: 1,
  total: 3_000_000,
  max: 3_000_000,
  ...more,
});
const section = (start: number, more: Partial<MetricSection> = {}): MetricSection => ({
  comm: 'low',
  pid: 100,
  cpu: 0,
  start,
  wall: 4_000_000,
  runtime: 3_000_000,
  preempted: 1_000_000,
  blocked: 0,
  irq: 0,
  unfinished: false,
  ...more,
});

describe('the metrics', () => {
  test('every figure stands in exactly one group, unknown ones in the last', () => {
    const rows = ['md.wall', 'md_preempt', 'interference', 'shc', 'wakeup_latency', 'irqs_off', 'inversion', 'new_metric'].map(
      (name) => row(name),
    );
    const { groups } = metricsModel(10, 5_000_000, { rows, sections: [] });
    expect(groups.map(({ title, rows: members }) => [title, members.map(({ metric }) => metric)])).toEqual([
      ['Pinned sections', ['md.wall', 'md_preempt']],
      ['Interference', ['interference', 'shc']],
      ['Latencies', ['wakeup_latency']],
      ['Off times', ['irqs_off']],
      ['Locks with priority inheritance', ['inversion']],
      ['Others', ['new_metric']],
    ]);
  });

  test('the newest sections are listed, and how many there are', () => {
    const sections = Array.from({ length: 60 }, (_, i) => section(i * 1000));
    const model = metricsModel(10, 0, { rows: [], sections });
    expect([model.sections.length, model.sections[0].start, model.sectionCount]).toEqual([50, 59_000, 60]);
  });

  test('the text twin says all of it', () => {
    const rows = [row('md.wall'), row('md_preempt', { total: 0, max: 0 }), row('stack_depth', { subject: 'CPU 0', depth: 3 })];
    expect(
      metricsText(metricsModel(10, 5_000_000, { rows, sections: [section(1000, { unfinished: true })] })).split('\n'),
    ).toEqual([
      'Metrics up to step 10, 5000 us',
      'Pinned sections: From migrate_disable() to its migrate_enable(): wall = runtime + preempted + blocked + irq.',
      '  metric      of   count  total    longest',
      '  md.wall     low  1      3000 us  3000 us',
      '  md_preempt  low  1',
      'Interference: Time in which a pinned task should have run, being among the best, and another ran in front of it or a CPU did less.',
      '  metric       of     count  total    longest',
      '  stack_depth  CPU 0  1      3000 us  3000 us, 3 deep',
      '  section of low on CPU 0 from 1000 ns: 4000 us = runtime 3000 us + preempted 1000 us, still open',
    ]);
    expect(metricsText(metricsModel(0, 0, { rows: [], sections: [] }))).toContain('nothing to measure yet');
  });
});
