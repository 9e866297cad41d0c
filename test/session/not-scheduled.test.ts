/** S-D31: a run that is stopped for taking too long says which CPU has not scheduled. */
import { expect, test } from 'vitest';
import { notScheduled } from '../../src/session/not-scheduled.ts';
import { createSession } from '../../src/session/session.ts';

function stoppedAtLimit(body: string) {
  const { session } = createSession({
    uri: 'spin.klab',
    text: `machine { cpus = 2; preempt = none; steps_max = 20000; tick_ns = 100us; } int stop; task spinner(cpu = 1) { ${body} }`,
  });
  if (!session) throw new Error('the program does not build');
  session.setEventBreakpoints([], 'none');
  session.run({ kind: 'continue' }, 100_000);
  return session;
}

test('names the CPU, the time and the task', () => {
  const session = stoppedAtLimit('while (!stop) cpu_relax();');
  expect(session.stop.reason).toBe('limit');
  expect(notScheduled(session.kernel)).toEqual([
    expect.stringMatching(/^CPU 1 has not scheduled for 1\.\d ms: spinner runs there$/),
  ]);
  expect(session.stop.description).toMatch(
    /^20000 steps done; CPU 1 has not scheduled for 1\.\d ms: spinner runs there; continue for as many more, or raise 'steps_max'$/,
  );
});

test('says nothing of a CPU that switches, or that is idle', () => {
  const session = stoppedAtLimit('while (!stop) usleep_range(10, 10);');
  expect(session.stop.description).toBe("20000 steps done; continue for as many more, or raise 'steps_max'");
});
