import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineModel } from '../../src/views/timeline.ts';
import {
  AXIS_HEIGHT,
  atOf,
  clampWindow,
  entryAt,
  IRQ_HEIGHT,
  LABEL_WIDTH,
  nearest,
  placeRows,
  ROW_HEIGHT,
  tickDistance,
  xOf,
} from '../../src/webview/timeline/geometry.ts';

const seed = 11;

test('pixels and positions are inverse to each other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 200, max: 4000 }),
      (from, width, w) => {
        const view = { from, to: from + width, width: w };
        const at = from + width / 3;
        expect(atOf(view, xOf(view, at))).toBeCloseTo(at, 3);
        expect(xOf(view, from)).toBe(LABEL_WIDTH);
        expect(xOf(view, from + width)).toBeCloseTo(w, 6);
      },
    ),
    { seed },
  );
});

test('a window stays inside the run and keeps its width where it can', () => {
  fc.assert(
    fc.property(fc.integer({ min: -500, max: 1500 }), fc.integer({ min: 1, max: 2000 }), (from, width) => {
      const { from: a, to: b } = clampWindow(from, from + width, 1000, 8);
      expect(a).toBeGreaterThanOrEqual(0);
      expect(b).toBeLessThanOrEqual(1000);
      expect(b - a).toBe(Math.max(8, Math.min(width, 1000)));
    }),
    { seed },
  );
});

test('labels of the axis are 1, 2 or 5 times a power of ten apart, and at least as far as asked', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 200, max: 3000 }), (width, w) => {
      const view = { from: 0, to: width, width: w };
      const distance = tickDistance(view, 90);
      expect(String(distance)).toMatch(/^[125]0*$/);
      expect(distance).toBeGreaterThanOrEqual(Math.min(1, (width * 90) / (w - LABEL_WIDTH)));
    }),
    { seed },
  );
});

test('the entry at a position is found by halving', () => {
  const list = [0, 10, 1, 12, 20, 2, 30, 31, 3];
  expect([0, 5, 10, 11, 15, 25, 31, 40].map((at) => entryAt(list, 3, at))).toEqual([0, 0, 0, -1, 3, -1, 6, -1]);
  expect(entryAt([], 3, 1)).toBe(-1);
});

test('the nearest mark within reach', () => {
  const list = [10, 0, 14, 0, 30, 0];
  expect(nearest(list, 2, 13, 5)).toBe(2);
  expect(nearest(list, 2, 11, 5)).toBe(0);
  expect(nearest(list, 2, 20, 5)).toBeUndefined();
});

test('each CPU comes with its interrupts below it, then the tasks; empty interrupt lanes take no room', () => {
  const row = (kind: 'cpu' | 'interrupts' | 'task', cpu: number, spans: number[] = []) => ({
    id: `${kind}${cpu}`,
    kind,
    cpu,
    pid: cpu,
    label: '',
    spans,
  });
  const rows = [row('cpu', 0), row('interrupts', 0), row('cpu', 1), row('interrupts', 1, [1]), row('task', -1)];
  const placed = placeRows({ rows } as unknown as TimelineModel);
  expect(placed.rows.map((p) => [p.row.id, p.y])).toEqual([
    ['cpu0', AXIS_HEIGHT],
    ['cpu1', AXIS_HEIGHT + ROW_HEIGHT],
    ['interrupts1', AXIS_HEIGHT + 2 * ROW_HEIGHT],
    ['task-1', AXIS_HEIGHT + 2 * ROW_HEIGHT + IRQ_HEIGHT + 2],
  ]);
});
