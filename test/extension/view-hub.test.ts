import { beforeEach, expect, test } from 'vitest';
import { CustomRequest } from '../../src/dap/protocol.ts';
import { type HubSession, type HubView, ViewHub } from '../../src/extension/views/view-hub.ts';
import type { ToWebview } from '../../src/views/messages.ts';

interface Asked {
  command: string;
  args: unknown;
  answer(body: unknown): void;
  refuse(): void;
}

class TestView implements HubView {
  readonly name;
  visible = true;
  readonly got: ToWebview[] = [];
  constructor(name: HubView['name']) {
    this.name = name;
  }
  post(message: ToWebview): void {
    this.got.push(message);
  }
  get types(): string[] {
    return this.got.map(({ type }) => type);
  }
}

class TestSession implements HubSession {
  readonly asked: Asked[] = [];
  customRequest(command: string, args: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.asked.push({ command, args, answer: resolve, refuse: () => reject(new Error('running')) });
    });
  }
}

const body = (step: number) => ({
  step,
  time: step,
  stacks: `stacks ${step}`,
  slots: 's',
  preemption: 'p',
  timeline: `timeline ${step}`,
});

let session: TestSession;
let stacks: TestView;
let timeline: TestView;
let marks: string[];
let hub: ViewHub;

beforeEach(() => {
  session = new TestSession();
  stacks = new TestView('stacks');
  timeline = new TestView('timeline');
  marks = [];
  hub = new ViewHub({ command: (name) => marks.push(`command ${name}`), mark: (name, stop) => marks.push(`${name} ${stop}`) });
  hub.add(stacks);
  hub.add(timeline);
  hub.started(session);
});

async function stopAt(step: number): Promise<void> {
  const done = hub.stopped(session, 'event', 'context switch');
  session.asked.at(-1)?.answer(body(step));
  await done;
}

test('each view gets its model of a stop, asked for once', async () => {
  await stopAt(7);
  expect(session.asked.map(({ command }) => command)).toEqual([CustomRequest.views]);
  expect(stacks.got.at(-1)).toMatchObject({
    type: 'model',
    model: 'stacks 7',
    stop: { number: 1, description: 'context switch', step: 7 },
  });
  expect(timeline.got.at(-1)).toMatchObject({ model: 'timeline 7' });
  expect(marks).toEqual(['stopped 1', 'sent 1']);
});

test('an answer that comes after the next stop is dropped', async () => {
  const first = hub.stopped(session, 'step', 'a');
  const second = hub.stopped(session, 'step', 'b');
  session.asked[1].answer(body(2));
  await second;
  session.asked[0].answer(body(1));
  await first;
  expect(stacks.got.filter(({ type }) => type === 'model')).toHaveLength(1);
  expect(stacks.got.at(-1)).toMatchObject({ model: 'stacks 2' });
});

test('metrics are asked for at each stop while somebody looks at them, and not otherwise', async () => {
  const metrics = new TestView('metrics');
  metrics.visible = false;
  hub.add(metrics);
  await stopAt(3);
  expect(session.asked.map(({ command }) => command)).toEqual([CustomRequest.views]);
  metrics.visible = true;
  hub.ready(metrics);
  expect(session.asked.at(-1)?.command).toBe(CustomRequest.metrics);
  session.asked.at(-1)?.answer('figures of 3');
  await Promise.resolve();
  await Promise.resolve();
  expect(metrics.got.at(-1)).toMatchObject({ type: 'model', model: 'figures of 3', stop: { step: 3 } });
});

test('metrics that come after the next stop are dropped, and a refusal breaks nothing', async () => {
  const metrics = new TestView('metrics');
  hub.add(metrics);
  await stopAt(3);
  const late = session.asked.at(-1);
  void hub.stopped(session, 'step', 'b');
  session.asked.at(-1)?.answer(body(4));
  await new Promise((resolve) => setTimeout(resolve, 0));
  late?.answer('figures of 3');
  session.asked.at(-1)?.refuse();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(metrics.types).not.toContain('model');
});

test('a refused question shows nothing and breaks nothing', async () => {
  const done = hub.stopped(session, 'step', 'a');
  session.asked[0].refuse();
  await done;
  expect(stacks.types).toEqual(['empty']);
});

test('a webview that opens late gets the current stop', async () => {
  await stopAt(3);
  const late = new TestView('slots');
  hub.add(late);
  hub.ready(late);
  expect(late.got).toEqual([expect.objectContaining({ type: 'model', model: 's' })]);
});

test('without a session a webview learns why it is empty', () => {
  hub.ended(session);
  const late = new TestView('slots');
  hub.ready(late);
  expect(late.got).toEqual([{ type: 'empty', reason: 'no session' }]);
});

test('what another session says is not shown', async () => {
  const other = new TestSession();
  await hub.stopped(other, 'step', 'a');
  hub.running(other);
  hub.ended(other);
  expect(other.asked).toEqual([]);
  expect(stacks.types).toEqual(['empty']);
});

test('another window of the timeline goes to that view only, and is asked for at the next stop', async () => {
  await stopAt(3);
  const request = { axis: 'time' as const, from: 10, to: 20, columns: 500 };
  const shown = hub.says(timeline, { type: 'window', request });
  session.asked.at(-1)?.answer('narrow');
  await shown;
  expect(timeline.got.at(-1)).toMatchObject({ model: 'narrow', quiet: true });
  expect(stacks.got.at(-1)).toMatchObject({ model: 'stacks 3' });
  const next = hub.stopped(session, 'step', 'b');
  expect(session.asked.at(-1)?.args).toEqual({ timeline: request });
  session.asked.at(-1)?.answer(body(4));
  await next;
});

test('a click in the timeline travels', async () => {
  await stopAt(3);
  void hub.says(timeline, { type: 'travel', step: 2 });
  expect(session.asked.at(-1)).toMatchObject({ command: CustomRequest.goToStep, args: { step: 2 } });
});

test('revealing goes to every view but the one that asked', () => {
  void hub.says(timeline, { type: 'reveal', target: { kind: 'cpu', cpu: 1 } });
  expect(stacks.types.at(-1)).toBe('reveal');
  expect(timeline.types).not.toContain('reveal');
});

test('a window asked for before the first stop is remembered', async () => {
  await hub.says(timeline, { type: 'window', request: { axis: 'step', columns: 10 } });
  expect(session.asked).toEqual([]);
});
