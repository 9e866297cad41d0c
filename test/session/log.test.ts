import { expect, test } from 'vitest';
import { go, lineWith, open, run, TWO_TASKS, URI } from './support.ts';

const texts = (session: ReturnType<typeof open>) => session.takeLog().map((line) => `${line.category}: ${line.text.trim()}`);

test('what the kernel prints is said once, also when the same steps are walked again', () => {
  const session = open(TWO_TASKS);
  go(session);
  expect(texts(session)).toEqual(['stdout: shouted E']);
  run(session, { kind: 'to-step', step: 0 });
  go(session);
  expect(texts(session)).toEqual([]);
});

test('on a new branch of time it is said again', () => {
  const session = open(TWO_TASKS);
  session.setSourceBreakpoints(URI, [{ line: lineWith(TWO_TASKS, 'c = shout') }]);
  const { step } = go(session);
  go(session);
  texts(session);
  run(session, { kind: 'to-step', step });
  session.assign('turns', '0', undefined);
  go(session);
  expect(texts(session)).toEqual([expect.stringContaining('console: new branch of time'), 'stdout: shouted E']);
});

test('a line of the kernel carries the place that printed it', () => {
  const session = open(TWO_TASKS);
  go(session);
  expect(session.takeLog()[0].location).toMatchObject({ uri: URI, line: lineWith(TWO_TASKS, 'printk') });
});
