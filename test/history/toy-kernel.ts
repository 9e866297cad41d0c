/** A kernel in a few lines: enough bytecode to share memory, take interrupts, halt, delay and emit events. */

import type { RunKernel } from '../../src/history/run-kernel.ts';
import { DATA_BASE, encode, encodeImmediate16, encodeOffset24, Op } from '../../src/machine/bytecode.ts';
import { Line } from '../../src/machine/lines.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { PTE_KERNEL } from '../../src/machine/mmu.ts';
import { assemble, loadImmediate, machineRunning, STMT } from '../machine/assemble.ts';

export interface ToyEvent {
  step: number;
  text: string;
}

export interface ToyKernel extends RunKernel {
  machine: Machine;
  events: ToyEvent[];
  findings: ToyEvent[];
}

const WINDOW = 0xfff00000 | 0;
const LOOP = (from: number, to: number): number => encodeOffset24(Op.JMP, to - from - 1);

/** Counts a shared variable up for ever, through a mapped page every time, tells of it, and rests now and then. */
function worker(): (number | string)[] {
  const code: (number | string)[] = [encode(Op.LDC, 0), DATA_BASE, encode(Op.LDC, 5), WINDOW];
  const start = code.length;
  code.push(STMT, encode(Op.LD32, 1, 0), encode(Op.ADDI, 1, 1, 1), encode(Op.ST32, 1, 0));
  code.push(STMT, encode(Op.LDX8U, 6, 5, 1), encode(Op.ST8, 1, 5, 3));
  code.push(STMT, encode(Op.INTR, 2, 1, 1), 0);
  code.push(STMT, encode(Op.ANDI, 3, 1, 7), encodeImmediate16(Op.JNZ, 3, 2), encode(Op.LDC, 4), 3000, encode(Op.DELAY, 4));
  code[code.length - 4] = encodeImmediate16(Op.JNZ, 3, 3);
  code.push(LOOP(code.length, start));
  return code;
}

/** @param cpus one worker each; an extra device on line 3 of CPU 0 and a periodic timer per CPU. */
export function toyKernel(cpus = 2): ToyKernel {
  const image = assemble({
    worker: { words: 16, code: worker() },
    common_interrupt: {
      arguments: 1,
      words: 6,
      code: [
        STMT,
        encode(Op.LDC, 1),
        DATA_BASE + 16,
        encode(Op.LD32, 2, 1),
        encode(Op.ADD, 2, 2, 0),
        encode(Op.ST32, 2, 1),
        STMT,
        encode(Op.INTR, 3, 0, 1),
        1,
        encode(Op.IRET),
      ],
    },
    exc_page_fault: { arguments: 2, words: 4, code: [STMT, loadImmediate(3, 1), encodeOffset24(Op.JMP, -2)] },
  });
  const machine = machineRunning(image, Array(cpus).fill('worker'), {
    windows: [{ name: 'fixmap', start: WINDOW, pages: 4 }],
    frames: [{ pfn: 0x40000, data: Uint8Array.from({ length: 4096 }, (_, i) => i * 7) }],
  });
  machine.memory.write(machine.mmu.pteWord(WINDOW), (0x40000 << 12) | PTE_KERNEL);
  const kernel: ToyKernel = {
    machine,
    step: 0,
    muted: false,
    devices: [{ line: 3, cpu: 0, any: true }],
    events: [],
    findings: [],
  };
  const emit = (list: ToyEvent[], text: string): number => {
    if (!kernel.muted) list.push({ step: kernel.step, text });
    return text.length;
  };
  machine.setIntrinsics(kernel, [
    { execute: (_kernel, cpu, args) => emit(kernel.events, `cpu ${cpu} counts ${machine.memory.words[args]} at ${machine.now}`) },
    {
      execute: (_kernel, cpu, args) => {
        const line = machine.memory.words[args];
        if (line === Line.timer) machine.clock.takeExpired(cpu, line);
        return emit(line === 3 ? kernel.findings : kernel.events, `cpu ${cpu} takes line ${line}`);
      },
    },
  ]);
  for (let cpu = 0; cpu < cpus; cpu++) {
    machine.clock.arm(cpu, { due: 10_000 + cpu * 700, cpu, line: Line.timer, period: 10_000 });
  }
  return kernel;
}
