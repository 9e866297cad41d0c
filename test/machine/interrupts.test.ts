import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, encodeOffset24, FrameKind, Op } from '../../src/machine/bytecode.ts';
import { StepEnd } from '../../src/machine/cpu-state.ts';
import { walkFrames } from '../../src/machine/frames.ts';
import { Line, NO_LINE } from '../../src/machine/lines.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { assemble, loadImmediate, machineRunning, register, STMT } from './assemble.ts';

const LOOP = encodeOffset24(Op.JMP, -1);

function machineWith(code: number[]): Machine {
  const image = assemble({
    main: { code },
    common_interrupt: { arguments: 1, words: 4, code: [STMT, STMT, encode(Op.IRET)] },
    exc_nmi: { words: 4, code: [STMT, STMT, encode(Op.IRET)] },
  });
  return machineRunning(image, ['main'], { stepNs: 100 });
}

function frames(machine: Machine): string[] {
  return walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp).map((frame) => machine.image.functions[frame.function].name);
}

describe('delivery', () => {
  test('pushes a frame with the line, turns interrupts off, and IRET gives everything back', () => {
    const machine = machineWith([loadImmediate(0, 3), STMT, loadImmediate(0, 4), LOOP]);
    machine.step(0);
    const { pc, fp } = machine.cpus[0];
    machine.raiseLine(5, 0);
    expect(machine.interrupts.deliverable(0)).toBe(5);
    machine.deliver(5, 0);
    expect(frames(machine)).toEqual(['common_interrupt', 'main']);
    expect(register(machine, 0, 0)).toBe(5);
    machine.raiseLine(6, 0);
    expect(machine.interrupts.deliverable(0)).toBe(NO_LINE);
    machine.step(0);
    expect(machine.step(0)).toBe(StepEnd.interruptReturn);
    expect([machine.cpus[0].pc, machine.cpus[0].fp, machine.cpus[0].irqs_enabled]).toEqual([pc, fp, 1]);
    expect(machine.interrupts.deliverable(0)).toBe(6);
  });

  test('takes the NMI first, then the highest line', () => {
    const machine = machineWith([LOOP]);
    for (const line of [3, Line.timer, Line.nmi]) machine.raiseLine(line, 0);
    const order: number[] = [];
    for (let line = machine.interrupts.deliverable(0); line !== NO_LINE; line = machine.interrupts.deliverable(0)) {
      order.push(line);
      machine.deliver(line, 0);
      machine.cpus[0].irqs_enabled = 1;
    }
    expect(order).toEqual([Line.nmi, Line.timer, 3]);
  });

  test('of an NMI ignores the flag and blocks further ones until its IRET', () => {
    const machine = machineWith([LOOP]);
    machine.cpus[0].irqs_enabled = 0;
    machine.raiseLine(Line.nmi, 0);
    machine.deliver(Line.nmi, 0);
    expect(walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp)[0].kind).toBe(FrameKind.nmi);
    machine.raiseLine(Line.nmi, 0);
    expect(machine.interrupts.deliverable(0)).toBe(NO_LINE);
    machine.step(0);
    machine.step(0);
    expect(machine.interrupts.deliverable(0)).toBe(Line.nmi);
    expect(machine.cpus[0].irqs_enabled).toBe(0);
  });
});

describe('HALT', () => {
  test('lets interrupts in and waits, saying for what, until one wakes the CPU at the time it came', () => {
    const machine = machineWith([encode(Op.HALT), STMT, LOOP]);
    machine.cpus[0].irqs_enabled = 0;
    expect(machine.step(0)).toBe(StepEnd.halt);
    expect(machine.cpus[0].halted).toBe(1);
    machine.clock.arm(0, { due: 5_000_000, cpu: 0, line: Line.timer });
    expect(machine.interrupts.waitsFor(0)).toBe('CPU 0 is halted and waits for an interrupt; the next timer runs out at 5 ms');
    machine.clock.advance();
    machine.deliver(Line.timer, 0);
    expect([machine.now, machine.cpus[0].halted]).toEqual([5_000_000, 0]);
  });

  test('does not wait when an interrupt is pending already', () => {
    const machine = machineWith([encode(Op.HALT), LOOP]);
    machine.raiseLine(1, 0);
    machine.step(0);
    expect(machine.cpus[0].halted).toBe(0);
  });
});

describe('DELAY', () => {
  test('moves the clock of its CPU over the whole busy time', () => {
    const machine = machineWith([loadImmediate(0, 5000), encode(Op.DELAY, 0), STMT, LOOP]);
    expect(machine.step(0)).toBe(StepEnd.delay);
    expect(machine.cpus[0].clock).toBe(5000);
    machine.step(0);
    expect([machine.now, register(machine, 0, 0)]).toEqual([5000, 0]);
  });

  test('gives the unused rest back when an interrupt comes in, however often: busy time is conserved', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 30_000 }),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 5 }),
      (busy, gaps) => {
        const machine = machineWith([loadImmediate(0, busy), encode(Op.DELAY, 0), STMT, LOOP]);
        let at = 0;
        for (const [i, gap] of gaps.entries()) {
          at += gap;
          machine.clock.arm(i, { due: at, cpu: 0, line: 2 });
        }
        let handling = 0;
        while (machine.cpus[0].pc < 2) {
          const { clock } = machine.cpus[0];
          const busyNow = machine.interrupts.waits(0);
          if (machine.clock.nextDue <= (busyNow ? clock : Math.max(machine.now, clock))) machine.clock.advance();
          const line = machine.interrupts.deliverable(0);
          if (line === NO_LINE) machine.step(0);
          else {
            const before = machine.interrupts.waits(0) ? machine.now : Math.max(machine.now, clock);
            machine.deliver(line, 0);
            while (machine.cpus[0].pc > 3) machine.step(0);
            handling += machine.cpus[0].clock - before;
          }
        }
        expect(machine.cpus[0].clock).toBe(busy + handling);
      },
    );
    fc.assert(property, { seed: 77, numRuns: 200 });
  });
});
