import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATA_BASE, encode, encodeOffset24, Op, TrapKind } from '../../src/machine/bytecode.ts';
import { CpuWord, cpuState, MachineWord, machineState, StepEnd, StopCause } from '../../src/machine/cpu-state.ts';
import { walkFrames } from '../../src/machine/frames.ts';
import { assemble, loadImmediate, machineRunning, register, STMT } from './assemble.ts';

const LOOP = encodeOffset24(Op.JMP, -1);

describe('a micro-step', () => {
  test('ends before the next statement and starts with it', () => {
    const image = assemble({ main: { code: [STMT, loadImmediate(0, 7), STMT, loadImmediate(1, -8), STMT, LOOP] } });
    const machine = machineRunning(image, ['main']);
    expect(machine.step(0)).toBe(StepEnd.statement);
    expect(register(machine, 0, 0)).toBe(7);
    expect(register(machine, 0, 1)).toBe(0);
    expect(machine.cpus[0].pc).toBe(2);
    machine.step(0);
    expect(register(machine, 0, 1)).toBe(-8);
  });

  test('ends after an access to shared memory but not after one to the own frame', () => {
    const image = assemble({
      main: {
        code: [
          encode(Op.LEA, 0, 3 + 8),
          loadImmediate(1, 5),
          encode(Op.ST32, 1, 0),
          encode(Op.LD32, 2, 0),
          encode(Op.LDC, 3),
          DATA_BASE,
          encode(Op.ST32, 2, 3, 4),
          loadImmediate(4, 1),
          LOOP,
        ],
      },
    });
    const machine = machineRunning(image, ['main']);
    expect(machine.step(0)).toBe(StepEnd.shared);
    expect(register(machine, 0, 2)).toBe(5);
    expect(register(machine, 0, 4)).toBe(0);
    expect(machine.memory.words[machine.offsetOf(DATA_BASE + 4) >>> 2]).toBe(5);
  });

  test('ends after 256 private instructions', () => {
    const machine = machineRunning(assemble({ main: { code: [LOOP] } }), ['main']);
    expect(machine.step(0)).toBe(StepEnd.limit);
    expect(machine.instructions).toBe(256);
  });

  test('costs step_ns and starts at the later of now and the clock of the CPU', () => {
    const machine = machineRunning(assemble({ main: { code: [STMT, STMT, STMT, LOOP] } }), ['main', 'main'], { stepNs: 100 });
    machine.step(0);
    machine.step(0);
    expect([machine.now, machine.cpus[0].clock, machine.cpus[1].clock]).toEqual([100, 200, 0]);
    machine.step(1);
    expect([machine.now, machine.cpus[1].clock]).toEqual([100, 200]);
  });
});

describe('calls', () => {
  test('pass arguments, make a frame below and return a value', () => {
    const image = assemble({
      main: { code: [loadImmediate(4, 20), loadImmediate(5, 22), encode(Op.CALL, 9, 4, 2), '@sum', STMT, LOOP] },
      sum: { arguments: 2, words: 4, code: [encode(Op.ADD, 2, 0, 1), STMT, encode(Op.RET, 2)] },
    });
    const machine = machineRunning(image, ['main']);
    machine.step(0);
    const frames = walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp);
    expect(frames.map((frame) => image.functions[frame.function].name)).toEqual(['sum', 'main']);
    expect(frames[1].address - frames[0].address).toBe((3 + 4) * 4);
    machine.step(0);
    expect(register(machine, 0, 9)).toBe(42);
  });

  test('through a pointer to a function reach it, and a wild pointer faults', () => {
    const image = assemble({
      main: { code: [encode(Op.LDC, 0), 0xc0800010 | 0, encode(Op.CALLR, 1, 0, 0), 0, encode(Op.CALLR, 1, 9, 0), 9, LOOP] },
      seven: { words: 2, code: [loadImmediate(0, 7), encode(Op.RET, 0)] },
      exc_page_fault: { arguments: 2, words: 4, code: [STMT, STMT, LOOP] },
    });
    const machine = machineRunning(image, ['main']);
    expect(machine.step(0)).toBe(StepEnd.trap);
    const [handler, main] = walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp);
    expect(handler.pc).toBe(image.functions[2].entry);
    expect(machine.memory.words[main.word + 3 + 1]).toBe(7);
    expect(main.pc).toBe(4);
  });

  test('that leave no stack trap with stackOverflow', () => {
    const image = assemble({
      main: { words: 100, code: [encode(Op.CALL, 0, 0, 0), '@main'] },
      exc_bug: { arguments: 2, words: 4, code: [STMT, STMT, LOOP] },
    });
    const machine = machineRunning(image, ['main']);
    expect(machine.step(0)).toBe(StepEnd.trap);
    expect(register(machine, 0, 0)).toBe(TrapKind.stackOverflow);
    expect(machine.cpus[0].irqs_enabled).toBe(0);
  });
});

