import { expect, test } from 'vitest';
import type { TimelineModel } from '../../src/views/timeline.ts';
import { MarkKind, SpanKind } from '../../src/views/timeline-index.ts';
import { LABEL_WIDTH, placeRows } from '../../src/webview/timeline/geometry.ts';
import { hitAt, snap, describe as words } from '../../src/webview/timeline/pointing.ts';

const model: TimelineModel = {
  view: 'timeline',
  axis: 'step',
  step: 40,
  time: 4_000,
  first: { step: 0, time: 0 },
  last: { step: 100, time: 10_000 },
  window: { from: 0, to: 100 },
  labels: ['writer', 'letter[0]', 'nic'],
  rows: [
    { id: 'cpu:0', kind: 'cpu', label: 'CPU 0', cpu: 0, pid: -1, spans: [0, 100, SpanKind.running, 0, 0, 1, 0] },
    {
      id: 'task:100',
      kind: 'task',
      label: 'writer',
      cpu: -1,
      pid: 100,
      spans: [0, 20, SpanKind.sleeping, 0, -1, 1, 0, 20, 100, SpanKind.running, 0, 0, 1, 20],
    },
  ],
  marks: [50, MarkKind.map, 1, 0, 100, 1, 50],
  clock: [0, 0, 100, 10_000],
};
const rows = placeRows(model).rows;
/** One pixel a step. */
const view = { from: 0, to: 100, width: LABEL_WIDTH + 100 };

test('the cursor jumps to a mark nearby, else to whole steps inside the run', () => {
  expect([47.2, 30.4, -5, 170].map((at) => snap(model, at, view))).toEqual([50, 30, 0, 100]);
});

test('the row under the pointer', () => {
  expect(hitAt(rows, rows[1].y + 3)).toBe(1);
  expect(hitAt(rows, 2)).toBeUndefined();
});

test('says where the cursor is and what is there', () => {
  expect(words(model, rows[0], 30, [undefined, undefined])).toBe('step 30, 3000 ns, CPU 0: writer');
  expect(words(model, rows[1], 10, [undefined, undefined])).toBe('step 10, 1000 ns, writer: sleeping');
  expect(words(model, rows[1], 50, [undefined, undefined])).toBe('step 50, 5000 ns, writer: running on CPU 0, map: letter[0]');
});

test('says how far the markers are apart', () => {
  expect(words(model, rows[0], undefined, [10, 60])).toBe('A to B: 50 steps, 5000 ns');
  expect(words(model, rows[0], undefined, [10, undefined])).toBe('A at step 10');
});
