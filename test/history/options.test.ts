/** Intrinsics that offer a choice: their options are known before anything happens. */
import { expect, test } from 'vitest';
import { Anchors } from '../../src/history/anchors.ts';
import { ChoiceKind, makeChoice } from '../../src/history/choice.ts';
import { Run } from '../../src/history/run.ts';
import { followSchedule } from '../../src/history/schedule-chooser.ts';
import { recordSchedule } from '../../src/history/schedule-record.ts';
import { parseSchedule, printSchedule } from '../../src/history/schedule-text.ts';
import { encode, encodeOffset24, Op } from '../../src/machine/bytecode.ts';
import { assemble, loadImmediate, machineRunning, STMT } from '../machine/assemble.ts';
import { toyAnchors } from './toy-anchors.ts';
import type { ToyKernel } from './toy-kernel.ts';

/** Adds up ten times the option it was given, for ever; as many options as its argument says. */
function choosingKernel(): ToyKernel {
  const image = assemble({
    main: {
      code: [STMT, loadImmediate(1, 3), encode(Op.INTR, 2, 1, 1), 0, STMT, encode(Op.ADD, 3, 3, 2), encodeOffset24(Op.JMP, -7)],
    },
  });
  const machine = machineRunning(image, ['main']);
  machine.setIntrinsics(undefined, [{ choice: true, execute: (_context, _cpu, _args, option) => option * 10 }]);
  return {
    machine,
    step: 0,
    devices: [],
    events: [],
    findings: [],
    optionsAt(cpu) {
      const choosing = machine.choosingIntrinsic(cpu);
      return choosing ? machine.memory.words[choosing.args] : 1;
    },
  };
}

test('every option of a choosing intrinsic is a choice, only right before it, and is replayed from the text', () => {
  const run = new Run(choosingKernel());
  expect(run.enabled()).toEqual([makeChoice(ChoiceKind.step, 0)]);
  run.stepDefault();
  const options = [0, 1, 2].map((option) => makeChoice(ChoiceKind.step, 0, option));
  expect(run.enabled()).toEqual(options);
  run.apply(options[2]);
  for (let i = 0; i < 4; i++) run.stepDefault();
  const sum = run.kernel.machine.offsetOf(run.kernel.machine.cpus[0].fp) / 4 + 3 + 3;
  expect(run.kernel.machine.memory.words[sum]).toBe(20);

  const anchors = new Anchors(toyAnchors(run.kernel));
  const hashes = { programHash: 'a', kernelHash: 'b' };
  const text = printSchedule(recordSchedule(run, anchors, hashes));
  expect(text).toContain('option 2 on cpu0');
  const kernel = choosingKernel();
  const { chooser } = followSchedule(kernel, parseSchedule(text).schedule, anchors, hashes);
  const again = new Run(kernel, { chooser });
  for (let i = 0; i < run.step; i++) again.stepDefault();
  expect(again.kernel.machine.memory.bytesHash).toBe(run.kernel.machine.memory.bytesHash);
});