describe('traps', () => {
  test('have no effect before the handler runs, and IRET executes the instruction again', () => {
    const image = assemble({
      main: { code: [loadImmediate(0, 9), encode(Op.DIVS, 1, 0, 2), STMT, LOOP] },
      exc_bug: { arguments: 2, words: 4, code: [STMT, STMT, encode(Op.IRET)] },
    });
    const machine = machineRunning(image, ['main']);
    expect(machine.step(0)).toBe(StepEnd.trap);
    const [, main] = walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp);
    expect(main.pc).toBe(1);
    machine.memory.write(main.word + 3 + 2, 3);
    machine.step(0);
    expect(machine.step(0)).toBe(StepEnd.interruptReturn);
    expect(machine.cpus[0].irqs_enabled).toBe(1);
    machine.step(0);
    expect(register(machine, 0, 1)).toBe(3);
  });

  test('without a handler stop the machine', () => {
    const machine = machineRunning(assemble({ main: { code: [encode(Op.DIVU, 0, 1, 2)] } }), ['main']);
    machine.step(0);
    expect(machine.stopped).toBe(StopCause.doubleFault);
  });
});

describe('intrinsics', () => {
  const image = assemble({
    main: {
      code: [loadImmediate(3, 30), encode(Op.INTR, 1, 3, 1), 0, encode(Op.INTR, 255, 3, 1), 1, encode(Op.INTR, 4, 0, 0), 2, LOOP],
    },
    exc_bug: { arguments: 2, words: 4, code: [STMT, STMT, LOOP] },
  });

  test('get their arguments, return words and pairs, and can trap', () => {
    const machine = machineRunning(image, ['main']);
    const seen: number[] = [];
    machine.setIntrinsics(seen, [
      { execute: (context, _cpu, args) => context.push(machine.memory.words[args]) + 100 },
      { execute: (context, cpu) => context.push(cpu) },
      { execute: () => machine.pair(2 ** 33 + 5) },
    ]);
    expect(machine.step(0)).toBe(StepEnd.intrinsic);
    expect(register(machine, 0, 1)).toBe(101);
    machine.step(0);
    machine.step(0);
    expect([register(machine, 0, 4), register(machine, 0, 5)]).toEqual([5, 2]);
    expect(seen).toEqual([30, 0]);
  });

  test('that offer a choice are the first instruction of their step', () => {
    const machine = machineRunning(image, ['main']);
    const options: number[] = [];
    machine.setIntrinsics(options, [{ choice: true, execute: (context, _cpu, _args, option) => context.push(option) }]);
    expect(machine.step(0)).toBe(StepEnd.beforeChoice);
    expect(options).toEqual([]);
    expect(machine.step(0, 3)).toBe(StepEnd.intrinsic);
    expect(options).toEqual([3]);
  });

  test('that trap are where the exception frame returns to', () => {
    const machine = machineRunning(image, ['main']);
    machine.setIntrinsics(0, [
      {
        execute: () => {
          machine.requestTrap(TrapKind.bug);
          return 0;
        },
      },
    ]);
    expect(machine.step(0)).toBe(StepEnd.trap);
    expect(walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp)[1].pc).toBe(1);
  });

  test('can switch to a new task, whose first argument gets the result, and back to the waiting register', () => {
    const two = assemble({
      main: { code: [encode(Op.INTR, 6, 0, 0), 0, STMT, LOOP] },
      other: { arguments: 1, words: 8, code: [STMT, encode(Op.INTR, 5, 0, 0), 0, LOOP] },
    });
    const machine = machineRunning(two, ['main', 'other']);
    const parked = [
      { pc: machine.cpus[1].pc, fp: machine.cpus[1].fp },
      { pc: 0, fp: 0 },
    ];
    let result = 70;
    machine.setIntrinsics(undefined, [
      {
        execute: () => {
          const next = parked.shift()!;
          const { pc, fp, stack_low } = machine.cpus[0];
          parked.unshift({ pc, fp });
          machine.switchContext(0, next.pc, next.fp, stack_low, 0);
          return result++;
        },
      },
    ]);
    machine.step(0);
    expect(register(machine, 0, 0)).toBe(70);
    machine.step(0);
    expect(register(machine, 0, 6)).toBe(71);
  });
});

