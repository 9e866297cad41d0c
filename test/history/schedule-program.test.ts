import { describe, expect, test } from 'vitest';
import { Anchors } from '../../src/history/anchors.ts';
import { ChoiceKind, choiceCpu, choiceKind } from '../../src/history/choice.ts';
import { Run } from '../../src/history/run.ts';
import { followSchedule } from '../../src/history/schedule-chooser.ts';
import { programSchedule, scheduleNames } from '../../src/history/schedule-program.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { type BuiltProgram, buildProgram } from '../../src/kernel/build.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';

const TEXT = `machine { cpus = 2; }

int shared;

task left(cpu = 0)
{
	int i;
	for (i = 0; i < 6; i++)
		shared += 1;        // @left
}

task right(cpu = 1)
{
	int i;
	for (i = 0; i < 6; i++)
		shared += 100;      // @right
}

irq nic(cpu = 1, when = any) { shared += 10000; }

schedule third   { irq nic at right "right" 3; }
schedule ahead   { run cpu0 at left "left" 5; }
schedule nowhere { irq nic at right "wrong"; }
schedule changed { switch left at right; irq nic at right "right" on cpu 1; }
`;

function build(): BuiltProgram {
  const { built, diagnostics } = buildProgram({ uri: 'file:///schedules.klab', text: TEXT });
  if (!built) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return built;
}

function follow(name: string, steps = 4000): { run: Run<Kernel>; notes: string[] } {
  const built = build();
  const kernel = bootKernel(built);
  const found = programSchedule(built.program, name)!;
  const { chooser, notes } = followSchedule(kernel, found.schedule, new Anchors(built.debug), built);
  const run = new Run(kernel, { chooser });
  for (let i = 0; i < steps && run.stepDefault(); i++);
  return { run, notes: [...found.notes, ...notes] };
}

describe("a program's own schedules", () => {
  test('are found by their names', () => {
    expect(scheduleNames(build().program)).toEqual(['third', 'ahead', 'nowhere', 'changed']);
    expect(programSchedule(build().program, 'fourth')).toBeUndefined();
  });

  test('raise an interrupt right before the n-th hit of the anchor on the CPU of the device', () => {
    const { run, notes } = follow('third');
    expect(notes).toEqual([]);
    const [{ step, choice }] = run.deviations;
    expect([choiceKind(choice), choiceCpu(choice)]).toEqual([ChoiceKind.raise, 1]);
    const [pc] = new Anchors(run.kernel.built.debug).addresses({ function: 'right', label: 'right' });
    run.goTo(step - 1);
    expect(run.kernel.machine.pc(1)).toBe(pc);
    let hits = 0;
    for (let at = 1; at < step; at++) if (run.trace.pc(at) === pc && run.trace.cpu(at) === 1) hits++;
    expect(hits).toBe(2);
    run.goTo(run.lastStep);
    expect(run.kernel.events.filter(({ type }) => type === 'irq_raise')).toHaveLength(1);
  });

  test("'run' keeps the other CPUs where they are until the CPU is at the place", () => {
    const { run, notes } = follow('ahead');
    expect(notes).toEqual([]);
    const [pc] = new Anchors(run.kernel.built.debug).addresses({ function: 'left', label: 'left' });
    const hits: number[] = [];
    for (let at = 1; at <= run.lastStep && hits.length < 5; at++) if (run.trace.pc(at) === pc) hits.push(at);
    const before = Array.from({ length: hits[4] - 1 }, (_, i) => i + 1);
    const others = before.filter((at) => run.trace.cpu(at) === 1 && run.trace.kind(at) === ChoiceKind.step);
    expect(others.length).toBeLessThan(5);
  });

  test('that name what is not there are skipped, and what cannot be followed is left out, with a note', () => {
    expect(follow('nowhere').notes).toEqual(['right has no label "wrong"; it has "right"', 'the schedule is skipped']);
    const { run, notes } = follow('changed');
    expect(notes).toEqual(["'switch left' is left out: the scheduler leaves nothing open at right"]);
    expect(run.deviations).toHaveLength(1);
  });
});
