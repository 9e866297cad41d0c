/** The views over real programs: the shipped samples, run through the session. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Session } from '../../src/session/api.ts';
import { createSession } from '../../src/session/session.ts';
import { preemptionModel } from '../../src/views/preemption.ts';
import { slotsModel, slotsText } from '../../src/views/slots.ts';
import { type EntryState, stacksModel, stacksText } from '../../src/views/stacks.ts';
import { RunViews } from '../../src/views/views.ts';

const ANY_BUDGET = 100_000;

function open(sample: string, schedule?: string): Session {
  const text = readFileSync(new URL(`../../samples/${sample}.klab`, import.meta.url), 'utf8');
  const { session, diagnostics } = createSession({
    uri: `${sample}.klab`,
    text,
    schedule: schedule ? { name: schedule } : undefined,
  });
  if (!session) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  session.setEventBreakpoints([], 'none');
  return session;
}

function run(session: Session, command: Parameters<Session['run']>[0]): void {
  while (session.run(command, ANY_BUDGET).kind === 'more');
}

/** Stops at the `n`-th context switch from here. */
function toSwitch(session: Session, n: number): void {
  for (let i = 0; i < n; i++) run(session, { kind: 'to-event', event: 'context_switch', direction: 'forward' });
}

/** Every entry state that a run shows, looking at every step. */
function statesOf(session: Session): Set<EntryState> {
  const states = new Set<EntryState>();
  for (let step = session.step + 1; !session.ended; step++) {
    run(session, { kind: 'to-step', step });
    if (session.step < step) break;
    for (const task of stacksModel(session.viewsSource.snapshot()).tasks)
      for (const entry of task.entries) states.add(entry.state);
  }
  return states;
}

test.each(['nesting', 'live-and-parked', 'kmap-local'])(
  '%s: a sound model never shows a lost, left or overwritten mapping',
  (sample) => {
    const states = statesOf(open(sample));
    expect([...states].filter((state) => ['lost', 'left', 'overwritten'].includes(state))).toEqual([]);
    expect([...states]).toEqual(expect.arrayContaining(['claimed', 'live, unsaved', 'live', 'dying']));
  },
);

test('parked mappings keep their address while another task uses the slot', () => {
  const session = open('live-and-parked');
  toSwitch(session, 3);
  const snapshot = session.viewsSource.snapshot();
  const withoutHeading = (text: string): string => text.slice(text.indexOf('\n') + 1);
  expect(withoutHeading(stacksText(stacksModel(snapshot)))).toMatchInlineSnapshot(`
    "  red_task (pid 100), waiting for CPU 0: 2 mappings, idx 2, migration disabled 2
         slot  address     page    pfn      saved       PTE         state   TLB
         0     0xfffbb000  red[0]  0x373fe  0x373fe163  0x37400163  parked  none
         1     0xfffba000  red[1]  0x373ff  0x373ff163  0x00000000  parked  none
      blue_task (pid 101), running on CPU 0: 1 mapping, idx 1, migration disabled 1
         slot  address     page  pfn      saved       PTE         state  TLB
         0     0xfffbb000  blue  0x37400  0x37400163  0x37400163  live   fresh"
  `);
  expect(withoutHeading(slotsText(slotsModel(snapshot)))).toMatchInlineSnapshot(`
    "CPU 0
         slot  address     PTE         page  owner      TLB
         0     0xfffbb000  0x37400163  blue  blue_task  fresh CPU 0
         1     0xfffba000  0x00000000
      14 more slots, all empty
    CPU 1
         slot  address     PTE         page  owner  TLB
         0     0xfffab000  0x00000000
         1     0xfffaa000  0x00000000
      14 more slots, all empty
    kmap() window: all 1024 free"
  `);
});

test('the views of a step are the same, whichever way one came', () => {
  const session = open('preempted');
  const views = new RunViews(session.viewsSource);
  const at = (step: number): string => {
    run(session, { kind: 'to-step', step });
    // Twice, so that the marks compare the step with itself.
    views.atStop();
    run(session, { kind: 'to-step', step: 0 });
    views.atStop();
    run(session, { kind: 'to-step', step });
    const { stacks, slots, preemption } = views.atStop();
    return JSON.stringify({ stacks, slots, preemption });
  };
  const forward = [200, 600, 900].map(at);
  const back = [900, 600, 200].map(at).reverse();
  expect(back).toEqual(forward);
});

test('the verdict on preemption agrees with what the kernel does: inside a switch never, just before a preemption always', () => {
  const session = open('preempted');
  run(session, { kind: 'continue' });
  const preemptions = session.events(0).filter((event) => event.type === 'sched_switch' && event.prev_state === 'R+');
  expect(preemptions.length).toBeGreaterThan(0);
  const cpuAt = (step: number, cpu: number) => {
    run(session, { kind: 'to-step', step });
    return preemptionModel(session.viewsSource.snapshot()).cpus[cpu];
  };
  for (const { step, cpu, pid } of preemptions) {
    expect(cpuAt(step, cpu)).toMatchObject({ currentPid: pid, preemptible: false, irqsEnabled: false });
    // Back over the interrupt and the way into the switch, to the last moment of the code that was preempted.
    let last = step;
    while (last > 0 && !cpuAt(last, cpu).preemptible) last--;
    expect(cpuAt(last, cpu)).toMatchObject({ currentPid: pid, context: 'task', countRaw: '0x00000000' });
    expect(step - last).toBeLessThan(1_000);
  }
});

test('going back keeps what lies ahead on the timeline, and a new branch of time drops it', () => {
  const session = open('irq-nesting');
  const views = new RunViews(session.viewsSource);
  run(session, { kind: 'continue' });
  const end = views.timeline();
  run(session, { kind: 'to-step', step: 100 });
  const back = views.timeline();
  expect([back.step, back.last]).toEqual([100, end.last]);
  expect(back.rows).toEqual(end.rows);
});