test('the word offsets of the inner loop agree with the layouts', () => {
  expect(CpuWord.clock * 4).toBe(cpuState.field('clock').offset);
  expect(CpuWord.delayPc * 4).toBe(cpuState.field('delay_pc').offset);
  expect(CpuWord.stepEnd * 4).toBe(cpuState.field('step_end').offset);
  expect(CpuWord.delayRegister * 4).toBe(cpuState.field('delay_register').offset);
  expect(CpuWord.stackLimit * 4).toBe(cpuState.field('stack_limit').offset);
  expect(CpuWord.masked * 4).toBe(cpuState.field('masked').offset);
  expect(CpuWord.pending * 4).toBe(cpuState.field('pending').offset);
  expect(MachineWord.nextDue * 4).toBe(machineState.field('next_due').offset);
  expect(MachineWord.stopped * 4).toBe(machineState.field('stopped').offset);
});

test('per-CPU instructions reach the own segment, and reading and writing there is one step', () => {
  const image = assemble({
    main: {
      code: [loadImmediate(0, 5), encode(Op.PRMW, 0, 255, 4), 8, loadImmediate(1, 1), encode(Op.PCPUN, 2, 255, 1), 8, LOOP],
    },
  });
  const machine = machineRunning(image, ['main', 'main']);
  machine.step(1);
  expect(register(machine, 1, 0)).toBe(5);
  machine.step(1);
  expect(register(machine, 1, 2)).toBe((machine.perCpuBase(1) + 8) | 0);
  expect(machine.memory.words[machine.offsetOf(machine.perCpuBase(1) + 8) >>> 2]).toBe(5);
});

describe('a damaged machine', () => {
  const handlers = {
    exc_page_fault: { arguments: 2, words: 4, code: [STMT, STMT, LOOP] },
    exc_bug: { arguments: 2, words: 4, code: [STMT, STMT, LOOP] },
  };

  test('faults when it returns through an overwritten frame, and from the first frame of a task', () => {
    const image = assemble({ main: { code: [encode(Op.RETV)] }, ...handlers });
    for (const pc of [-1, 12345]) {
      const machine = machineRunning(image, ['main']);
      machine.memory.write(machine.offsetOf(machine.cpus[0].fp) >>> 2, pc);
      expect(machine.step(0)).toBe(StepEnd.trap);
      expect(walkFrames(machine, machine.cpus[0].pc, machine.cpus[0].fp)[0].function).toBe(1);
    }
  });

  test('traps on instructions and intrinsics that do not exist, and behind the end of the code', () => {
    for (const code of [[0xfe], [encode(Op.INTR), 77], []]) {
      const image = assemble({ ...handlers, main: { code } });
      const machine = machineRunning(image, ['main']);
      machine.setIntrinsics(0, []);
      expect(machine.step(0)).toBe(StepEnd.trap);
      expect(register(machine, 0, 0)).toBe(TrapKind.bug);
    }
  });

  test('stops when its registers lead nowhere, and never throws whatever the code is', () => {
    const lost = machineRunning(assemble({ main: { code: [LOOP] }, ...handlers }), ['main']);
    lost.cpus[0].fp = 0x1234;
    lost.step(0);
    expect(lost.stopped).toBe(StopCause.doubleFault);
    const wild = fc.array(fc.oneof(fc.integer(), fc.integer({ min: 0, max: 0x7fff }), fc.nat(130)), {
      minLength: 4,
      maxLength: 40,
    });
    fc.assert(
      fc.property(wild, (code) => {
        const machine = machineRunning(assemble({ main: { code }, ...handlers }), ['main']);
        machine.setIntrinsics(0, [{ execute: () => 1 }]);
        for (let i = 0; i < 60 && machine.stopped === StopCause.running && !machine.cpus[0].halted; i++) machine.step(0);
      }),
      { seed: 666, numRuns: 400 },
    );
  });
});
