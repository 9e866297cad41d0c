/** From a run to the schedule that reproduces it: its deviations, each with its position in the program and its step. */
import type { Anchors } from './anchors.ts';
import { type Choice, ChoiceKind, choiceArgument, choiceCpu, choiceKind } from './choice.ts';
import type { Deviation } from './deviations.ts';
import type { Run } from './run.ts';
import type { Position, Schedule, ScheduledChoice, ScheduleEntry } from './schedule.ts';
import type { ProgramHashes } from './schedule-chooser.ts';

/** The schedule of `run` up to its present step. Without history entries have steps, but no positions. */
export function recordSchedule(run: Run, anchors: Anchors, { programHash, kernelHash }: ProgramHashes): Schedule {
  const entries: ScheduleEntry[] = [];
  const done = run.deviations.filter(({ step }) => step <= run.step);
  const positions = run.history ? findPositions(run, anchors, done) : [];
  let last: { choice: Choice; step: number; entry: ScheduledChoice } | undefined;
  done.forEach(({ step, choice }, index) => {
    const repeated = last && last.choice === choice && last.step === step - 1 && last.entry.kind === 'run';
    if (last && repeated && last.entry.kind === 'run') {
      last.entry.count = (last.entry.count ?? 1) + 1;
      last.step = step;
      return;
    }
    const made = describe(run, choice);
    entries.push({ choice: made, at: positions[index], step, line: 0 });
    last = { choice, step, entry: made };
  });
  return { program: programHash, kernel: kernelHash, base: 'lockstep', entries };
}

function describe(run: Run, choice: Choice): ScheduledChoice {
  const cpu = choiceCpu(choice);
  const argument = choiceArgument(choice);
  switch (choiceKind(choice)) {
    case ChoiceKind.step:
      return argument === 0 ? { kind: 'run', cpu, count: 1 } : { kind: 'option', cpu, option: argument };
    case ChoiceKind.deliver:
      return { kind: 'deliver', cpu, line: argument };
    case ChoiceKind.raise: {
      const device = run.kernel.devices.find((each) => each.line === argument && each.cpu === cpu);
      return { kind: 'raise', cpu, device: device?.name ?? argument };
    }
    case ChoiceKind.clock:
      return { kind: 'clock' };
    case ChoiceKind.change: {
      const { words } = run.changes[argument];
      return { kind: 'change', words: words.map(({ word, value }) => ({ offset: word * 4, value })) };
    }
  }
}

/** The position of each deviation: the last anchor that its CPU hit before, found in one pass over the trace. */
function findPositions(run: Run, anchors: Anchors, deviations: readonly Deviation[]): (Position | undefined)[] {
  const cpus = run.kernel.machine.cpuCount;
  const hits = new Map<number, number>();
  const cpuSteps: number[] = Array(cpus).fill(0);
  const latest: ({ pc: number; hit: number; at: number } | undefined)[] = Array(cpus).fill(undefined);
  let step = 1;
  return deviations.map((deviation) => {
    for (; step < deviation.step; step++) {
      if (run.trace.kind(step) !== ChoiceKind.step) continue;
      const cpu = run.trace.cpu(step);
      const pc = run.trace.pc(step);
      cpuSteps[cpu]++;
      if (!anchors.isPlace(pc)) continue;
      const key = pc * 8 + cpu;
      const hit = (hits.get(key) ?? 0) + 1;
      hits.set(key, hit);
      latest[cpu] = { pc, hit, at: cpuSteps[cpu] };
    }
    const cpu = choiceCpu(deviation.choice);
    const before = run.trace.pc(deviation.step);
    const standing = before >= 0 && anchors.isPlace(before) ? anchors.anchorAt(before) : undefined;
    if (standing) return { ...standing, cpu, hit: (hits.get(before * 8 + cpu) ?? 0) + 1, offset: 0 };
    const found = latest[cpu];
    const anchor = found && anchors.anchorAt(found.pc);
    return found && anchor && { ...anchor, cpu, hit: found.hit, offset: cpuSteps[cpu] - found.at + 1 };
  });
}
